"""What stops the start for a mandant."""


class PolicyError(Exception):
    """A policy that cannot be worked with; the message names file and key, one problem a line."""
