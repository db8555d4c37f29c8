"""Do the tests of sync notice when sync is broken, on the server or on the phone?

Plants one fault at a time into a copy and runs them there. `make test-faults` runs all, `python -m tests.sync.faults
WORD…` those with the words in their names. Exit code 1 when one was not found.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.sync.planted import FAULTS, Fault

ROOT = Path(__file__).parents[2]
COPIED = ("benchmark", "frontend", "tests", "setup.cfg", "pyproject.toml")
LEFT_OUT = shutil.ignore_patterns("app", "__pycache__", "node_modules")
PYTEST = [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
VITEST = ["./node.sh", sys.executable, "npm", "exec", "--", "vitest", "run"]


def main() -> int:
    wanted = [fault for fault in FAULTS if all(word in fault.name for word in sys.argv[1:])]
    n_missed = 0
    for fault in wanted:
        is_found = find(fault)
        n_missed += not is_found
        print("found    " if is_found else "NOT FOUND", fault.name, flush=True)
    print(f"{len(wanted) - n_missed} of {len(wanted)} planted faults found")
    return int(n_missed > 0)


def find(fault: Fault) -> bool:
    """Whether the tests fail on a copy with the fault in it."""
    with tempfile.TemporaryDirectory(prefix="benchmark-fault-") as folder:
        copy = Path(folder)
        for name in COPIED:
            source = ROOT / name
            if source.is_file():
                shutil.copy(source, copy)
            else:
                shutil.copytree(source, copy / name, ignore=LEFT_OUT)
        plant(fault, copy / fault.path)
        if fault.is_on_phone:
            return find_on_phone(fault, copy / "frontend")
        tests = [f"tests/sync/{word}" if word.endswith(".py") else word for word in fault.tests.split()]
        return is_noticed(fault, [*PYTEST, *tests], copy)


def find_on_phone(fault: Fault, frontend: Path) -> bool:
    """The same with the front end's tests; its packages are not copied."""
    (frontend / "node_modules").symlink_to(ROOT / "frontend" / "node_modules")
    return is_noticed(fault, [*VITEST, *(f"src/sync/{word}" for word in fault.tests.split())], frontend)


def is_noticed(fault: Fault, tests: list[str], folder: Path) -> bool:
    done = subprocess.run(tests, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{fault.name}: {done.stdout}{done.stderr}")
    return done.returncode == 1


def plant(fault: Fault, file: Path) -> None:
    """Put the fault in. It must fit exactly once, or the code has moved on without it."""
    code = file.read_text()
    if code.count(fault.right) != 1:
        raise RuntimeError(f"{fault.name}: its place in {file.name} is not there any more")
    file.write_text(code.replace(fault.right, fault.wrong))


if __name__ == "__main__":
    sys.exit(main())
