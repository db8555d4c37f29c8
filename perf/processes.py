"""What processes use, with all that they started: seconds of CPU, bytes of memory. For Linux, from /proc."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(roots: Iterable[int]) -> float:
    """Used so far by these processes, by those they started, and by the ones of them that have ended."""
    return sum(sum(_ticks(process)) for root in roots for process in family(root)) / TICKS


def own_cpu_seconds(processes: Iterable[int]) -> float:
    """Used so far by these processes alone."""
    return sum(sum(_ticks(process)[:2]) for process in processes) / TICKS


def memory(roots: Iterable[int]) -> int:
    """Bytes in memory of these processes and those they started; what several share is counted once."""
    return sum(resident(process) for root in roots for process in family(root))


def family(root: int) -> Iterator[int]:
    """A process and those it started, and so on. None where it has just ended."""
    yield root
    for children in Path(f"/proc/{root}/task").glob("*/children"):
        try:
            started = children.read_text().split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        for child in started:
            yield from family(int(child))


def resident(process: int) -> int:
    """Bytes in memory of one process; none for one that has just ended."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def _ticks(process: int) -> list[int]:
    """Own time, in user mode and in the kernel, and the same of children that have ended."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    # The name of the program comes second, in brackets, and may hold anything; these are fields 14 to 17.
    return [int(field) for field in stat.rpartition(")")[2].split()[11:15]]
