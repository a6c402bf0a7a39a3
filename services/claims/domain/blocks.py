"""Mahnsperren (R64-R78): how long, on what, when another may follow, and what lifting one brings about."""

from datetime import date, timedelta
from typing import Final

from msgspec.structs import replace

from services.claims.domain.allocate import figures
from services.claims.domain.booking import Booked, move_due_date
from services.claims.domain.desk import Desk, Turn
from services.claims.domain.model import Block, Claim, Debtor
from services.claims.domain.naming import amended, judge_new_due_on, named_claim
from services.claims.domain.outcome import Decision, Findings
from shared.contracts import BlockLifted, BlockSet
from shared.contracts.codes import BlockReason
from shared.deadlines import add_months, is_minor, majority_on

_DAY: Final = timedelta(days=1)
_NEW_TARGET: Final = timedelta(days=42)  # R68: "insgesamt 6 Wochen", flatly (C3, T1)
_OBJECTIONS: Final = ("T", "U")
_NEVER_SWITCHED: Final = ("W", "X")  # R67 does not concern them
_LOANS: Final = ("5600", "5601", "5603")  # § 42a SGB II: no three-year limit
_OFFSET_MONTHS: Final = 37  # § 43 (4) SGB II: three years after the month that follows Bestandskraft
RULES: Final[dict[BlockReason, str]] = {
    "T": "R68", "U": "R69", "V": "R70", "W": "R74", "X": "R76", "Y": "R77", "Z": "R78",
}  # fmt: skip


def set_block(turn: Turn, event: BlockSet) -> Decision:
    """A block is set; the same reason again replaces an entry that is still there."""
    found = Findings()
    claim = named_claim(turn, found, event.kassenzeichen)
    if claim is None:
        # Whatever claim it turns out to be: no limit is above the maximum.
        too_long = event.ends_by is not None and event.ends_by > _maximum_by(turn.desk, event, None)
        found.wrong("block-too-long", "ends_by", when=too_long)
        return found.verdict(last_call=turn.last_call)
    payer = turn.books.debtors.get(claim.account)
    found.wrong("block-not-allowed", "reason", when=not _allowed(claim, payer, event))
    before = _replaced(claim, event)
    maximum = _maximum_by(turn.desk, event, before)
    longest = min((maximum, *_limits(claim, payer, event)))
    ends_by = event.ends_by or longest
    found.wrong("block-too-long", "ends_by", when=ends_by > longest)
    found.wrong("block-switch-same-day", "set_on", when=_switched_same_day(turn.desk, claim, event))
    if found:
        return found.verdict(last_call=turn.last_call)
    block = Block(reason=event.reason, set_on=event.set_on, ends_by=ends_by, longest_by=maximum)
    because = turn.desk.because(
        "R65",
        RULES[event.reason],
        kassenzeichen=claim.kassenzeichen,
        block=event.reason,
        set_on=event.set_on,
        ends_by=ends_by,
    )
    others = tuple(each for each in claim.blocks if each is not before)
    return amended(turn, Booked(replace(claim, blocks=(*others, block))), because, ends_by=ends_by)


def _allowed(claim: Claim, payer: Debtor | None, event: BlockSet) -> bool:
    """V not on fines (R57, R70), X on older claims only (R76), Z on 5621 (R78), W on minors (R74)."""
    if event.reason == "V":
        limit = offset_ends_on(claim)
        return claim.einnahmeart != "5624" and (limit is None or event.set_on <= limit)
    if event.reason == "X":
        return claim.arose_on <= (event.insolvency_opened_on or event.set_on)
    if event.reason == "Z":
        return claim.einnahmeart == "5621"
    if event.reason == "W" and payer is not None:
        minor = payer.born_on is None or is_minor(payer.born_on, event.set_on)
        return payer.kind == "person" and minor
    return True


def _maximum_by(desk: Desk, event: BlockSet, before: Block | None) -> date:
    """The last day that the reason's maximum allows, as the policy had it on `set_on` (R65, T14).

    The successor of an entry may not go beyond what that one could have reached.
    """
    by = event.set_on + timedelta(days=desk.policy.on(event.set_on).blocks.max_days[event.reason])
    return by if before is None else min(by, before.longest_by)


def _limits(claim: Claim, payer: Debtor | None, event: BlockSet) -> list[date]:
    """The last days that the claim and its payer, as they are known now, allow beside the maximum."""
    limits = []
    if event.reason == "V" and (offset_limit := offset_ends_on(claim)) is not None:
        limits.append(offset_limit)
    if event.reason == "W" and payer is not None and payer.born_on is not None:
        limits.append(majority_on(payer.born_on) - _DAY)  # C7: the day before the 18th birthday
    return limits


def offset_ends_on(claim: Claim) -> date | None:
    """The last day of the third year after the month that follows Bestandskraft; loans have none (R70)."""
    if claim.final_on is None or claim.einnahmeart in _LOANS:
        return None
    return add_months(claim.final_on.replace(day=1), _OFFSET_MONTHS + 1) - _DAY


def _replaced(claim: Claim, event: BlockSet) -> Block | None:
    """The entry of the same reason that is neither lifted nor expired on the new `set_on`."""
    live = [
        block
        for block in claim.blocks
        if block.reason == event.reason and block.lifted_on is None and block.ends_by >= event.set_on
    ]
    return live[0] if live else None


def _switched_same_day(desk: Desk, claim: Claim, event: BlockSet) -> bool:
    """R67, T15: a different block can be set on the next day only; W and X are exempt."""
    if not desk.terms.blocks.next_day_switch or event.reason in _NEVER_SWITCHED:
        return False
    return any(
        block.set_on == event.set_on and (block.lifted_on is None or block.lifted_on > block.ends_by)
        for block in claim.blocks  # one that ran out was not lifted by anybody
        if block.reason not in (event.reason, *_NEVER_SWITCHED)
    )


def lift_block(turn: Turn, event: BlockLifted) -> Decision:
    """On `lifted_on` the block is no longer in force; with T and U the claim is due anew (R68, R69, T1)."""
    found = Findings()
    claim = named_claim(turn, found, event.kassenzeichen)
    if claim is None:
        return found.verdict(last_call=turn.last_call)
    new_due_on = event.new_due_on
    judge_new_due_on(found, claim, new_due_on)
    lifted = next(
        (
            block
            for block in claim.blocks
            if block.reason == event.reason and block.lifted_on is None and block.ends_by >= event.lifted_on
        ),
        None,
    )
    found.wrong("no-such-block", "reason", when=lifted is None)
    if lifted is None or found:
        return found.verdict(last_call=turn.last_call)
    after = _with_end(claim, lifted, event.lifted_on)
    due_on = new_due_on or _due_after(after, event.reason, event.lifted_on)
    because = turn.desk.because(
        "R66",
        RULES[event.reason],
        kassenzeichen=claim.kassenzeichen,
        block=event.reason,
        lifted_on=event.lifted_on,
        due_on=due_on,
    )
    booked = Booked(after) if due_on is None else move_due_date(turn.desk, after, 0, due_on)
    return amended(turn, booked, because, due_on=booked.claim.first_due_on)


def expires_on(claim: Claim) -> date | None:
    """The next day on which the end of a T or U may make the claim due anew."""
    return min((ended for ended, _ in _endings(claim)), default=None)


def _endings(claim: Claim) -> list[tuple[date, Block]]:
    running = [block for block in claim.blocks if block.reason in _OBJECTIONS and block.lifted_on is None]
    return sorted(((block.ends_by + _DAY, block) for block in running), key=lambda ending: ending[0])


def expire(desk: Desk, claim: Claim) -> Booked:
    """T and U that have run out count as lifted on the day after: what is open is due 42 days later (R68)."""
    booked = Booked(claim)
    for ended_on, block in _endings(claim):
        if ended_on > desk.day:
            break
        after = _with_end(booked.claim, block, ended_on)
        due_on = _due_after(after, block.reason, ended_on)
        moved = Booked(after) if due_on is None else move_due_date(desk, after, 0, due_on)
        booked = Booked(moved.claim, (*booked.postings, *moved.postings))
    return booked


def _with_end(claim: Claim, block: Block, lifted_on: date) -> Claim:
    lifted = replace(block, lifted_on=lifted_on)
    return replace(claim, blocks=tuple(lifted if each is block else each for each in claim.blocks))


def _due_after(claim: Claim, reason: BlockReason, lifted_on: date) -> date | None:
    """The due date that the end of a T or U brings: one-off, open, none of both in force, never earlier."""
    if reason not in _OBJECTIONS or claim.mode != "einmalig" or not figures(claim).open_cents:
        return None
    others = [block for block in claim.blocks if block.reason in _OBJECTIONS and block.lifted_on is None]
    if any(block.set_on <= lifted_on <= block.ends_by for block in others):
        return None
    return max(claim.first_due_on, lifted_on + _NEW_TARGET)
