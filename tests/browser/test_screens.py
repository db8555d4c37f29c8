"""Every screen, and the states that people meet, in all that people set for themselves: nothing in anyone's way."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import access, journey, states
from tests.browser.account import Account, demo_lead
from tests.browser.device import Device
from tests.browser.journey import say
from tests.browser.server import Server
from tests.factories import make_op

pytestmark = pytest.mark.timeout(600)

ROUTES = Path(__file__).parents[2] / "frontend" / "src" / "routes.ts"
DOORS = ["/", "/join", "/sign-in", "/setup"]
ABOUT_NO_STUDY = ["/", "/new", "/me", "/status", "/install", "/nowhere"]
PAGES = ["", "/new", "/pictures", "/catch-up", "/plan", "/prepare", "/tags", "/people", "/poster", "/cards"]
PAGES += ["/board", "/results", "/after", "/report", "/bin", "/refused"]
PAGES_THAT_CAN_BE_EMPTY = [
    "",
    "/plan",
    "/tags",
    "/people",
    "/board",
    "/results",
    "/report",
    "/bin",
    "/refused",
]
WRITTEN = ("study", "focus", "visit", "plan", "photo", "group", "finding", "reflection")
ANSWERS = {
    "best": "Kartta, jonka sai heti ovella.",
    "monday": "Numero jokaiseen hyllyyn.",
    "already_good": "Me lähdemme mukaan hyllylle.",
    "surprised": "Kassoja ei ollut, ja jonoakaan ei ollut.",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the demo study, which these tests share: they add to it, and depend on nothing of each other."""
    running = Server(tmp_path_factory.mktemp("screens") / "data", "--demo")
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def demo(server: Server) -> dict[str, str]:
    """Ids in the demo study. Its lead has answered the four questions; two devices disagree about an observation,
    another lies in the bin, and a change could not be taken.
    """
    with closing(demo_lead(server)) as lead, closing(demo_lead(server)) as other:
        records = lead.records()
        study = next(record["space"] for record in records if record["kind"] == "observation")
        mine = lead.send("GET", "/session")["person"]["id"]
        assert lead.push(make_op(study, "reflection", set={"author": mine, **ANSWERS})) == ["applied"]
        binned = make_op(study, "observation", set={"author": mine, "text": "Kassalla oli kello."})
        assert (
            lead.push(binned, make_op(study, "observation", id=binned["id"], deleted=True)) == ["applied"] * 2
        )
        odd = {"text": "Hyllyjen väliin mahtuu kahdet kärryt.", "feeling": "loves"}
        assert lead.push(make_op(study, "observation", set=odd)) == ["rejected"]
        first, disputed, doomed, *_ = [record for record in records if record["kind"] == "observation"]

        def write(account: Account, text: str) -> list[str]:
            change = {"id": disputed["id"], "base_rev": disputed["rev"], "set": {"text": text}}
            return account.push(make_op(study, "observation", **change))

        assert write(other, "Hyllyn numero oli lattiassa.") == ["applied"]
        assert write(lead, "Numero oli hyllyn päädyssä.") == ["conflict"]
        known = lead.records()
    ids = {kind: next(record["id"] for record in known if record["kind"] == kind) for kind in WRITTEN}
    chosen = {"observation": first["id"], "disputed": disputed["id"], "doomed": doomed["id"]}
    return {**ids, "study": study, "binned": str(binned["id"]), **chosen}


def test_every_screen(server: Server, demo: dict[str, str], new_device: Callable[..., Device]) -> None:
    """As a lead of the demo study, and of one where nothing has happened yet."""
    with closing(demo_lead(server)) as lead:
        empty = lead.create_study("empty")
    paths = [*ABOUT_NO_STUDY, *full(demo), *(f"/s/{empty}{page}" for page in PAGES_THAT_CAN_BE_EMPTY)]
    assert never_seen([*DOORS, *paths]) == []
    device = new_device("liisa")
    found = {f"{path}, a stranger": look(device, path) for path in DOORS}
    sign_in(device, server)
    found |= {path: look(device, path) for path in paths}
    assert_none(found)


def full(demo: dict[str, str]) -> list[str]:
    pages = [*PAGES, f"/g/{demo['group']}", f"/o/{demo['disputed']}"]
    pages += [f"/o/{demo['observation']}", f"/o/{demo['observation']}/edit", f"/o/{demo['binned']}"]
    pages += [f"/history/{demo[kind]}" for kind in ("observation", *WRITTEN)]
    return [f"/s/{demo['study']}{page}" for page in pages]


def never_seen(paths: list[str]) -> list[str]:
    """Patterns of addresses that the app knows and no path fits."""
    patterns = re.findall(r"^  \w+: '(/.*)',$", ROUTES.read_text(), re.MULTILINE)
    assert patterns
    shapes = {pattern: re.compile(re.sub(r":\w+", "[^/]+", pattern)) for pattern in patterns}
    return [pattern for pattern, shape in shapes.items() if not any(map(shape.fullmatch, paths))]


def test_every_screen_of_a_guest(
    server: Server, demo: dict[str, str], new_device: Callable[..., Device]
) -> None:
    study = demo["study"]
    with closing(demo_lead(server)) as lead:
        code = lead.send("POST", f"/studies/{study}/code", {"role": "guest"})["code"]
    device = new_device("ville")
    journey.join(device, code, "Ville")
    pages = ["", "/new", "/plan", f"/o/{demo['observation']}", "/board", "/bin"]
    assert_none({page: look(device, f"/s/{study}{page}") for page in pages})


def test_in_the_middle_of_things(
    server: Server, demo: dict[str, str], new_device: Callable[..., Device], tmp_path: Path
) -> None:
    device = new_device("liisa", args=states.FAKE_CAMERA)
    found = {name: access.faults(device) for name in walk(device, server, demo, tmp_path)}
    assert_none(found)


def walk(device: Device, server: Server, demo: dict[str, str], folder: Path) -> Iterator[str]:
    """Through all states, as a lead of the demo study comes to them."""
    study = demo["study"]
    yield from states.at_the_door(device)
    sign_in(device, server)
    yield from states.while_writing(device, study, folder)
    yield from states.without_a_network(device)
    yield from states.while_finding(device, study)
    yield from states.on_the_plan(device, study)
    yield from states.with_the_camera(device, study)
    yield from states.at_the_board(device, study)
    yield from states.while_preparing(device, study, folder)
    yield from states.among_people(device, server, study)
    yield from states.at_the_report(device, study)
    yield from states.looking_back(device, study, demo["observation"], demo["disputed"])
    yield from states.too_old(device, study)
    yield from states.refused(device, server, study, demo["doomed"])


def look(device: Device, path: str) -> list[str]:
    states.settle(device, path)
    return access.faults(device)


def assert_none(found: dict[str, list[str]]) -> None:
    faults = [f"{name}: {fault}" for name, some in found.items() for fault in some]
    assert not faults, "\n".join(faults)


def sign_in(device: Device, server: Server) -> None:
    """As the demo's lead, and wait until the whole study is on the device: screens show what is there."""
    journey.sign_in(device, *server.demo_lead())
    n_about_forty = re.compile(say("studies.n_observations", n=40).replace("40", r"\b(39|4\d)"))
    expect(device.page.get_by_role("link").filter(has_text=n_about_forty)).to_be_visible()
