"""Puts the peers into perf/peers, a folder that git does not know: npm's by their lock, Kinto by its constraints.

What is there already and unchanged is left as it is.
"""

import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).parent
PEERS = HERE.parent / "peers"
NODE_SCRIPT = HERE.parent.parent / "frontend" / "node.sh"
NODE = (str(NODE_SCRIPT), sys.executable, "node")
NPM = (str(NODE_SCRIPT), sys.executable, "npm")
CONSTRAINTS = HERE / "kinto-constraints.txt"
KINTO = PEERS / "kinto" / "bin"


def install() -> None:
    """Bring what is not there yet. Raises CalledProcessError when a registry cannot be reached."""
    PEERS.mkdir(exist_ok=True)
    lock = PEERS / "package-lock.json"
    is_new = not lock.exists() or lock.read_bytes() != (HERE / "node" / lock.name).read_bytes()
    # Node looks for packages beside the program that asks for them.
    shutil.copytree(HERE / "node", PEERS, dirs_exist_ok=True)
    if is_new or not (PEERS / "node_modules" / ".package-lock.json").exists():
        print("Installing the peers from npm", flush=True)
        subprocess.run([*NPM, "ci", "--loglevel=error"], cwd=PEERS, check=True)
    known = PEERS / "kinto" / CONSTRAINTS.name
    if not known.exists() or known.read_bytes() != CONSTRAINTS.read_bytes():
        print("Installing Kinto from PyPI", flush=True)
        venv.create(PEERS / "kinto", with_pip=True)
        pip = (str(KINTO / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        subprocess.run([*pip, "-c", str(CONSTRAINTS), "kinto[postgresql]"], cwd=PEERS, check=True)
        shutil.copy(CONSTRAINTS, known)
