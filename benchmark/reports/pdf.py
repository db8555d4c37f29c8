"""A report's dict → PDF/UA-1, typeset by Typst. Data and words go in as JSON files, so that no text is ever markup.

Holds all pictures in memory while it works: call it in a child with limits (`kernel.confined`), not in a request.
"""

import logging
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson
import typst

from benchmark.kernel.words import catalogue
from benchmark.reports import glyphs

log = logging.getLogger(__name__)

PACKAGE = Path(__file__).parent.parent
TEMPLATES = PACKAGE / "templates" / "reports"
FONTS = PACKAGE / "static" / "fonts"


def render(report: dict[str, Any], pictures: Mapping[str, Mapping[str, Path]]) -> bytes:
    """The PDF of what `gather` made. `pictures` says where each photo's JPEG of each size lies.

    Set in our own fonts, and in those of the system that have letters which ours lack and the text needs. Should
    these not work together, such letters are shown as boxes, which is better than no report.
    """
    own = _coverage(_fonts())
    absent = glyphs.missing(orjson.dumps(report).decode(), own.values())
    if absent:
        fonts = _fonts(with_system=True)
        helping = {name: points for name, points in _coverage(fonts).items() if not points.isdisjoint(absent)}
        try:
            return _typeset(report, pictures, fonts, {**own, **helping})
        except typst.TypstError as error:
            log.warning("set without the system's fonts: %s", error.message)
    return _typeset(report, pictures, _fonts(), own)


def _fonts(*, with_system: bool = False) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=with_system, include_embedded_fonts=False, font_paths=[FONTS])


def _coverage(fonts: typst.Fonts) -> dict[str, frozenset[int]]:
    """Family → the code points that all of its styles can show."""
    styles: dict[str, list[frozenset[int]]] = defaultdict(list)
    for font in fonts.fonts():
        if font.path:
            styles[font.family].append(glyphs.coverage(Path(font.path)))
    return {family: frozenset.intersection(*points) for family, points in styles.items()}


def _typeset(
    report: dict[str, Any],
    pictures: Mapping[str, Mapping[str, Path]],
    fonts: typst.Fonts,
    known: dict[str, frozenset[int]],
) -> bytes:
    shown = _each_text(report, lambda text: glyphs.showable(text, known.values()))
    with tempfile.TemporaryDirectory(prefix="report-") as name:
        folder = Path(name)
        shutil.copytree(TEMPLATES, folder, dirs_exist_ok=True)
        (folder / "pictures").mkdir()
        for item in _pictures(report):
            (folder / _file_of(item)).symlink_to(pictures[item["id"]][item["size"]])
        contents = {"report": shown, "words": _words(report["language"]), "fonts": list(known)}
        for part, content in contents.items():
            (folder / f"{part}.json").write_bytes(orjson.dumps(content))
        main = folder / "report.typ"
        compiler = typst.Compiler(main, root=folder, font_paths=fonts, ignore_system_fonts=True)
        made = compiler.compile(format="pdf", pdf_standards="ua-1")
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made


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
    shown += [plan["picture"] for plan in report["plans"] if plan["picture"]]
    shown += [report["cover"]] if report["cover"] else []
    return list({_file_of(item): item for item in shown}.values())


def _file_of(picture: dict[str, Any]) -> str:
    """The name by which the template finds a picture."""
    return f"pictures/{picture['id']}-{picture['size']}.jpg"


def _words(language: str) -> dict[str, Any]:
    return {name: words for name, words in catalogue(language).items() if name.startswith("report")}
