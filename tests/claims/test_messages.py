"""What rejections rest on."""

import pytest

from services.claims.domain.rejections import RULES
from shared.contracts import REASONS
from shared.contracts.messages import MESSAGES

# No rule of a municipality: the record itself, or the clock.
TRANSPORT = {
    "malformed",
    "too-large",
    "unknown-type",
    "schema",
    "id-reuse",
    "unknown-mandant",
    "day-not-after",
}
ENFORCEMENTS = {"no-open-case"}  # R8, R18: tests/enforcement/test_reports.py


def test_every_reason_has_its_words() -> None:
    assert MESSAGES.keys() == set(REASONS)


@pytest.mark.parametrize("reason", sorted(set(REASONS) - TRANSPORT - ENFORCEMENTS))
def test_every_reason_that_claims_judges_by_cites_a_rule(reason: str) -> None:
    assert RULES.keys() == set(REASONS) - TRANSPORT - ENFORCEMENTS
    assert all(rule[0] in "R§" for rule in RULES[reason])  # type: ignore[index]
