"""A new release reaches phones that are in use: offered, never forced, and nothing that waited to be sent is lost.

The releases are copies of the app whose built files all have other names, as after a change in every one of them.
"""

import re
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser import journey
from tests.browser.account import first_lead
from tests.browser.device import Device
from tests.browser.journey import button, field, say
from tests.browser.pictures import take_photo
from tests.browser.server import Server

pytestmark = pytest.mark.timeout(300)

PACKAGE = Path(__file__).parents[2] / "benchmark"
CONTROLLED = "() => navigator.serviceWorker.controller !== null"
SCRIPT = "() => document.querySelector('script[type=module]').src"
BUILDS = (
    "() => caches.keys().then((names) => names.filter((name) => name.startsWith('benchmark-build-')).length)"
)
WORDS, DRAFT = "Ovella on kartta", "Kesken jäänyt lause"


def release(folder: Path, mark: str) -> Path:
    """The app as another release would have it, to be put first on Python's path."""
    package = folder / mark / "benchmark"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__", "*.br", "*.gz"))
    built = package / "static" / "app"
    names = {
        file.name: re.sub(r"-..(.{6}\.\w+)$", rf"-{mark}\1", file.name) for file in built.glob("assets/*")
    }
    any_name = re.compile("|".join(map(re.escape, names)))
    for file in [*built.glob("*.*"), *built.glob("assets/*")]:
        text = any_name.sub(lambda found: names[found[0]], file.read_text())
        file.write_text(re.sub(r'"id":"..', f'"id":"{mark}', text) if file.name == "sw.js" else text)
        file.rename(file.with_name(names.get(file.name, file.name)))
    return package.parent


def serve(server: Server, code: Path) -> None:
    """The server comes back with another release."""
    server.stop()
    server.environment["PYTHONPATH"] = str(code)
    server.start()


def joined(server: Server, new_device: Callable[..., Device]) -> tuple[Device, str]:
    """A member's phone that would start without a network, and the study that it joined."""
    with closing(first_lead(server)) as lead:
        study = lead.create_study("empty")
        code = lead.visit_code(study)
    device = new_device("aino")
    journey.join(device, code, "Aino")
    device.page.wait_for_function(CONTROLLED)
    return device, study


def hold_back(context: BrowserContext) -> None:
    """Let nothing out that the app would send by itself."""
    context.route(re.compile(r"/api/v1/(sync|photos/[^/]+/content)"), lambda route: route.abort())


def fetch_update(page: Page) -> None:
    """Find the new release, and wait until all of it is on this device."""
    page.evaluate(
        """async () => {
          const known = await navigator.serviceWorker.getRegistration();
          await known.update();
          const fresh = known.installing;
          if (fresh) await new Promise((done) => fresh.addEventListener('statechange', done, { once: true }));
          if (!known.waiting) throw new Error('no release to be had');
        }"""
    )


def test_a_new_release_is_offered_and_nothing_is_lost(
    server: Server, new_device: Callable[..., Device], tmp_path: Path
) -> None:
    aino, study = joined(server, new_device)
    page = aino.page
    first = page.evaluate(SCRIPT)
    hold_back(aino.context)
    journey.observe(aino, WORDS, take_photo(tmp_path / "photo.jpg", (200, 30, 30)), caption="Kartta")
    other = aino.context.new_page()
    other.goto(f"{aino.address}/s/{study}")
    other.evaluate("() => (window.isTheSamePage = true)")

    serve(server, release(tmp_path, "zz"))
    journey.start_observation(aino)
    field(page, "capture.text").fill(DRAFT)
    fetch_update(page)
    expect(page.get_by_text(say("update.ready"))).to_be_hidden()
    expect(field(page, "capture.text")).to_have_value(DRAFT)
    assert page.evaluate(SCRIPT) == first

    journey.expect_draft_kept(aino)
    page.go_back()
    assert aino.axe() == []
    with page.expect_navigation():
        button(page, "update.take").click()
    expect(journey.row(aino, WORDS)).to_be_visible()
    second = page.evaluate(SCRIPT)
    assert "-zz" in second and second != first
    journey.expect_only_here(aino, WORDS)
    journey.open_draft(aino, DRAFT)
    journey.save(aino)
    expect_old_page_to_work(other)
    assert page.evaluate(BUILDS) == 2

    aino.context.unroute_all()
    aino.put_away(f"/s/{study}")
    for words in (WORDS, DRAFT):
        journey.expect_sent(aino, words)

    serve(server, release(tmp_path, "yy"))
    fetch_update(aino.page)
    with aino.page.expect_navigation():
        button(aino.page, "update.take").click()
    expect(journey.row(aino, WORDS)).to_be_visible()
    assert "-yy" in aino.page.evaluate(SCRIPT)
    assert aino.page.evaluate("address => caches.match(address).then(Boolean)", second)
    assert not aino.page.evaluate("address => caches.match(address).then(Boolean)", first)


def expect_old_page_to_work(page: Page) -> None:
    """A page of the release before was not loaded anew, and gets screens that it had not opened yet."""
    assert page.evaluate("() => window.isTheSamePage")
    page.locator("a[href='/status']").click()
    expect(page.get_by_role("heading", name=say("sending.title"))).to_be_visible()
    assert page.evaluate("() => window.isTheSamePage")


def as_of_old(route: Route) -> None:
    """Let the app speak a version of the protocol that the server has given up."""
    route.continue_(post_data={**route.request.post_data_json, "proto": 0})


def test_a_version_too_old_to_send_keeps_everything_and_updates(
    server: Server, new_device: Callable[..., Device], tmp_path: Path
) -> None:
    aino, _ = joined(server, new_device)
    aino.expected.append("426")
    page = aino.page
    page.context.route("**/api/v1/sync", as_of_old)
    journey.start_observation(aino)
    field(page, "capture.text").fill(WORDS)
    with page.expect_response("**/api/v1/sync") as answer:
        page.evaluate("() => dispatchEvent(new Event('focus'))")
    assert answer.value.status == 426
    expect(field(page, "capture.text")).to_have_value(WORDS)
    button(page, "capture.save").click()
    expect(page.get_by_role("heading", name=say("outdated.title"))).to_be_visible()
    expect(page.get_by_text(say("sending.n_changes", n=1))).to_be_visible()
    assert aino.axe() == []
    with page.expect_download() as download:
        button(page, "sending.rescue_save").click()
    assert download.value.suggested_filename.startswith("benchmark-aino-")

    with page.expect_navigation():
        button(page, "outdated.take").click()
    expect(page.get_by_role("alert")).to_have_text(say("outdated.not_yet"))
    server.stop()
    button(page, "outdated.take").click()
    expect(page.get_by_role("alert")).to_have_text(say("outdated.not_yet"))
    button(page, "outdated.go_on").click()
    journey.observe(aino, DRAFT)
    for words in (WORDS, DRAFT):
        journey.expect_only_here(aino, words)

    serve(server, release(tmp_path, "zz"))
    expect(page.get_by_role("heading", name=say("outdated.title"))).to_be_visible(timeout=journey.SENDING)
    expect(page.get_by_text(say("sending.n_changes", n=2))).to_be_visible()
    fetch_update(page)
    # It is on the phone: no network is needed to go over to it.
    server.stop()
    with page.expect_navigation():
        button(page, "outdated.take").click()
    expect(journey.row(aino, WORDS)).to_be_visible()
    assert "-zz" in page.evaluate(SCRIPT)
    page.context.unroute_all()
    server.start()
    for words in (WORDS, DRAFT):
        journey.expect_sent(aino, words)
