"""Holds: who is not dunned though no block is set, and who is asked. Everything is looked at, every day."""

from datetime import date

from tests.sim.reference.books import Books, Claim, Data, day_of

_UNTIL_DECIDED = ("majority", "landlord", "deceased")
_CAUSES = ("benefits", "minor", *_UNTIL_DECIDED)


def see(books: Books, day: date) -> None:
    """Holds begin and end when a day is opened."""
    questions: dict[tuple[str, str, str], list[str]] = {}
    for number in sorted(books.claims):
        claim = books.claims[number]
        now = _now(books, claim, day)
        before = claim.holds
        claim.holds = {
            cause: since for cause, since in before.items() if cause in now or cause in _UNTIL_DECIDED
        }
        if claim.open and books.policy.on(day).treatment(claim.art) == "dun":
            for cause in _CAUSES:
                since = now.get(cause)
                if since is not None and cause not in before and (cause, since) not in claim.decided:
                    claim.holds[cause] = since
                    questions.setdefault((claim.payer, cause, claim.office), []).append(number)
    for (payer, cause, office), numbers in questions.items():
        if cause != "benefits":
            books.told.append(
                ("question", books.mandant, payer, cause, office, day.isoformat(), tuple(numbers))
            )


def _now(books: Books, claim: Claim, day: date) -> dict[str, date]:
    """What speaks against dunning, and since when."""
    payer = books.debtors[claim.payer]
    now = {}
    last = books.offset_limit(claim)
    if payer["receives_benefits"] and claim.art not in ("5624", "5684") and (last is None or day <= last):
        now["benefits"] = day
    born = day_of(payer.get("born_on"))
    if born and payer["kind"] == "person":
        majority = date(born.year + 18, born.month, born.day)
        if day < majority:
            now["minor"] = min(claim.arose_on, day)
        elif claim.arose_on < majority:
            now["majority"] = majority
    deposits = [
        block.set_on
        for block in claim.blocks
        if block.reason == "Z" and block.set_on <= block.last_on and block.set_on <= day
    ]
    if deposits:
        now["landlord"] = max(deposits)
    died = day_of(payer.get("deceased_on"))
    if died and died <= day:
        now["deceased"] = died
    return now


def decide(claim: Claim, data: Data) -> None:
    """Somebody has decided."""
    claim.decided.add((data["cause"], claim.holds.pop(data["cause"])))


def is_there(claim: Claim, cause: str) -> bool:
    """Whether there is a hold that somebody can decide about."""
    return cause in claim.holds and cause in _UNTIL_DECIDED
