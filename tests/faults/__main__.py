"""`python -m tests.faults`: faults on the real parts; prints a table; exit 1 unless all that must be is 0."""

import argparse
import json
import logging
import sys
from dataclasses import replace

from tests.faults.report import figures, table, zeros
from tests.faults.run import QUICK, Asked, run


def main() -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two minutes instead of fifteen")
    parser.add_argument("--json", action="store_true", help="the figures as JSON")
    for name, of in (("events", int), ("kills", int), ("rounds", int), ("rate", float), ("seed", int)):
        parser.add_argument(f"--{name}", type=of)
    parser.add_argument("--brokers", type=int, choices=(1, 3))
    given = vars(parser.parse_args())
    asked, as_json = QUICK if given.pop("quick") else Asked(), given.pop("json")
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(message)s")
    logging.getLogger("tests.faults").setLevel(logging.INFO)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    ran = run(replace(asked, **{name: value for name, value in given.items() if value is not None}))
    sys.stdout.write((json.dumps(figures(ran), indent=2) if as_json else table(ran)) + "\n")
    return 1 if any(zeros(ran).values()) else 0


if __name__ == "__main__":
    sys.exit(main())
