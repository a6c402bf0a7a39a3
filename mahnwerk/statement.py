"""`mahnwerk statement KASSENZEICHEN`: the Kontoblatt, and what happens next about the claim, and why.

Looks into the databases of claims, dunning and enforcement; writes nothing.
"""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from mahnwerk.console import Failure
from mahnwerk.installation import Installation
from services.claims.statement import statements
from services.dunning.service import Dunning
from services.enforcement.service import Enforcement
from shared.deciding import NextStep
from shared.policy import load_policies


def statement(of: Installation, kassenzeichen: str, mandant: str | None) -> dict[str, Any]:
    """The Kontoblatt of a claim; Failure if there is none, or several and no mandant is given."""
    engine = of.engine("claims")
    with engine.begin() as conn:
        found = statements(conn, kassenzeichen, mandant)
    engine.dispose()
    if not found:
        raise Failure(f"no claim {kassenzeichen}" + (f" of {mandant}" if mandant else ""))
    if len(found) > 1:
        names = ", ".join(sheet.mandant for sheet in found)
        raise Failure(f"{kassenzeichen} is a claim of several, name one with --mandant: {names}")
    (sheet,) = found
    postings = [_present(asdict(line)) for line in sheet.postings]
    return {
        **asdict(sheet),
        "postings": postings,
        "next_step": _next_step(of, sheet.mandant, kassenzeichen),
    }


def _present(line: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if value is not None}


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


def _step(service: str, step: NextStep) -> dict[str, Any]:
    because = {"because": asdict(step.because)} if step.because else {}
    return {"service": service, "what": step.what, "on": step.on, "why": step.why, **because}
