"""A phone whose last release was the one before: whatever waited there is sent by this one."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import journey
from tests.browser.account import Account
from tests.browser.device import DESK, Device
from tests.browser.journey import say

pytestmark = pytest.mark.timeout(300)

OLD = Path(__file__).parents[2] / "frontend" / "src" / "local" / "version-1.fixture.json"
WRITE = """
async ({version, stores, rows, person}) => {
  const name = `benchmark-${person}`
  const done = request => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = request.onblocked = () => reject(request.error)
  })
  await done(indexedDB.deleteDatabase(name))
  const opening = indexedDB.open(name, version)
  opening.onupgradeneeded = () => {
    for (const [store, {keyPath, autoIncrement, indexes, unique}] of Object.entries(stores)) {
      const made = opening.result.createObjectStore(store, {keyPath, autoIncrement})
      for (const [index, path] of Object.entries(indexes))
        made.createIndex(index, path, {unique: (unique ?? []).includes(index)})
    }
  }
  const db = await done(opening)
  const writing = db.transaction(Object.keys(rows), 'readwrite')
  for (const [store, values] of Object.entries(rows))
    for (const value of values) {
      if (value.buffer) value.buffer = Uint8Array.from(atob(value.buffer.base64), c => c.charCodeAt(0)).buffer
      writing.objectStore(store).put(value)
    }
  await new Promise(resolve => (writing.oncomplete = resolve))
  db.close()
}
"""

# A tab of the release before that does not hear that it should let go.
HOLD = """person => new Promise((done) => {
  const opening = indexedDB.open(`benchmark-${person}`)
  opening.onsuccess = () => done((window.held = opening.result) && null)
})
"""


def test_what_the_last_release_had_not_sent_is_sent(lead: Account, new_device: Callable[..., Device]) -> None:
    study = lead.create_study("hardware_store")
    liisa = new_device("liisa", viewport=DESK)
    journey.be_lead(liisa, study)
    aino = new_device("aino")
    journey.join(aino, lead.visit_code(study), "Aino")
    person = aino.fetch("/api/v1/session")["person"]["id"]

    leave_old_database(aino, person, study)
    aino.go(f"/s/{study}/new")
    expect(journey.field(aino.page, "capture.text")).to_have_value("Luonnos edellisestä versiosta")
    journey.save(aino)
    for words in ("Havainto 1", "Havainto 2", "Luonnos"):
        journey.expect_sent(aino, f"{words} edellisestä versiosta")
    aino.go("/status")
    expect(aino.page.get_by_text(say("sending.photos_received", n=3, of=3))).to_be_visible()
    liisa.go(f"/s/{study}")
    expect(liisa.page.get_by_text("edellisestä versiosta")).to_have_count(3)


def test_a_database_that_another_tab_holds_gives_no_blank_page(
    lead: Account, new_device: Callable[..., Device]
) -> None:
    study = lead.create_study("hardware_store")
    aino = new_device("aino")
    journey.join(aino, lead.visit_code(study), "Aino")
    person = aino.fetch("/api/v1/session")["person"]["id"]
    leave_old_database(aino, person, study)
    other = aino.context.new_page()
    other.goto(f"{aino.address}/healthz")
    other.evaluate(HOLD, person)

    page = aino.go("/")
    expect(page.get_by_role("heading", name=say("studies.title"))).to_be_visible()
    told = page.get_by_text(say("blocked.close_tabs"))
    expect(told).to_be_visible()
    assert aino.axe() == []
    other.close()
    expect(told).to_be_hidden()
    page.locator(f"a[href='/s/{study}']").click()
    journey.expect_sent(aino, "Havainto 1 edellisestä versiosta")


def leave_old_database(device: Device, person: str, study: str) -> None:
    """Instead of the one that this release has made; leaves the device on a page without the app."""
    device.expected.append("favicon.ico")
    device.go("/healthz")
    text = OLD.read_text().replace("{study}", study).replace("{person}", person)
    device.page.evaluate(WRITE, {**json.loads(text), "person": person})
