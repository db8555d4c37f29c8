"""5,000 observations on a phone whose CPU is four times slower than this one: opening the app, scrolling, searching.

The browser slows down the page's thread alone, so what the finder's worker takes is counted four times as well.
"""

import statistics
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright

from perf.table import Figure, show
from tests.browser import journey
from tests.browser.account import Account, first_lead
from tests.browser.device import Device
from tests.browser.journey import say
from tests.browser.server import Server
from tests.factories import make_op

N_OBSERVATIONS, SLOWER, N_RUNS, BATCH = 5_000, 4, 5, 250
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
# From here on, notes whatever blocks the page.
WATCH = """() => {
    window.blocked = [];
    new PerformanceObserver(list => blocked.push(...list.getEntries().map(one => one.duration)))
        .observe({type: 'longtask'});
}"""
# Types and resolves, when the answer has been drawn, to the milliseconds it took, and those of them in the worker.
TYPE = """words => new Promise(resolve => {
    const begun = performance.now();
    new PerformanceObserver((list, watch) => {
        watch.disconnect();
        const [inWorker] = list.getEntries();
        requestAnimationFrame(() => setTimeout(() => resolve([performance.now() - begun, inWorker.duration])));
    }).observe({type: 'measure'});
    const field = document.querySelector('input[type=search]');
    field.value = words;
    field.dispatchEvent(new InputEvent('input', {bubbles: true}));
})"""


def observation(study: str, author: str, number: int) -> dict[str, Any]:
    """One of a hundred a day, with words of its own among those that many have."""
    at = f"2017-{1 + number // 2500:02}-{1 + number // 100 % 25:02}T10:{number % 60:02}:00+03:00"
    said = {
        "text": f"{SEEN[number % len(SEEN)]} Paikka {number}.",
        "thought": "Meillekin sopisi kartta ovelle.",
    }
    fields = {**said, "author": author, "observed_at": at, "feeling": ("works", "does_not")[number % 2]}
    return make_op(study, "observation", set=fields, add={"tags": ["pohjakartta", f"hylly {number % 40}"]})


def fill(account: Account) -> str:
    """A study with as many observations as stated; returns its id."""
    study, session = account.create_study("hardware_store"), account.send("GET", "/session")
    request = {"proto": 1, "epoch": None, "device": session["device"], "cursors": {}, "limit": 1}
    ops = [observation(study, session["person"]["id"], number) for number in range(N_OBSERVATIONS)]
    for start in range(0, N_OBSERVATIONS, BATCH):
        account.send("POST", "/sync", {**request, "ops": ops[start : start + BATCH]})
    return study


def slow_down(device: Device, rate: int) -> None:
    device.context.new_cdp_session(device.page).send("Emulation.setCPUThrottlingRate", {"rate": rate})


def seconds_to_list(device: Device, study: str) -> float:
    """Close the browser, open it again without a network, and wait for the rows."""
    device.context.close()
    device.open()
    device.context.set_offline(True)
    slow_down(device, SLOWER)
    device.page.goto(f"{device.address}/s/{study}", wait_until="commit")
    waited: float = device.page.evaluate(ROWS_DRAWN)
    return waited / 1000


def longest_task_of_scrolling(page: Page) -> float:
    """Scroll through a few hundred rows as a thumb does, and back; milliseconds of the longest task."""
    expect(page.get_by_role("searchbox")).to_be_visible()
    page.wait_for_function("() => performance.getEntriesByName('finder').length")
    page.evaluate(WATCH)
    page.mouse.move(200, 500)
    for way in (1, -1):
        for _ in range(60):
            page.mouse.wheel(0, way * 400)
            page.evaluate("() => new Promise(requestAnimationFrame)")
    return max(page.evaluate("() => blocked"), default=0.0)


def keystrokes(page: Page) -> list[float]:
    """Milliseconds from each key to the drawn answer, the worker's share as on the slower CPU."""
    expect(page.get_by_role("searchbox")).to_be_visible()
    word = "karttoja"
    took = [page.evaluate(TYPE, word[:end]) for end in range(1, len(word) + 1)]
    return [whole + (SLOWER - 1) * in_worker for whole, in_worker in took]


def main() -> None:
    expect.set_options(timeout=120_000)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder) / "data")
        server.start()
        with closing(first_lead(server)) as lead:
            study = fill(lead)
            code = lead.send("GET", f"/studies/{study}/code")["code"]
        device = Device(playwright, Path(folder) / "phone", server.address)
        journey.join(device, code, "Aino")
        everything_is_here(device)
        server.stop()
        starts = [seconds_to_list(device, study) for _ in range(N_RUNS)]
        blocked = longest_task_of_scrolling(device.page)
        keys = keystrokes(device.page)
        device.close()
    on = f"{N_OBSERVATIONS} observations, CPU {SLOWER}× slower"
    show(
        Figure(f"start without a network to the list, {on}", statistics.median(starts), 1.0, "s"),
        Figure(f"scrolling the list, longest task, {on}", blocked, 50, "ms"),
        Figure(f"search, from key to drawn result, median, {on}", statistics.median(keys), 50, "ms"),
        Figure(f"search, from key to drawn result, slowest, {on}", max(keys), 100, "ms"),
    )


def everything_is_here(device: Device) -> None:
    """Wait until the phone has all observations, and the worker all that the app needs without a network."""
    device.page.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
    device.page.get_by_role("searchbox").fill("paikka")
    everything = say("find.found", n=N_OBSERVATIONS, of="5\u00a0000")
    expect(device.page.get_by_text(everything)).to_be_visible()
    device.page.get_by_role("searchbox").fill("")


if __name__ == "__main__":
    main()
