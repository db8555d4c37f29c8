"""A real server for browsers: the installed `benchmark` command on a free port, stopped and started at will."""

import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.cluster import free_port

PATIENCE = 90  # seconds; a server starts in one, on a machine that is not busy with other tests
BENCHMARK = Path(sys.executable).parent / "benchmark"


class Server:
    """`benchmark serve` with a data folder of its own. It keeps its port, so that phones find it again."""

    def __init__(
        self,
        data: Path,
        *flags: str,
        command: Sequence[str | Path] = (BENCHMARK,),
        path: str = os.environ["PATH"],
    ) -> None:
        self.data, self.flags, self.command = data, flags, command
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith("BENCHMARK_")
        }
        self.environment["PATH"] = path
        self.log = data.with_name(f"{data.name}.log")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and return when it answers."""
        serve = [*self.command, "serve", "--port", str(self.port), "--data", self.data, *self.flags]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                serve, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + PATIENCE
        while not self.is_answering():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The server did not start:\n{self.output()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop, and return when its port is silent."""
        if self.process:
            self.process.terminate()
            self.process.wait(PATIENCE)
            self.process = None

    @contextmanager
    def away(self) -> Iterator[None]:
        """Stopped while the block runs."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def is_answering(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def run(self, *arguments: str) -> str:
        """Run another command of `benchmark` on the same data, and return what it prints."""
        environment = {**self.environment, "BENCHMARK_DATA": str(self.data)}
        done = subprocess.run(
            [*self.command, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return done.stdout

    def output(self) -> str:
        """All that it has printed since its first start."""
        return self.log.read_text()

    def visit_code(self) -> str:
        """The code that it printed for its newest study."""
        return self.printed(r"/join#(\w+)")

    def demo_lead(self) -> tuple[str, str]:
        """E-mail and password of the demo's lead, as printed."""
        return self.printed(r"(\S+@\S+)"), self.printed(r"@\S+\s+\w+: (\S+)")

    def printed(self, pattern: str) -> str:
        """The first group of what `pattern` finds in the output."""
        found = re.search(pattern, self.output())
        assert found, f"{pattern} is not in:\n{self.output()}"
        return found[1]
