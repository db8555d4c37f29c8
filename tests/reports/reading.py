"""Reads a PDF as a person, a program and a screen reader do."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdf


def text_of(pdf: bytes) -> str:
    """All its text, with single spaces. Hyphens at line ends are gone."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    text = "\n".join(page.extract_text() for page in pages)
    return " ".join(text.replace("-\n", "").replace("\u00ad\n", "").split())


def bookmarks(pdf: bytes) -> list[Any]:
    """Titles of its outline, nested as they are."""

    def titles(items: Any) -> list[Any]:
        return [titles(item) if isinstance(item, list) else item.title for item in items]

    return titles(pypdf.PdfReader(io.BytesIO(pdf)).outline)


def first_pages(pdf: bytes) -> dict[str, int]:
    """On which page, counted from 1, each part of the outline's first level begins."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    parts = [item for item in reader.outline if not isinstance(item, list)]
    return {str(part.title): (reader.get_destination_page_number(part) or 0) + 1 for part in parts}


def elements(pdf: bytes) -> list[tuple[str, str]]:
    """Its structure in reading order: (tag, alternative text or "")."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return list(_walk(document.Root.StructTreeRoot))


def n_images(pdf: bytes) -> int:
    """How many pictures its pages draw."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return sum(len(page.get_images()) for page in document.pages)


def pictures_of(records: list[dict[str, Any]], folder: Path, draw: Any) -> dict[str, dict[str, Path]]:
    """A drawn JPEG for each photo record, as `pdf.render` wants them."""
    found = {}
    for record in records:
        if record["kind"] == "photo":
            path = folder / f"{record['id']}.jpg"
            draw(path, record["width"] // 8, record["height"] // 8, len(found))
            found[record["id"]] = dict.fromkeys(("thumb", "print", "screen"), path)
    return found


def _walk(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, pikepdf.Array):
        for item in node:
            yield from _walk(item)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield str(node.S).lstrip("/"), str(node.get("/Alt", ""))
        if "/K" in node:
            yield from _walk(node.K)
