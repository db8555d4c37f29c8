"""Finds the programs that tests drive but pip cannot bring: Chromium and PostgreSQL's server.

Run as a script (by `make test`) it installs what is missing where that is possible without asking: as root on
Debian or Ubuntu. Elsewhere it says what to install.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
MAC_BROWSERS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def chromium() -> str:
    """The path of a Chromium or Chrome on this machine."""
    for name in (os.environ.get("CHROME_PATH", ""), *BROWSERS, *MAC_BROWSERS):
        if name and (path := shutil.which(name)):
            return path
    raise FileNotFoundError(
        "The browser tests need Chromium: install the package chromium, or set CHROME_PATH"
    )


def postgresql() -> Path:
    """The folder of `initdb` and `pg_ctl`: on PATH, or where Debian keeps them, the newest version first."""
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: -float(path.parts[-3]))
    if debian:
        return debian[0].parent
    raise FileNotFoundError("The tests need PostgreSQL's server programs: install the package postgresql")


def provide(find: Callable[[], object], package: str) -> None:
    """Installs a Debian package when its program is missing and we may."""
    try:
        find()
    except FileNotFoundError:
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            raise
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "--yes", "--no-install-recommends", package]
        subprocess.run(["apt-get", "update"], check=True, env=environment, stdout=subprocess.DEVNULL)
        subprocess.run(install, check=True, env=environment, stdout=subprocess.DEVNULL)
        find()


if __name__ == "__main__":
    try:
        provide(chromium, "chromium")
        provide(postgresql, "postgresql")
    except FileNotFoundError as missing:
        sys.exit(str(missing))
