"""Kassenanzeigen (R62, T18) and the hand-over for a lawsuit (R54, R55)."""

import pytest

from shared.contracts.answers import HandoverIssued
from shared.contracts.claims import ClaimView
from shared.contracts.dunning import KassenanzeigeIssued
from tests.dunning.driver import HELD, World, claim, words


def test_t18_the_whole_schedule() -> None:
    """Due 21.12.2025: +10 days, then 2 months (the month's last day), then 1 month, then 14 days."""
    world = World()
    world.account(claim("K1", 100_00, "2025-12-21", art="5612"))
    assert world.days("2025-12-01", "2026-12-31") == {
        "2025-12-31": ["Kassenanzeige 1 K1"],
        "2026-02-28": ["Kassenanzeige 2 K1"],  # a Saturday: internal, so on any opened day
        "2026-03-28": ["Kassenanzeige 3 K1"],
        "2026-04-11": ["lawsuit K1"],
    }


def test_only_the_third_is_copied() -> None:
    world = World()
    world.account(claim("K1", 100_00, "2025-12-21", art="5612"))
    sent = [world.open(day)[0] for day in ("2025-12-31", "2026-02-28", "2026-03-28")]
    assert [(e.number, e.to, e.copy_to) for e in sent if isinstance(e, KassenanzeigeIssued)] == [
        (1, "LG", ()),
        (2, "LG", ()),
        (3, "LG", ("FB2",)),
    ]


def test_each_counts_from_the_day_the_one_before_was_issued() -> None:
    world = World()
    world.account(claim("K1", 100_00, "2025-12-21", art="5612"))
    assert [words(event) for event in world.open("2026-01-15")] == ["Kassenanzeige 1 K1"]
    assert world.open("2026-03-14") == []
    assert [words(event) for event in world.open("2026-03-15")] == ["Kassenanzeige 2 K1"]


def test_blocks_do_not_stop_them_but_they_stop_when_it_is_paid() -> None:
    world = World()
    world.account(claim("K1", 100_00, "2025-12-21", art="5622", blocks=[("2025-12-01", "2026-12-01")]))
    assert world.days("2025-12-31", "2026-01-31") == {"2025-12-31": ["Kassenanzeige 1 K1"]}
    world.account(claim("K1", 0, "2025-12-21", art="5622"))
    assert world.days("2026-02-01", "2026-03-15") == {}
    world.account(claim("K1", 1_00, "2025-12-21", art="5622"))
    assert world.days("2026-03-16", "2026-03-31") == {"2026-03-16": ["Kassenanzeige 2 K1"]}


def test_a_new_due_date_starts_them_again() -> None:
    world = World()
    world.account(claim("K1", 100_00, "2025-12-21", art="5612"))
    world.days("2025-12-31", "2026-01-04")
    world.account(claim("K1", 100_00, "2026-01-20", art="5612"))
    assert world.days("2026-01-05", "2026-03-31") == {
        "2026-01-30": ["Kassenanzeige 1 K1"],
        "2026-03-30": ["Kassenanzeige 2 K1"],
    }


def test_a_claim_open_after_its_write_off_gets_none() -> None:
    world = World()
    world.account(claim("K1", 100_00, "2025-12-21", art="5612", holds=HELD))
    assert world.days("2025-12-31", "2026-03-31") == {}


@pytest.mark.parametrize(
    ("view", "forward_to"),
    [
        (claim("K1", 100_00, "2025-01-02", art="5612"), "JBC.21"),
        (claim("K1", 100_00, "2025-01-02", art="5622"), "JBC.23"),
        (claim("K1", 100_00, "2025-01-02", art="5622", legal_basis="sgbx-115"), "JBC.23"),
        (claim("K1", 100_00, "2025-01-02", art="5622", legal_basis="bgb-812"), "JBC.24"),
        (claim("K1", 100_00, "2025-01-02", art="5625", office="JBC.24"), "JBC.24"),
        (claim("K1", 100_00, "2025-01-02", art="5626", office="JBC.23"), "JBC.23"),
    ],
)
def test_who_sues(view: ClaimView, forward_to: str) -> None:
    world = World()
    world.account(view)
    for day in ("2026-01-02", "2026-03-02", "2026-04-02"):
        world.open(day)
    assert world.open("2026-04-15") == []
    (handover,) = world.open("2026-04-16")
    assert isinstance(handover, HandoverIssued)
    assert (handover.kind, handover.to, handover.forward_to) == ("lawsuit", view.office, forward_to)
    assert (handover.kassenzeichen, handover.aktenzeichen) == (("K1",), (view.aktenzeichen,))
    assert handover.payload == {"due_on": "2025-01-02", "open_cents": 100_00}
    assert world.days("2026-04-17", "2026-12-31") == {}


def test_the_lawsuit_says_on_which_day_it_fell_due_though_that_day_was_left_out() -> None:
    world = World()
    world.account(claim("K1", 100_00, "2025-12-21", art="5612"))
    world.days("2025-12-31", "2026-03-28")
    (handover,) = world.open("2026-04-14")
    assert isinstance(handover, HandoverIssued)
    assert (handover.because.facts["day"], handover.because.facts["reached_on"]) == (
        "2026-04-14",
        "2026-04-11",
    )


def test_no_lawsuit_over_what_was_paid_after_the_third() -> None:
    world = World()
    world.account(claim("K1", 100_00, "2025-12-21", art="5612"))
    world.days("2025-12-31", "2026-03-28")
    world.account(claim("K1", 0, "2025-12-21", art="5612"))
    assert world.days("2026-03-29", "2026-12-31") == {}
