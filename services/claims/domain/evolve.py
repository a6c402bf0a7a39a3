"""evolve(books, outcome): what was decided becomes what is; postings get numbers, accounts their totals."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from services.claims.domain.books import Books, Recorded
from services.claims.domain.desk import Desk
from services.claims.domain.limitation import limited
from services.claims.domain.model import Claim, Journal, Key, Payment
from services.claims.domain.opening import look_on
from services.claims.domain.outcome import Outcome, claim_need, debtor_need, payment_need
from services.claims.domain.views import view
from shared import topics
from shared.contracts import AccountChanged, ClaimView, PaymentView, PostingRecorded, WriteOffOrdered
from shared.events import Emitter

_SETTLED = ("booked", "settled")


class _Change(Struct, frozen=True):
    """A claim as it is from now on, how it looked before (None: it is new), and how it looks."""

    claim: Claim
    looked: ClaimView | None
    looks: ClaimView


def evolve(books: Books, desk: Desk, outcome: Outcome, emitter: Emitter) -> list[str]:
    """Stage an outcome and emit what it leads to; returns what is known now that events may wait for."""
    mandant = desk.policy.mandant
    known = []
    if outcome.debtor is not None:
        books.debtors.put((mandant, outcome.debtor.debtor_ref), outcome.debtor)
        known.append(debtor_need(outcome.debtor.debtor_ref))
    journal = books.journal(mandant)
    for payload in outcome.told:
        emitter.emit(payload)
        if isinstance(payload, WriteOffOrdered):
            emitter.emit(payload, topic=topics.ACCOUNT_CHANGED)
    if outcome.serial is not None:
        einnahmeart, serial = outcome.serial
        journal = replace(journal, serials=journal.serials | {einnahmeart: serial})
    journal = _record(books, desk, journal, outcome, emitter)
    booked = _booked(books, outcome)
    for payment in outcome.payments:
        journal = _payment(books, journal, payment)
        known.append(payment_need(payment.payment_ref))
    changes = _seen(books, desk, outcome)
    for change in changes:
        balances = _added(journal.balances_cents, _balances(change.looks))
        if change.looked is None:
            known.append(claim_need(change.claim.kassenzeichen))
        else:
            balances = _added(balances, _balances(change.looked, -1))
        journal = replace(journal, balances_cents=balances)
        payer = books.debtors.get(change.claim.account)
        look = look_on(desk, change.claim, payer) if payer else None
        books.put_claim(replace(change.claim, look_on=look))
    _accounts(books, changes, outcome, booked, emitter)
    books.journals.put((mandant,), journal)
    return known


def counted(journal: Journal, emitter: Emitter) -> Journal:
    """The journal with what was told of this mandant today; a copy on another topic counts once."""
    counts = dict(journal.counts)
    for event in emitter.events:
        if event.topic == event.payload.TOPIC:
            counts[event.type] = counts.get(event.type, 0) + 1
    return replace(journal, counts=counts)


def _record(books: Books, desk: Desk, journal: Journal, outcome: Outcome, emitter: Emitter) -> Journal:
    """Number the postings, without a gap, and tell finance."""
    totals = defaultdict(int, journal.totals_cents)
    number = journal.posting_no
    for posting in outcome.postings:
        number += 1
        totals[posting.kind] += posting.amount_cents
        recorded = PostingRecorded(
            mandant=journal.mandant,
            posting_no=number,
            kassenzeichen=posting.claim.kassenzeichen,
            debtor_ref=posting.claim.payer_ref,
            einnahmeart=posting.claim.einnahmeart,
            kind=posting.kind,
            amount_cents=posting.amount_cents,
            booked_on=posting.booked_on,
            due_on=posting.due_on,
            fiscal_year=posting.due_on.year,
            payment_ref=posting.payment_ref,
            notice_id=posting.notice_id,
            other_kassenzeichen=posting.other_kassenzeichen,
            account=posting.account,
            parts=posting.parts or None,
            because=outcome.because,
        )
        books.postings.put((journal.mandant, number), Recorded(desk.day, recorded))
        emitter.emit(recorded)
    return replace(journal, posting_no=number, totals_cents=dict(totals))


def _payment(books: Books, journal: Journal, payment: Payment) -> Journal:
    earlier = books.payments.get(payment.key)
    unclear = _listed(payment) - (_listed(earlier) if earlier else 0)
    books.put_payment(payment)
    if payment.state in _SETTLED:
        books.texts.put(payment.key, None)
    return replace(journal, balances_cents=_added(journal.balances_cents, {"unclear": unclear}))


def _booked(books: Books, outcome: Outcome) -> dict[str, list[PaymentView]]:
    """The money that is booked now and was not, by Kassenzeichen."""
    booked: dict[str, list[PaymentView]] = {}
    for payment in outcome.payments:
        before = books.payments.get(payment.key)
        if (
            payment.state != "booked"
            or payment.kassenzeichen is None
            or (before and before.state == "booked")
        ):
            continue
        view_ = PaymentView(
            payment_ref=payment.payment_ref,
            kassenzeichen=payment.kassenzeichen,
            booked_on=payment.booked_on,
            amount_cents=payment.amount_cents,
            reverses=payment.reverses,
        )
        booked.setdefault(payment.kassenzeichen, []).append(view_)
    return booked


def _listed(payment: Payment) -> int:
    return payment.signed_cents if payment.state == "unclear" else 0


def _seen(books: Books, desk: Desk, outcome: Outcome) -> list[_Change]:
    """Each claim of the outcome as it looked and as it looks."""
    changes = []
    for claim in outcome.claims:
        before = books.claims.get(claim.key)
        after = limited(desk, claim)
        changes.append(_Change(after, view(before) if before else None, view(after)))
    return changes


def _balances(looks: ClaimView, sign: int = 1) -> dict[str, int]:
    return {
        "soll": sign * looks.soll_cents,
        "ist": sign * looks.ist_cents,
        "written_off": sign * looks.written_off_cents,
        "open": sign * looks.open_cents,
        "credit": sign * looks.credit_cents,
    }


def _added(balances: dict[str, int], changes: Mapping[str, int]) -> dict[str, int]:
    return balances | {name: balances.get(name, 0) + cents for name, cents in changes.items()}


def _accounts(
    books: Books,
    changes: Iterable[_Change],
    outcome: Outcome,
    booked: Mapping[str, list[PaymentView]],
    emitter: Emitter,
) -> None:
    """One `account-changed` for each account that looks different now, with the claims that do."""
    touched: dict[Key, list[_Change]] = {}
    for change in changes:
        if change.looked != change.looks:
            touched.setdefault(change.claim.account, []).append(change)
    for key, each in touched.items():
        account = books.account(key)
        account = replace(
            account,
            version=account.version + 1,
            open_cents=account.open_cents
            + sum(c.looks.open_cents - (c.looked.open_cents if c.looked else 0) for c in each),
            credit_cents=account.credit_cents
            + sum(c.looks.credit_cents - (c.looked.credit_cents if c.looked else 0) for c in each),
        )
        books.accounts.put(key, account)
        emitter.emit(
            AccountChanged(
                mandant=account.mandant,
                debtor_ref=account.debtor_ref,
                version=account.version,
                open_cents=account.open_cents,
                credit_cents=account.credit_cents,
                claims=tuple(sorted((c.looks for c in each), key=lambda looks: looks.kassenzeichen)),
                taken_over=outcome.stock,
                payments=tuple(one for c in each for one in booked.get(c.claim.kassenzeichen, ())) or None,
                because=outcome.because,
            )
        )
