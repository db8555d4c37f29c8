"""A person who talks to a running server over HTTP, without a browser: to prepare what a test or measurement needs."""

import http.client
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from tests.browser.server import Server

LEAD = {"team": "Lauttasaaren kirjasto", "name": "Liisa", "email": "liisa@example.org"}
PASSWORD = "a library by the sea"


class Account:
    """Requests with the session's cookie once there is one. Each has a connection of its own: the server hangs up on
    one that is silent for a while, which on a busy machine is soon.
    """

    def __init__(self, server: Server) -> None:
        self.origin = server.address
        self.connection = http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=60)
        self.headers = {"Origin": self.origin, "Content-Type": "application/json"}

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """One request; returns the answer's JSON."""
        found = self.fetch(method, path, body)
        return json.loads(found) if found else None

    def fetch(self, method: str, path: str, body: Any = None) -> bytes:
        """One request; returns the answer's bytes."""
        content = json.dumps(body).encode() if body is not None else None
        self.connection.request(method, f"/api/v1{path}", content, self.headers)
        answer = self.connection.getresponse()
        found = answer.read()
        self.connection.close()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {found.decode()}")
        if cookie := answer.headers["Set-Cookie"]:
            self.headers["Cookie"] = cookie.partition(";")[0]
        return found

    def close(self) -> None:
        self.connection.close()

    def records(self) -> list[dict[str, Any]]:
        """Everything that the person may see, each record with its `space`."""
        spaces = self._sync([], limit=1000)["spaces"]
        return [{**record, "space": space} for space, page in spaces.items() for record in page["changes"]]

    def push(self, *ops: dict[str, Any]) -> list[str]:
        """Send changes as a phone does; returns what became of each."""
        return [outcome["outcome"] for outcome in self._sync(ops, limit=1)["outcomes"]]

    def create_study(self, template: str) -> str:
        """A study of this lead, in Finnish; returns its id."""
        study: str = self.send("POST", "/studies", {"template": template, "language": "fi"})["id"]
        return study

    def visit_code(self, study: str) -> str:
        """The code with which staff join."""
        code: str = self.send("GET", f"/studies/{study}/code")["code"]
        return code

    def _sync(self, ops: Sequence[dict[str, Any]], limit: int) -> Any:
        device = self.send("GET", "/session")["device"]
        request = {"proto": 1, "epoch": None, "device": device, "ops": ops, "cursors": {}, "limit": limit}
        return self.send("POST", "/sync", request)


def demo_lead(server: Server) -> Account:
    """Sign in as the lead of the demo study."""
    account = Account(server)
    email, password = server.demo_lead()
    account.send("POST", "/session", {"email": email, "password": password})
    return account


def first_lead(server: Server) -> Account:
    """Follow the link that an empty server prints, and become its lead."""
    account = Account(server)
    token = server.printed(r"/setup#(\S+)")
    account.send("POST", "/setup", {"token": token, "password": PASSWORD, "language": "fi", **LEAD})
    return account
