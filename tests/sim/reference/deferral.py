"""Deferral: nothing is asked until a day, or while instalments are covered. Looked at on every day."""

from datetime import date, timedelta

from tests.sim.reference.books import Books, Claim, Data, Deferral, day_of


def granted(data: Data, claim: Claim) -> Deferral:
    """As it begins."""
    each = data.get("instalments") or ()
    rates = sorted((date.fromisoformat(one["due_on"]), one["amount_cents"]) for one in each)
    decided_on = date.fromisoformat(data["decided_on"])
    return Deferral(day_of(data.get("deferred_by")), rates, claim.open, decided_on, list(claim.months))


def see(books: Books, day: date) -> None:
    """Those that have passed, and those of which an instalment was not covered, are over."""
    grace = timedelta(days=books.policy.on(day).enforcement.instalment_grace_days)
    for claim in books.claims.values():
        deferral = claim.deferral
        if deferral is None:
            continue
        over = sum(due_on + grace < day for due_on, _ in deferral.rates)
        if over > deferral.checked:
            deferral.checked = over
            open_ = sum(each.open for each in claim.standing() if each.month in deferral.months)
            if deferral.open - open_ < sum(cents for _, cents in deferral.rates[:over]):
                claim.deferral = None
        if deferral.until < day if deferral.until else over == len(deferral.rates):
            claim.deferral = None
