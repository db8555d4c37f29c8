"""Ready-made studies to start from, one JSON file each in `templates/`, in all three languages.

Not for the demo: that is a finished study with observations, and lives in `benchmark.demo`.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "templates"
NAMES = ("hardware_store", "library", "empty")


@cache
def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return content


def study_fields(name: str, language: str) -> dict[str, Any]:
    """Fields of the record `study` as the template fills them."""
    content = _read(name)
    words = content[language]
    return {
        "title": words["title"],
        "purpose": words["purpose"],
        "mirror": "",
        "host_name": "",
        "sector": content["sector"],
        "is_announced": content["is_announced"],
        "photo_permission": content["photo_permission"],
        "language": language,
        "stage": "prepare",
    }


def foci(name: str, language: str) -> list[dict[str, Any]]:
    """Fields of the records `focus`, in order."""
    words = _read(name)[language]["foci"]
    return [
        {"name": focus["name"], "questions": focus["questions"], "people": [], "position": position}
        for position, focus in enumerate(words, start=1)
    ]
