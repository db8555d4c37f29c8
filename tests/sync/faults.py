"""Do the tests of sync notice when sync is broken? Plants one fault at a time into a copy and runs them there.

`make test-faults` runs all, `python -m tests.sync.faults WORD…` those with the words in their names.
Exit code 1 when one was not found.
"""

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
COPIED = ("benchmark", "tests", "setup.cfg", "pyproject.toml")


@dataclass(frozen=True)
class Fault:
    """One mistake: in `file` of benchmark/sync, `right` becomes `wrong`. `tests` are those meant to find it, and
    may end in options for pytest."""

    name: str
    file: str
    right: str
    wrong: str
    tests: str


FAULTS = (
    Fault(
        "revs from a plain counter that holds no lock",
        "store.py",
        '''.with_for_update())


def lock(space_ids: Iterable[str]) -> dict[str, int]:
    """Raise the counter of each space, in order of ids, and hold its row until commit. Space id → new rev."""
    raised = {space: _RAISE.rows(space=space)[0][0] for space in sorted(space_ids)}
''',
        ''')


def lock(space_ids: Iterable[str]) -> dict[str, int]:
    """Raise the counter of each space, in order of ids, and hold its row until commit. Space id → new rev."""
    alone = db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    raised = {space: _RAISE.rows_on(alone, space=space)[0][0] for space in sorted(space_ids)}
''',
        "test_order.py -k postgresql",
    ),
    Fault(
        "a page goes on beyond the rev it tells",
        "store.py",
        " AND rev <= :until",
        "",
        "test_order.py",
    ),
    Fault(
        "what was answered is not looked up",
        "push.py",
        'before = self.known.get(asked.op_id)',
        "before = None",
        "test_push.py",
    ),
    Fault(
        "what was answered is looked up before the spaces are held",
        "push.py",
        "        store.hold({asked.space for asked in named} & self.sender.roles.keys())\n",
        "",
        "test_order.py",
    ),
    Fault(
        "another body under the same op_id passes",
        "push.py",
        "if before.hash != digest:",
        "if False:",
        "test_push.py",
    ),
    Fault(
        "a refused op takes the whole batch with it",
        "push.py",
        'outcome, rev, problem = "rejected", None, str(refusal)',
        "raise",
        "test_push.py",
    ),
    Fault(
        "a refused op is not kept",
        "push.py",
        "        self.entries.append(entry)\n",
        '        if answer.outcome != "rejected":\n            self.entries.append(entry)\n',
        "test_push.py",
    ),
    Fault(
        "a dropped tombstone: pages leave out what is deleted",
        "store.py",
        " AND rev <= :until",
        " AND rev <= :until AND deleted_at IS NULL",
        "test_push.py test_echo.py",
    ),
    Fault(
        "an op on a deleted record brings it back",
        "merge.py",
        "if state.deleted_at and (change.deleted is None or state.is_emptied):",
        "if state.is_emptied:",
        "test_push.py test_echo.py",
    ),
    Fault(
        "stamps are ignored: the later text wins",
        "merge.py",
        "is_clash = _latest_of_others(state.stamps, origin.device, name) > origin.base_rev",
        "is_clash = False",
        "test_push.py",
    ),
    Fault(
        "a device clashes with itself",
        "merge.py",
        "        if other == device:\n            continue\n",
        "",
        "test_push.py",
    ),
    Fault(
        "a write does not raise the record's rev",
        "merge.py",
        "    state.rev = rev\n",
        "    state.rev = state.rev or rev\n",
        "test_push.py test_echo.py",
    ),
    Fault(
        "what others changed is not echoed to who writes next",
        "merge.py",
        'return "applied" if is_alone and not was_deleted else "merged"',
        'return "applied"',
        "test_echo.py",
    ),
    Fault(
        "anyone may write into any space",
        "push.py",
        "if asked.space not in self.sender.roles:",
        "if False:",
        "test_push.py",
    ),
    Fault(
        "the cursor forgets where inside a rev it stands",
        "pull.py",
        'inside = "" if position.id == _LAST else f":{position.id}"',
        'inside = ""',
        "test_push.py",
    ),
    Fault(
        "a cursor below the floor goes on as if nothing had gone",
        "pull.py",
        "if max(position.rev, position.floor) < floor:",
        "if False:",
        "test_prune.py",
    ),
    Fault(
        "pages from the beginning forget which floor they began with",
        "pull.py",
        'begun = f"@{position.floor}" if position.rev < floor else ""',
        'begun = f"@{floor}" if position.rev < floor else ""',
        "test_prune.py",
    ),
    Fault(
        "what was emptied can be restored as a blank",
        "merge.py",
        "(change.deleted is None or state.is_emptied)",
        "change.deleted is None",
        "test_prune.py",
    ),
    Fault(
        "history outlives the bin",
        "store.py",
        '    _alter_ops(update(Op).values(payload="{}"), space, [id_ for _, id_ in found])\n',
        "",
        "test_prune.py",
    ),
    Fault(
        "members read the history of what others made",
        "history.py",
        'return role == "lead" or orjson.loads(row.body).get("author") == person',
        "return True",
        "test_history.py",
    ),
    Fault(
        "strangers leave words in a lead's list",
        "store.py",
        "Op.person_id.in_(people), ",
        "",
        "test_history.py",
    ),
    Fault(
        "after a restore the rev is told that others have raised since",
        "pull.py",
        '        page["rev"] = 0\n',
        "        pass\n",
        "test_restore.py",
    ),
    Fault(
        "a push takes everything new for its own",
        "pull.py",
        "is_own = after == _Position(rev - 1) and ",
        "is_own = ",
        "test_echo.py test_push.py test_two_phones.py",
    ),
    Fault(
        "a push that leaves something to fetch counts as whole",
        "push.py",
        "if self.pushed.clean[space] == self.touched[space]:",
        "if True:",
        "test_echo.py test_push.py",
    ),
    Fault(
        "the epoch is not looked at",
        "api.py",
        'is_same_epoch, pushed = asked["epoch"] in (None, epoch), Pushed()',
        "is_same_epoch, pushed = True, Pushed()",
        "test_push.py",
    ),
)  # fmt: skip


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
                shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("app", "__pycache__"))
        plant(fault, copy / "benchmark" / "sync" / fault.file)
        tests = [f"tests/sync/{word}" if word.endswith(".py") else word for word in fault.tests.split()]
        pytest = [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
        done = subprocess.run(pytest, cwd=copy, capture_output=True, text=True, check=False)
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
