"""Opening the app without a network, with 500 observations on the phone, on a CPU four times slower than this one."""

import statistics
import tempfile
from contextlib import closing
from pathlib import Path

from playwright.sync_api import sync_playwright

from perf.sync_push import observation
from perf.table import Figure, show
from tests.browser import journey
from tests.browser.account import Account, first_lead
from tests.browser.device import Device
from tests.browser.server import Server

N_OBSERVATIONS, SLOWER, N_RUNS = 500, 4, 5
# Resolves, after the frame that shows it has been drawn, to the milliseconds since navigation began.
ROWS_DRAWN = """() => new Promise(resolve => {
    const look = () => document.querySelector('main li a')
        ? requestAnimationFrame(() => setTimeout(() => resolve(performance.now())))
        : requestAnimationFrame(look);
    look();
})"""


def fill(account: Account) -> str:
    """A study with as many observations as stated; returns its id."""
    study, session = account.create_study("hardware_store"), account.send("GET", "/session")
    request = {"proto": 1, "epoch": None, "device": session["device"], "cursors": {}, "limit": 1}
    ops = [observation(study, session["person"]["id"], number) for number in range(N_OBSERVATIONS)]
    for start in range(0, N_OBSERVATIONS, 100):
        account.send("POST", "/sync", {**request, "ops": ops[start : start + 100]})
    return study


def seconds_to_list(device: Device, study: str) -> float:
    """Close the browser, open it again without a network, and wait for the rows."""
    device.context.close()
    device.open()
    device.context.set_offline(True)
    slow_down(device)
    device.page.goto(f"{device.address}/s/{study}", wait_until="commit")
    waited: float = device.page.evaluate(ROWS_DRAWN)
    return waited / 1000


def slow_down(device: Device) -> None:
    device.context.new_cdp_session(device.page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def main() -> None:
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
        waits = [seconds_to_list(device, study) for _ in range(N_RUNS)]
        device.close()
    what = f"start without a network, {N_OBSERVATIONS} observations, CPU {SLOWER}× slower, to the list"
    show(Figure(what, statistics.median(waits), 1.0, "s"))


def everything_is_here(device: Device) -> None:
    """Wait until the phone has all observations, and the worker all that the app needs without a network."""
    device.page.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
    last = journey.row(device, f"{N_OBSERVATIONS - 1}: ")
    last.or_(journey.row(device, "0: ")).first.wait_for()


if __name__ == "__main__":
    main()
