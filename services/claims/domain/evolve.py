"""evolve(books, outcome): what was decided becomes what is; postings get numbers, accounts their totals."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from services.claims.domain.allocate import figures
from services.claims.domain.books import Books, Recorded
from services.claims.domain.desk import Desk
from services.claims.domain.model import Claim, Journal, Key, Payment
from services.claims.domain.outcome import Outcome, claim_need, debtor_need, payment_need
from services.claims.domain.views import view
from shared import topics
from shared.contracts import AccountChanged, Because, PostingRecorded, WriteOffOrdered
from shared.events import Emitter

_SETTLED = ("booked", "settled")


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
    for payment in outcome.payments:
        journal = _payment(books, journal, payment)
        known.append(payment_need(payment.payment_ref))
    before = {claim.key: books.claims.get(claim.key) for claim in outcome.claims}
    known += [claim_need(key[1]) for key, claim in before.items() if claim is None]
    journal = _balanced(journal, before, outcome.claims)
    _accounts(books, before, outcome.claims, outcome.because, emitter)
    for claim in outcome.claims:
        books.put_claim(claim)
    books.journals.put((mandant,), journal)
    return known


def counted(journal: Journal, emitter: Emitter) -> Journal:
    """The journal with what was told of this mandant today; a copy on another topic counts once."""
    counts = Counter(journal.counts)
    counts.update(event.type for event in emitter.events if event.topic == event.payload.TOPIC)
    return replace(journal, counts=dict(counts))


def _record(books: Books, desk: Desk, journal: Journal, outcome: Outcome, emitter: Emitter) -> Journal:
    """Number the postings, without a gap, and tell finance."""
    totals = Counter(journal.totals_cents)
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


def _listed(payment: Payment) -> int:
    return payment.signed_cents if payment.state == "unclear" else 0


def _balanced(journal: Journal, before: Mapping[Key, Claim | None], after: Iterable[Claim]) -> Journal:
    balances = journal.balances_cents
    for claim in after:
        old = before[claim.key]
        balances = _added(balances, _balances(claim))
        if old is not None:
            balances = _added(balances, {name: -cents for name, cents in _balances(old).items()})
    return replace(journal, balances_cents=balances)


def _balances(claim: Claim) -> dict[str, int]:
    stands = figures(claim)
    return {
        "soll": stands.soll_cents,
        "ist": stands.ist_cents,
        "written_off": stands.written_off_cents,
        "open": stands.open_cents,
        "credit": stands.credit_cents,
    }


def _added(balances: dict[str, int], changes: Mapping[str, int]) -> dict[str, int]:
    return balances | {name: balances.get(name, 0) + cents for name, cents in changes.items()}


def _accounts(
    books: Books,
    before: Mapping[Key, Claim | None],
    after: Iterable[Claim],
    because: Because,
    emitter: Emitter,
) -> None:
    """One `account-changed` for each account that looks different now, with the claims that do."""
    touched: dict[Key, list[Claim]] = {}
    for claim in after:
        old = before[claim.key]
        if old is None or view(old) != view(claim):
            touched.setdefault(claim.account, []).append(claim)
    for key, claims in touched.items():
        account = books.account(key)
        open_cents, credit_cents = account.open_cents, account.credit_cents
        for claim in claims:
            old = before[claim.key]
            was, stands = (figures(old) if old else None), figures(claim)
            open_cents += stands.open_cents - (was.open_cents if was else 0)
            credit_cents += stands.credit_cents - (was.credit_cents if was else 0)
        account = replace(
            account, version=account.version + 1, open_cents=open_cents, credit_cents=credit_cents
        )
        books.accounts.put(key, account)
        emitter.emit(
            AccountChanged(
                mandant=account.mandant,
                debtor_ref=account.debtor_ref,
                version=account.version,
                open_cents=account.open_cents,
                credit_cents=account.credit_cents,
                claims=tuple(view(claim) for claim in sorted(claims, key=lambda each: each.kassenzeichen)),
                because=because,
            )
        )
