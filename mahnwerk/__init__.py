"""The operator's command line, and the only package that knows all four services."""

from typing import Final

SERVICES: Final = ("claims", "dunning", "enforcement", "notifications")
