"""Policy lines that no source supports: nobody is dunned by them unless somebody says so."""

from pathlib import Path

from mahnwerk.console import EXIT_POLICY, Failure
from shared.policy import assumptions, load_policies


def accepted(policies: Path, *, accept: bool) -> list[str]:
    """The lines that are assumed and that nobody has confirmed; Failure if there are any, unless accepted."""
    assumed = [f"  {line}" for policy in load_policies(policies).values() for line in assumptions(policy)]
    if assumed and not accept:
        listed = "\n".join(assumed)
        raise Failure(
            f"{len(assumed)} policy lines are assumed and not confirmed:\n{listed}\n"
            'Confirm each (confirmed = "who, when"), or start with --accept-assumptions '
            "(MAHNWERK_ACCEPT_ASSUMPTIONS=1).",
            EXIT_POLICY,
        )
    return assumed
