"""Plays seeds, in several processes, and says what came of each."""

import gc
import multiprocessing
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.sim.checks import check
from tests.sim.replay import business_hash, check_replay
from tests.sim.simulation import Settings, Simulation
from tests.sim.violations import ViolationError


@dataclass(slots=True)
class Result:
    """What came of a seed."""

    seed: int
    days: int = 0  # from the first opened day to the last
    opened: int = 0
    records: int = 0  # what others sent
    events: int = 0  # what the services said
    steps: int = 0
    seconds: float = 0.0
    trace: str = ""
    business: str = ""
    faults: dict[str, int] = field(default_factory=dict)
    rejected: Counter[str] = field(default_factory=Counter)  # by reason
    violation: str = ""
    detail: str = ""


def play(seed: int, settings: Settings) -> Result:
    """Play a seed to its end, with all checks."""
    started = time.process_time()
    result = Result(seed)
    simulation = Simulation(seed, settings)
    try:
        simulation.run()
        check(simulation)
        simulation.journal.whole()
        check_replay(simulation)
        result.business = business_hash(simulation.cluster.databases)
    except ViolationError as violation:
        result.violation, result.detail = violation.what, str(violation)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is this seed's
        result.violation = f"uncaught {type(error).__name__}"
        result.detail = "".join(traceback.format_exception(error))
    finally:
        _count(result, simulation)
        simulation.cluster.close()
    result.seconds = time.process_time() - started
    return result


def _count(result: Result, simulation: Simulation) -> None:
    cluster, days = simulation.cluster, simulation.world.days
    result.opened = simulation.publisher.days
    result.days = (days[max(0, result.opened - 1)] - days[0]).days + 1
    result.records = len(cluster.watcher.sent)
    result.events = cluster.watcher.events
    result.steps = simulation.steps
    result.trace = cluster.watcher.trace.hexdigest()
    result.faults = {name: count for name, count in cluster.faults.items() if count > 0}
    result.faults |= {**cluster.broker.counts, **simulation.world.plan.counts}
    result.faults["sent twice, read once"] = cluster.watcher.twice
    for (_, outcome), count in cluster.watcher.answers.items():
        result.rejected[outcome] += count * (outcome != "ok")


def play_all(seeds: Iterable[int], settings: Settings, jobs: int) -> Iterator[Result]:
    """Play seeds at once in so many processes; each is told as it ends."""
    tasks = [(seed, settings) for seed in seeds]
    if jobs == 1:
        yield from (play(*task) for task in tasks)
        return
    with multiprocessing.get_context("fork").Pool(jobs, spare_the_collector, maxtasksperchild=50) as pool:
        yield from pool.imap_unordered(_play, tasks)


def spare_the_collector() -> None:
    """A seed makes few rings and many objects: looking through all of them often is a tenth of its time."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def _play(task: tuple[int, Settings]) -> Result:
    return play(*task)
