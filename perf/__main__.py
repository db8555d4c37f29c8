"""Runs the measurements that are named, or every one, the long ones last. The exit code is 1 when a limit is missed."""

import subprocess
import sys

MEASUREMENTS = (
    "size",
    "growth",
    "develop",
    "storm_of_photos",
    "start",
    "capture",
    "drain",
    "find",
    "board",
    "photo",
    "pdf",
    "lighthouse",
    "first_page",
    "kills",
)


def main() -> int:
    names = sys.argv[1:] or MEASUREMENTS
    runs = [subprocess.run([sys.executable, "-m", f"perf.{name}"], check=False) for name in names]
    return int(any(run.returncode for run in runs))


if __name__ == "__main__":
    sys.exit(main())
