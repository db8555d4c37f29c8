"""Finds the programs that tests drive but pip cannot bring: Chromium and PostgreSQL's server; for `make test-engines`
also WebKitGTK, Firefox and what drives them.

Run as a script (by `make test`; with `engines` by `make test-engines`) it installs what is missing where that is
possible without asking: as root on Debian or Ubuntu. Elsewhere it says what to install.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
FIREFOXES = ("firefox-esr", "firefox")
MAC_BROWSERS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
FIREFOX_DRIVER = Path(__file__).parent / "browser" / "firefox"


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


def webkit() -> str:
    """The path of WebKitGTK's driver; it brings its own small browser."""
    return program("WebKitWebDriver", "webkit2gtk-driver")


def x_server() -> str:
    """The path of an X server that needs no screen."""
    return program("Xvfb", "xvfb")


def firefox() -> str:
    """The path of Firefox, the slow channel's first."""
    return program(next(filter(shutil.which, FIREFOXES), FIREFOXES[0]), FIREFOXES[0])


def puppeteer() -> Path:
    """The package that drives Firefox, which npm puts beside its script."""
    if (package := FIREFOX_DRIVER / "node_modules" / "puppeteer-core").exists():
        return package
    raise FileNotFoundError("Firefox needs its driver: run make test-engines")


def program(name: str, package: str) -> str:
    if path := shutil.which(name):
        return path
    raise FileNotFoundError(f"The tests of other engines need {name}: install the package {package}")


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


def provide_puppeteer() -> None:
    node = [str(FIREFOX_DRIVER.parents[2] / "frontend" / "node.sh"), sys.executable, "npm"]
    subprocess.run(
        [*node, "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=FIREFOX_DRIVER, check=True
    )


if __name__ == "__main__":
    try:
        provide(chromium, "chromium")
        provide(postgresql, "postgresql")
        if "engines" in sys.argv:
            provide(webkit, "webkit2gtk-driver")
            provide(x_server, "xvfb")
            provide(firefox, "firefox-esr")
            provide_puppeteer()
    except FileNotFoundError as missing:
        sys.exit(str(missing))
