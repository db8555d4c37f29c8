"""Browsers of several makers, spoken to in the few words that a test of all of them needs.

WebKitGTK (Debian's webkit2gtk-driver, through selenium, on an X server without a screen) stands for Safari, Firefox
(through puppeteer-core, see firefox/drive.mjs) for itself. For everything else there is `device.py`.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import ElementHandle, Page
from selenium.common import TimeoutException
from selenium.webdriver import WebKitGTK, WebKitGTKOptions
from selenium.webdriver.support.wait import WebDriverWait
from selenium.webdriver.webkitgtk.service import Service

from tests.browser.device import PHONE
from tests.browser.journey import say
from tests.programs import FIREFOX_DRIVER, firefox, puppeteer, webkit, x_server

PATIENCE = 30
NODE = Path(__file__).parents[2] / "frontend" / "node.sh"
IS_KEPT = "() => navigator.serviceWorker.controller !== null"
# How people tell controls apart: by what they are and by the words that stand on or beside them.
FIND = """(role, name) => {
  const kinds = {
    button: 'button', link: 'a[href]', radio: 'input[type=radio]', file: 'input[type=file]', alert: '[role=alert]',
    textbox: 'textarea, input:not([type=radio]):not([type=file])',
  };
  const words = (one) => one.getAttribute('aria-label')
    ?? (one.labels?.length ? one.labels[0].textContent : one.textContent);
  return [...document.querySelectorAll(kinds[role])].find((one) => words(one).includes(name)) ?? null;
}"""


class Driver(Protocol):
    """What every engine can do. `find` is JavaScript that returns an element."""

    def go(self, address: str) -> None: ...
    def reload(self) -> None: ...
    def run(self, function: str, *given: Any) -> Any: ...
    def click(self, role: str, name: str) -> None: ...
    def type(self, role: str, name: str, text: str) -> None: ...
    def choose(self, name: str, path: Path) -> None: ...


class Chromium:
    """A page of a `Device`, for tests of all engines."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go(self, address: str) -> None:
        self.page.goto(address)

    def reload(self) -> None:
        self.page.reload()

    def run(self, function: str, *given: Any) -> Any:
        return self.page.evaluate(f"(given) => ({function})(...given)", given)

    def click(self, role: str, name: str) -> None:
        self.find(role, name).click()

    def type(self, role: str, name: str, text: str) -> None:
        self.find(role, name).type(text)

    def choose(self, name: str, path: Path) -> None:
        self.find("file", name).set_input_files(path)

    def find(self, role: str, name: str) -> ElementHandle:
        found = self.page.evaluate_handle(f"(given) => ({FIND})(...given)", (role, name)).as_element()
        assert found
        return found


class WebKit:
    """WebKitGTK's small browser. Its sessions are ephemeral: nothing outlives `close`."""

    def __init__(self, driver: WebKitGTK) -> None:
        self.driver = driver

    def go(self, address: str) -> None:
        self.driver.get(address)

    def reload(self) -> None:
        self.driver.refresh()

    def run(self, function: str, *given: Any) -> Any:
        return self.driver.execute_script(f"return ({function})(...arguments)", *given)

    def click(self, role: str, name: str) -> None:
        self.run(FIND, role, name).click()

    def type(self, role: str, name: str, text: str) -> None:
        self.run(FIND, role, name).send_keys(text)

    def choose(self, name: str, path: Path) -> None:
        self.run(FIND, "file", name).send_keys(str(path))


class Firefox:
    """Firefox, by a program of its own that speaks BiDi with it. Its profile is on disk."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def send(self, command: str, *given: Any) -> Any:
        assert self.process.stdin and self.process.stdout
        print(json.dumps({"command": command, "given": given}), file=self.process.stdin, flush=True)
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(f"{command} {given}: {answer['error']}")
        return answer.get("value")

    def go(self, address: str) -> None:
        self.send("go", address)

    def reload(self) -> None:
        self.send("reload")

    def run(self, function: str, *given: Any) -> Any:
        return self.send("run", function, given)

    def click(self, role: str, name: str) -> None:
        self.send("click", FIND, (role, name))

    def type(self, role: str, name: str, text: str) -> None:
        self.send("type", FIND, (role, name), text)

    def choose(self, name: str, path: Path) -> None:
        self.send("choose", FIND, ("file", name), str(path))


class Screen:
    """A person before one engine: waits for what they would wait for, then acts."""

    def __init__(self, driver: Driver, address: str) -> None:
        self.driver, self.address = driver, address

    def go(self, path: str) -> None:
        self.driver.go(self.address + path)

    def click(self, role: str, name: str) -> None:
        self.wait_for(role, name)
        self.driver.click(role, name)

    def type(self, name: str, text: str) -> None:
        self.wait_for("textbox", name)
        self.driver.type("textbox", name, text)

    def choose(self, name: str, path: Path) -> None:
        self.wait_for("file", name)
        self.driver.choose(name, path)

    def wait_for(self, role: str, name: str) -> None:
        self.wait(f"(role, name) => ({FIND})(role, name) !== null", role, name)

    def wait(self, condition: str, *given: Any, patience: float = PATIENCE) -> None:
        """Return when the function, run on the page, says yes."""
        try:
            WebDriverWait(self.driver, patience, 0.05).until(lambda driver: driver.run(condition, *given))
        except TimeoutException:
            seen = self.driver.run("() => document.body.innerText")
            raise AssertionError(f"{condition} {given} has not come true on:\n{seen}") from None


def join(screen: Screen, code: str, name: str) -> None:
    """Come in by a visit code, and wait until the app is kept for times without a network."""
    screen.go("/join")
    screen.click("button", "Suomi")
    screen.type(say("join.code"), code)
    screen.type(say("join.name"), name)
    screen.click("button", say("join.join"))
    screen.wait_for("link", say("observations.new"))
    screen.wait(IS_KEPT)


@contextmanager
def webkit_screen(address: str, folder: Path) -> Iterator[Screen]:
    with running_x_server() as display:
        service = Service(webkit(), env={**os.environ, "DISPLAY": display, "LANG": "fi_FI.UTF-8"})
        driver = WebKitGTK(options=WebKitGTKOptions(), service=service)
        try:
            driver.set_window_size(PHONE["width"], PHONE["height"])
            yield Screen(WebKit(driver), address)
        finally:
            driver.quit()


@contextmanager
def firefox_screen(address: str, folder: Path) -> Iterator[Screen]:
    command = [NODE, sys.executable, "node", FIREFOX_DRIVER / "drive.mjs", firefox(), folder / "firefox"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=FIREFOX_DRIVER, stdin=pipe, stdout=pipe, text=True) as process:
        driver = Firefox(process)
        yield Screen(driver, address)
        assert driver.send("faults") == []
        driver.send("close")


@contextmanager
def running_x_server() -> Iterator[str]:
    """A screen in memory, for browsers that know no other; yields its name."""
    reading, writing = os.pipe()
    command = [x_server(), "-displayfd", str(writing), "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as process:
        os.close(writing)
        with os.fdopen(reading) as number:
            display = f":{number.readline().strip()}"
        try:
            yield display
        finally:
            process.terminate()


# Each engine's name, how to open it, and what it needs.
ENGINES = {
    "webkitgtk": (webkit_screen, (webkit, x_server)),
    "firefox": (firefox_screen, (firefox, puppeteer)),
}


def missing() -> list[str]:
    """Why engines cannot be driven on this machine, as `name: sentence`."""
    return [f"{name}: {reason}" for name in ENGINES if (reason := what_lacks(name))]


def what_lacks(name: str) -> str:
    """What the engine needs first, or nothing."""
    try:
        for find in ENGINES[name][1]:
            find()
    except FileNotFoundError as lack:
        return str(lack)
    return ""
