"""A real Prometheus with our configuration, on the targets that a test has."""

import json
import urllib.parse
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import yaml

from mahnwerk.local.process import LOCALHOST, Server, free_ports
from tests.tools import tool

DEPLOY = Path(__file__).parents[2] / "deploy" / "prometheus"


class Prometheus:
    """Scrapes every second, for as long as the context lasts. `ports`: service -> where it serves metrics."""

    def __init__(self, folder: Path, ports: Mapping[str, int]) -> None:
        config: dict[str, Any] = yaml.safe_load((DEPLOY / "prometheus.yml").read_text(encoding="utf-8"))
        config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
        config["rule_files"] = [str(DEPLOY / name) for name in config["rule_files"]]
        targets = [
            {"targets": [f"{LOCALHOST}:{port}"], "labels": {"service": service}}
            for service, port in ports.items()
        ]
        job = config["scrape_configs"][0]["job_name"]
        config["scrape_configs"] = [{"job_name": job, "static_configs": targets}]
        written = folder / "prometheus.yml"
        written.write_text(yaml.safe_dump(config), encoding="utf-8")
        (port,) = free_ports(1)
        self._url = f"http://{LOCALHOST}:{port}/api/v1/"
        command = [tool("prometheus"), f"--config.file={written}", f"--storage.tsdb.path={folder / 'tsdb'}",
                   f"--web.listen-address={LOCALHOST}:{port}"]  # fmt: skip
        self._server = Server(command, folder / "prometheus.log", ready="Server is ready")

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def get(self, path: str, **parameters: object) -> Any:  # noqa: ANN401 - JSON
        """What it answers; a query that it cannot read is an error."""
        asked = f"{self._url}{path}?{urllib.parse.urlencode(parameters)}"
        with urllib.request.urlopen(asked, timeout=30) as response:  # noqa: S310 - ours
            return json.load(response)["data"]

    def values(self, query: str, start: float, end: float) -> list[float]:
        """All values of all series of a query in that time, each second."""
        result = self.get("query_range", query=query, start=start, end=end, step=1)["result"]
        return [float(value) for series in result for _, value in series["values"]]
