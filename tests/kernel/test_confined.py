"""Work in a child may do anything to itself; what comes back is its bytes or the name of what went wrong."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmark.kernel import confined
from benchmark.kernel.confined import ConfinedError, Limits, Progress
from benchmark.kernel.errors import Problem


def ignore(fraction: float) -> None:
    """Nobody is watching."""


def reason(work: Callable[[Progress], bytes], limits: Limits | None = None) -> tuple[str, str | None]:
    with pytest.raises(ConfinedError) as caught:
        confined.run(work, limits or Limits(), ignore)
    return caught.value.reason, caught.value.code


def has_children() -> bool:
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return False
    return True


def test_it_brings_back_what_was_made() -> None:
    content = os.urandom(3_000_000)
    assert confined.run(lambda _: content, Limits(), ignore) == content
    assert not has_children()


def test_it_works_in_another_process() -> None:
    assert int(confined.run(lambda _: str(os.getpid()).encode(), Limits(), ignore)) != os.getpid()


def test_progress_is_heard_while_it_works() -> None:
    def work(progress: Progress) -> bytes:
        progress(0.25)
        progress(0.5)
        return b""

    heard: list[float] = []
    confined.run(work, Limits(), heard.append)
    assert heard == [0.25, 0.5]


def test_too_much_memory_is_called_too_large() -> None:
    assert reason(lambda _: bytes(10**9), Limits(memory=500_000_000)) == ("too_large", None)


def test_the_limit_binds_the_child_only() -> None:
    confined.run(lambda _: b"", Limits(memory=500_000_000), ignore)
    assert len(bytearray(600_000_000)) == 600_000_000


def test_too_much_time_is_called_timed_out() -> None:
    def work(_: Progress) -> bytes:
        signal.pause()
        return b""

    assert reason(work, Limits(seconds=1)) == ("timed_out", None)
    assert not has_children()


def test_a_child_that_cannot_end_by_itself_is_ended() -> None:
    def work(_: Progress) -> bytes:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        while True:
            pass

    assert reason(work, Limits(seconds=1)) == ("timed_out", None)
    assert not has_children()


def test_an_abort_is_called_too_large_as_that_is_how_rust_runs_out_of_memory() -> None:
    def work(_: Progress) -> bytes:
        os.abort()

    assert reason(work) == ("too_large", None)


@pytest.mark.parametrize("bad", [ValueError("x"), SystemExit(0), KeyboardInterrupt()])
def test_anything_else_is_called_failed(bad: BaseException) -> None:
    def work(_: Progress) -> bytes:
        raise bad

    assert reason(work) == ("failed", None)


def test_a_problem_keeps_its_name() -> None:
    def work(_: Progress) -> bytes:
        raise Problem("not_found")

    assert reason(work) == ("failed", "not_found")


def test_a_child_that_just_leaves_is_called_failed() -> None:
    assert reason(lambda _: os._exit(0)) == ("failed", None)


def test_the_child_holds_nothing_of_its_parents(tmp_path: Path) -> None:
    """A lock that the child holds too would outlive its parent."""
    with (tmp_path / "lock").open("w"):
        held = confined.run(lambda _: "\n".join(open_files()).encode(), Limits(), ignore).decode()
    assert str(tmp_path) not in held


def open_files() -> list[str]:
    return [str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
