"""Runs one function in a forked child with limits on memory and time, and brings back the bytes it made.

For work that may eat a machine (typesetting, packing): the worst it can do is to lose itself. The child must not
touch the database: its connections belong to the parent. Not for quick things, and not from a process with threads.
"""

import logging
import os
import resource
import selectors
import signal
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import IO

from benchmark.kernel.errors import Problem

log = logging.getLogger(__name__)

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Limits:
    """`memory` in bytes of address space; `seconds` of wall clock, and as many of CPU time per core."""

    memory: int = 1536 * 1024 * 1024
    seconds: int = 120


class ConfinedError(Exception):
    """The child came to nothing: `reason` is too_large, timed_out or failed; `code` that of a Problem it raised."""

    def __init__(self, reason: str, code: str | None = None) -> None:
        super().__init__(code or reason)
        self.reason = reason
        self.code = code


def run(work: Callable[[Progress], bytes], limits: Limits, on_progress: Progress) -> bytes:
    """What `work` returns, made in a child. Raises ConfinedError; the child is always gone (and reaped) afterwards.

    1. Fork; the child lowers its own limits and writes its result to an unlinked temporary file.
    2. Until the child closes its pipe or time is up, pass on the progress it reports.
    3. Kill what is left, reap it, and tell its end apart.
    """
    reads, writes = os.pipe()
    with tempfile.TemporaryFile() as result:
        pid = os.fork()
        if pid == 0:
            _child(work, limits, result, writes)
        os.close(writes)
        try:
            words, in_time = _listen(reads, limits.seconds, on_progress)
        finally:
            os.close(reads)
            _kill(pid)
            _, status = os.waitpid(pid, 0)
        _raise_if_bad(status, words, in_time)
        result.seek(0)
        return result.read()


def _child(work: Callable[[Progress], bytes], limits: Limits, result: IO[bytes], pipe: int) -> None:
    """The child's whole life; never returns."""
    said, code = b"", 1
    try:
        _let_go_of_everything_but(result.fileno(), pipe)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
        cpu = limits.seconds * (os.cpu_count() or 1)
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 5))
        made = work(lambda fraction: _say(pipe, f"{fraction:.3f}".encode()))
        result.write(made)
        result.flush()
        said, code = b"done", 0
    except MemoryError:
        said = b"too_large"
    except Problem as problem:
        said = b"problem " + problem.code.encode()
    except BaseException:
        log.exception("work in a child failed")
        said = b"failed"
    finally:
        _say(pipe, said)
        os._exit(code)


def _let_go_of_everything_but(*kept: int) -> None:
    """Close what was open in the parent: a lock held by us as well would outlive the parent's death."""
    edges = [2, *sorted(kept), os.sysconf("SC_OPEN_MAX")]
    for before, after in pairwise(edges):
        os.closerange(before + 1, after)


def _say(pipe: int, word: bytes) -> None:
    os.write(pipe, word + b"\n")


def _listen(pipe: int, seconds: int, on_progress: Progress) -> tuple[list[str], bool]:
    """The words other than progress that the child said, and whether it ended in time."""
    deadline = time.monotonic() + seconds
    words: list[str] = []
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            if not selector.select(left):
                break
            chunk = os.read(pipe, 4096)
            if not chunk:
                return words, True
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                word = line.decode()
                if word[:1].isdigit():
                    on_progress(float(word))
                else:
                    words.append(word)
    return words, False


def _kill(pid: int) -> None:
    """End the child if it still runs; one that has ended waits to be reaped, so the number is still ours."""
    if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
        os.kill(pid, signal.SIGKILL)


def _raise_if_bad(status: int, words: list[str], in_time: bool) -> None:
    if not in_time or (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU):
        raise ConfinedError("timed_out")
    said = words[-1] if words else ""
    if said == "done":
        return
    if said.startswith("problem "):
        raise ConfinedError("failed", said.removeprefix("problem "))
    out_of_memory = os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGABRT, signal.SIGKILL)
    raise ConfinedError("too_large" if said == "too_large" or out_of_memory else "failed")
