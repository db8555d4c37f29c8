"""Misfortunes of a phone that holds what nobody else has: each is said calmly, and nothing is lost or half done."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from benchmark.kernel.sqlite import sqlite3
from tests.browser import journey
from tests.browser.account import PASSWORD, Account
from tests.browser.device import DESK, Device
from tests.browser.journey import button, field, say
from tests.browser.pictures import take_photo
from tests.browser.server import Server
from tests.browser.test_kills import READ
from tests.factories import make_op

pytestmark = [pytest.mark.timeout(300), pytest.mark.one_server]

MAP, SIGNS = "Ovella on kartta", "Opasteet roikkuvat katosta"
# The clock of a phone whose battery was empty for long.
NINE_YEARS_AGO = """
  const behind = 9 * 365 * 24 * 3600_000;
  const Real = Date;
  window.Date = class extends Real {
    constructor(...parts) { parts.length ? super(...parts) : super(Real.now() - behind); }
    static now() { return Real.now() - behind; }
  };
"""


# The first device is the account that all tests of this file share.
OF_OTHERS = "WHERE id <> (SELECT min(id) FROM device)"


def observations(lead: Account, study: str) -> dict[str, str]:
    """What the server has: text → the person who made it."""
    known = [record for record in lead.records() if record["space"] == study]
    return {record["text"]: record["author"] for record in known if record["kind"] == "observation"}


def on_server(server: Server, statement: str) -> None:
    """Let something have happened to the sessions of everyone."""
    with closing(sqlite3.connect(server.data / "benchmark.db", timeout=30)) as database:
        database.execute(statement)
        database.commit()


def end_sessions(server: Server, statement: str, device: Device) -> None:
    """The device finds itself signed out when it has a network again."""
    device.expected.append("401")
    on_server(server, statement)
    device.context.set_offline(False)
    expect(device.page.get_by_text(say("banner.expired"))).to_be_visible(timeout=journey.SENDING)


def sign_in_here(device: Device) -> None:
    """From what the phone says about sending, as the lead whose e-mail it knows."""
    page = device.go("/status")
    expect(page.get_by_role("heading", name=say("sending.expired"))).to_be_visible()
    expect(page.get_by_text(say("sending.offline"))).to_be_hidden()
    page.get_by_role("link", name=say("sign_in.submit")).click()
    field(page, "sign_in.email").fill("liisa@example.org")
    page.get_by_label(say("sign_in.password")).fill(PASSWORD)
    button(page, "sign_in.submit").click()
    expect(page.get_by_role("heading", name=say("studies.title"))).to_be_visible()


@pytest.fixture
def study(lead: Account) -> str:
    return lead.create_study("empty")


@pytest.fixture
def liisa(study: str, new_device: Callable[..., Device]) -> Device:
    """The lead's phone."""
    device = new_device("liisa")
    journey.sign_in(device, "liisa@example.org", PASSWORD)
    expect(device.page.locator(f"a[href='/s/{study}']")).to_be_visible()
    journey.expect_kept(device)
    device.go(f"/s/{study}")
    return device


@pytest.fixture
def aino(study: str, lead: Account, new_device: Callable[..., Device]) -> Device:
    """A member's phone."""
    device = new_device("aino")
    journey.join(device, lead.visit_code(study), "Aino")
    journey.expect_kept(device)
    return device


def test_a_revoked_phone_keeps_everything_until_its_person_signs_in_again(
    server: Server, study: str, liisa: Device, tmp_path: Path
) -> None:
    liisa.context.set_offline(True)
    journey.observe(liisa, MAP, take_photo(tmp_path / "red.jpg", (200, 30, 30)), caption="Kartta")
    journey.observe(liisa, SIGNS)
    end_sessions(server, f"UPDATE device SET ended_at = created_at {OF_OTHERS}", liisa)
    journey.expect_only_here(liisa, MAP)

    sign_in_here(liisa)
    liisa.go(f"/s/{study}")
    for text in (MAP, SIGNS):
        journey.expect_sent(liisa, text)
    with closing(Account(server)) as again:
        again.send("POST", "/session", {"email": "liisa@example.org", "password": PASSWORD})
        assert observations(again, study).keys() == {MAP, SIGNS}


def test_who_signs_in_again_in_one_tab_is_signed_in_in_the_other(
    server: Server, study: str, liisa: Device
) -> None:
    other = liisa.context.new_page()
    other.goto(f"{liisa.address}/s/{study}")
    liisa.context.set_offline(True)
    journey.observe(liisa, MAP)
    end_sessions(server, f"UPDATE device SET ended_at = created_at {OF_OTHERS}", liisa)
    expect(other.get_by_text(say("banner.expired"))).to_be_visible(timeout=journey.SENDING)
    sign_in_here(liisa)
    liisa.page.close()
    liisa.page = other
    expect(other.get_by_text(say("banner.expired"))).to_be_hidden()
    journey.observe(liisa, SIGNS)
    for text in (MAP, SIGNS):
        journey.expect_sent(liisa, text)


def test_somebody_else_who_signs_in_sends_nothing_of_the_first(
    server: Server, study: str, lead: Account, liisa: Device
) -> None:
    code = lead.visit_code(study)
    liisa.context.set_offline(True)
    journey.observe(liisa, MAP)
    end_sessions(server, f"UPDATE device SET ended_at = created_at {OF_OTHERS}", liisa)

    journey.join(liisa, code, "Matti")
    expect(journey.row(liisa, MAP)).to_be_hidden()
    journey.observe(liisa, SIGNS)
    journey.expect_sent(liisa, SIGNS)
    assert observations(lead, study).keys() == {SIGNS}
    page = liisa.go("/status")
    expect(page.get_by_text(say("sending.other_explained", name="Liisa", n=1))).to_be_visible()
    with page.expect_download() as download:
        button(page, "sending.rescue_save").click()
    assert download.value.suggested_filename.startswith("benchmark-liisa-")

    on_server(server, "UPDATE device SET ended_at = created_at WHERE id = (SELECT max(id) FROM device)")
    page = liisa.go("/sign-in")
    field(page, "sign_in.email").fill("liisa@example.org")
    page.get_by_label(say("sign_in.password")).fill(PASSWORD)
    button(page, "sign_in.submit").click()
    liisa.page.locator(f"a[href='/s/{study}']").click()
    journey.expect_sent(liisa, MAP)
    made = observations(lead, study)
    assert made.keys() == {MAP, SIGNS} and len(set(made.values())) == 2


def test_signing_out_asks_about_what_is_begun_and_not_saved(study: str, aino: Device) -> None:
    journey.start_observation(aino)
    field(aino.page, "capture.text").fill(MAP)
    journey.expect_draft_kept(aino)
    page = aino.go("/me")
    button(page, "me.sign_out").click()
    leaving = page.get_by_role("dialog")
    expect(leaving.get_by_text(say("me.drafts", n=1))).to_be_visible()
    expect(button(leaving, "me.sign_out")).to_be_disabled()
    assert aino.axe() == []
    button(leaving, "me.stay").click()
    page = aino.go(f"/s/{study}")
    journey.open_draft(aino, MAP)
    journey.save(aino)
    journey.expect_sent(aino, MAP)
    page = aino.go("/me")
    button(page, "me.sign_out").click()
    expect(leaving.get_by_text(say("me.sign_out_explained"))).to_be_visible()
    button(leaving, "me.sign_out").click()
    expect(page.get_by_role("heading", name=say("join.title"))).to_be_visible()


def test_a_form_opens_by_itself_unless_its_person_has_left_it(study: str, aino: Device) -> None:
    journey.start_observation(aino)
    field(aino.page, "capture.text").fill(MAP)
    journey.expect_draft_kept(aino)
    aino.page.go_back()
    expect(aino.page.get_by_role("region", name=say("find.drafts"))).to_contain_text(MAP)
    page = aino.go("/")
    journey.open_draft(aino, MAP)

    page.reload()
    expect(field(page, "capture.text")).to_have_value(MAP)
    aino.put_away("/")
    expect(field(aino.page, "capture.text")).to_have_value(MAP)
    aino.kill()
    aino.open()
    aino.go("/")
    expect(field(aino.page, "capture.text")).to_have_value(MAP)
    journey.save(aino)
    aino.go("/")
    expect(journey.row(aino, MAP)).to_be_visible()


def test_who_is_removed_while_writing_is_told_where_the_words_stay(
    study: str, lead: Account, aino: Device
) -> None:
    page = aino.page
    aino.context.set_offline(True)
    journey.observe(aino, "Hyllyt")
    journey.start_observation(aino)
    field(page, "capture.text").fill(MAP)
    journey.expect_draft_kept(aino)
    removed = aino.page.evaluate("() => JSON.parse(localStorage['benchmark.identity']).person.id")
    lead.send("DELETE", f"/studies/{study}/people/{removed}")
    aino.context.set_offline(False)
    expect(page.get_by_text(say("observations.not_in"))).to_be_visible(timeout=journey.SENDING)
    assert aino.axe() == []
    page.get_by_role("button", name=say("ui.back")).click()
    expect(page.get_by_role("link").filter(has_text=MAP)).to_be_visible()
    page.get_by_text(say("observations.not_in")).get_by_role("link").click()
    expect(page.get_by_role("blockquote")).to_have_text("Hyllyt")
    expect(page.get_by_text(say("sending.stranded", n=1))).to_be_visible()
    expect(button(page, "sending.rescue_save")).to_be_visible()


def test_a_member_who_was_away_for_long_comes_back_with_the_code(
    server: Server, study: str, lead: Account, aino: Device
) -> None:
    code = lead.visit_code(study)
    aino.context.set_offline(True)
    journey.observe(aino, MAP)
    long_ago = f"UPDATE device SET last_seen_at = '2017' || substr(last_seen_at, 5) {OF_OTHERS}"
    end_sessions(server, long_ago, aino)
    journey.join(aino, code, "Aino")
    journey.expect_sent(aino, MAP)


def test_a_login_page_of_the_network_is_no_connection(study: str, lead: Account, aino: Device) -> None:
    def portal(route: Route) -> None:
        route.fulfill(status=200, content_type="text/html", body="<h1>Tervetuloa verkkoomme</h1>")

    aino.expected.append("EventSource's response")
    aino.context.route("**/api/**", portal)
    aino.go(f"/s/{study}")
    journey.observe(aino, MAP)
    expect(aino.page.get_by_text(say("banner.offline"))).to_be_visible(timeout=journey.SENDING)
    journey.expect_only_here(aino, MAP)
    assert observations(lead, study) == {}
    aino.context.unroute_all()
    journey.expect_sent(aino, MAP)
    assert observations(lead, study).keys() == {MAP}


def test_a_picture_on_another_phone_of_ones_own_is_not_called_sent(
    study: str, liisa: Device, new_device: Callable[..., Device], tmp_path: Path
) -> None:
    liisa.context.route("**/content?**", lambda route: route.abort())
    journey.observe(liisa, MAP, take_photo(tmp_path / "red.jpg", (200, 30, 30), 400, 300), caption="Kartta")
    laptop = new_device("laptop", viewport=DESK)
    journey.sign_in(laptop, "liisa@example.org", PASSWORD)
    laptop.go(f"/s/{study}")
    expect(journey.row(laptop, MAP)).to_contain_text(say("where.elsewhere"))
    laptop.go("/status")
    about = laptop.page.locator("section").filter(has=laptop.page.locator(f"a[href='/s/{study}/bin']"))
    expect(about).to_contain_text(say("sending.mine_elsewhere", n=0, of=1))
    expect(about).to_contain_text(say("sending.holders", names="Liisa"))
    expect(laptop.page.get_by_role("heading", name=say("sending.sent_from_here"))).to_be_visible()
    assert laptop.axe() == []

    liisa.expected.append("422")
    damaged = {"status": 422, "content_type": "application/problem+json", "body": '{"code": "photo_damaged"}'}
    liisa.context.unroute_all()
    liisa.context.route("**/content?**", lambda route: route.fulfill(**damaged))
    liisa.go("/status")
    expect(liisa.page.get_by_text(say("problem.photo_damaged"))).to_be_visible(timeout=journey.SENDING)
    button(liisa.page, "refused.discard").click()
    button(liisa.page, "refused.discard_yes").click()
    # Nobody waits any more for what is nowhere.
    expect(about).to_contain_text(say("sending.mine_sent", n=1), timeout=journey.SENDING)
    expect(about).not_to_contain_text(say("sending.holders", names="Liisa"))
    assert held(liisa)["bytes"] == []


def test_a_clock_that_is_wrong_by_years_changes_no_order(study: str, lead: Account, aino: Device) -> None:
    aino.context.add_init_script(NINE_YEARS_AGO)
    page = aino.go(f"/s/{study}")
    journey.observe(aino, MAP)
    journey.expect_sent(aino, MAP)
    known = next(
        record for record in lead.records() if record.get("text") == MAP and record["space"] == study
    )
    theirs = {"id": known["id"], "base_rev": known["rev"], "set": {"text": SIGNS}}
    assert lead.push(make_op(study, "observation", **theirs)) == ["applied"]
    journey.row(aino, SIGNS).click(timeout=journey.SENDING)
    page.get_by_role("link", name=say("observations.edit")).click()
    field(page, "capture.text").fill(MAP)
    button(page, "capture.save_edit").click()
    page.get_by_role("link", name=say("past.title")).click()
    expect(page.locator("main ol > li")).to_have_count(3, timeout=journey.SENDING)
    expect(page.locator("main ol > li").first).to_contain_text("Aino")
    expect(page.locator("main ol > li").first).to_contain_text(str(datetime.now(UTC).year))
    assert observations(lead, study).keys() == {MAP}


def test_a_phone_that_is_full_saves_all_or_nothing(study: str, aino: Device, tmp_path: Path) -> None:
    aino.context.set_offline(True)
    page = aino.page
    journey.observe(aino, SIGNS)
    journey.start_observation(aino)
    journey.add_photo(aino, take_photo(tmp_path / "red.jpg", (200, 30, 30)), "Kartta")
    field(page, "capture.text").fill(MAP)
    journey.expect_draft_kept(aino)
    # The browser asks itself for the room that is left when it starts, and then only now and then.
    aino.context.close()
    aino.open()
    quota = aino.context.new_cdp_session(aino.page)
    quota.send("Storage.overrideQuotaForOrigin", {"origin": aino.address, "quotaSize": 1})
    aino.context.set_offline(True)
    page = aino.go(f"/s/{study}")
    journey.open_draft(aino, MAP)
    button(page, "capture.save").click()
    expect(page.get_by_role("alert")).to_have_text(say("capture.no_room"))
    assert aino.axe() == []
    left = held(aino)
    assert [draft["data"]["text"] for draft in left["drafts"]] == [MAP]
    assert [one["op"]["set"].get("text") for one in left["outbox"]] == [SIGNS]
    assert [one["data"]["text"] for one in left["records"] if one["kind"] == "observation"] == [SIGNS]
    assert [(one["state"], one["is_whole"]) for one in left["bytes"]] == [("draft", True)]

    field(page, "capture.text").fill(f"{MAP}.")
    expect(page.get_by_role("alert")).to_have_text(say("capture.draft_not_kept"))
    page.get_by_role("button", name=say("ui.back")).click()
    journey.row(aino, SIGNS).click()
    button(page, "observations.delete").click()
    expect(page.get_by_role("region", name=say("ui.notice"))).to_have_text(say("caution.not_kept"))
    page.get_by_role("button", name=say("ui.back")).click()
    quota.send("Storage.overrideQuotaForOrigin", {"origin": aino.address})
    journey.open_draft(aino, MAP)
    journey.save(aino)
    aino.context.set_offline(False)
    for text in (MAP, SIGNS):
        journey.expect_sent(aino, text)


def held(device: Device) -> Any:
    """All that the phone holds."""
    return device.page.evaluate(READ)
