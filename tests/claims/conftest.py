"""Ledgers to start from."""

from collections.abc import Callable
from pathlib import Path

import pytest

from shared.policy import Policies, load_policies
from tests.claims.driver import Driver

POLICIES = Path(__file__).parents[2] / "policies"


@pytest.fixture(scope="session")
def policies() -> Policies:
    return load_policies(POLICIES)


@pytest.fixture
def new_ledger(policies: Policies) -> Callable[..., Driver]:
    """A ledger of a municipality before its first day."""
    return lambda mandant="wuppertal": Driver(policies, mandant)


@pytest.fixture
def ledger(new_ledger: Callable[..., Driver]) -> Driver:
    """A ledger of Wuppertal on 2026-04-01, its first day."""
    driver = new_ledger()
    driver.open("2026-04-01")
    return driver


@pytest.fixture
def owed(ledger: Driver) -> Driver:
    """... in which D1 owes claim 1: 100.00 EUR, due 2026-03-31."""
    ledger.debtor()
    ledger.claim()
    return ledger
