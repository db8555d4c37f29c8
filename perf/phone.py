"""A phone full of observations, on a CPU four times slower than this one: what measurements of the app share."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import expect, sync_playwright

from tests.browser import journey
from tests.browser.account import Account, first_lead
from tests.browser.device import Device
from tests.browser.journey import say
from tests.browser.server import Server
from tests.factories import make_op

SLOWER, BATCH = 4, 250
# For as long a browser that was just launched works for itself, on all the cores that this machine may have.
BROWSER_START_S = 1.5
SEEN = (
    "Ovella on pohjakartta.",
    "Hyllyjen päissä on opasteita.",
    "Myyjä tervehti ensin.",
    "Kassalla oli jono.",
)
# Resolves, after the frame that shows it has been drawn, to the milliseconds since navigation began.
ROWS_DRAWN = """() => new Promise(resolve => {
    const look = () => document.querySelector('main li a')
        ? requestAnimationFrame(() => setTimeout(() => resolve(performance.now())))
        : requestAnimationFrame(look);
    look();
})"""


@contextmanager
def full_phone(n_observations: int) -> Iterator[tuple[Device, str]]:
    """A phone that has a study with so many observations, and the study's id; the server has stopped."""
    expect.set_options(timeout=120_000)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder) / "data")
        server.start()
        with closing(first_lead(server)) as lead:
            study = fill(lead, n_observations)
            code = lead.visit_code(study)
        device = Device(playwright, Path(folder) / "phone", server.address)
        journey.join(device, code, "Aino")
        everything_is_here(device, n_observations)
        server.stop()
        yield device, study
        device.close()


def fill(account: Account, n_observations: int) -> str:
    """A study with so many observations; returns its id."""
    study, author = account.create_study("hardware_store"), account.send("GET", "/session")["person"]["id"]
    ops = [observation(study, author, number) for number in range(n_observations)]
    for start in range(0, n_observations, BATCH):
        account.push(*ops[start : start + BATCH])
    return study


def observation(study: str, author: str, number: int) -> dict[str, Any]:
    """One of a hundred a day, with words of its own among those that many have."""
    at = f"2017-{1 + number // 2500:02}-{1 + number // 100 % 25:02}T10:{number % 60:02}:00+03:00"
    said = {
        "text": f"{SEEN[number % len(SEEN)]} Paikka {number}.",
        "thought": "Meillekin sopisi kartta ovelle.",
    }
    fields = {**said, "author": author, "observed_at": at, "feeling": ("works", "does_not")[number % 2]}
    return make_op(study, "observation", set=fields, add={"tags": ["pohjakartta", f"hylly {number % 40}"]})


def everything_is_here(device: Device, n_observations: int) -> None:
    """Wait until the phone has all observations, and the worker all that the app needs without a network."""
    device.page.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
    device.page.get_by_role("searchbox").fill("paikka")
    of = f"{n_observations:,}".replace(",", "\u00a0")
    expect(device.page.get_by_text(say("find.found", n=n_observations, of=of))).to_be_visible()
    device.page.get_by_role("searchbox").fill("")


def slow_down(device: Device) -> None:
    device.context.new_cdp_session(device.page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def seconds_to_list(device: Device, study: str) -> float:
    """Open the browser anew without a network, let its own start pass, open the app, and wait for the rows."""
    device.context.close()
    device.open()
    device.context.set_offline(True)
    time.sleep(BROWSER_START_S)
    slow_down(device)
    device.page.goto(f"{device.address}/s/{study}", wait_until="commit")
    waited: float = device.page.evaluate(ROWS_DRAWN)
    return waited / 1000
