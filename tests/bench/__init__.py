"""How fast it is, and against what. `python -m tests.bench`; asserted is only work done, never time."""
