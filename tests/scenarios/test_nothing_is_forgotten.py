"""What falls due by the calendar alone happens on its day, whether or not something touches the account."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scenarios.test_invariants import FIRST, KINDS, say
from tests.scenarios.timeline import Data, Timeline

POLICY = {
    "dunning.fees": {"": "none", "2026-03-10": "nrw"},
    "dunning.run": {"": "daily", "2026-03-20": "fortnightly:2015-01-05", "2026-05-01": "daily"},
    "dunning.min_days_overdue": {"": 10, "2026-03-25": 3},
    "dunning.small_amount_cents": {"": 2000, "2026-04-15": 0},
    "dunning.handover_after_days": {"": 21, "2026-04-10": 14},
    "dunning.treatment.5601": {"": "never", "2026-03-30": "dun", "2026-05-10": "kassenanzeige"},
    "kassenanzeige.first_after_days": {"": 40, "2026-04-01": 10},
    "kassenanzeige.second_after_months": 1,
    "enforcement.small_amount_cents": {"": 10000, "2026-05-04": 0},
    "enforcement.instalment_grace_days": {"": 30, "2026-04-20": 2},
}


@given(data=st.data())
@settings(max_examples=8, deadline=None, derandomize=True)
def test_an_account_that_is_touched_every_day_has_the_same_story(data: st.DataObject) -> None:
    left_alone = Timeline("wuppertal", POLICY)
    left_alone.day(FIRST.isoformat())
    left_alone.debtor("D1")
    for kind in data.draw(st.lists(st.sampled_from(KINDS), min_size=10, max_size=30)):
        say(left_alone, kind, data.draw)
    for days in data.draw(st.lists(st.integers(1, 8), min_size=12, max_size=12)):
        left_alone.day((date.fromisoformat(left_alone.today) + timedelta(days)).isoformat())

    touched = Timeline("wuppertal", POLICY)
    for name in ("K1", "K2", "K3", "K4", "K5"):
        touched.art(name, left_alone.art(name, "5621"))
    numbers: set[str] = set()
    for line in left_alone.sent:
        if "day" in line["data"]:
            _touch(touched, numbers)
            touched.day(line["data"]["day"])
        else:
            touched.line(line)
            numbers |= {line["data"]["kassenzeichen"]} if line["type"] == "claim-created.v1" else set()
    assert sorted(_decided(touched)) == sorted(_decided(left_alone))


def _touch(t: Timeline, numbers: set[str]) -> None:
    """Another Aktenzeichen for every claim: the account changes, nothing that anybody decides on does."""
    for number in sorted(numbers):
        aktenzeichen = f"3242{len(t.sent):010}"
        t.about("aktenzeichen-changed", number, source="/registry", aktenzeichen=aktenzeichen)


def _decided(t: Timeline) -> list[str]:
    own: list[Data] = [one for one in t.events("event-rejected") if one.get("rejected_source") == "/upstream"]
    return t.story() + [f"{one['rejected_id']} {one['reason']}" for one in own]
