"""The main job, from the server's first start to a PDF: with the network away, a browser killed, and nothing lost."""

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pypdf
import pytest
from playwright.sync_api import expect

from tests.browser import journey
from tests.browser.device import DESK, Device
from tests.browser.journey import say
from tests.browser.pictures import take_photo
from tests.browser.server import Server

pytestmark = pytest.mark.timeout(300)

TITLE = "Mitä opimme rautakaupasta?"
MAP = "Ovella on kartta, josta näkee heti minne mennä."
GREETING = "Myyjä tervehti ensin ja kysyi, mitä etsin."
SIGNS = "Opasteet roikkuvat katosta ja näkyvät kauas 👀 <ä&ö>."
HALF = "Lause jäi kesken, kun puhelimen"


def test_from_an_empty_server_to_a_report(
    server: Server, new_device: Callable[..., Device], tmp_path: Path
) -> None:
    lead = new_device("liisa", viewport=DESK)
    code = a_lead_prepares(lead, server, tmp_path)
    aino, pekka = new_device("aino"), new_device("pekka")
    study = journey.join(aino, code, "Aino")
    assert journey.join(pekka, code, "Pekka") == study
    aino.put_away(f"/s/{study}")

    for device in (aino, pekka):
        journey.expect_kept(device)
    server.stop()
    both_observe_without_a_network(aino, pekka, tmp_path)
    a_browser_dies_in_the_middle(aino, study)
    server.start()
    everything_arrives(aino, pekka, lead)
    the_lead_makes_sense_of_it(lead)
    the_report_tells_it(lead)


def a_lead_prepares(lead: Device, server: Server, folder: Path) -> str:
    """Returns the visit code."""
    journey.become_first_lead(lead, server.printed(r"(/setup#\S+)"))
    study = journey.create_study(lead, TITLE)
    plan = take_photo(folder / "plan.jpg", (240, 240, 230))
    journey.prepare(
        lead, purpose="Opimme, miten asiakas löytää.", host="Rautakauppa", place="Herttoniemi", plan=plan
    )
    code: str = lead.fetch(f"/api/v1/studies/{study}/code")["code"]
    expect(lead.page.get_by_text(code).first).to_be_visible()
    return code


def both_observe_without_a_network(aino: Device, pekka: Device, folder: Path) -> None:
    red = take_photo(folder / "red.jpg", (200, 30, 30))
    blue = take_photo(folder / "blue.jpg", (30, 30, 200), width=1200, height=1600)
    journey.observe(aino, MAP, red, caption="Punainen kartta ovella")
    journey.observe(pekka, GREETING, blue, caption="Sininen tiski", feeling="surprises")
    journey.observe(pekka, SIGNS)
    for device, text in ((aino, MAP), (pekka, GREETING), (pekka, SIGNS)):
        journey.expect_only_here(device, text)


def a_browser_dies_in_the_middle(aino: Device, study: str) -> None:
    """A half-written observation and a saved one both survive, while the server is still away."""
    journey.start_observation(aino)
    journey.field(aino.page, "capture.text").fill(HALF)
    journey.expect_draft_kept(aino)
    aino.kill()
    aino.open()
    aino.go(f"/s/{study}")
    journey.expect_only_here(aino, MAP)
    journey.open_draft(aino, HALF)
    journey.save(aino)
    journey.expect_only_here(aino, HALF)


def everything_arrives(aino: Device, pekka: Device, lead: Device) -> None:
    """By itself, with nobody touching anything."""
    for device, text in ((aino, MAP), (aino, HALF), (pekka, GREETING), (pekka, SIGNS)):
        journey.expect_sent(device, text)
    journey.open_page(lead, "observations")
    for text in (MAP, HALF, GREETING, SIGNS):
        expect(journey.row(lead, text)).to_be_visible(timeout=journey.SENDING)
    for photo in journey.row(lead, MAP).get_by_role("img").all():
        expect(photo).to_have_js_property("complete", True)


def the_lead_makes_sense_of_it(lead: Device) -> None:
    journey.open_page(lead, "board")
    group = "Asiakas löytää perille"
    journey.move_to_new_group(lead, MAP, group)
    journey.move_to_group(lead, SIGNS, group)
    lead.page.get_by_role("link", name=group).click()
    journey.write_finding(lead, "improvement_idea", "Teemme ovelle kartan.")
    journey.write_finding(lead, "strength", "Tunnemme asiakkaamme nimeltä.")
    lead.page.get_by_role("button", name=say("ui.back")).click()
    journey.open_page(lead, "results")
    expect(lead.page.get_by_text("Teemme ovelle kartan.", exact=True)).to_be_visible()
    expect(lead.page.get_by_text("Tunnemme asiakkaamme nimeltä.", exact=True)).to_be_visible()


def the_report_tells_it(lead: Device) -> None:
    journey.open_page(lead, "report")
    journey.button(lead.page, "export.make").click()
    link = lead.page.get_by_role("link", name=say("export.download"))
    expect(link).to_be_visible(timeout=60_000)
    with lead.page.expect_download() as download:
        link.click()
    content = Path(download.value.path()).read_bytes()

    text = " ".join(
        " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).split()
    )
    for said in (
        TITLE,
        MAP,
        GREETING,
        "Teemme ovelle kartan.",
        "Tunnemme asiakkaamme nimeltä.",
        "Herttoniemi",
    ):
        assert said in text, f"{said} is not in the report: {text}"
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert str(pdf.Root.Lang).startswith("fi")
        assert pdf.Root.MarkInfo.Marked
        assert {"Punainen kartta ovella", "Sininen tiski"} <= alternatives(pdf.Root.StructTreeRoot)
        assert sum(len(page.get_images()) for page in pdf.pages) >= 2


def alternatives(node: pikepdf.Object) -> set[str]:
    """Every alternative text below a node of the structure tree."""
    if isinstance(node, pikepdf.Array):
        return set().union(*(alternatives(child) for child in node))
    if not isinstance(node, pikepdf.Dictionary):
        return set()
    own = {str(node.Alt)} if "/Alt" in node else set()
    return own | (alternatives(node.K) if "/K" in node else set())
