"""What people do on the screens, named as they would name it. Words come from the catalogue, so texts may change."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from benchmark.kernel import words
from tests.browser.account import LEAD
from tests.browser.account import PASSWORD as LEADS_PASSWORD
from tests.browser.device import Device

PASSWORD = "kirjasto meren rannalla"
SENDING = 45_000  # longer than the longest pause between two attempts


def say(key: str, **values: object) -> str:
    """The Finnish words that stand on the screen."""
    return words.t(key, "fi", **values)


def button(within: Page | Locator, key: str, **values: object) -> Locator:
    return within.get_by_role("button", name=say(key, **values), exact=True)


def field(within: Page | Locator, key: str) -> Locator:
    return within.get_by_role("textbox", name=say(key))


def become_first_lead(device: Device, link: str) -> None:
    """Follow the link that an empty server prints."""
    page = device.go(link)
    field(page, "setup.team").fill("Lauttasaaren kirjasto")
    field(page, "setup.name").fill("Liisa")
    field(page, "sign_in.email").fill("liisa@example.org")
    page.get_by_label(say("sign_in.password")).fill(PASSWORD)
    button(page, "setup.submit").click()
    expect(page.get_by_role("heading", name=say("studies.title"))).to_be_visible()


def sign_in(device: Device, email: str, password: str) -> None:
    device.go("/sign-in")
    give_password(device, email, password)


def give_password(device: Device, email: str, password: str) -> None:
    """On the page for signing in, which is open."""
    page = device.page
    field(page, "sign_in.email").fill(email)
    page.get_by_label(say("sign_in.password")).fill(password)
    button(page, "sign_in.submit").click()
    expect(page.get_by_role("heading", name=say("studies.title"))).to_be_visible()


def be_lead(device: Device, study: str) -> Page:
    """As the lead of `account.first_lead`, with this study on the device."""
    sign_in(device, LEAD["email"], LEADS_PASSWORD)
    expect(device.page.locator(f"a[href='/s/{study}']")).to_be_visible()
    return device.page


def create_study(device: Device, title: str) -> str:
    """A study from the hardware store's template; leaves the lead on its preparation and returns its id."""
    page = device.page
    page.get_by_role("link", name=say("studies.new")).click()
    page.get_by_role("radio", name=say("new_study.hardware_store")).check()
    field(page, "new_study.name").fill(title)
    button(page, "new_study.create").click()
    page.wait_for_url("**/prepare")
    return study_of(page)


def prepare(device: Device, *, purpose: str, host: str, place: str, plan: Path) -> None:
    """Say why and where, add a visit and a floor plan."""
    page = device.page
    field(page, "prepare.purpose").fill(purpose)
    field(page, "prepare.host_name").fill(host)
    button(page, "prepare.add_visit").click()
    field(page, "prepare.visit_place").fill(place)
    page.get_by_label(say("prepare.add_plan")).set_input_files(plan)
    expect(field(page, "prepare.plan_title")).to_be_visible()


def join(device: Device, code: str, name: str) -> str:
    """Type the visit code and a first name; returns the study's id."""
    page = device.go("/join")
    field(page, "join.code").fill(code)
    field(page, "join.name").fill(name)
    button(page, "join.join").click()
    page.wait_for_url(re.compile(r"/s/"))
    expect(page.get_by_role("link", name=say("observations.new"))).to_be_visible()
    return study_of(page)


def expect_kept(device: Device) -> None:
    """Wait until the phone has the whole app, so that it may lose its network."""
    device.page.wait_for_function("() => navigator.serviceWorker.controller !== null")


def start_observation(device: Device) -> None:
    device.page.get_by_role("link", name=say("observations.new")).click()
    expect(field(device.page, "capture.text")).to_be_visible()


def open_draft(device: Device, text: str) -> None:
    """From the list, go on with what was begun."""
    drafts = device.page.get_by_role("region", name=say("find.drafts"))
    drafts.get_by_role("link").filter(has_text=text).click()
    expect(field(device.page, "capture.text")).to_have_value(text)


def add_photo(device: Device, photo: Path, caption: str) -> None:
    """Choose a picture from the gallery, describe it, and say that nobody is in it."""
    page = device.page
    page.get_by_label(say("photo.choose")).set_input_files(photo)
    thumb = page.get_by_role("button", name=say("photo.nth", n=1))
    thumb.click()
    field(page, "photo.caption").fill(caption)
    page.get_by_role("radio", name=say("photo_people.none")).check()
    button(page, "photo.ready").click()


def expect_draft_kept(device: Device) -> None:
    """Wait until the form says that all of the draft is on disk."""
    expect(device.page.locator("[aria-busy=false]", has_text=say("capture.draft_kept"))).to_be_visible()


def save(device: Device) -> None:
    button(device.page, "capture.save").click()
    device.page.wait_for_url(re.compile(r"/s/[^/]+$"))


def observe(
    device: Device, text: str, photo: Path | None = None, *, caption: str = "", feeling: str = "works"
) -> None:
    """Write an observation and save it; leaves the person on the list."""
    start_observation(device)
    page = device.page
    if photo:
        add_photo(device, photo, caption)
    field(page, "capture.text").fill(text)
    page.get_by_role("radio", name=say(f"feeling.{feeling}")).check()
    save(device)
    expect(row(device, text)).to_be_visible()


def row(device: Device, text: str) -> Locator:
    """The observation's row in the list."""
    return device.page.get_by_role("link").filter(has_text=text)


def expect_sent(device: Device, text: str) -> None:
    """Wait until the list says that all of the observation is on the server."""
    sent = row(device, text).get_by_text(say("where.sent"), exact=True)  # "Lähetetty 1/2" is less
    expect(sent).to_be_visible(timeout=SENDING)


def expect_only_here(device: Device, text: str) -> None:
    """Wait until the list says that the observation is on this phone alone."""
    expect(row(device, text)).to_contain_text(say("where.here"))


def open_page(device: Device, place: str) -> None:
    """Go by the study's own navigation: observations, board, results, report, prepare."""
    device.page.get_by_role("navigation").get_by_role("link", name=say(f"nav.{place}")).click()


def move_to_new_group(device: Device, text: str, group: str) -> None:
    """On the board, "Move to…" a group that does not exist yet."""
    page = device.page
    page.get_by_role("button", name=say("board.move_named", card=text)).click()
    page.get_by_role("searchbox", name=say("board.search_groups")).fill(group)
    button(page, "board.new_group_named", name=group).click()
    expect(page.get_by_role("link", name=group)).to_be_visible()


def move_to_group(device: Device, text: str, group: str) -> None:
    page = device.page
    page.get_by_role("button", name=say("board.move_named", card=text)).click()
    page.get_by_role("dialog").get_by_role("button", name=group).click()


def write_finding(device: Device, result: str, statement: str) -> None:
    """On a group's page, make an idea or a strength and say it."""
    short = {"improvement_idea": "idea", "strength": "strength"}[result]
    page = device.page
    button(page, f"finding.add_{short}").click()
    written = field(page, f"finding.statement_{short}").last
    written.fill(statement)
    written.press("Tab")


def study_of(page: Page) -> str:
    """The id of the study whose page is open."""
    found = re.search(r"/s/([0-9a-f-]{36})", page.url)
    assert found, page.url
    return found[1]
