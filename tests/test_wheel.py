"""The wheel is the product for those who install it: complete, and without a need for Node."""

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.server import Server

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy so that nothing built before can slip in."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("setup.cfg", "pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / "benchmark", source / "benchmark", ignore=shutil.ignore_patterns("__pycache__"))
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", target, source], check=True)
    return next(target.glob("benchmark-*.whl"))


@pytest.fixture
def server(wheel: Path, tmp_path: Path) -> Iterator[Server]:
    """`benchmark serve` from a clean virtual environment, on a PATH where no Node can be found."""
    home = tmp_path / "venv"
    venv.create(home)
    pip = [sys.executable, "-m", "pip", "--python", home / "bin" / "python", "--disable-pip-version-check"]
    install = [*pip, "install", "--quiet", "--no-compile"]
    subprocess.run([*install, "-c", ROOT / "constraints.txt", wheel], check=True)
    without_node = os.pathsep.join(
        folder for folder in ("/usr/local/bin", "/usr/bin", "/bin") if not (Path(folder) / "node").exists()
    )
    running = Server(tmp_path / "data", "--demo", command=[home / "bin" / "benchmark"], path=without_node)
    running.start()
    yield running
    running.stop()


def test_the_wheel_carries_every_file_of_the_package(wheel: Path) -> None:
    files = [
        path for path in (ROOT / "benchmark").rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ]
    packed = set(zipfile.ZipFile(wheel).namelist())
    assert not {str(path.relative_to(ROOT)) for path in files} - packed


def test_an_installed_wheel_serves_without_node(server: Server) -> None:
    page = fetch(server.address + "/").decode()
    asset = re.search(r'src="(/static/app/[^"]+\.js)"', page)
    assert asset
    assert fetch(server.address + asset[1])
    session = json.loads(fetch(server.address + "/api/v1/session"))
    assert session["is_set_up"]
    assert session["person"] is None


def fetch(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=10) as answer:
        assert answer.status == 200
        content: bytes = answer.read()
        return content
