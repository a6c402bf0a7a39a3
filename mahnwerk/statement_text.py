"""The Kontoblatt for people."""

from collections.abc import Mapping
from typing import Any, Final

from mahnwerk.console import euros, table
from services.notifications.domain.names import einnahmeart, office

_BLOCKS: Final = {
    "T": "Widerspruch",
    "U": "Klage",
    "V": "Aufrechnung mit Leistungsbezug",
    "W": "minderjähriges Kind",
    "X": "Insolvenz",
    "Y": "sonstige",
    "Z": "Rückforderung Mietkaution",
}
_STEPS: Final = {
    "withdrawal": "the dunning notice is withdrawn for it",
    "notice": "dunning notice (Mahnung)",
    "hand-over": "hand-over to enforcement",
    "kassenanzeige": "Kassenanzeige",
    "lawsuit": "hand-over for a lawsuit",
    "announcement": "enforcement is announced",
    "start": "enforcement starts",
    "instalment-missed": "the instalment plan ends, unless the instalment is paid",
    "closed": "the case is closed",
    "leaves": "it leaves its case, and is dunned again with a notice",
    "none": "none",
}
_WHYS: Final = {
    "nothing-open": "nothing is open",
    "never-dunned": "claims of this Einnahmeart are never dunned",
    "deferred": "it is deferred (Stundung)",
    "held": "a hold is on it: benefits are received, or a decision is awaited",
    "lawsuit-handed-over": "all Kassenanzeigen are issued and it was handed over for a lawsuit",
    "barred": "it is barred by limitation and not pursued",
    "blocked": "a block is in force, as far as is looked ahead",
    "in-enforcement": "it was handed over; enforcement has not taken it up yet",
    "small-amount": "the account's total is below the limit for small amounts",
    "parked": "the account is parked, see `mahnwerk dlq list`",
    "no-day-opened": "no business day has been opened yet",
    "plan": "an instalment plan runs, and what is due is paid",
    "office": "the office is at work; its report is awaited",
    "field": "the field service is at work; its report is awaited",
    "nothing-asked": "credits cover what is open",
    "not-pursued": "it is blocked, held, or due again later",
    "unknown": "dunning does not know it yet",
}


def statement_text(sheet: Mapping[str, Any]) -> str:
    """The Kontoblatt as text."""
    of_payer = f", about {sheet['debtor_ref']}" if sheet["debtor_ref"] != sheet["payer_ref"] else ""
    head = [
        f"Kontoblatt {sheet['kassenzeichen']} ({sheet['mandant']}), as of {sheet['as_of'] or 'no day yet'}",
        f"{einnahmeart(sheet['einnahmeart'])}",
        f"Aktenzeichen {sheet['aktenzeichen']}, booked by {office(sheet['office'])}",
        f"debtor {sheet['payer_ref']}{of_payer}",
        f"claim {sheet['claim_ref']}, decided on {sheet['decided_on']}"
        + (f", final on {sheet['final_on']}" if sheet["final_on"] else "")
        + (", cancelled" if sheet["cancelled"] else ""),
        *([f"limitation (Verjährung) ends on {sheet['limitation_on']}"] if sheet["limitation_on"] else []),
    ]
    parts = [
        head,
        ["Balance", *table(_balance(sheet))],
        ["Due dates", *table(_sollsaetze(sheet), ["due on", "Soll", "fees", "paid", "written off", "open"])],
        ["Blocks", *(table(_blocks(sheet)) or ["none"])],
        ["Journal", *table(_postings(sheet), ["no", "booked on", "kind", "EUR", "balance", "due on", ""])],
        ["Next step", *_next(sheet["next_step"])],
    ]
    return "\n\n".join("\n".join([first, *(f"  {line}" for line in rest)]) for first, *rest in parts)


def _balance(sheet: Mapping[str, Any]) -> list[list[str]]:
    names = {"soll": "Soll", "ist": "- Ist", "written_off": "- written off", "open": "= open"}
    if sheet["credit_cents"]:
        names = {**names, "credit": "credit"}
    return [[said, euros(sheet[f"{name}_cents"])] for name, said in names.items()]


def _sollsaetze(sheet: Mapping[str, Any]) -> list[list[str]]:
    names = ("soll", "fee", "paid", "written_off", "open")
    return [
        [each["due_on"], *(euros(each[f"{name}_cents"]) for name in names)] for each in sheet["sollsaetze"]
    ]


def _blocks(sheet: Mapping[str, Any]) -> list[list[str]]:
    rows = []
    for block in sheet["blocks"]:
        state = "in force" if block["in_force"] else ""
        if block["lifted_on"]:
            state = f"lifted on {block['lifted_on']}"
        named = f"{block['reason']} {_BLOCKS[block['reason']]}"
        rows.append([named, f"{block['set_on']} to {block['ends_by']}", state])
    rows += [[f"hold: {hold['cause']}", f"from {hold['held_from']}", ""] for hold in sheet["holds"]]
    return rows


def _postings(sheet: Mapping[str, Any]) -> list[list[Any]]:
    return [
        [
            each["posting_no"],
            each["booked_on"],
            each["kind"],
            euros(each["amount_cents"]),
            euros(each["balance_cents"]),
            each["due_on"],
            each.get("payment_ref") or each.get("other_kassenzeichen") or "",
        ]
        for each in sheet["postings"]
    ]


def _next(step: Mapping[str, Any]) -> list[str]:
    said = _STEPS[step["what"]]
    lines = [f"{step['on']}: {said}" if step["on"] else said]
    if step["why"] in _WHYS:
        lines.append(f"because {_WHYS[step['why']]}")
    if because := step.get("because"):
        lines.append(f"by {', '.join(because['rules'])} (policy {because['policy']}), from")
        lines += [f"  {line}" for line in table(_facts(because["facts"]))]
    return lines


def _facts(facts: Mapping[str, Any]) -> list[list[str]]:
    return [
        [name.removesuffix("_cents"), euros(value) + " EUR"]
        if name.endswith("_cents")
        else [name, str(value)]
        for name, value in facts.items()
    ]
