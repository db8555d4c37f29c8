"""What every answer carries, and whom the server believes about where a request came from."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from benchmark import create_app, web
from benchmark.config import Config
from benchmark.kernel.db import db
from tests.factories import Someone

ANSWERS = [
    "/",
    "/healthz",
    "/api/v1/session",
    "/api/v1/nothing",
    "/api/docs",
    "/nothing.txt",
    "/static/docs/docs.js",
]


@contextmanager
def serving(config: Config) -> Iterator[Flask]:
    app = create_app(config)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("path", ANSWERS)
def test_no_answer_lets_anything_foreign_in(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in answer.headers
    answer.close()


def test_pages_give_camera_and_microphone_to_themselves_only(client: FlaskClient) -> None:
    answer = client.get("/")
    assert "camera=(self)" in answer.headers["Permissions-Policy"]
    assert "microphone=(self)" in answer.headers["Permissions-Policy"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_data_travels_light(member: Someone) -> None:
    """On a slow link, policies that only pages need would take longer than what they come with."""
    answer = member.client.post("/api/v1/sync", json={"proto": 1, "device": "d"})
    assert sum(len(f"{name}: {value}\r\n") for name, value in answer.headers) < 300


def test_plain_http_promises_no_https(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/").headers
    assert "Strict-Transport-Security" in client.get("/", base_url="https://b.example").headers


@pytest.mark.parametrize(
    ("url", "is_hashed"),
    [
        ("/static/app/assets/main-DFOOvFV0.js", True),
        ("/static/app/assets/undo.svelte-C4U7Fura.js", True),
        ("/static/app/assets/Field-DHug_D-Q.css", True),
        ("/static/app/manifest.json", False),
        ("/static/app/sw.js", False),
        ("/static/icons/icon-192.png", False),
        ("/static/app/assets/main.js", False),
    ],
)
def test_only_what_is_named_by_its_content_is_kept_for_ever(url: str, is_hashed: bool) -> None:
    assert (web.HASHED.match(url) is not None) is is_hashed


def test_scripts_are_sent_small_and_kept_for_ever(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assets = tmp_path / "static" / "app" / "assets"
    assets.mkdir(parents=True)
    (assets / "main-DFOOvFV0.js").write_text("let words;" * 100)
    (assets / "main-DFOOvFV0.js.gz").write_bytes(gzip.compress(b"let words;" * 100))
    monkeypatch.setattr(web, "STATIC", tmp_path / "static")
    with serving(config) as app:
        answer = app.test_client().get(
            "/static/app/assets/main-DFOOvFV0.js", headers={"Accept-Encoding": "gzip, br"}
        )
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.mimetype == "text/javascript"
        assert "immutable" in answer.headers["Cache-Control"]
        assert gzip.decompress(answer.data) == b"let words;" * 100
        answer.close()


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "not_found"),
        ("POST", "/api/v1/nothing", 404, "not_found"),
        ("GET", "/api/v2/session", 404, "not_found"),
        ("PUT", "/api/v1/session", 405, "method_not_allowed"),
        ("POST", "/join", 405, "method_not_allowed"),
    ],
)
def test_what_is_not_there_is_a_problem_with_a_name(
    client: FlaskClient, method: str, path: str, status: int, code: str
) -> None:
    answer = client.open(path, method=method, json={} if method != "GET" else None)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    problem = answer.json or {}
    assert (problem["code"], problem["status"]) == (code, status)
    assert {"type", "title", "detail"} <= problem.keys()
    assert ("Allow" in answer.headers) is (status == 405)


@pytest.mark.parametrize("path", ["/api/v1/session", "/api/v1/join", "/api/v1/setup", "/api/v1/sync"])
def test_ten_megabytes_of_json_are_too_large(member: Someone, path: str) -> None:
    answer = member.client.post(path, json={"code": "x" * 10_000_000})
    assert (answer.status_code, (answer.json or {})["code"]) == (413, "too_large")


FORWARDED = {
    "X-Forwarded-For": "203.0.113.9, 198.51.100.1",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "b.example",
}


def address_and_origin(app: Flask) -> tuple[str, str]:
    """The address that the app sees, and the own origin it works out."""
    seen: list[str] = []

    @app.before_request
    def _look() -> None:
        seen.extend((str(request.remote_addr), request.host_url))

    app.test_client().get("/healthz", headers=FORWARDED)
    return seen[0], seen[1]


@pytest.mark.parametrize(
    ("proxies", "expected"),
    [
        (0, ("127.0.0.1", "http://localhost/")),
        (1, ("198.51.100.1", "https://b.example/")),
        (2, ("203.0.113.9", "http://localhost/")),
    ],
)
def test_only_the_configured_number_of_proxies_is_believed(
    config: Config, proxies: int, expected: tuple[str, str]
) -> None:
    with serving(replace(config, proxies=proxies)) as app:
        assert address_and_origin(app) == expected
