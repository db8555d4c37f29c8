"""A link that breaks before a full answer has come: by smaller ones the phone gets everything and is rid of its own."""

import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser import journey
from tests.browser.account import Account
from tests.browser.conftest import NewDevice
from tests.browser.journey import say
from tests.browser.proxy import Fault, Proxy, proxy_before
from tests.browser.server import Server
from tests.factories import make_op

pytestmark = pytest.mark.timeout(180)

SEEN = "Ovella on kartta."
N_OTHERS = 600
REACH, RATE = 20_000, 16_000
"""How many bytes of an answer get through, and how many a second: a break comes after more than a second."""


@pytest.fixture
def proxy(server: Server) -> Iterator[Proxy]:
    with proxy_before(server.port) as proxy:
        yield proxy


def test_all_goes_both_ways_although_no_full_answer_gets_through(
    lead: Account, proxy: Proxy, new_device: NewDevice
) -> None:
    study = lead.create_study("empty")
    aino = new_device("aino", address=proxy.address)
    journey.join(aino, lead.visit_code(study), "Aino")
    journey.expect_kept(aino)
    aino.context.set_offline(True)
    journey.observe(aino, SEEN)
    said = {
        "author": lead.send("GET", "/session")["person"]["id"],
        "observed_at": "2017-10-03T10:12:09+03:00",
    }
    texts = [f"Paikka {secrets.token_hex(40)}" for _ in range(N_OTHERS)]
    for some in (texts[:300], texts[300:]):
        lead.push(*(make_op(study, "observation", set={**said, "text": text}) for text in some))

    proxy.fault = Fault("/sync", down=REACH, rate=RATE)
    aino.context.set_offline(False)
    journey.expect_sent(aino, SEEN)
    aino.page.get_by_role("searchbox").fill("paikka")
    expect(aino.page.get_by_text(say("find.found", n=N_OTHERS, of=N_OTHERS + 1))).to_be_visible(
        timeout=journey.SENDING
    )
    assert sum(one.down == REACH for one in proxy.passed) > 1
