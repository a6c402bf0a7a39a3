"""What money covers, whatever is owed, ordered and paid: to the cent, oldest due date first."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.claims.domain.allocate import Share, figures, shares
from services.claims.domain.model import Claim, Sollsatz

FIRST = date(2026, 1, 15)
GREATEST = 10**13
cents = st.integers(0, GREATEST)


@st.composite
def sollsaetze(draw: st.DrawFn) -> tuple[Sollsatz, ...]:
    found = []
    for n in range(draw(st.integers(1, 6))):
        soll = draw(cents)
        fee = draw(st.sampled_from([0, 600, 2_000]))
        ordered = draw(st.sampled_from([0, soll + fee, draw(cents)]))
        day = FIRST + timedelta(days=30 * n)
        found.append(Sollsatz(due_on=day, soll_cents=soll, fee_cents=fee, ordered_cents=ordered))
    return tuple(found)


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    return Claim(
        mandant="wuppertal",
        kassenzeichen="8656211473815",
        claim_ref="C1",
        debtor_ref="D1",
        payer_ref="D1",
        aktenzeichen="40001234567890",
        einnahmeart="5621",
        office="LG",
        mode="einmalig",
        amount_cents=1,
        decided_on=FIRST,
        arose_on=FIRST,
        sollsaetze=draw(sollsaetze()),
        ist_cents=draw(st.integers(-GREATEST, 3 * GREATEST)),
    )


@given(claims())
def test_not_a_cent_is_lost_or_made(claim: Claim) -> None:
    each, whole = shares(claim), figures(claim)
    assert sum(share.paid_cents for share in each) == claim.ist_cents
    assert (
        whole.soll_cents - claim.ist_cents - whole.written_off_cents == whole.open_cents - whole.credit_cents
    )
    assert 0 in {whole.open_cents, whole.credit_cents}


@given(claims())
def test_written_off_is_what_was_ordered_and_is_not_paid(claim: Claim) -> None:
    # "At all times written_off = min(ordered, max(0, soll - ist))": Sollsatz by Sollsatz.
    for sollsatz, share in zip(claim.sollsaetze, shares(claim), strict=True):
        unpaid = max(0, sollsatz.amount_cents - share.paid_cents)
        assert share.written_off_cents == min(sollsatz.ordered_cents, unpaid)
        assert share.open_cents == unpaid - share.written_off_cents


@given(claims())
def test_money_covers_what_is_not_written_off_oldest_due_date_first(claim: Claim) -> None:
    claim = replace(claim, ist_cents=abs(claim.ist_cents))
    each = shares(claim)
    still_open = [n for n, share in enumerate(each) if share.open_cents]
    if not still_open:
        return
    # then nothing was paid on a younger one, nor on what is written off
    assert all(share.paid_cents == 0 for share in each[still_open[0] + 1 :])
    for sollsatz, share in zip(claim.sollsaetze, each, strict=True):
        assert share.paid_cents <= max(0, sollsatz.amount_cents - sollsatz.ordered_cents)


@given(claims(), st.integers(1, GREATEST))
def test_more_money_never_opens_anything(claim: Claim, more: int) -> None:
    def open_of(each: tuple[Share, ...]) -> list[int]:
        return [share.open_cents for share in each]

    claim = replace(claim, ist_cents=abs(claim.ist_cents))
    before, after = shares(claim), shares(replace(claim, ist_cents=claim.ist_cents + more))
    assert all(new <= old for old, new in zip(open_of(before), open_of(after), strict=True))
    gained = sum(open_of(before)) - sum(open_of(after))
    assert gained == min(more, sum(open_of(before)))
