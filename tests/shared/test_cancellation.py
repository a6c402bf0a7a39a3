"""A cancellation that somebody wanted ends a task; one that a client lets slip is trouble like any other."""

import asyncio

import pytest
from aiokafka.errors import KafkaConnectionError

from shared.producing import no_stray_cancellation


async def test_what_a_client_cancels_by_itself_is_trouble() -> None:
    answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(answer.cancel)
    with pytest.raises(KafkaConnectionError), no_stray_cancellation():
        await answer


async def test_who_is_told_to_end_ends() -> None:
    async def work() -> None:
        with no_stray_cancellation():
            await asyncio.sleep(60)

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert task.cancelled()


async def test_a_time_out_of_our_own_remains_one() -> None:
    async def patient() -> None:
        async with asyncio.timeout(0.01):
            with no_stray_cancellation():
                await asyncio.sleep(60)

    with pytest.raises(TimeoutError):
        await patient()
