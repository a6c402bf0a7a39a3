"""Programs that some tests need and a machine may lack. In CI none of them may be missing."""

import os
import shutil

import pytest


def tool(name: str) -> str:
    """The path of a program; without it the test is skipped, or fails where MAHNWERK_TOOLS is `required`."""
    if path := shutil.which(name):
        return path
    if os.environ.get("MAHNWERK_TOOLS") == "required":
        pytest.fail(f"{name} is not installed")
    pytest.skip(f"{name} is not installed")
