"""No page of somebody else's can change anything here, whatever its browser is made to send."""

from dataclasses import replace

import pytest
from flask import Flask

from benchmark import create_app
from benchmark.config import Config
from benchmark.kernel.db import db
from tests.factories import Someone, browser

JSON = {"email": "a@example.org", "password": "x"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Referer": "http://localhost/"},
    ],
)
def test_a_foreign_page_is_refused(app: Flask, headers: dict[str, str]) -> None:
    answer = app.test_client().post("/api/v1/session", json=JSON, headers=headers)
    assert (answer.status_code, (answer.json or {})["code"]) == (403, "bad_origin")


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}])
def test_our_own_page_gets_through(app: Flask, headers: dict[str, str]) -> None:
    answer = app.test_client().post("/api/v1/session", json=JSON, headers=headers)
    assert (answer.json or {})["code"] == "wrong_password"


@pytest.mark.parametrize(
    "media_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain; a=application/json",
        "application/octet-stream",
        "image/svg+xml",
        None,
    ],
)
def test_what_a_plain_form_can_send_is_refused(app: Flask, media_type: str | None) -> None:
    answer = browser(app).post(
        "/api/v1/session", data=b'{"email": "a", "password": "b"}', content_type=media_type
    )
    assert (answer.status_code, (answer.json or {})["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/api/v1/session", "/api/v1/sync", "/api/v1/me", "/"])
def test_every_changing_method_is_guarded(app: Flask, member: Someone, method: str, path: str) -> None:
    member.client.environ_base["HTTP_SEC_FETCH_SITE"] = "cross-site"
    answer = member.client.open(path, method=method, json={})
    assert (answer.status_code, (answer.json or {})["code"]) == (403, "bad_origin")


def test_behind_a_proxy_the_configured_address_is_our_own(config: Config) -> None:
    origin = "https://benchmark.example.org"
    app = create_app(replace(config, origin=origin))
    client = app.test_client()
    answer = client.post("/api/v1/session", json=JSON, headers={"Origin": origin})
    assert (answer.json or {})["code"] == "wrong_password"
    answer = client.post("/api/v1/session", json=JSON, headers={"Origin": "http://localhost"})
    assert (answer.json or {})["code"] == "bad_origin"
    with app.app_context():
        db.engine.dispose()
