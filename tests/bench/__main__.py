"""`python -m tests.bench`: how fast it is, and against what. Prints a table and writes bench.json."""

import argparse
import dataclasses
import json
import logging
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from shared.runtime import rarely_collect
from tests.bench.machine import about
from tests.bench.places import places
from tests.bench.sections import LIMITS, SECTIONS
from tests.bench.table import QUICK, TIMES, Row, Size

log = logging.getLogger("tests.bench")


def main() -> int:
    """Run the sections that are asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes: two minutes instead of ten")
    parser.add_argument("--only", choices=SECTIONS, action="append", help="these sections only")
    parser.add_argument("--growth-minutes", type=float, help="how long section 5 runs")
    parser.add_argument(
        "--json", type=Path, default=Path("bench.json"), help="where the figures go for machines"
    )
    asked = parser.parse_args()
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(message)s")
    log.setLevel(logging.INFO)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    rarely_collect()  # as in a process that ships, whichever sections run
    started = time.monotonic()
    with places() as here:
        facts = about(here.postgres.url) | {"quick": asked.quick}
        size = QUICK if asked.quick else Size()
        if asked.growth_minutes:
            size = dataclasses.replace(size, growth_minutes=asked.growth_minutes)
        rows = []
        for name in asked.only or SECTIONS:
            measured = SECTIONS[name](here, size)
            log.info("%s is done\n%s", name, "\n".join(_lines(measured)))
            rows += measured
    facts |= {
        "load after": [round(load, 2) for load in os.getloadavg()],
        "seconds": round(time.monotonic() - started),
    }
    limits = {f"limit of {name}": LIMITS[name] for name in asked.only or SECTIONS}
    asked.json.write_text(
        json.dumps(_document(facts | limits, rows), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    sys.stdout.write(_table(facts, rows) + "".join(f"{name}: {what}\n" for name, what in limits.items()))
    return 0


def _document(facts: dict[str, Any], rows: Iterable[Row]) -> dict[str, Any]:
    return facts | {"rows": [dataclasses.asdict(row) for row in _in_order(rows)]}


def _in_order(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: not row.is_ratio)


def _table(facts: dict[str, Any], rows: Iterable[Row]) -> str:
    head = [f"median of {TIMES} runs or more (lowest–highest)"]
    head += [f"{name}: {value}" for name, value in facts.items()]
    return "\n".join([*head, *_lines(_in_order(rows))]) + "\n"


def _lines(rows: Iterable[Row]) -> list[str]:
    cells = [(row.section, row.what, f"{row.figure} {row.unit}", row.aim) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(map(str.ljust, cell, widths)).rstrip() for cell in cells]


if __name__ == "__main__":
    sys.exit(main())
