"""The server's disk is lost, and last night's copy put back: people and what they saved come back from their phones."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import journey
from tests.browser.account import Account
from tests.browser.device import Device
from tests.browser.journey import say
from tests.browser.kept import IS_SETTLED
from tests.browser.pictures import take_photo
from tests.browser.server import Server

pytestmark = pytest.mark.timeout(300)

MAP, SIGNS = "Ovella on kartta", "Opasteet roikkuvat katosta"


def test_who_joined_after_the_copy_was_made_comes_back_with_everything(
    server: Server, lead: Account, new_device: Callable[..., Device], tmp_path: Path
) -> None:
    study = lead.create_study("empty")
    code = lead.visit_code(study)
    server.run("backup", str(tmp_path / "copy"))
    aino = new_device("aino")
    aino.expected.append("401")
    journey.join(aino, code, "Aino")
    journey.observe(aino, MAP, take_photo(tmp_path / "red.jpg", (200, 30, 30)), caption="Kartta")
    journey.expect_sent(aino, MAP)
    before = {record["id"]: record["author"] for record in observations(lead)}

    server.stop()
    shutil.rmtree(server.data)
    shutil.copytree(tmp_path / "copy", server.data)
    server.run("restored")
    server.start()
    assert observations(lead) == []
    journey.observe(aino, SIGNS)
    expect(aino.page.get_by_text(say("banner.expired"))).to_be_visible(timeout=journey.SENDING)
    journey.join(aino, code, "Aino")
    journey.expect_sent(aino, SIGNS)
    aino.wait_for_promised(IS_SETTLED, journey.SENDING)
    journey.expect_sent(aino, MAP)
    after = {record["id"]: record["author"] for record in observations(lead)}
    assert before.items() <= after.items() and len(after) == 2
    photos = [record for record in lead.records() if record["kind"] == "photo"]
    assert [photo["is_received"] for photo in photos] == [True]


def observations(lead: Account) -> list[dict[str, str]]:
    """As the server has them."""
    return [record for record in lead.records() if record["kind"] == "observation"]
