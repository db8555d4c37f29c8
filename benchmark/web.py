"""Everything that is not the API: the app's shell page, its worker and manifest, static files, health, API page.

Also the security headers of every answer. Not for content: the shell is the same for everyone, screens fetch the rest.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, jsonify, render_template, request, send_file
from sqlalchemy import text
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import PathConverter
from whitenoise import WhiteNoise

from benchmark.config import Config
from benchmark.kernel.db import db
from benchmark.kernel.errors import PROBLEMS
from benchmark.kernel.words import LANGUAGES, request_language, t
from benchmark.people.api import is_https

blueprint = Blueprint("web", __name__)

STATIC = Path(__file__).parent / "static"
MOST_JSON = 1_000_000
PAPER = {"light": "#faf8f4", "dark": "#15191c"}
# Vite names what it builds by its content: main-DFOOvFV0.js
HASHED = re.compile(r"^/static/app/assets/[^/]+-[\w-]{8}\.\w+$")

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; font-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HEADERS_OF_DATA = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""What protects JSON, of which no page is made; the rest would be a third of a small answer on a slow link."""


@dataclass(frozen=True)
class Build:
    """What the front end's build made: addresses for the shell page.

    words   the chunk with the words of each language, loaded early since no screen appears without it
    """

    script: str
    styles: tuple[str, ...]
    preloads: tuple[str, ...]
    words: dict[str, str]


class Page(PathConverter):
    """A path of the app's own screens: not of the API, not below /static, and without a file's dot at the end."""

    regex = r"(?!api(?:/|$)|static/)(?:[^/]+/)*[^/.]*"


def init_app(app: Flask) -> None:
    """Serve pages and static files, trust the configured proxies, and put the headers on every answer."""
    config: Config = app.extensions["config"]
    app.extensions["build"] = read_build(STATIC / "app")
    app.url_map.converters["page"] = Page
    app.jinja_env.globals["t"] = t
    app.add_url_rule("/", "shell", shell)
    app.add_url_rule("/<page:path>", "shell", shell)
    app.register_blueprint(blueprint)
    app.before_request(_bound_json)
    app.after_request(_secure)
    static = WhiteNoise(app.wsgi_app)
    static.files = static_files(STATIC)
    app.wsgi_app = static  # type: ignore[method-assign]
    if config.proxies:
        n = config.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]


@cache
def static_files(folder: Path) -> dict[str, Any]:
    """Every static file with its headers, by address. Read once: as long as a process lives they stay as they are."""
    static = WhiteNoise(
        None,
        root=folder,
        prefix="/static/",
        max_age=3600,
        allow_all_origins=False,
        add_headers_function=_secure_static,
        immutable_file_test=lambda _path, url: HASHED.match(url) is not None,
    )
    files: dict[str, Any] = static.files
    return files


def read_build(folder: Path) -> Build | None:
    """Read Vite's manifest; None when the front end has not been built."""
    try:
        chunks: dict[str, dict[str, Any]] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    needed = _with_imports(chunks, "src/main.ts")
    return Build(
        script=_address(chunks["src/main.ts"]["file"]),
        styles=tuple(_address(css) for key in needed for css in chunks[key].get("css", ())),
        preloads=tuple(_address(chunks[key]["file"]) for key in needed[1:]),
        words={
            language: _address(chunk["file"])
            for language in LANGUAGES
            for key, chunk in chunks.items()
            if key.endswith(f"/locale/{language}.json")
        },
    )


def _with_imports(chunks: dict[str, dict[str, Any]], entry: str) -> list[str]:
    """The entry and the chunks it imports statically, each once."""
    found = [entry]
    for key in found:
        found += [name for name in chunks[key].get("imports", ()) if name not in found]
    return found


def _address(file: str) -> str:
    return f"/static/app/{file}"


def shell(path: str = "") -> Response:
    """The app's page, the same at every address; the screens find their way by themselves."""
    build: Build | None = current_app.extensions["build"]
    language = request_language()
    page = "app.html" if build else "unbuilt.html"
    response = current_app.make_response(
        render_template(page, build=build, language=language, paper=PAPER, path=path)
    )
    response.status_code = 200 if build else 503
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Accept-Language")
    return response


@blueprint.get("/sw.js")
def worker() -> Response:
    """The service worker, from the top so that its scope is the whole app, and always asked for anew."""
    file = STATIC / "app" / "sw.js"
    if not file.exists():
        abort(404)
    response = send_file(file, mimetype="text/javascript", conditional=True, max_age=0)
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """The icon that browsers ask for on pages that name none, such as a PDF's."""
    return send_file(STATIC / "icons" / "icon-192.png", mimetype="image/png", max_age=86_400)


@blueprint.get("/manifest.webmanifest")
def manifest() -> Response:
    """What the phone needs to install the app, in the browser's language."""
    icons = [
        {
            "src": f"/static/icons/{name}.png",
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for name, size, purpose in (
            ("icon-192", 192, "any"),
            ("icon-512", 512, "any"),
            ("maskable-512", 512, "maskable"),
        )
    ]
    response = jsonify(
        id="/",
        name="Benchmark",
        short_name="Benchmark",
        description=t("app.description"),
        lang=request_language(),
        start_url="/",
        scope="/",
        display="standalone",
        background_color=PAPER["light"],
        theme_color=PAPER["light"],
        icons=icons,
    )
    response.mimetype = "application/manifest+json"
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Accept-Language")
    return response


@blueprint.get("/healthz")
def health() -> Response:
    """Whether this process answers and reaches its database; a database that does not answer gives 503."""
    db.session.execute(text("SELECT 1"))
    response = jsonify(status="ok")
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/api/docs")
def docs() -> str:
    """The API for people to read, and every problem code; problem documents point here with their `type`."""
    problems = [(code, status, t(f"problem.{code}")) for code, status in sorted(PROBLEMS.items())]
    return render_template("docs.html", language=request_language(), problems=problems)


def _bound_json() -> None:
    """No JSON of ours is larger; pictures and syncs have limits of their own."""
    if request.mimetype == "application/json":
        request.max_content_length = MOST_JSON


def _secure(response: Response) -> Response:
    for name, value in (HEADERS_OF_DATA if response.is_json else HEADERS).items():
        response.headers.setdefault(name, value)
    if is_https():
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.path.startswith("/api/v1/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _secure_static(headers: Any, _path: str, _url: str) -> None:
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "Cross-Origin-Resource-Policy"):
        headers[name] = HEADERS[name]
