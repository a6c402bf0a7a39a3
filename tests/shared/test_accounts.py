"""What an account owes on a day: overdue, blocked, held, and whose credits are set against what."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.accounts import asked, is_blocked, overdue_from, total_due_cents
from shared.contracts.claims import BlockView, ClaimView, HoldView, SollsatzView
from shared.policy import load_policies

POLICY = load_policies(Path(__file__).parents[2] / "policies")["wuppertal"]
DAY = date(2026, 3, 16)


def view(kassenzeichen: str, *sollsaetze: tuple[str, int], art: str = "5621", **more: object) -> ClaimView:
    items = tuple(
        SollsatzView(due_on=date.fromisoformat(on), amount_cents=900_00, open_cents=cents)
        for on, cents in sollsaetze
    )
    open_cents = sum(item.open_cents for item in items)
    return ClaimView(
        kassenzeichen=kassenzeichen,
        aktenzeichen="32425425167854",
        einnahmeart=art,
        office="LG",
        due_on=items[0].due_on,
        soll_cents=open_cents,
        ist_cents=0,
        written_off_cents=0,
        open_cents=open_cents,
        credit_cents=0,
        sollsaetze=items,
        **more,  # type: ignore[arg-type]
    )


def block(set_on: str, ends_by: str) -> BlockView:
    return BlockView(reason="T", set_on=date.fromisoformat(set_on), ends_by=date.fromisoformat(ends_by))


@pytest.mark.parametrize(
    ("due_on", "overdue"),
    [
        ("2026-03-13", "2026-03-14"),  # Friday
        ("2026-03-14", "2026-03-17"),  # Saturday counts as Monday (§ 193 BGB)
        ("2026-04-03", "2026-04-08"),  # Good Friday counts as Tuesday
    ],
)
def test_overdue_from(due_on: str, overdue: str) -> None:
    assert overdue_from(date.fromisoformat(due_on), POLICY).isoformat() == overdue


@pytest.mark.parametrize(
    ("set_on", "ends_by", "blocked"),
    [
        ("2026-03-17", "2026-03-20", False),
        ("2026-03-16", "2026-03-16", True),
        ("2026-03-01", "2026-03-16", True),
        ("2026-03-01", "2026-03-15", False),
    ],
)
def test_a_block_is_in_force_on_its_first_and_last_day(set_on: str, ends_by: str, blocked: bool) -> None:  # noqa: FBT001
    assert is_blocked(view("K1", ("2026-03-02", 1), blocks=(block(set_on, ends_by),)), DAY) is blocked


def test_only_what_is_overdue_dunnable_unblocked_unheld_and_open_is_asked() -> None:
    held = HoldView(cause="open-after-write-off", held_from=DAY)
    items = asked(
        [
            view("K1", ("2026-03-13", 10_00), ("2026-03-14", 10_00), ("2026-02-13", 0)),
            view("K2", ("2026-03-02", 10_00), art="5612"),
            view("K3", ("2026-03-02", 10_00), blocks=(block("2026-03-01", "2026-03-16"),)),
            view("K4", ("2026-03-02", 10_00), holds=(held,)),
        ],
        0,
        DAY,
        POLICY,
    )
    assert [item.key for item in items] == [("K1", date(2026, 3, 13))]


def test_credits_go_to_the_oldest_due_date_then_to_the_lowest_kassenzeichen() -> None:
    claims = [
        view("K2", ("2026-02-02", 10_00), ("2026-03-02", 10_00)),
        view("K1", ("2026-03-02", 10_00), ("2026-03-03", 10_00)),
    ]
    items = asked(claims, 25_00, DAY, POLICY)
    assert [(*item.key, item.asked_cents) for item in items] == [
        ("K2", date(2026, 2, 2), 0),
        ("K1", date(2026, 3, 2), 0),
        ("K2", date(2026, 3, 2), 5_00),
        ("K1", date(2026, 3, 3), 10_00),
    ]
    assert total_due_cents(items) == 15_00


def test_more_credit_than_is_due_leaves_nothing_to_ask() -> None:
    items = asked([view("K1", ("2026-03-02", 10_00))], 10_01, DAY, POLICY)
    assert (total_due_cents(items), items[0].credit_share_cents) == (0, 10_00)


@given(
    st.lists(
        st.tuples(st.dates(date(2026, 1, 1), date(2026, 4, 30)), st.integers(0, 10**13)),
        min_size=1,
        max_size=8,
    ),
    st.integers(0, 10**13),
)
def test_whatever_is_owed_credits_are_set_against_the_oldest_to_the_cent(
    owed: list[tuple[date, int]], credit_cents: int
) -> None:
    # given claims of one due date each
    claims = [view(f"K{n}", (due_on.isoformat(), cents)) for n, (due_on, cents) in enumerate(owed)]
    # when it is looked at what is asked for
    items = asked(claims, credit_cents, DAY, POLICY)
    # then every open item that is overdue is there once, oldest first
    overdue = [
        (due_on, n) for n, (due_on, cents) in enumerate(owed) if cents and overdue_from(due_on, POLICY) <= DAY
    ]
    assert [(item.due_on, int(item.claim.kassenzeichen[1:])) for item in items] == sorted(overdue)
    # and the credits lower their sum, not below zero, and no item before all older ones are covered
    total = sum(item.open_cents for item in items)
    assert total_due_cents(items) == max(0, total - credit_cents)
    assert all(0 <= item.credit_share_cents <= item.open_cents for item in items)
    first_asked = next((n for n, item in enumerate(items) if item.asked_cents), len(items))
    assert all(item.credit_share_cents == 0 for item in items[first_asked + 1 :])
