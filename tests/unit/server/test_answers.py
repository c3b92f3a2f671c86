"""From the writer's thread to the event loop."""

import asyncio
from concurrent.futures import Future
from threading import Thread

import pytest

from afterword.errors import JournalUnavailable
from afterword.intake import Outcome
from afterword.server.answers import Answers


def test_answers_reach_their_own_requests():
    """Many outcomes settle in another thread; each waiter gets its own."""

    async def wait():
        answers, futures = Answers(), [Future() for _ in range(200)]
        waiters = [answers.wait(future) for future in futures]
        thread = Thread(
            target=lambda: [
                future.set_result(Outcome(accepted=number))
                for number, future in enumerate(futures)
            ]
        )
        thread.start()
        outcomes = await asyncio.gather(*waiters)
        thread.join()
        return [outcome.accepted for outcome in outcomes]

    assert asyncio.run(wait()) == list(range(200))


def test_an_error_reaches_its_request():
    """What the writer could not commit is raised where it is waited for."""

    async def wait():
        future = Future()
        waiter = Answers().wait(future)
        future.set_exception(JournalUnavailable())
        await waiter

    with pytest.raises(JournalUnavailable):
        asyncio.run(wait())


def test_a_request_that_was_given_up_is_skipped():
    """Its neighbours are answered all the same."""

    async def wait():
        answers, first, second = Answers(), Future(), Future()
        gone, stays = answers.wait(first), answers.wait(second)
        gone.cancel()
        first.set_result(Outcome())
        second.set_result(Outcome(accepted=7))
        return (await stays).accepted

    assert asyncio.run(wait()) == 7
