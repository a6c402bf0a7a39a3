"""A timeline: what upstream, the bank and the clock say, day by day, and what the services make of it.

It drives the production services through `mahnwerk.play.Play`. Claims have names like ``K7``: the number is
the serial of the Kassenzeichen, so the lowest name of an Einnahmeart is its lowest Kassenzeichen.
"""

import re
from collections.abc import Mapping
from typing import Any

import orjson

from mahnwerk.play import Play
from shared import kassenzeichen as kz
from tests.scenarios import municipality, telling
from tests.scenarios.telling import cents

Data = dict[str, Any]
OFFICES = {"5623": "JBC.31", "5624": "JBC.24", "5625": "JBC.24", "5626": "JBC.23", "5684": "JBC.24"}
ANSWERS = {True: ("posting-recorded", "payment-unclear"), False: ("claim-registered",)}


class Timeline:
    """Everything said to it goes to the services in this order; questions are answered as of now."""

    def __init__(self, mandant: str = "wuppertal", policy: Mapping[str, object] | None = None) -> None:
        self.mandant = mandant
        self.today = ""
        self.sent: list[Data] = []
        self._play = Play(municipality.changed(mandant, policy) if policy else municipality.shipped())
        self._pending: list[tuple[int, Any]] = []
        self._emitted: list[tuple[str, Data]] = []  # with the day that was open
        self._names: dict[str, str] = {}
        self._arts: dict[str, str] = {}

    # what is said

    def line(self, line: object) -> None:
        """Any JSON as a line of the file."""
        self._pending.append((len(self.sent) + 1, line))
        self.sent.append(line if isinstance(line, dict) else {})

    def send(self, kind: str, /, *, id: str = "", source: str = "/upstream", **data: Any) -> str:  # noqa: A002, ANN401
        """An event with this data; None is left out. Returns its id."""
        id = id or f"e{len(self.sent) + 1}"  # noqa: A001
        data = {"mandant": self.mandant} | data
        data = {name: value for name, value in data.items() if value is not None}
        self.line({"specversion": "1.0", "id": id, "source": source, "type": f"{kind}.v1", "data": data})
        return id

    def day(self, day: str, **rest: Any) -> str:  # noqa: ANN401
        """A business day is opened, after everything said before is settled."""
        self._run()
        self.today = day
        id_ = f"day-{day}-{len(self.sent)}"
        line = {"specversion": "1.0", "id": id_, "source": "/clock", "type": "business-day-opened.v1"}
        self.line(line | {"data": {"day": day} | rest})
        self._run()
        return id_

    def days(self, *days: str) -> None:
        """These business days are opened, one after the other."""
        for day in days:
            self.day(day)

    def debtor(self, ref: str, **changes: Any) -> str:  # noqa: ANN401
        """An adult with everything in order, but for the changes."""
        usual: Data = {
            "debtor_ref": ref,
            "kind": "person",
            "born_on": "1980-06-15",
            "legal_representative": False,
            "under_guardianship": False,
            "address_complete": True,
            "receives_benefits": False,
        }
        return self.send("debtor-registered", **(usual | changes))

    def claim(self, name: str, amount: str, *, debtor: str = "D1", art: str = "5621", **changes: Any) -> str:  # noqa: ANN401
        """A one-off claim; ``due``: its due date; decided on that day or today, whichever is first."""
        due = changes.pop("due", None)
        usual: Data = {
            "claim_ref": name,
            "debtor_ref": debtor,
            "kassenzeichen": self.kz(name, art),
            "aktenzeichen": "32425425167854",
            "einnahmeart": art,
            "office": OFFICES.get(art, "LG"),
            "mode": "einmalig",
            "amount_cents": cents(amount),
            "due_on": due,
            "decided_on": min(due or self.today, self.today or due),
        }
        return self.send("claim-created", **(usual | changes))

    def payment(self, ref: str, claim: str | None, amount: str, **changes: Any) -> str:  # noqa: ANN401
        usual: Data = {"payment_ref": ref, "amount_cents": cents(amount), "booked_on": self.today}
        return self.send("payment-received", **(usual | {"kassenzeichen": self._kz(claim)} | changes))

    def reversal(self, ref: str, reverses: str, amount: str, **changes: Any) -> str:  # noqa: ANN401
        """A Rücklastschrift."""
        return self.payment(ref, None, amount, **({"reverses": reverses} | changes))

    def block(self, claim: str, reason: str, **changes: Any) -> str:  # noqa: ANN401
        return self.about("block-set", claim, **({"reason": reason, "set_on": self.today} | changes))

    def lift(self, claim: str, reason: str, **changes: Any) -> str:  # noqa: ANN401
        return self.about("block-lifted", claim, **({"reason": reason, "lifted_on": self.today} | changes))

    def reduce(self, claim: str, amount: str, due: str, **changes: Any) -> str:  # noqa: ANN401
        return self.about("claim-reduced", claim, amount_cents=cents(amount), due_on=due, **changes)

    def write_off(self, claim: str, decision: str = "unbefristet", **changes: Any) -> str:  # noqa: ANN401
        usual: Data = {
            "decision": decision,
            "decided_on": self.today,
            "requested_by": "S1",
            "approved_by": "S2",
            "whereabouts_unknown": False,
        }
        return self.about("write-off-decided", claim, **(usual | changes))

    def about(self, kind: str, claim: str, /, **data: Any) -> str:  # noqa: ANN401
        """Any event about a claim."""
        return self.send(kind, kassenzeichen=self._kz(claim), **data)

    def kz(self, name: str, art: str | None = None) -> str:
        """The Kassenzeichen of a claim's name."""
        art = self._arts.setdefault(name, art or "5621")
        number = kz.make(art, int(re.sub(r"\D", "", name)))
        self._names[number] = name
        return number

    def art(self, name: str, art: str) -> str:
        """The Einnahmeart of a name: the given one if it has none yet."""
        self.kz(name, art)
        return self._arts[name]

    def _kz(self, claim: str | None) -> str | None:
        return self.kz(claim) if claim and re.fullmatch(r"[A-Z]\d+", claim) else claim

    # what is asked

    def raw(self, kind: str = "", on: str = "") -> list[Data]:
        """Emitted events with their envelopes; ``on``: only those emitted while that day was the open one."""
        self._run()
        return [
            event
            for day, event in self._emitted
            if kind in ("", event["type"].removesuffix(".v1")) and on in ("", day)
        ]

    def events(self, kind: str, claim: str = "", on: str = "") -> list[Data]:
        """The data of emitted events of a kind, those that name the claim if one is given."""
        data = [event["data"] for event in self.raw(kind, on)]
        return [one for one in data if self.kz(claim) in orjson.dumps(one).decode()] if claim else data

    def story(self, debtor: str = "", on: str = "") -> list[str]:
        """What was decided, one line each; of one debtor if one is given (hand-over messages: all).

        Without what watches tell about blocks (test_watches.py).
        """
        return [
            telling.TELLINGS[event["type"]](event["data"], self.name)
            for event in self.raw(on=on)
            if event["type"] in telling.TELLINGS
            and debtor in ("", event["data"].get("debtor_ref", debtor))
            and event["data"].get("kind") not in telling.WATCHES
        ]

    def postings(self, claim: str, kind: str = "") -> list[str]:
        """The journal of a Kassenzeichen."""
        found = [one for one in self.events("posting-recorded") if one["kassenzeichen"] == self.kz(claim)]
        return [telling.posting(one) for one in found if kind in ("", one["kind"])]

    def account(self, claim: str) -> Data:
        """The claim as the last account-changed that names it shows it."""
        views: list[Data] = [view for event in self.events("account-changed") for view in event["claims"]]
        return [view for view in views if view["kassenzeichen"] == self.kz(claim)][-1]

    def balance(self, claim: str) -> str:
        view = self.account(claim)
        amounts = ("soll", "ist", "written_off", "open", "credit")
        return " ".join(
            f"{name} {telling.euros(view[f'{name}_cents'])}" for name in amounts if view[f"{name}_cents"]
        )

    def answers(self, id: str, source: str = "/upstream") -> list[str]:  # noqa: A002
        """The answers to an inbound event by their names; the postings of one payment are one answer."""
        of_payment = any(one["id"] == id and one["type"] == "payment-received.v1" for one in self.sent if one)
        found = []
        for event in self.raw():
            data, name = event["data"], event["type"].removesuffix(".v1")
            if name in ("event-accepted", "event-rejected"):
                verb = name.removeprefix("event-")
                if (data.get(f"{verb}_id"), data.get(f"{verb}_source")) == (id, source):
                    found.append(name)
            elif event.get("causationid") == id and (name in ANSWERS[of_payment] or "reversed_by" in data):
                found += [name] if name not in found else []
        return found

    def accepted(self, id: str) -> Data:  # noqa: A002
        """The result of an accepted event."""
        assert self.answers(id) == ["event-accepted"], self.rejected(id)
        (answer,) = (one for one in self.events("event-accepted") if one["accepted_id"] == id)
        result: Data = answer["result"]
        return result

    def rejected(self, id: str) -> str:  # noqa: A002
        """Why the event was rejected; "" if it was not (yet)."""
        reasons = [one["reason"] for one in self.events("event-rejected") if one.get("rejected_id") == id]
        return " ".join(reasons)

    def name(self, kassenzeichen: str) -> str:
        return self._names.get(kassenzeichen, kassenzeichen)

    def _run(self) -> None:
        lines, self._pending = self._pending, []
        if lines:
            self._emitted += [(self.today, orjson.loads(line)) for line in self._play.run(lines)]
