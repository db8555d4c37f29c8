"""Everyone who can be started on this machine, each with a folder of its own, and PostgreSQL for those who want it."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from perf.sync.contender import TROUBLE, Contender
from perf.sync.hocuspocus import Hocuspocus
from perf.sync.kinto import Kinto
from perf.sync.ours import Benchmark
from perf.sync.pouchdb import PouchDB
from perf.sync.rxdb import RxDB
from tests.cluster import SAFE, Cluster, running_cluster

Maker = Callable[[], Contender]
EVERYONE: tuple[Maker, ...] = (
    Benchmark,
    PouchDB,
    lambda: PouchDB(is_raw=True),
    RxDB,
    lambda: Hocuspocus("json"),
    lambda: Hocuspocus("map"),
    Kinto,
)


@contextmanager
def started(makers: tuple[Maker, ...]) -> Iterator[list[Contender]]:
    """Start these, tell of those that do not, and stop them at the end."""
    with ExitStack() as stack:
        yield [contender for make in makers if (contender := start(stack, make()))]


@contextmanager
def started_with_postgresql(makers: tuple[Maker, ...]) -> Iterator[list[Contender]]:
    """These, and ours and Kinto again on a PostgreSQL that is as safe as it is by default."""
    with running_cluster(SAFE) as cluster:
        with_database = (
            lambda: on_database(cluster, Benchmark, "ours"),
            lambda: on_database(cluster, Kinto, "kinto"),
        )
        with started((*makers, *with_database)) as contenders:
            yield contenders


def on_database(cluster: Cluster, kind: Callable[[str], Contender], name: str) -> Contender:
    """A contender on a database of its own; what PostgreSQL does for it counts as the server's work."""
    cluster.run(f"CREATE DATABASE {name}")
    contender = kind(cluster.address(name))
    contender.processes.append(cluster.process)
    return contender


def start(stack: ExitStack, contender: Contender) -> Contender | None:
    folder = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
    stack.callback(contender.stop)
    try:
        contender.start(Path(folder))
    except TROUBLE as problem:
        if isinstance(contender, Benchmark):
            raise
        print(f"{contender.name}: not available here. {problem}", flush=True)
        return None
    return contender
