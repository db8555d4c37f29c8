"""Runs every measurement, the long ones last. The exit code is 1 when any limit is missed."""

import subprocess
import sys

MEASUREMENTS = ("size", "sync_push", "start", "capture", "find", "pdf", "lighthouse", "first_page")


def main() -> int:
    runs = [subprocess.run([sys.executable, "-m", f"perf.{name}"], check=False) for name in MEASUREMENTS]
    return int(any(run.returncode for run in runs))


if __name__ == "__main__":
    sys.exit(main())
