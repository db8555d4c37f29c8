"""What a phone cannot be trusted with is said in one calm line, and can be waved away."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.browser import journey
from tests.browser.account import Account
from tests.browser.device import Device
from tests.browser.journey import say
from tests.browser.server import Server
from tests.programs import chromium

pytestmark = [pytest.mark.timeout(300), pytest.mark.one_server]

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"
)
FULL = "navigator.storage.estimate = async () => ({ usage: 9e9, quota: 9e9 + 1e6 })"
PRIVATE = "navigator.storage.getDirectory = async () => { throw new DOMException('', 'SecurityError') }"

# Notes all that the way to the status page ever says.
SAID = """
window.said = new Set();
new MutationObserver(() => {
    for (const link of document.querySelectorAll('a[href="/status"]')) said.add(link.textContent.trim());
}).observe(document, { childList: true, subtree: true, characterData: true });
"""


def test_each_caution_is_said_alone_and_leads_on(lead: Account, new_device: Callable[..., Device]) -> None:
    phone = new_device("aino", user_agent=IPHONE)
    home = f"/s/{journey.join(phone, lead.visit_code(lead.create_study('hardware_store')), 'Aino')}"

    page = phone.page
    expect(page.get_by_text(say("caution.ios"))).to_be_visible()
    assert phone.axe() == []
    page.get_by_role("link", name=say("caution.ios_more")).click()
    expect(page.get_by_text(say("install.ios_share"))).to_be_visible()
    assert phone.axe() == []
    page.go_back()
    journey.button(page, "caution.known").click()
    expect(page.get_by_text(say("caution.ios"))).to_be_hidden()

    phone.context.add_init_script(PRIVATE)
    phone.go(home)
    expect(page.get_by_text(say("caution.private"))).to_be_visible()
    phone.context.add_init_script(FULL)
    phone.go(home)
    expect(page.get_by_text(say("caution.low"))).to_be_visible()
    expect(page.get_by_text(say("caution.private"))).to_be_hidden()
    assert phone.axe() == []


def test_nothing_is_called_sent_before_it_has_been_counted(
    lead: Account, new_device: Callable[..., Device]
) -> None:
    aino = new_device("aino")
    study = journey.join(aino, lead.visit_code(lead.create_study("hardware_store")), "Aino")
    journey.expect_kept(aino)
    aino.context.set_offline(True)
    journey.observe(aino, "Ovella on kartta.")

    aino.context.add_init_script(SAID)
    aino.go(f"/s/{study}")
    journey.expect_only_here(aino, "Ovella on kartta.")
    said = aino.page.evaluate("() => [...said]")
    assert say("badge.unsent", n=1) in said
    assert say("badge.sent") not in said


# Without these Chromium says the same quota in every window, so that no page can tell.
TRUE_QUOTA = "--disable-features=StaticStorageQuota,IncognitoStaticStorageQuota"


class PrivateWindow(Device):
    """A window of Chromium that forgets everything, and that does not hide how little it may store."""

    def open(self) -> None:
        self.browser = self.playwright.chromium.launch(
            executable_path=chromium(), args=self.options.pop("args")
        )
        self.context = self.browser.new_context(**self.options)
        self.context.set_default_timeout(20_000)
        self.page = self.context.new_page()

    def close(self) -> None:
        self.browser.close()


@pytest.fixture
def private_window(playwright: Playwright, server: Server, tmp_path: Path) -> Iterator[Device]:
    with closing(
        PrivateWindow(playwright, tmp_path / "private", server.address, args=[TRUE_QUOTA])
    ) as device:
        yield device


def test_a_private_window_is_said_and_an_ordinary_one_is_not(
    lead: Account, private_window: Device, new_device: Callable[..., Device]
) -> None:
    code = lead.visit_code(lead.create_study("empty"))
    journey.join(private_window, code, "Aino")
    expect(private_window.page.get_by_text(say("caution.private"))).to_be_visible()
    assert private_window.axe() == []

    # The next thing that would be said, which shows that the app has looked.
    ordinary = new_device("pekka", args=[TRUE_QUOTA], user_agent=IPHONE)
    journey.join(ordinary, code, "Pekka")
    expect(ordinary.page.get_by_text(say("caution.ios"))).to_be_visible()
