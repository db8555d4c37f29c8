"""A browser killed at a hundred random moments (tests/browser/test_kills.py), as figures.

The first moment that does ends the run, and what pytest says of it is printed with its seed.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

from perf.table import Figure, show

ROOT = Path(__file__).parent.parent
N_KILLS = 100


def main() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-s", "tests/browser/test_kills.py"]
    environment = {**os.environ, "KILLS": str(N_KILLS)}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    survived = len(re.findall(r"^SEED=\d+ \w+: \S", run.stdout, re.MULTILINE))
    if run.returncode:
        print(run.stdout[-4000:])
    n_costly = 0 if run.returncode == 0 else 1
    show(
        Figure("browser killed while saving, drawing, typing: moments survived", survived, N_KILLS, "", True),
        Figure("of them with anything lost or half-saved", n_costly, 0, ""),
    )


if __name__ == "__main__":
    main()
