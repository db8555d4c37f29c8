"""Real browsers against a real server. Each test gets a server with empty data, and as many devices as it asks for."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright, expect, sync_playwright

from tests.browser import engines
from tests.browser.account import Account, first_lead
from tests.browser.device import Device
from tests.browser.server import Server
from tests.storm.conftest import random_seed

__all__ = ["random_seed"]
NewDevice = Callable[..., Device]

expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """A server with empty data; it prints the link for its first lead. Files marked `one_server` have one together."""
    if is_shared(request):
        yield request.getfixturevalue("one_server")
        return
    running = Server(tmp_path / "data")
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def one_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all tests of a file: a start takes seconds."""
    running = Server(tmp_path_factory.mktemp("one") / "data")
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def one_lead(one_server: Server) -> Account:
    """Its first lead."""
    return first_lead(one_server)


@pytest.fixture
def lead(request: pytest.FixtureRequest, server: Server) -> Account:
    """The server's first lead, without a browser."""
    shared: Account | None = request.getfixturevalue("one_lead") if is_shared(request) else None
    return shared or first_lead(server)


def is_shared(request: pytest.FixtureRequest) -> bool:
    return request.node.get_closest_marker("one_server") is not None


@pytest.fixture
def new_device(playwright: Playwright, server: Server, tmp_path: Path) -> Iterator[NewDevice]:
    """Makes devices: `new_device("anna", viewport=PHONE)`. At the end no console may have complained."""
    devices: list[Device] = []

    def make(name: str, address: str = server.address, **options: Any) -> Device:
        devices.append(Device(playwright, tmp_path / name, address, **options))
        return devices[-1]

    yield make
    for device in devices:
        device.close()
    assert [fault for device in devices for fault in device.faults] == []


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests of engines that are not there; the end of the run names what is missing."""
    absent = {name for name in engines.ENGINES if engines.what_lacks(name)}
    without = [item for item in items if engine_of(item) in absent]
    if without:
        config.hook.pytest_deselected(items=without)
        items[:] = [item for item in items if item not in without]


def engine_of(item: pytest.Item) -> str | None:
    spec = getattr(item, "callspec", None)
    return spec.params.get("screen") if spec else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in engines.missing():
        terminalreporter.write_line(f"not tested in {line}")
