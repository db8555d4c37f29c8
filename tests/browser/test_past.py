"""What was: the history of what people write, the bin, two texts for one field, and what the server could not take."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from benchmark.kernel.ids import new_id
from tests.browser import journey
from tests.browser.account import Account
from tests.browser.device import Device
from tests.browser.journey import button, field, say
from tests.browser.kept import PERSON
from tests.browser.pictures import take_photo
from tests.browser.server import Server
from tests.factories import make_op

pytestmark = [pytest.mark.timeout(300), pytest.mark.one_server]

# The revision of a study's own record on this phone.
REV = """async ([person, study]) => {
  const opening = indexedDB.open(`benchmark-${person}`);
  await new Promise((done) => (opening.onsuccess = done));
  const asking = opening.result.transaction('records').objectStore('records').get([study, study]);
  await new Promise((done) => (asking.onsuccess = done));
  opening.result.close();
  return asking.result.rev;
}"""
MAP, LATER = "Ovella on kartta", "Ovella on suuri kartta"


@dataclass
class Study:
    """A study of a lead, and what to join it with."""

    id: str
    code: str
    lead: Account

    def records(self, kind: str) -> list[dict[str, Any]]:
        """As the server has them."""
        known = [record for record in self.lead.records() if record["space"] == self.id]
        return [record for record in known if record["kind"] == kind]


@pytest.fixture
def study(lead: Account) -> Study:
    made = lead.create_study("empty")
    return Study(made, lead.visit_code(made), lead)


@pytest.fixture
def aino(study: Study, new_device: Callable[..., Device]) -> Device:
    """A member's phone."""
    device = new_device("aino")
    journey.join(device, study.code, "Aino")
    journey.expect_kept(device)
    return device


@pytest.fixture
def liisa(study: Study, new_device: Callable[..., Device]) -> Device:
    """The lead's own device."""
    device = new_device("liisa")
    journey.sign_in(device, "liisa@example.org", "a library by the sea")
    expect(device.page.locator(f"a[href='/s/{study.id}']")).to_be_visible()
    return device


@pytest.fixture
def matti(server: Server, study: Study) -> Iterator[Account]:
    """Another member, without a browser."""
    with closing(Account(server)) as account:
        account.send("POST", "/join", {"code": study.code, "name": "Matti", "language": "fi"})
        yield account


def rewrite(device: Device, text: str) -> None:
    """Change the words of the observation that is open."""
    device.page.get_by_role("link", name=say("observations.edit")).click()
    field(device.page, "capture.text").fill(text)
    button(device.page, "capture.save_edit").click()
    expect(device.page.get_by_role("heading", name=say("observations.one"))).to_be_visible()


def rewrite_without_network(device: Device) -> None:
    """Note something, and once it is sent change it where nobody hears of it."""
    journey.observe(device, MAP)
    journey.expect_sent(device, MAP)
    device.context.set_offline(True)
    journey.row(device, MAP).click()
    rewrite(device, LATER)


def only_observation(study: Study) -> dict[str, Any]:
    """As the server has it."""
    (found,) = study.records("observation")
    return found


def steps(device: Device) -> Locator:
    return device.page.locator("main ol > li")


def test_an_earlier_text_is_put_back_from_the_history(study: Study, aino: Device) -> None:
    journey.observe(aino, MAP)
    journey.expect_sent(aino, MAP)
    page = aino.page
    journey.row(aino, MAP).click()
    rewrite(aino, LATER)
    page.get_by_role("link", name=say("past.title")).click()
    expect(steps(aino)).to_have_count(2)
    expect(steps(aino).first).to_contain_text(LATER)
    expect(steps(aino).first).to_contain_text(say("past.now"))
    expect(steps(aino).last).to_contain_text(f"Aino {say('past.made')}")
    assert aino.axe() == []

    aino.context.set_offline(True)
    expect(page.get_by_text(say("past.offline_known"))).to_be_visible()
    steps(aino).last.get_by_role("button", name=say("past.put_back")).click()
    expect(steps(aino).last).to_contain_text(say("past.now"))
    button(page, "undo.undo").click()
    expect(steps(aino).first).to_contain_text(say("past.now"))
    steps(aino).last.get_by_role("button", name=say("past.put_back")).click()
    aino.context.set_offline(False)
    expect(steps(aino).first).to_contain_text(MAP, timeout=journey.SENDING)
    expect(page.get_by_text(say("past.offline_known"))).to_be_hidden()
    assert only_observation(study)["text"] == MAP


def test_a_history_that_could_not_be_had_comes_by_itself(study: Study, aino: Device) -> None:
    journey.observe(aino, MAP)
    journey.expect_sent(aino, MAP)
    page = aino.page
    journey.row(aino, MAP).click()
    aino.context.route("**/history", lambda route: route.abort())
    page.get_by_role("link", name=say("past.title")).click()
    expect(page.get_by_text(say("past.offline"))).to_be_visible()
    aino.context.unroute("**/history")
    page.evaluate("() => window.dispatchEvent(new Event('focus'))")
    expect(steps(aino)).to_have_count(1, timeout=journey.SENDING)


def test_an_earlier_name_of_a_group_is_put_back_by_a_member(study: Study, aino: Device) -> None:
    named = make_op(study.id, "group", set={"name": "Ovella on kartta"})
    study.lead.push(named)
    page = aino.go(f"/s/{study.id}/g/{named['id']}")
    expect(page.get_by_role("heading", name="Ovella on kartta")).to_be_visible(timeout=journey.SENDING)
    page.get_by_role("button", name=say("board.rename")).click()
    page.get_by_role("textbox", name=say("board.group_name")).fill("Kartta")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=say("past.title")).click()
    expect(steps(aino)).to_have_count(2, timeout=journey.SENDING)
    expect(steps(aino).first).to_contain_text(f"Aino {say('past.changed')}")
    expect(steps(aino).last).to_contain_text(f"{say('field.name')} Ovella on kartta")
    assert aino.axe() == []

    steps(aino).last.get_by_role("button", name=say("past.put_back")).click()
    expect(steps(aino)).to_have_count(3, timeout=journey.SENDING)
    button(page, "ui.back").click()
    expect(page.get_by_role("heading", name="Ovella on kartta")).to_be_visible()
    assert [one["name"] for one in study.records("group")] == ["Ovella on kartta"]


def test_all_that_a_lead_prepares_has_a_history_in_words(study: Study, liisa: Device) -> None:
    focus = {"name": "Opasteet", "questions": ["Mistä näkee, missä on?"]}
    visit = {"place": "Rautakauppa", "starts_at": "2017-10-03T17:00:00+03:00"}
    plan = {"title": "Yläkerta", "sketch": "three_zones"}
    ops = [
        make_op(study.id, kind, set=fields)
        for kind, fields in {"focus": focus, "visit": visit, "plan": plan}.items()
    ]
    about = {"is_announced": True, "stage": "visit", "sector": "business"}
    study.lead.push(*ops, make_op(study.id, "study", id=study.id, set=about))
    told = {
        "Opasteet": ["Opasteet", "Mistä näkee, missä on?"],
        "Rautakauppa": ["Rautakauppa", "3.10.2017 17.00"],
        "Yläkerta": ["Yläkerta"],
        say("kind.study"): [say("prepare.announced_yes"), say("stage.visit"), say("sector.business")],
    }
    for name, words in told.items():
        page = liisa.go(f"/s/{study.id}/prepare")
        link = page.get_by_role("link", name=f"{say('past.title')} {name}", exact=True)
        link.click(timeout=journey.SENDING)
        for text in words:
            expect(steps(liisa).first.get_by_text(text, exact=True)).to_be_visible(timeout=journey.SENDING)


def test_the_pictures_of_a_floor_plan_are_told_and_none_is_put_back_without_its_pins(
    study: Study, liisa: Device
) -> None:
    plan, wall, straight = new_id(), new_id(), new_id()
    about = {"plan_id": plan, "sha256": "0" * 64, "width": 4, "height": 3, "size": 12}
    pictures = [
        make_op(study.id, "photo", id=id, set={**about, "caption": caption})
        for id, caption in ((wall, "Seinällä"), (straight, "Suoristettu"))
    ]
    made = make_op(study.id, "plan", id=plan, set={"title": "Yläkerta", "photo_id": wall})
    study.lead.push(*pictures, made, make_op(study.id, "plan", id=plan, set={"photo_id": straight}))
    liisa.go(f"/s/{study.id}/history/{plan}")
    later, first = steps(liisa).first, steps(liisa).last
    expect(later.get_by_role("img", name="Suoristettu")).to_be_visible(timeout=journey.SENDING)
    expect(first.get_by_role("img", name="Seinällä")).to_be_visible()
    expect(steps(liisa).get_by_role("button")).to_have_count(0)
    assert liisa.axe() == []


def test_a_history_of_what_has_not_come_yet_is_waited_for(study: Study, aino: Device) -> None:
    """Whether somebody may see it, the server says: before that nobody is told that it is for others."""
    aino.expected += ["503", "404"]
    page = aino.page
    page.context.route("**/api/v1/sync", lambda route: route.fulfill(status=503))
    named = make_op(study.id, "group", set={"name": MAP})
    study.lead.push(named)
    with page.expect_response("**/history") as answer:
        aino.go(f"/s/{study.id}/history/{named['id']}")
    assert answer.value.ok
    expect(page.get_by_text(say("past.fetching"))).to_be_visible()
    expect(page.get_by_text(say("past.no_access"))).to_be_hidden()
    page.context.unroute("**/api/v1/sync")
    page.evaluate("() => dispatchEvent(new Event('focus'))")
    expect(steps(aino)).to_contain_text(MAP)
    expect(page.get_by_text(say("past.fetching"))).to_be_hidden()

    aino.go(f"/s/{study.id}/history/{new_id()}")
    expect(page.get_by_text(say("past.no_access"))).to_be_visible()


def test_a_history_that_a_busy_server_did_not_tell_comes_by_itself(study: Study, aino: Device) -> None:
    aino.expected += ["503"]
    page = aino.page
    named = make_op(study.id, "group", set={"name": MAP})
    study.lead.push(named)
    busy = {"status": 503, "content_type": "application/problem+json", "body": '{"code": "busy"}'}
    page.context.route("**/history", lambda route: route.fulfill(**busy))
    aino.go(f"/s/{study.id}/history/{named['id']}")
    expect(page.get_by_text(say("problem.busy"))).to_be_visible(timeout=journey.SENDING)
    page.context.unroute("**/history")
    page.evaluate("() => dispatchEvent(new Event('focus'))")
    expect(steps(aino)).to_contain_text(MAP)
    expect(page.get_by_text(say("problem.busy"))).to_be_hidden()


def test_a_guest_hears_nothing_of_groups_from_the_history(
    study: Study, new_device: Callable[..., Device]
) -> None:
    code = study.lead.send("POST", f"/studies/{study.id}/code", {"role": "guest"})["code"]
    device = new_device("ville")
    journey.join(device, code, "Ville")
    journey.observe(device, MAP)
    journey.expect_sent(device, MAP)
    group, mine = make_op(study.id, "group", set={"name": "Opasteet"}), only_observation(study)
    grouped = {"id": mine["id"], "base_rev": mine["rev"], "set": {"group_id": group["id"]}}
    study.lead.push(group, make_op(study.id, "observation", **grouped))
    journey.row(device, MAP).click()
    device.page.get_by_role("link", name=say("past.title")).click()
    expect(steps(device)).to_have_text([re.compile(MAP)])


def test_what_was_deleted_comes_back_with_its_photo(
    study: Study, aino: Device, liisa: Device, tmp_path: Path
) -> None:
    journey.observe(aino, MAP, take_photo(tmp_path / "red.jpg", (200, 30, 30)), caption="Punainen kartta")
    journey.expect_sent(aino, MAP)
    journey.row(aino, MAP).click()
    button(aino.page, "observations.delete").click()
    expect(aino.page.get_by_role("link", name=say("observations.new"))).to_be_visible()
    expect(journey.row(aino, MAP)).to_be_hidden()

    page = liisa.go(f"/s/{study.id}/prepare")
    page.get_by_role("link", name=say("bin.title")).click()
    thing = page.get_by_role("listitem").filter(has_text=MAP)
    expect(thing).to_contain_text(say("bin.n_photos", n=1), timeout=journey.SENDING)
    expect(thing).to_contain_text("Aino poisti")
    assert liisa.axe() == []
    thing.get_by_role("button").click()
    expect(page.get_by_text(say("bin.empty"))).to_be_visible()
    for device in (liisa, aino):
        device.go(f"/s/{study.id}")
        expect(journey.row(device, MAP).locator("img")).to_have_js_property("complete", True)


def test_a_change_to_what_somebody_deleted_is_offered_where_one_looks(study: Study, aino: Device) -> None:
    rewrite_without_network(aino)
    study.lead.push(make_op(study.id, "observation", id=only_observation(study)["id"], deleted=True))
    aino.context.set_offline(False)
    page = aino.page
    expect(button(page, "refused.restore")).to_be_visible(timeout=journey.SENDING)
    expect(page.get_by_text(LATER)).to_be_visible()
    assert aino.axe() == []

    page.get_by_role("button", name=say("ui.back")).click()
    row = journey.row(aino, LATER)
    expect(row).to_contain_text(say("refused.deleted"))
    row.click()
    button(page, "refused.restore").click()
    page.get_by_role("button", name=say("ui.back")).click()
    journey.expect_sent(aino, LATER)
    assert only_observation(study)["text"] == LATER


def test_a_text_written_before_the_deletion_stands_beside_the_one_that_is_restored(
    study: Study, aino: Device
) -> None:
    rewrite_without_network(aino)
    say_in_text(study, "Ovella on pohjakartta")
    study.lead.push(make_op(study.id, "observation", id=only_observation(study)["id"], deleted=True))
    aino.context.set_offline(False)
    button(aino.page, "refused.restore").click(timeout=journey.SENDING)
    clash = aino.page.get_by_role("region", name=say("conflict.title"))
    expect(clash).to_contain_text("pohjakartta", timeout=journey.SENDING)
    expect(clash).to_contain_text("suuri kartta")


def test_two_texts_for_one_field_become_one(study: Study, aino: Device) -> None:
    page, clash = aino.page, two_texts(study, aino)
    differing = ["pohjakartta", "suuri kartta"]
    expect(clash.get_by_role("mark")).to_have_text(
        [f"{say('conflict.differs')} {words}" for words in differing]
    )
    assert aino.axe() == []

    button(clash, "conflict.edit").click()
    mine = clash.get_by_role("textbox")
    expect(mine).to_have_value("Ovella on pohjakartta")
    mine.fill("Ovella on suuri pohjakartta")
    button(clash, "conflict.edit_save").click()
    expect(clash).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_text("Ovella on suuri pohjakartta")).to_be_visible()
    page.get_by_role("link", name=say("past.title")).click()
    expect(steps(aino).filter(has_text=LATER)).to_contain_text(say("past.clash"))
    expect(steps(aino).first).to_contain_text(say("past.settled"), timeout=journey.SENDING)


def test_a_third_text_that_comes_while_one_is_written_from_two_is_not_lost(
    study: Study, aino: Device
) -> None:
    clash = two_texts(study, aino)
    button(clash, "conflict.edit").click()
    clash.get_by_role("textbox").fill("Ovella on suuri pohjakartta")
    say_in_text(study, "Ovella oli kartta, nyt se on hukassa")
    expect(clash).to_contain_text("hukassa", timeout=journey.SENDING)
    button(clash, "conflict.edit_save").click()
    expect(clash).to_contain_text("suuri pohjakartta", timeout=journey.SENDING)
    expect(clash).to_contain_text("hukassa")
    assert only_observation(study)["text"] == "Ovella oli kartta, nyt se on hukassa"


def test_what_one_writes_from_two_texts_stays_when_somebody_else_settles_them(
    study: Study, aino: Device
) -> None:
    clash = two_texts(study, aino)
    button(clash, "conflict.edit").click()
    clash.get_by_role("textbox").fill("Ovella on suuri pohjakartta")
    known = only_observation(study)
    [other] = known["conflicts"]
    settled = {"id": known["id"], "base_rev": known["rev"], "set": {"text": "Kartta"}}
    study.lead.push(make_op(study.id, "observation", **settled, remove={"conflicts": [other["op_id"]]}))
    expect(clash).to_contain_text(say("conflict.gone"), timeout=journey.SENDING)
    assert aino.axe() == []
    button(clash, "conflict.edit_save").click()
    # Theirs and hers are two texts again, and nothing is lost.
    expect(clash).to_contain_text("suuri pohjakartta", timeout=journey.SENDING)
    expect(clash).to_contain_text(say("conflict.explained", field=say("field.text")))
    assert only_observation(study)["text"] == "Kartta"


def test_a_text_that_comes_while_one_types_its_like_stands_beside_it(study: Study, liisa: Device) -> None:
    liisa.go(f"/s/{study.id}/prepare")
    mirror = field(liisa.page, "prepare.mirror")
    expect(mirror).to_be_visible()
    person = liisa.page.evaluate(PERSON)
    liisa.context.set_offline(True)
    before = study.records("study")[0]["rev"]
    theirs = make_op(study.id, "study", id=study.id, base_rev=before, set={"mirror": "Mitä me opimme"})
    study.lead.push(theirs)
    mirror.fill("Miten meillä")
    liisa.context.set_offline(False)
    # Whoever goes on typing has nothing saved meanwhile.
    while liisa.page.evaluate(REV, [person, study.id]) == before:
        mirror.press_sequentially(".")
    clash = liisa.page.get_by_role("region", name=say("conflict.title"))
    expect(clash).to_contain_text("meillä", timeout=journey.SENDING)
    expect(clash).to_contain_text("me opimme")


def two_texts(study: Study, aino: Device) -> Locator:
    """An observation that Aino has changed without a network, and the lead meanwhile; where both texts are shown."""
    rewrite_without_network(aino)
    say_in_text(study, "Ovella on pohjakartta")
    aino.context.set_offline(False)
    clash = aino.page.get_by_role("region", name=say("conflict.title"))
    expect(clash).to_be_visible(timeout=journey.SENDING)
    return clash


def say_in_text(study: Study, text: str) -> None:
    """The lead writes it, from elsewhere, over what the server has."""
    known = only_observation(study)
    theirs = {"id": known["id"], "base_rev": known["rev"], "set": {"text": text}}
    study.lead.push(make_op(study.id, "observation", **theirs))


def test_a_lead_keeps_what_the_server_could_not_take(study: Study, matti: Account, liisa: Device) -> None:
    odd = {"set": {"text": "Hyllyt on numeroitu", "feeling": "loves"}, "add": {"tags": ["hylly"]}}
    lost = {"set": {"text": "Roskaa", "feeling": "loves"}}
    assert (
        matti.push(*(make_op(study.id, "observation", **parts) for parts in (odd, lost))) == ["rejected"] * 2
    )

    page = liisa.go(f"/s/{study.id}/prepare")
    page.get_by_role("link", name=say("quarantine.title_n", n=2)).click()
    first, second = (page.get_by_role("listitem").filter(has_text=text) for text in ("numeroitu", "Roskaa"))
    expect(first).to_contain_text("Matti")
    expect(first).to_contain_text(say("quarantine.invalid"))
    assert liisa.axe() == []
    first.get_by_role("button", name=say("quarantine.mend")).click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("textbox").fill("Hyllyt on numeroitu lattiaan")
    assert liisa.axe() == []
    button(sheet, "quarantine.mend_new").click()
    expect(first).to_contain_text(say("quarantine.settled"))
    second.get_by_role("button", name=say("quarantine.settle")).click()
    expect(second).to_contain_text(say("quarantine.settled"))
    second.get_by_role("button", name=say("quarantine.unsettle")).click()
    expect(second.get_by_role("button", name=say("quarantine.settle"))).to_be_visible()

    liisa.go(f"/s/{study.id}/refused")
    expect(second).to_be_visible()
    expect(first).to_be_hidden()
    liisa.go(f"/s/{study.id}")
    row = journey.row(liisa, "Hyllyt on numeroitu lattiaan")
    expect(row).to_contain_text("Matti")
    journey.expect_sent(liisa, "Hyllyt on numeroitu lattiaan")
