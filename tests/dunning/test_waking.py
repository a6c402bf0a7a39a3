"""An account is woken only when there may be something to do, and never too late."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.accounts import DAY
from shared.contracts.claims import ClaimView
from tests.dunning.driver import World, claim

FIRST = date(2026, 3, 2)


@st.composite
def claims(draw: st.DrawFn, kassenzeichen: str) -> ClaimView:
    due_on = FIRST + timedelta(days=draw(st.integers(-30, 25)))
    blocks = []
    if draw(st.booleans()):
        set_on = FIRST + timedelta(days=draw(st.integers(-5, 40)))
        blocks.append((set_on.isoformat(), (set_on + timedelta(days=draw(st.integers(0, 20)))).isoformat()))
    return claim(
        kassenzeichen,
        draw(st.sampled_from([0, 1_00, 3_00, 50_00])),
        due_on.isoformat(),
        art=draw(st.sampled_from(["5621", "5621", "5612"])),
        blocks=blocks,
    )


MANDANTS = st.sampled_from(["landkreis", "erkelenz", "baumberge", "wuppertal"])
OPENED = st.lists(st.booleans(), min_size=90, max_size=90)


@given(MANDANTS, claims("K1"), claims("K2"), claims("K3"), st.sampled_from([0, 2_00, 40_00]), OPENED)
@settings(max_examples=30, deadline=None)
def test_sleeping_never_changes_an_outcome(  # noqa: PLR0913, PLR0917
    mandant: str, one: ClaimView, two: ClaimView, three: ClaimView, credit_cents: int, opened: list[bool]
) -> None:
    """An account that is sent again before every day (and so woken) does the same as one that sleeps."""
    sleeping, woken = World(mandant), World(mandant)
    sleeping.account(one, two, three, credit_cents=credit_cents)
    for n, is_opened in enumerate(opened):
        if is_opened:
            woken.account(one, two, three, credit_cents=credit_cents)
            day = (FIRST + n * DAY).isoformat()
            assert sleeping.open(day) == woken.open(day)
