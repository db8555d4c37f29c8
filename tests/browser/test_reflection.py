"""The answers right after a visit: kept letter by letter, sent as one change, and there after the page was killed."""

from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import expect

from tests.browser import journey
from tests.browser.account import first_lead
from tests.browser.device import Device
from tests.browser.journey import field, say
from tests.browser.server import Server

pytestmark = pytest.mark.timeout(300)

READ = """async () => {
  const name = (await indexedDB.databases()).map((one) => one.name).find((one) => one.startsWith('benchmark-'));
  const answer = (request) => new Promise((done) => (request.onsuccess = () => done(request.result)));
  const base = await answer(indexedDB.open(name));
  const rows = (table) => answer(base.transaction(table).objectStore(table).getAll());
  const kept = (await rows('meta')).find((one) => one.key.startsWith('answers'))?.value;
  const sets = (await rows('outbox')).map((one) => one.op.set);
  base.close();
  return { kept, sets };
}"""
UNTIL_KEPT = f"""async (text) => {{
  const read = {READ};
  while ((await read()).kept?.best !== text) await new Promise((next) => setTimeout(next, 20));
}}"""
BEST = "Kartta oli heti ovella"


def test_answers_are_one_change_and_outlive_a_killed_browser(
    server: Server, new_device: Callable[..., Device]
) -> None:
    with closing(first_lead(server)) as lead:
        study = lead.create_study("empty")
        code = lead.visit_code(study)
    aino = new_device("aino")
    journey.join(aino, code, "Aino")
    journey.observe(aino, "Ovella on kartta")
    journey.expect_sent(aino, "Ovella on kartta")
    aino.page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    aino.put_away(f"/s/{study}/after")
    expect(field(aino.page, "reflection.best")).to_be_visible()
    server.stop()

    write(aino, BEST)
    assert aino.page.evaluate(READ)["sets"] == []
    aino.kill()
    aino.open()
    page = aino.go(f"/s/{study}")
    page.get_by_role("link", name=say("reflection.own")).click()
    expect(field(page, "reflection.best")).to_have_value(BEST)
    (change,) = aino.page.evaluate(READ)["sets"]
    assert change["best"] == BEST

    write(aino, more := f"{BEST}, ja sen näki kaikkialta")
    field(page, "reflection.best").blur()
    page.get_by_role("link", name=say("reflection.done")).click()
    page.get_by_role("link", name=say("reflection.own")).click()
    expect(field(page, "reflection.best")).to_have_value(more)
    assert aino.page.evaluate(READ) == {"kept": None, "sets": [change, {"best": more}]}


def write(device: Device, text: str) -> None:
    """Letter by letter, and wait until the last one is on disk."""
    written = field(device.page, "reflection.best")
    written.fill("")
    written.press_sequentially(text)
    device.page.evaluate(UNTIL_KEPT, text)
