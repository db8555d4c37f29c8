"""The server's side of the shared catalogue: one JSON file per language, also read by the front end and the PDF."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from flask import g, has_request_context, request

LANGUAGES = ("fi", "sv", "en")
DEFAULT = "en"
LOCALE = Path(__file__).parent.parent / "locale"

Entry = str | dict[str, str]


@cache
def catalogue(language: str) -> dict[str, dict[str, Entry]]:
    """All words of a language: section → name → text, or {"one", "other"} where a count decides."""
    loaded: dict[str, dict[str, Entry]] = json.loads(
        (LOCALE / f"{language}.json").read_text(encoding="utf-8")
    )
    return loaded


def t(key: str, language: str | None = None, **values: object) -> str:
    """The text for `section.name` with its {placeholders} filled; `n` chooses between one and other."""
    section, name = key.split(".", 1)
    entry = catalogue(language or request_language())[section][name]
    if isinstance(entry, dict):
        entry = entry["one" if values.get("n") == 1 else "other"]
    return entry.format(**values) if values else entry


def request_language() -> str:
    """The language to answer in: the signed-in person's own (`g.language`), else the browser's, else English."""
    if not has_request_context():
        return DEFAULT
    own: str | None = g.get("language")
    return own or request.accept_languages.best_match(LANGUAGES) or DEFAULT
