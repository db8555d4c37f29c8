"""Finding one's way among observations: search, filters, drafts, questions, tags; and how many taps saving takes."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import journey
from tests.browser.account import Account
from tests.browser.device import Device
from tests.browser.journey import button, field, row, say
from tests.browser.server import Server
from tests.factories import make_op

pytestmark = [pytest.mark.timeout(300), pytest.mark.one_server]

FAKE_CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
QUESTION = "Mitä jonossa tapahtuu?"
N_MANY = 120
# The next time that the worker opens the phone's database, it cannot.
FAILS_ONCE = """() => {
  const { open } = IDBFactory.prototype;
  IDBFactory.prototype.open = () => {
    IDBFactory.prototype.open = open;
    throw new DOMException('The disk was busy', 'UnknownError');
  };
}"""


@pytest.fixture
def study(lead: Account) -> str:
    """A study with two foci, one with a question; the other has been looked at."""
    study = lead.create_study("empty")
    foci = [
        make_op(study, "focus", set={"name": name, "questions": questions, "position": n})
        for n, (name, questions) in enumerate([("Opasteet", []), ("Jonot", [QUESTION])])
    ]
    push(lead, *foci)
    seen: list[tuple[str, dict[str, Any], list[str]]] = [
        ("Ovella on kartta.", {"feeling": "works", "focus_id": foci[0]["id"]}, ["kartta"]),
        ("Katsoin reitin pohjakartalta.", {"feeling": "works"}, ["kartat", "ovi"]),
        ("Kassalla oli jono.", {"feeling": "does_not"}, []),
    ]
    push(lead, *(observation(lead, study, n, *what) for n, what in enumerate(seen)))
    return study


def push(lead: Account, *ops: dict[str, Any]) -> None:
    assert set(lead.push(*ops)) == {"applied"}


def observation(
    lead: Account, study: str, n: int, text: str, fields: dict[str, Any], tags: list[str]
) -> dict[str, Any]:
    author = lead.send("GET", "/session")["person"]["id"]
    at = f"2017-10-03T{10 + n // 60}:{n % 60:02}:00+03:00"
    return make_op(
        study,
        "observation",
        set={"text": text, "author": author, "observed_at": at, **fields},
        add={"tags": tags},
    )


@pytest.fixture
def new_member(lead: Account, study: str, new_device: Callable[..., Device]) -> Callable[..., Device]:
    def make(**options: Any) -> Device:
        device = new_device("aino", **options)
        journey.join(device, lead.visit_code(study), "Aino")
        return device

    return make


def texts(page: Page) -> Locator:
    return page.locator("main li[aria-posinset]")


def test_finding_by_words_and_by_what_an_observation_has(new_member: Callable[..., Device]) -> None:
    device = new_member()
    page = device.page
    expect(texts(page)).to_have_count(3)
    page.get_by_role("searchbox").fill("kartat")
    expect(texts(page)).to_have_count(2)
    expect(page.get_by_text(say("find.found", n=2, of="3"))).to_be_visible()
    assert device.axe() == []

    button(page, "find.filter").click()
    page.get_by_label(say("find.by_tag")).select_option("ovi")
    button(page, "find.show", n=1).click()
    expect(texts(page)).to_have_count(1)
    expect(row(device, "pohjakartalta")).to_be_visible()
    page.get_by_role("button", name="ovi").click()
    expect(texts(page)).to_have_count(2)
    page.get_by_role("searchbox").fill("avaruus")
    expect(page.get_by_text(say("find.nothing"))).to_be_visible()
    page.get_by_role("searchbox").fill("")
    expect(texts(page)).to_have_count(3)


def test_what_has_just_been_written_is_found_without_a_network(
    server: Server, new_member: Callable[..., Device]
) -> None:
    device = new_member()
    journey.expect_kept(device)
    with server.away():
        journey.observe(device, "Hyllyjen päissä on opasteita.")
        device.page.get_by_role("searchbox").fill("opaste")
        expect(texts(device.page)).to_have_count(1)
        button(device.page, "find.filter").click()
        device.page.get_by_label(say("find.only_unsent")).check()
        button(device.page, "find.show", n=1).click()
        expect(row(device, "Hyllyjen päissä")).to_be_visible()


def test_a_list_that_could_not_be_read_once_goes_on_hearing_of_others(
    lead: Account, study: str, new_member: Callable[..., Device]
) -> None:
    device = new_member()
    device.expected.append("The disk was busy")
    device.page.get_by_role("searchbox").fill("kartta")
    expect(texts(device.page)).to_have_count(2)
    device.page.get_by_role("searchbox").fill("")
    (finder,) = (worker for worker in device.page.workers if "/finder.worker" in worker.url)
    finder.evaluate(FAILS_ONCE)
    push(lead, observation(lead, study, 4, "Hyllyt on numeroitu.", {}, []))
    expect(row(device, "numeroitu")).to_be_visible(timeout=journey.SENDING)


def test_coming_back_to_the_same_place_in_a_long_list(
    lead: Account, study: str, new_member: Callable[..., Device]
) -> None:
    many = (observation(lead, study, n, f"Paikka {n}", {}, []) for n in range(N_MANY))
    push(lead, *many)
    device = new_member()
    page = device.page
    page.get_by_role("searchbox").fill("paikka")
    expect(page.get_by_text(say("find.found", n=N_MANY, of="123"))).to_be_visible(timeout=journey.SENDING)
    assert texts(page).count() < N_MANY
    wanted = page.get_by_role("link").filter(has_text="Paikka 60 ")
    while not wanted.count():
        page.mouse.move(200, 500)
        page.mouse.wheel(0, 600)
        page.evaluate("() => new Promise(requestAnimationFrame)")
    expect(page.locator("li[aria-posinset]").filter(has=wanted)).to_have_attribute(
        "aria-setsize", str(N_MANY)
    )
    wanted.click()
    expect(page.get_by_role("heading", name=say("observations.one"))).to_be_visible()
    page.go_back()
    expect(wanted).to_be_focused()
    expect(wanted).to_be_in_viewport()
    expect(page.get_by_role("searchbox")).to_have_value("paikka")


def test_what_has_been_saved_is_seen_at_once_though_the_list_had_been_scrolled(
    lead: Account, study: str, new_member: Callable[..., Device]
) -> None:
    push(lead, *(observation(lead, study, 60 + n, f"Havainto {n}.", {}, []) for n in range(N_MANY)))
    aino = new_member()
    page = aino.page
    expect(row(aino, f"Havainto {N_MANY - 1}.")).to_be_visible(timeout=journey.SENDING)
    page.wait_for_function("() => scrollTo(0, 3000) || scrollY > 1000")
    journey.start_observation(aino)
    field(page, "capture.text").fill("Vasta nähty.")
    # Settled once the step back that closes the form has been taken and drawn.
    page.evaluate(
        """() => {
            const frame = () => new Promise(requestAnimationFrame);
            const back = new Promise(resolve => addEventListener('popstate', resolve, { once: true }));
            window.settled = back.then(frame).then(frame);
        }"""
    )
    journey.save(aino)
    page.evaluate("() => settled.then(() => null)")
    expect(row(aino, "Vasta nähty.")).to_be_in_viewport()


def test_several_drafts_each_open_as_they_were_left(new_member: Callable[..., Device]) -> None:
    device = new_member()
    page = device.page
    for text in ("Ensimmäinen jäi kesken", "Toinen jäi kesken"):
        journey.start_observation(device)
        expect(field(page, "capture.text")).to_have_value("")
        field(page, "capture.text").fill(text)
        journey.expect_draft_kept(device)
        button(page, "ui.back").click()
        expect(page.get_by_role("region", name=say("find.drafts"))).to_contain_text(text)
    assert device.axe() == []
    journey.open_draft(device, "Ensimmäinen jäi kesken")
    page.reload()
    expect(field(page, "capture.text")).to_have_value("Ensimmäinen jäi kesken")
    journey.save(device)
    expect(row(device, "Ensimmäinen jäi kesken")).to_be_visible()
    journey.open_draft(device, "Toinen jäi kesken")


def test_answering_a_question_that_nobody_has_looked_at(new_member: Callable[..., Device]) -> None:
    device = new_member()
    page = device.page
    nobody = say("find.uncovered", names="Jonot")
    expect(page.get_by_text(nobody)).to_be_visible()
    journey.start_observation(device)
    expect(page.get_by_text(nobody)).to_be_visible()
    page.get_by_role("radio", name="Jonot").check()
    page.get_by_role("radio", name=QUESTION).check()
    field(page, "capture.text").fill("Kaikki katsovat puhelinta.")
    assert device.axe() == []
    journey.save(device)
    expect(page.get_by_text(nobody)).to_be_hidden()
    row(device, "Kaikki katsovat").click()
    expect(page.get_by_text(QUESTION)).to_be_visible()


def test_a_lead_merges_the_spellings_of_a_tag_and_undoes_it(
    lead: Account, study: str, server: Server, new_device: Callable[..., Device]
) -> None:
    device = new_device("liisa")
    page = journey.be_lead(device, study)
    page.locator(f"a[href='/s/{study}']").filter(has_text=say("studies.n_observations", n=3)).wait_for()
    device.go(f"/s/{study}/tags")
    button(page, "tags.merge", name="kartat").click()
    expect(page.get_by_text(say("tags.n_observations", n=2))).to_be_visible()
    expect(page.get_by_text("kartta", exact=True)).to_be_hidden()
    button(page, "undo.undo").click()
    expect(page.get_by_text("kartta", exact=True)).to_be_visible()
    assert device.axe() == []
    page.get_by_role("button", name=say("tags.rename_named", name="ovi")).click()
    page.get_by_role("combobox", name=say("tags.name")).fill("ulko-ovi")
    assert device.axe() == []
    button(page, "tags.save").click()
    expect(page.get_by_text("ulko-ovi", exact=True)).to_be_visible()


def test_a_photo_takes_four_taps_and_words_take_three(new_member: Callable[..., Device]) -> None:
    """From opening the app, as one does from the home screen."""
    device = new_member(args=FAKE_CAMERA)

    def taps(*targets: Callable[[], Locator]) -> int:
        for target in targets:
            target().click()
        return len(targets)

    def new() -> Locator:
        return device.page.get_by_role("link", name=say("observations.new"))

    def shutter() -> Locator:
        device.page.wait_for_function("() => document.querySelector('video')?.videoWidth > 0")
        return button(device.page.get_by_role("dialog"), "camera.shoot")

    device.put_away("/")
    device.context.set_default_timeout(journey.SENDING)  # a camera may take its time to start
    n_for_photo = taps(
        new,
        lambda: button(device.page, "photo.take"),
        shutter,
        lambda: button(device.page.get_by_role("dialog"), "capture.save_short"),
    )
    expect(row(device, say("observations.only_photo"))).to_be_visible()
    assert n_for_photo <= 4

    device.put_away("/")
    n_before_typing = taps(new, lambda: field(device.page, "capture.text"))
    device.page.keyboard.type("Lattiassa on viiva kassalle.")
    n_for_words = n_before_typing + taps(lambda: button(device.page, "capture.save"))
    expect(row(device, "Lattiassa on viiva")).to_be_visible()
    assert n_for_words <= 3
