"""Bugs in what is said: postings, the numbers and days in messages, counts, answers."""

# ruff: noqa: ANN401, SLF001 - what is planted stands in the place of private functions

from collections import Counter
from dataclasses import replace
from typing import Any, Final

from msgspec import structs

import services.claims.answers
import services.claims.day
from services.claims.domain import blocks, booking, evolve, payments, reviews, views, write_off
from services.dunning import store as dunning_store
from services.enforcement.domain import write_offs
from tests.sim.mutants.planting import Mutant, Patch


def _posted_on_our_day() -> list[Patch]:
    real = payments.book_money

    def book_money(desk: Any, claim: Any, cents: int, voucher: Any) -> Any:
        return real(desk, claim, cents, structs.replace(voucher, booked_on=desk.day))

    return [(payments, "book_money", book_money)]


def _no_account() -> list[Patch]:
    real = booking._written_off

    def written_off(*given: Any) -> Any:
        return tuple(structs.replace(posting, account=None) for posting in real(*given))

    return [(booking, "_written_off", written_off)]


def _all_on_the_first_month() -> list[Patch]:
    real = booking._posting

    def posting(claim: Any, sollsatz: Any, cents: int, voucher: Any) -> Any:
        made = real(claim, sollsatz, cents, voucher)
        return structs.replace(made, due_on=claim.first_due_on) if voucher.kind == "payment" else made

    return [(booking, "_posting", posting)]


def _year_of_the_booking() -> list[Patch]:
    real = evolve.PostingRecorded

    def recorded(**fields: Any) -> Any:
        return real(**fields | {"fiscal_year": fields["booked_on"].year})

    return [(evolve, "PostingRecorded", recorded)]


def _split_never_taken_off() -> list[Patch]:
    real = booking._parts

    def parts(claim: Any, cents: int, kind: Any) -> Any:
        return real(claim, abs(cents), kind)

    return [(booking, "_parts", parts)]


def _other_not_named() -> list[Patch]:
    real = evolve.PostingRecorded

    def recorded(**fields: Any) -> Any:
        return real(**fields | {"other_kassenzeichen": None})

    return [(evolve, "PostingRecorded", recorded)]


def _counts_go_on() -> list[Patch]:
    real = services.claims.day.replace

    def kept(journal: Any, **_changes: Any) -> Any:
        return real(journal, totals_cents={})

    return [(services.claims.day, "replace", kept)]


def _copies_count() -> list[Patch]:
    def counted(journal: Any, emitter: Any) -> Any:
        counts = dict(journal.counts)
        for event in emitter.events:
            counts[event.type] = counts.get(event.type, 0) + 1
        return structs.replace(journal, counts=counts)

    return [(services.claims.answers, "counted", counted)]


def _dunning_counts_a_chunk() -> list[Patch]:
    class Last(dict[str, int]):
        def __add__(self, other: Any) -> Any:
            return other

    def counter(given: Any = ()) -> Any:
        return Last(given) if isinstance(given, dict) and not isinstance(given, Counter) else given

    return [(dunning_store, "Counter", counter)]


def _first_due_date() -> list[Patch]:
    real = write_off._written_off

    def written_off(turn: Any, claim: Any, *more: Any) -> Any:
        outcome = real(turn, claim, *more)
        first: Any = outcome.told[0]
        told = replace(first, original_due_on=claim.first_due_on)
        return structs.replace(outcome, told=(told, *outcome.told[1:]))

    return [(write_off, "_written_off", written_off)]


def _all_that_was_open() -> list[Patch]:
    real = write_offs._to_post

    def to_post(order: Any, account: Any, desk: Any) -> Any:
        said = real(order, account, desk)
        claim = account.claims.get(order.kassenzeichen)
        cents = claim.open_cents if claim else order.amount_cents
        return replace(said, payload=said.payload | {"amount_cents": cents})

    return [(write_offs, "_to_post", to_post)]


def _cause_unknown() -> list[Patch]:
    return [(payments, "_unreadable", lambda *_: "no-reference")]


def _old_due_date() -> list[Patch]:
    real = blocks.amended

    def amended(turn: Any, booked: Any, because: Any, **_more: Any) -> Any:
        return real(turn, booked, because)

    return [(blocks, "amended", amended)]


def _texts_stay() -> list[Patch]:
    return [(evolve, "_SETTLED", ())]


def _first_is_due() -> list[Patch]:
    real = views.view

    def view(claim: Any) -> Any:
        seen = real(claim)
        return replace(seen, due_on=claim.first_due_on)

    return [(views, "view", view), (evolve, "view", view)]


def _all_that_is_written_off() -> list[Patch]:
    real = reviews._follow_up

    def follow_up(desk: Any, claim: Any, message: Any, *more: Any) -> Any:
        cents = reviews.figures(claim).written_off_cents
        return real(desk, claim, message._replace(amount_cents=cents), *more)

    return [(reviews, "_follow_up", follow_up)]


MUTANTS: Final = (
    Mutant("money is posted on our day, not the bank's", _posted_on_our_day),
    Mutant("write-offs are posted on no account", _no_account),
    Mutant("payments are posted on the first due date", _all_on_the_first_month),
    Mutant("the fiscal year is that of the booking", _year_of_the_booking),
    Mutant("a split is never taken off", _split_never_taken_off),
    Mutant("a transfer does not name the other claim", _other_not_named),
    Mutant("what was counted is counted again", _counts_go_on),
    Mutant("a copy counts", _copies_count),
    Mutant("dunning counts its last chunk only", _dunning_counts_a_chunk),
    Mutant("a write-off's first due date, paid or not", _first_due_date),
    Mutant("the Rechenstelle is told all that was open", _all_that_was_open),
    Mutant("what is unclear has no reference", _cause_unknown),
    Mutant("who lifts a block is not told the due date", _old_due_date),
    Mutant("texts of settled payments stay", _texts_stay),
    Mutant("a claim is due on its first day, paid or not", _first_is_due),
    Mutant("a follow-up is about all that is written off", _all_that_is_written_off),
)
