"""A phone that cannot send: its rescue file reaches the lead, and later the phone sends all the same."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import journey
from tests.browser.account import Account
from tests.browser.device import DESK, Device
from tests.browser.journey import say
from tests.browser.pictures import take_photo

pytestmark = pytest.mark.timeout(300)

SEEN = "Hyllyn päädyssä on pino ilmaisia karttoja."
DRAFT = "Tästä en ehtinyt kirjoittaa kaikkea"


def test_a_rescue_file_brings_everything_once(
    lead: Account, new_device: Callable[..., Device], tmp_path: Path
) -> None:
    study = lead.create_study("hardware_store")
    liisa = new_device("liisa", viewport=DESK)
    journey.be_lead(liisa, study)
    aino = new_device("aino")
    journey.join(aino, lead.visit_code(study), "Aino")
    journey.expect_kept(aino)
    aino.put_away(f"/s/{study}")

    aino.context.set_offline(True)
    journey.observe(aino, SEEN, take_photo(tmp_path / "red.jpg", (200, 30, 30)), caption="Karttapino")
    journey.start_observation(aino)
    journey.field(aino.page, "capture.text").fill(DRAFT)
    expect(aino.page.get_by_text(say("capture.draft_kept"))).to_be_visible()
    file = rescue_file(aino, tmp_path)

    liisa.go(f"/s/{study}/people")
    hand_in(liisa, file)
    said = " ".join(say(f"rescue.n_{name}", n=n) for name, n in (("observations", 2), ("photos", 1)))
    expect(liisa.page.get_by_role("status").filter(has_text=said)).to_be_visible()
    liisa.go(f"/s/{study}")
    for text in (SEEN, DRAFT):
        expect(journey.row(liisa, text)).to_contain_text("Aino")

    aino.context.set_offline(False)
    aino.go(f"/s/{study}")
    journey.expect_sent(aino, "ilmaisia karttoja")
    expect(aino.page.get_by_role("link").filter(has_text=SEEN)).to_have_count(1)
    liisa.go(f"/s/{study}/people")
    hand_in(liisa, file)
    expect(liisa.page.get_by_text(say("rescue.nothing_new"))).to_be_visible()

    letter = tmp_path / "kirje.zip"
    letter.write_text("Tämä ei ole ZIP.")
    liisa.expected.append("422")
    hand_in(liisa, letter)
    expect(liisa.page.get_by_role("alert")).to_have_text(say("problem.rescue_not_a_zip"))
    assert liisa.axe() == []


def rescue_file(phone: Device, folder: Path) -> Path:
    """Save the file from the status page."""
    page = phone.go("/status")
    expect(page.get_by_text(say("sending.mine_partly", n=0, of=1))).to_be_visible()
    assert phone.axe() == []
    with page.expect_download() as download:
        journey.button(page, "sending.rescue_save").click()
    name = download.value.suggested_filename
    assert name.startswith("benchmark-aino-")
    download.value.save_as(folder / name)
    return folder / name


def hand_in(liisa: Device, file: Path) -> None:
    liisa.page.get_by_label(say("rescue.choose")).set_input_files(file)
