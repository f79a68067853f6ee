"""The pool under everything that can happen to its processes and its callers."""

import asyncio
import os
import signal
from random import Random

import pytest

from doorward.bodies import MemoryBody
from doorward.clock import SystemClock
from doorward.detectors import Deadline
from doorward.findings import Cause
from doorward.imagery.decoding.answers import Decoded
from doorward.imagery.decoding.pool import DecoderPool
from doorward.imagery.fingerprint import fingerprint
from doorward.settings import ImagerySettings
from support.decoders import RunningPool
from support.files import jpeg_claiming, png
from support.pictures import drawn, sample, saved

ONE = pytest.mark.parametrize("pool", [{"workers": 1}], indirect=True)
ONE_HASTY = pytest.mark.parametrize("pool", [{"workers": 1, "decode_timeout_s": 0.3}], indirect=True)
ONE_SMALL = pytest.mark.parametrize(
    "pool", [{"workers": 1, "worker_memory_bytes": 256 * 1024 * 1024}], indirect=True
)


def causes(decoded: Decoded) -> list[Cause]:
    return [problem.cause for problem in decoded.problems]


@pytest.mark.parametrize("name", ["coffee.png", "rocket.jpg", "coins.png", "no_time_for_that_tiny.gif"])
def test_a_worker_sees_what_the_python_interface_sees(calm_pool: RunningPool, name: str) -> None:
    decoded = calm_pool.run(calm_pool.look(sample(name)))
    alone = fingerprint(sample(name)).decoded
    assert decoded.renderings == alone.renderings
    assert (decoded.width, decoded.height, decoded.frames) == (alone.width, alone.height, alone.frames)
    assert {"wait", "decode"} <= set(decoded.timings_ms) <= {"wait", "decode", "hash"}


def test_what_cannot_be_decoded_comes_back_with_its_reason(calm_pool: RunningPool) -> None:
    assert causes(calm_pool.run(calm_pool.look(b""))) == [Cause.EMPTY]
    assert causes(calm_pool.run(calm_pool.look(sample("rocket.jpg")[:99]))) == [Cause.UNDECODABLE]
    assert causes(calm_pool.run(calm_pool.look(sample("rocket.jpg")[:50_000]))) == [Cause.TRUNCATED]
    claiming = jpeg_claiming(sample("rocket.jpg"), 65_500, 65_500)
    assert causes(calm_pool.run(calm_pool.look(claiming))) == [Cause.OVER_LIMIT]


def test_a_pool_that_was_not_started_says_so() -> None:
    async def ask() -> Decoded:
        clock = SystemClock()
        with MemoryBody.of(b"\xff\xd8\xff") as body:
            return await DecoderPool(ImagerySettings(), clock).decode(body, Deadline.after(1, clock))

    assert causes(asyncio.run(ask())) == [Cause.FAILED]


@ONE
def test_a_worker_that_dies_while_idle_is_replaced_and_nobody_notices(pool: RunningPool) -> None:
    async def story() -> Decoded:
        (former,) = pool.pool.pids()
        os.kill(former, signal.SIGKILL)
        await pool.until(lambda stats: stats.died == 1 and stats.living == 1)
        return await pool.look(sample("coffee.png"))

    assert pool.run(story()).problems == ()
    assert pool.pool.stats().died == 1


@ONE
def test_a_worker_that_dies_at_work_costs_its_upload_the_answer_and_no_other(pool: RunningPool) -> None:
    async def story() -> tuple[Decoded, Decoded]:
        (pid,) = pool.pool.pids()
        os.kill(pid, signal.SIGSTOP)  # so that it surely dies at work
        first = asyncio.create_task(pool.look(sample("coffee.png")))
        second = asyncio.create_task(pool.look(sample("rocket.jpg")))
        await pool.until_busy()
        os.kill(pid, signal.SIGKILL)
        return await first, await second

    first, second = pool.run(story())
    assert causes(first) == [Cause.FAILED]
    assert first.problems[0].retry
    assert second.renderings == fingerprint(sample("rocket.jpg")).renderings


@ONE_HASTY
def test_a_worker_that_hangs_is_killed_at_its_time_limit(pool: RunningPool) -> None:
    async def story() -> tuple[Decoded, tuple[int, ...]]:
        hung = pool.pool.pids()
        os.kill(hung[0], signal.SIGSTOP)
        decoded = await pool.look(sample("coffee.png"))
        await pool.until_living(1)
        return decoded, hung

    decoded, hung = pool.run(story())
    assert causes(decoded) == [Cause.TIMEOUT]
    assert "ran past 0.3 s" in decoded.problems[0].reason
    assert not set(hung) & set(pool.pool.pids())
    with pytest.raises(ProcessLookupError):
        os.kill(hung[0], 0)


@ONE
def test_waiting_for_a_free_worker_past_the_deadline_is_overload(pool: RunningPool) -> None:
    async def story() -> Decoded:
        (pid,) = pool.pool.pids()
        os.kill(pid, signal.SIGSTOP)
        first = asyncio.create_task(pool.look(sample("coffee.png")))
        await pool.until_busy()
        late = await pool.look(sample("rocket.jpg"), seconds=0.2)
        os.kill(pid, signal.SIGCONT)
        assert (await first).problems == ()
        return late

    late = pool.run(story())
    assert causes(late) == [Cause.OVERLOADED]
    assert late.problems[0].retry


@ONE
def test_who_stops_waiting_never_leaves_an_answer_to_the_next(pool: RunningPool) -> None:
    async def story() -> Decoded:
        (pid,) = pool.pool.pids()
        os.kill(pid, signal.SIGSTOP)
        first = asyncio.create_task(pool.look(sample("coffee.png")))
        await pool.until_busy()
        first.cancel()
        await asyncio.wait((first,))
        return await pool.look(sample("rocket.jpg"))

    assert pool.run(story()).renderings == fingerprint(sample("rocket.jpg")).renderings
    assert pool.pool.stats().abandoned == 1


@ONE
def test_a_body_closed_in_the_queue_is_not_confused_with_one_that_gets_its_descriptor(
    pool: RunningPool,
) -> None:
    async def story() -> Decoded:
        (pid,) = pool.pool.pids()
        os.kill(pid, signal.SIGSTOP)
        first = asyncio.create_task(pool.look(sample("coins.png")))
        queued_body = MemoryBody.of(sample("coffee.png"))
        number = queued_body.fileno()
        queued = asyncio.create_task(pool.pool.decode(queued_body, Deadline.after(60, pool.clock)))
        await pool.until(lambda stats: stats.waiting > 0)
        queued_body.close()
        with MemoryBody.of(sample("rocket.jpg")) as newcomer:
            assert newcomer.fileno() == number
            os.kill(pid, signal.SIGCONT)
            await first
            return await queued

    assert pool.run(story()).renderings == fingerprint(sample("coffee.png")).renderings


def test_the_fork_server_may_die_and_is_started_again(pool: RunningPool) -> None:
    async def story() -> Decoded:
        former = pool.pool.fork_server_pid
        assert former is not None
        os.kill(former, signal.SIGKILL)
        await pool.until(lambda stats: stats.died == 2 and stats.living == 2)
        return await pool.look(sample("coffee.png"))

    assert pool.run(story()).problems == ()
    assert pool.pool.stats().fork_servers == 2


@ONE_SMALL
def test_a_picture_that_needs_more_memory_than_a_worker_may_have_is_refused(pool: RunningPool) -> None:
    """30 megapixels, a few kilobytes in the file, hundreds of megabytes decoded."""
    (pid,) = pool.pool.pids()
    huge = png(6_000, 5_000, b"\x00" * (6_001 * 5_000))
    assert causes(pool.run(pool.look(huge))) == [Cause.OVER_LIMIT]
    assert pool.run(pool.look(sample("coffee.png"))).problems == ()
    assert pool.pool.pids() == (pid,)


def test_closing_ends_every_process_and_answers_who_still_waits(pool: RunningPool) -> None:
    async def story() -> tuple[list[int], list[Decoded]]:
        pids = [*pool.pool.pids(), pool.pool.fork_server_pid or 0]
        for pid in pool.pool.pids():
            os.kill(pid, signal.SIGSTOP)
        waiting = [asyncio.create_task(pool.look(sample("coffee.png"))) for _ in range(5)]
        await pool.until(lambda stats: stats.waiting == 3)
        await pool.pool.close()
        return pids, await asyncio.gather(*waiting)

    pids, answers = pool.run(story())
    assert [causes(answer) for answer in answers] == [[Cause.FAILED]] * 5
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@pytest.mark.parametrize("pool", [{"workers": 3, "decode_timeout_s": 0.5}], indirect=True)
def test_amid_killed_and_hung_processes_every_upload_gets_its_own_answer_or_none(pool: RunningPool) -> None:
    pictures = [saved(drawn(seed), "PNG") for seed in range(120)]
    random = Random(5)

    async def havoc() -> None:
        for blow in range(16):
            await asyncio.sleep(random.uniform(0.01, 0.08))
            victims = [*pool.pool.pids()]
            if blow % 8 == 7 and pool.pool.fork_server_pid is not None:
                victims = [pool.pool.fork_server_pid]
            if victims:
                strike = signal.SIGKILL if blow % 8 == 7 else random.choice((signal.SIGKILL, signal.SIGSTOP))
                os.kill(random.choice(victims), strike)

    async def story() -> list[Decoded]:
        striking = asyncio.create_task(havoc())
        answers = await asyncio.gather(*(pool.look(picture) for picture in pictures))
        await striking
        await pool.until_living(3)
        return answers

    answers = pool.run(story())
    lost = [answer for answer in answers if answer.problems]
    for picture, answer in zip(pictures, answers, strict=True):
        assert answer.problems or answer.renderings == fingerprint(picture).renderings
    assert {cause for answer in lost for cause in causes(answer)} <= {Cause.FAILED, Cause.TIMEOUT}
    assert len(lost) < len(pictures) / 2
    assert pool.run(pool.look(pictures[0])).problems == ()
