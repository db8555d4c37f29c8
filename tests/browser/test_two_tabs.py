"""Two tabs of one person, both with something to send, and one of them frozen in the middle of it, as browsers do.

The other sends everything within its bound; the frozen one wakes up later, and nothing was lost or sent to twice the
effect. `make test` does it a few times, `make storm` two hundred times; each prints its seed.
"""

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from selenium.webdriver.support.wait import WebDriverWait

from tests.browser import journey
from tests.browser.account import Account
from tests.browser.conftest import NewDevice
from tests.browser.device import Device
from tests.browser.journey import button, say
from tests.browser.kept import IS_SETTLED, READ, expect_promises
from tests.browser.pictures import take_photo
from tests.browser.proxy import Fault, Proxy, proxy_before
from tests.browser.server import Server
from tests.storm.conftest import number_of

N_FREEZES = number_of("FREEZES", 10)
BOUND = 20_000
"""Milliseconds in which the other tab has sent everything, on a machine that is busy with other tests."""

LONG = 60
MOMENTS = {
    "words on their way": Fault("/sync", delay=LONG),
    "their answer on its way": Fault("/sync", rate=100),
    "a picture on its way": Fault("/content", delay=LONG),
    "its answer on its way": Fault("/content", rate=100),
}


# Browsers do not freeze a tab in the middle of a transaction, which would stop all others at their next write.
NOTHING_OPEN = """async () => {
  const name = (await indexedDB.databases()).map((one) => one.name).find((one) => one.startsWith('benchmark-'));
  const base = await new Promise((done) => {
    const opening = indexedDB.open(name);
    opening.onsuccess = () => done(opening.result);
  });
  await new Promise((done) => {
    base.transaction([...base.objectStoreNames], 'readwrite').oncomplete = done;
  });
  base.close();
}"""


@dataclass
class Tabs:
    """Aino's two, over one database."""

    device: Device
    proxy: Proxy
    data: Path
    study: str
    saved: dict[str, int] = field(default_factory=dict)

    def observe(self, page: Page, text: str, photo: Path | None = None) -> None:
        page.get_by_role("link", name=say("observations.new")).click()
        if photo:
            page.get_by_label(say("photo.choose")).set_input_files(photo)
            expect(page.get_by_role("button", name=say("photo.nth", n=1))).to_be_visible()
        journey.field(page, "capture.text").fill(text)
        button(page, "capture.save").click()
        page.wait_for_url(re.compile(r"/s/[^/]+$"))
        self.saved[text] = int(bool(photo))

    def freeze_in_the_middle(self, chance: random.Random, n: int) -> None:
        """Both save, while what one sends is held back; it is frozen, and the other is left to send all."""
        moment = chance.choice([*MOMENTS])
        print(n, moment, flush=True)
        first, second = chance.sample(self.device.context.pages, 2)
        photo = take_photo(self.data.with_name("photo.jpg"), (n, 200, 30), 400, 300)
        n_before, self.proxy.fault = len(self.proxy.passed), MOMENTS[moment]
        self.observe(first, f"Havainto {n}: {moment}", photo)
        self.wait_for_hit(n_before)
        self.observe(second, f"Havainto {n} toisesta välilehdestä")
        expect(first.get_by_role("link").filter(has_text=f"Havainto {n} toisesta")).to_be_visible()
        first.evaluate(NOTHING_OPEN)
        with frozen(first):
            self.proxy.mend()
            self.expect_sent(second)
        for page in (first, second):
            self.expect_sent(page)
        expect_promises(first.evaluate(READ), self.data, self.study, self.saved)

    def wait_for_hit(self, n_before: int) -> None:
        def is_hit(proxy: Proxy) -> bool:
            return any(proxy.fault.path in one.path for one in proxy.passed[n_before:])

        WebDriverWait(self.proxy, BOUND / 1000, 0.02).until(is_hit)

    def expect_sent(self, page: Page) -> None:
        expect(page.get_by_role("link", name=say("badge.sent"), exact=True)).to_be_visible(timeout=BOUND)
        self.device.wait_for_promised(IS_SETTLED, BOUND, page)


@contextmanager
def frozen(page: Page) -> Iterator[None]:
    """As a browser does to tabs in the background, to save battery."""
    session = page.context.new_cdp_session(page)
    session.send("Page.setWebLifecycleState", {"state": "frozen"})
    yield
    session.send("Page.setWebLifecycleState", {"state": "active"})
    session.detach()


@pytest.mark.timeout(120 + 60 * N_FREEZES)
def test_one_tab_frozen_the_other_sends_everything(
    server: Server, lead: Account, new_device: NewDevice, random_seed: int
) -> None:
    study = lead.create_study("empty")
    with proxy_before(server.port) as proxy:
        aino = new_device("aino", address=proxy.address)
        journey.join(aino, lead.visit_code(study), "Aino")
        journey.expect_kept(aino)
        aino.context.new_page().goto(f"{proxy.address}/s/{study}")
        tabs = Tabs(aino, proxy, server.data, study)
        for n, seed in enumerate(range(random_seed, random_seed + N_FREEZES)):
            print(f"SEED={seed}", end=" ")
            tabs.freeze_in_the_middle(random.Random(seed), n)
