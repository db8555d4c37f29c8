"""A report's dict → PDF/UA-1, typeset by Typst. Data and words go in as JSON files, so that no text is ever markup.

Holds all pictures in memory while it works: call it in a child with limits (`kernel.confined`), not in a request.
"""

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson
import typst

from benchmark.kernel.words import catalogue
from benchmark.reports import glyphs

PACKAGE = Path(__file__).parent.parent
TEMPLATES = PACKAGE / "templates" / "reports"
FONTS = PACKAGE / "static" / "fonts"


def render(report: dict[str, Any], pictures: Mapping[str, Mapping[str, Path]]) -> bytes:
    """The PDF of what `gather` made. `pictures` says where each photo's JPEG of each size lies."""
    fonts, font_files = _fonts(report)
    with tempfile.TemporaryDirectory(prefix="report-") as name:
        folder = Path(name)
        shutil.copytree(TEMPLATES, folder, dirs_exist_ok=True)
        (folder / "pictures").mkdir()
        for item in _pictures(report):
            (folder / _file_of(item)).symlink_to(pictures[item["id"]][item["size"]])
        shown = _each_text(report, lambda text: glyphs.showable(text, font_files))
        (folder / "report.json").write_bytes(orjson.dumps(shown))
        (folder / "words.json").write_bytes(orjson.dumps(_words(report["language"])))
        compiler = typst.Compiler(
            folder / "report.typ", root=folder, font_paths=fonts, ignore_system_fonts=True
        )
        made = compiler.compile(format="pdf", pdf_standards="ua-1")
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made


def _fonts(report: dict[str, Any]) -> tuple[typst.Fonts, list[Path]]:
    """Our own fonts; also the system's when the text needs characters that ours lack."""
    own = sorted(FONTS.glob("*.ttf"))
    if not glyphs.missing(orjson.dumps(report).decode(), own):
        return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]), own
    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[FONTS])
    others = sorted({Path(font.path) for font in fonts.fonts() if font.path} - set(own))
    return fonts, own + others


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    """The same structure with every text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_each_text(item, change) for item in value]
    if isinstance(value, dict):
        return {key: _each_text(item, change) for key, item in value.items()}
    return value


def _pictures(report: dict[str, Any]) -> list[dict[str, Any]]:
    """The pictures that the report shows, each once in each size."""
    shown = [item for entry in report["observations"].values() for item in entry["pictures"]]
    shown += [plan["picture"] for plan in report["plans"]]
    shown += [report["cover"]] if report["cover"] else []
    return list({_file_of(item): item for item in shown}.values())


def _file_of(picture: dict[str, Any]) -> str:
    """The name by which the template finds a picture."""
    return f"pictures/{picture['id']}-{picture['size']}.jpg"


def _words(language: str) -> dict[str, Any]:
    return {name: words for name, words in catalogue(language).items() if name.startswith("report")}
