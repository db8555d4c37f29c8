"""Holds "who may import whom": the tree stays readable only while the arrows point one way."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SERVER = ROOT / "benchmark"
SCREENS = ROOT / "frontend" / "src"

# Lower may be imported by higher; rooms of the same height are strangers to each other.
HEIGHT = {
    "config": 0,
    "kernel": 1,
    "people": 2,
    "live": 3,
    "sync": 3,
    "studies": 4,
    "photos": 5,
    "observations": 6,
    "debriefs": 7,
    "sharing": 8,
    "reports": 8,
    "rescue": 8,
    "demo": 9,
    "web": 10,
    "__init__": 11,
    "server": 12,
    "doctor": 12,
    "backup": 12,
    "cli": 13,
    "__main__": 14,
}
# Inside a room: api → service → model and pure files. Files with names of their own stand beside the service.
PURE = {"rules", "merge", "fields", "template"}
STEP = {"api": 3, "cli": 3, "service": 2, "schema": 1, "model": 1, **dict.fromkeys(PURE, 1)}
# What a kind is, which merging needs to know; elsewhere kinds.py declares them, with the service's help.
STEP["benchmark.sync.kinds"] = 1
OUTERMOST = {"benchmark/cli.py", "benchmark/kernel/jobs.py", "benchmark/kernel/together.py"}
TIME_READERS = {"now", "utcnow", "today", "time", "time_ns"}


def modules() -> list[Path]:
    """Every Python file of the server, migrations aside: those are history, not architecture."""
    return [path for path in sorted(SERVER.rglob("*.py")) if "migrations" not in path.parts]


def room(module: str) -> str:
    """`benchmark.sync.push` → `sync`; the package itself is `__init__`."""
    return [*module.split("."), "__init__"][1]


def dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """Full names of what a file imports, wherever in the file the statement stands."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join((*above, *((node.module or "").split(".") if node.module else ())))
            yield from (whole_module(base, alias.name) for alias in node.names)


def whole_module(base: str, name: str) -> str:
    """`from benchmark.kernel import db` imports the module `benchmark.kernel.db`."""
    inner = ROOT.joinpath(*base.split("."), name)
    return f"{base}.{name}" if inner.is_dir() or inner.with_suffix(".py").exists() else base


def test_the_walk_sees_imports() -> None:
    """A walker that finds nothing would pass every test below."""
    assert any(room(name) == "kernel" for path in modules() for name in imports(path) if ours(name))


def ours(module: str) -> bool:
    return module == "benchmark" or module.startswith("benchmark.")


@pytest.mark.parametrize("path", modules(), ids=dotted)
def test_arrows_between_rooms_point_down(path: Path) -> None:
    here = room(dotted(path))
    for name in filter(ours, imports(path)):
        there = room(name)
        assert there == here or HEIGHT[there] < HEIGHT[here], f"{here} imports {there}"


@pytest.mark.parametrize("path", modules(), ids=dotted)
def test_arrows_inside_a_room_point_inwards(path: Path) -> None:
    here = dotted(path)
    if path.name == "__init__.py" or here.count(".") < 2:
        return
    for name in filter(ours, imports(path)):
        if name.rpartition(".")[0] == here.rpartition(".")[0]:
            assert step(name) <= step(here), f"{here} imports {name}"


def step(module: str) -> int:
    return STEP.get(module) or STEP.get(module.rpartition(".")[2], 2)


@pytest.mark.parametrize("path", [p for p in modules() if p.stem in PURE], ids=dotted)
def test_pure_files_know_neither_flask_nor_the_database(path: Path) -> None:
    for name in imports(path):
        assert not re.match(r"flask|sqlalchemy|psycopg|sqlite3|benchmark\.kernel\.db", name), name


@pytest.mark.parametrize("path", modules(), ids=dotted)
def test_only_the_outermost_layer_commits(path: Path) -> None:
    if path.name == "api.py" or str(path.relative_to(ROOT)) in OUTERMOST:
        return
    for call in calls(path):
        assert call.func.attr != "commit", f"line {call.lineno} commits"


@pytest.mark.parametrize("path", modules(), ids=dotted)
def test_only_the_clock_reads_the_clock(path: Path) -> None:
    if dotted(path) == "benchmark.kernel.clock":
        return
    for call in calls(path):
        owner = call.func.value
        is_clock = isinstance(owner, ast.Name) and owner.id in {"datetime", "date", "time"}
        assert not (is_clock and call.func.attr in TIME_READERS), f"line {call.lineno} reads the clock"
    assert not any(name in {"time.time", "datetime.now"} for name in imports(path))


def calls(path: Path) -> Iterator[ast.Call]:
    """Calls of the form `something.name(…)`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node


# The front end: *.svelte → a folder's .ts → local/, api/, sync/outbox.

INNER = {"local", "api", "sync"}
COMPOSERS = {"main.ts", "background.ts", "App.svelte", "routes.ts", "sw.ts"}


def sources() -> list[Path]:
    found = [p for p in SCREENS.rglob("*") if p.suffix in {".ts", ".svelte"} and ".test." not in p.name]
    return sorted(p for p in found if str(p.relative_to(SCREENS)) not in COMPOSERS)


def script_imports(path: Path) -> Iterator[Path]:
    """Paths, relative to src/, of the project's own files that a source file imports for their values."""
    pattern = r"""(?:import|export)\s+(?!type\b)(?:[^'";]*?\sfrom\s+)?['"](\.[^'"]+)['"]|import\(['"](\.[^'"]+)['"]\)"""
    for found in re.finditer(pattern, path.read_text()):
        target = (path.parent / (found[1] or found[2]).partition("?")[0]).resolve()
        if target.is_relative_to(SCREENS):
            yield target.relative_to(SCREENS)


def test_the_walk_sees_the_front_end() -> None:
    assert any(target.parts[0] == "local" for path in sources() for target in script_imports(path))


@pytest.mark.parametrize("path", sources(), ids=lambda p: str(p.relative_to(SCREENS)))
def test_front_end_arrows_point_inwards(path: Path) -> None:
    here = path.relative_to(SCREENS)
    for target in script_imports(path):
        assert is_allowed(here, target), f"{here} imports {target}"


def is_allowed(here: Path, target: Path) -> bool:
    """Components may use anything but the engine; scripts never a component; the inner rooms only each other."""
    if here.parts[0] in INNER and target.parts[0] not in INNER:
        return False
    if here.suffix == ".ts" and (SCREENS / target).is_file() and target.suffix == ".svelte":
        return False
    is_engine = target.parts[0] == "sync" and target.name.split(".")[0] not in {"outbox", "status"}
    return not (is_engine and here.parts[0] != "sync")
