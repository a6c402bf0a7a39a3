"""A municipality's policy: dated values beside the code, from ``policies/<mandant>.toml``.

``policy.on(day)`` is asked inside the domain, because *which* rule applies on a day is itself a rule.
"""

from shared.policy.errors import PolicyError
from shared.policy.load import load_policies
from shared.policy.policy import Assumption, Policies, Policy, assumptions
from shared.policy.run import Run
from shared.policy.terms import ConversionStep, Limitation, Terms

__all__ = [
    "Assumption",
    "ConversionStep",
    "Limitation",
    "Policies",
    "Policy",
    "PolicyError",
    "Run",
    "Terms",
    "assumptions",
    "load_policies",
]
