"""The page that carries the app, at every address that is not the API's, and what phones need beside it."""

import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from benchmark import web

BUILT = {
    "../benchmark/locale/fi.json": {"file": "assets/fi-11111111.js", "isDynamicEntry": True},
    "_routes.js": {"file": "assets/routes-22222222.js", "imports": ["_base.js"]},
    "_base.js": {
        "file": "assets/base-33333333.js",
        "imports": ["_routes.js"],
        "css": ["assets/base-44444444.css"],
    },
    "src/main.ts": {
        "file": "assets/main-55555555.js",
        "isEntry": True,
        "imports": ["_routes.js"],
        "css": ["assets/main-66666666.css"],
    },
}


@pytest.fixture
def built(app: Flask, tmp_path: Path) -> Flask:
    """An app whose front end was built, whatever the working copy holds."""
    (tmp_path / "manifest.json").write_text(json.dumps(BUILT))
    app.extensions["build"] = web.read_build(tmp_path)
    return app


@pytest.fixture
def unbuilt(app: Flask, tmp_path: Path) -> Flask:
    """An app without a front end."""
    app.extensions["build"] = web.read_build(tmp_path)
    return app


@pytest.mark.parametrize(
    "path", ["/", "/join", "/sign-in", "/new", "/s/0192/o/0193/edit", "/what/ever", "/apix", "/ä/🙂"]
)
def test_every_screen_has_the_same_page(built: Flask, path: str) -> None:
    answer = built.test_client().get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert 'id="app"' in answer.text


def test_the_page_names_what_it_needs_once_and_early(built: Flask) -> None:
    page = built.test_client().get("/", headers={"Accept-Language": "fi"}).text
    for address in (
        'src="/static/app/assets/main-55555555.js"',
        'href="/static/app/assets/main-66666666.css"',
        'href="/static/app/assets/base-44444444.css"',
        'href="/static/app/assets/routes-22222222.js"',
        'href="/static/app/assets/base-33333333.js"',
        'href="/static/app/assets/fi-11111111.js"',
    ):
        assert page.count(address) == 1


def test_the_page_keeps_to_its_own_policy(built: Flask) -> None:
    page = built.test_client().get("/").text
    assert "<style" not in page
    assert "style=" not in page
    assert page.count("<script") == page.count('<script type="module" src="/static/app/')


@pytest.mark.parametrize(
    ("accepted", "language"), [("fi-FI,fi;q=0.9", "fi"), ("sv", "sv"), ("de,en;q=0.5", "en"), ("", "en")]
)
def test_the_page_speaks_the_browsers_language(built: Flask, accepted: str, language: str) -> None:
    answer = built.test_client().get("/", headers={"Accept-Language": accepted})
    assert f'<html lang="{language}">' in answer.text
    assert "Accept-Language" in answer.headers["Vary"]


def test_without_a_front_end_a_plain_page_says_what_to_do(unbuilt: Flask) -> None:
    answer = unbuilt.test_client().get("/join", headers={"Accept-Language": "fi"})
    assert (answer.status_code, answer.mimetype) == (503, "text/html")
    assert "make run" in answer.text


def test_a_browser_that_asks_for_an_icon_of_its_own_accord_gets_one(client: FlaskClient) -> None:
    with client.get("/favicon.ico") as answer:
        assert (answer.status_code, answer.mimetype) == (200, "image/png")


@pytest.mark.parametrize("path", ["/robots.txt", "/static/app/assets/gone-12345678.js", "/static/x"])
def test_a_missing_file_is_not_a_page(built: Flask, path: str) -> None:
    answer = built.test_client().get(path)
    assert answer.status_code == 404
    assert 'id="app"' not in answer.text


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_manifest_makes_the_app_installable(client: FlaskClient, language: str) -> None:
    answer = client.get("/manifest.webmanifest", headers={"Accept-Language": language})
    manifest = answer.json or {}
    assert answer.mimetype == "application/manifest+json"
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/", "/", "standalone")
    assert manifest["lang"] == language
    assert {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]} >= {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }
    for icon in manifest["icons"]:
        found = client.get(icon["src"])
        assert (found.status_code, found.mimetype) == (200, "image/png")
        found.close()


def test_health_says_that_the_database_answers(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_the_api_page_explains_every_problem_code(client: FlaskClient) -> None:
    problem = client.post("/api/v1/join", json={"code": "x", "language": "fi"}).json or {}
    page = client.get("/api/docs", headers={"Accept-Language": "fi"}).text
    assert problem["type"] == "/api/docs#wrong_code"
    assert 'id="wrong_code"' in page
    assert "/api/v1/openapi.json" in page


def test_openapi_names_every_route_of_the_api(app: Flask, client: FlaskClient) -> None:
    described = (client.get("/api/v1/openapi.json").json or {})["paths"]
    served = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/v1/")}
    assert len(described) >= len(served - {"/api/v1/openapi.json"})
    assert "/api/v1/sync" in described
