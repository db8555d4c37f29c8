"""How long a newcomer waits: `make run` in a fresh clone with warm package caches, and the second start."""

import os
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from perf.table import Figure, show
from tests.cluster import free_port

ROOT = Path(__file__).parent.parent
PATIENCE = 300


def seconds_to_first_page(clone: Path) -> float:
    """Run `make run`, wait for the page, stop it, and return the wait."""
    port = free_port()
    environment = {
        name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL"}
    }
    begin = time.monotonic()
    run = subprocess.Popen(
        ["make", "run", f"PORT={port}"],
        cwd=clone,
        env=environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not answers(f"http://localhost:{port}/"):
            if run.poll() is not None or time.monotonic() - begin > PATIENCE:
                raise RuntimeError("make run did not bring up a page")
            time.sleep(0.05)
        return time.monotonic() - begin
    finally:
        os.killpg(run.pid, signal.SIGTERM)
        run.wait(30)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as page:
            return page.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "benchmark"
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        first = seconds_to_first_page(clone)
        second = seconds_to_first_page(clone)
    show(
        Figure("make run, fresh clone, warm package caches, to the first page", first, 60, "s"),
        Figure("make run again", second, 3, "s"),
    )


if __name__ == "__main__":
    main()
