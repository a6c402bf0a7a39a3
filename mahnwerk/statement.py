"""`mahnwerk statement KASSENZEICHEN`: the Kontoblatt, and what happens next about the claim, and why.

Looks into the databases of claims, dunning and enforcement; writes nothing.
"""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy import Connection, select

from mahnwerk.console import Failure
from mahnwerk.installation import Installation
from services.claims import tables
from services.claims.domain.allocate import figures, shares
from services.claims.domain.model import Claim
from services.claims.rows import claim_of
from services.dunning.domain.forecast import NextStep as DunningStep
from services.dunning.service import Dunning
from services.enforcement.domain.forecast import NextStep as EnforcementStep
from services.enforcement.service import Enforcement
from shared.policy import load_policies

_SOLL: Final = ("sollzugang", "sollabgang", "fee", "fee_cancelled")
_WRITTEN_OFF: Final = "write_off"
_REFERENCES: Final = ("payment_ref", "notice_id", "other_kassenzeichen", "account")


def statement(of: Installation, kassenzeichen: str, mandant: str | None) -> dict[str, Any]:
    """The Kontoblatt of a claim; Failure if there is none, or several and no mandant is given."""
    engine = of.engine("claims")
    with engine.begin() as conn:
        claim, day = _claim(conn, kassenzeichen, mandant)
        postings = list(_postings(conn, claim))
    engine.dispose()
    stands = figures(claim)
    return {
        "mandant": claim.mandant,
        "kassenzeichen": claim.kassenzeichen,
        "as_of": day,
        "aktenzeichen": claim.aktenzeichen,
        "einnahmeart": claim.einnahmeart,
        "office": claim.office,
        "claim_ref": claim.claim_ref,
        "debtor_ref": claim.debtor_ref,
        "payer_ref": claim.payer_ref,
        "decided_on": claim.decided_on,
        "final_on": claim.final_on,
        "cancelled": claim.cancelled,
        "soll_cents": stands.soll_cents,
        "ist_cents": stands.ist_cents,
        "written_off_cents": stands.written_off_cents,
        "open_cents": stands.open_cents,
        "credit_cents": stands.credit_cents,
        "sollsaetze": [
            {
                "due_on": sollsatz.due_on,
                "soll_cents": sollsatz.soll_cents,
                "fee_cents": sollsatz.fee_cents,
                "paid_cents": share.paid_cents,
                "written_off_cents": share.written_off_cents,
                "open_cents": share.open_cents,
            }
            for sollsatz, share in zip(claim.sollsaetze, shares(claim), strict=True)
        ],
        "blocks": [
            {
                "reason": block.reason,
                "set_on": block.set_on,
                "ends_by": block.ends_by,
                "lifted_on": block.lifted_on,
                "in_force": day is not None
                and block.set_on <= day <= block.ends_by
                and (block.lifted_on is None or day < block.lifted_on),
            }
            for block in sorted(claim.blocks, key=lambda block: (block.set_on, block.reason))
        ],
        "holds": [asdict(hold) for hold in claim.holds],
        "postings": postings,
        "next_step": _next_step(of, claim.mandant, kassenzeichen),
    }


def _claim(conn: Connection, kassenzeichen: str, mandant: str | None) -> tuple[Claim, date | None]:
    """The claim, and the last day that was opened for its mandant."""
    table, days = tables.claim, tables.lane_day
    query = (
        select(table.c.mandant, table.c.doc, days.c.day)
        .outerjoin(days, days.c.lane == table.c.lane)
        .where(table.c.kassenzeichen == kassenzeichen)
        .order_by(table.c.mandant)
    )
    rows = [row for row in conn.execute(query) if mandant in (None, row.mandant)]
    if not rows:
        raise Failure(f"no claim {kassenzeichen}" + (f" of {mandant}" if mandant else ""))
    if len(rows) > 1:
        names = ", ".join(row.mandant for row in rows)
        raise Failure(f"{kassenzeichen} is a claim of several, name one with --mandant: {names}")
    return claim_of(rows[0].doc), rows[0].day


def _postings(conn: Connection, claim: Claim) -> Iterable[dict[str, Any]]:
    """The journal of the claim with the balance after each entry: positive is owed."""
    table = tables.posting
    query = (
        select(table)
        .where(table.c.mandant == claim.mandant, table.c.kassenzeichen == claim.kassenzeichen)
        .order_by(table.c.posting_no)
    )
    balance = 0
    for row in conn.execute(query):
        balance += row.amount_cents if row.kind in (*_SOLL, _WRITTEN_OFF) else -row.amount_cents
        doc = orjson.loads(row.doc)
        yield {
            "posting_no": row.posting_no,
            "kind": row.kind,
            "amount_cents": row.amount_cents,
            "balance_cents": balance,
            "booked_on": row.booked_on,
            "due_on": row.due_on,
            **{name: doc[name] for name in _REFERENCES if doc.get(name)},
        }


def _next_step(of: Installation, mandant: str, kassenzeichen: str) -> dict[str, Any]:
    """Enforcement's next step while the claim is in a case, else dunning's; each by its own decisions."""
    policies = load_policies(Path(of.policies))
    for service in (Enforcement(policies), Dunning(policies)):
        engine = of.engine(service.name)
        with engine.begin() as conn:
            step = service.next_step(conn, mandant, kassenzeichen)
        engine.dispose()
        if step is not None:
            return _step(service.name, step)
    return {"service": "dunning", "what": "none", "on": None, "why": "unknown"}


def _step(service: str, step: DunningStep | EnforcementStep) -> dict[str, Any]:
    because = {"because": asdict(step.because)} if step.because else {}
    return {"service": service, "what": step.what, "on": step.on, "why": step.why, **because}
