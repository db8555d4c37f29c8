"""Which characters the fonts at hand can show. Pure but for reading font files.

PDF/UA refuses a page with a character that no font has, so what cannot be shown is replaced before typesetting.
"""

import struct
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

REPLACEMENT = "□"


def showable(text: str, fonts: Iterable[Path]) -> str:
    """`text` with a □ for every character that none of the fonts has; control characters are dropped."""
    known = [coverage(font) for font in fonts]
    return "".join(_shown(character, known) for character in text)


def missing(text: str, fonts: Iterable[Path]) -> set[str]:
    """The visible characters of `text` that none of the fonts has."""
    known = [coverage(font) for font in fonts]
    return {
        one for one in set(text) if not _is_invisible(one) and not any(ord(one) in points for points in known)
    }


@cache
def coverage(font: Path) -> frozenset[int]:
    """The code points that a TrueType or OpenType font maps to a glyph (the `cmap` table, formats 4 and 12)."""
    content = font.read_bytes()
    start = struct.unpack_from(">I", content, 12)[0] if content[:4] == b"ttcf" else 0
    n_tables = struct.unpack_from(">H", content, start + 4)[0]
    for i in range(n_tables):
        tag, _, offset, _ = struct.unpack_from(">4sIII", content, start + 12 + 16 * i)
        if tag == b"cmap":
            return frozenset(_code_points(content, offset))
    return frozenset()


def _code_points(content: bytes, table: int) -> Iterable[int]:
    n_subtables = struct.unpack_from(">H", content, table + 2)[0]
    for i in range(n_subtables):
        at = table + struct.unpack_from(">I", content, table + 4 + 8 * i + 4)[0]
        form = struct.unpack_from(">H", content, at)[0]
        if form == 4:
            yield from _format_4(content, at)
        elif form == 12:
            for group in range(struct.unpack_from(">I", content, at + 12)[0]):
                first, last, _ = struct.unpack_from(">III", content, at + 16 + 12 * group)
                yield from range(first, last + 1)


def _format_4(content: bytes, at: int) -> Iterable[int]:
    """Segments of the Basic Multilingual Plane; a glyph of 0 within a segment means the font lacks that character."""
    n = struct.unpack_from(">H", content, at + 6)[0] // 2
    ends = struct.unpack_from(f">{n}H", content, at + 14)
    starts = struct.unpack_from(f">{n}H", content, at + 16 + 2 * n)
    deltas = struct.unpack_from(f">{n}H", content, at + 16 + 4 * n)
    offsets_at = at + 16 + 6 * n
    offsets = struct.unpack_from(f">{n}H", content, offsets_at)
    for i, (first, last, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        for point in range(first, min(last, 0xFFFE) + 1):
            glyph = point
            if offset:
                glyph = struct.unpack_from(">H", content, offsets_at + 2 * i + offset + 2 * (point - first))[
                    0
                ]
            if glyph and (offset or (glyph + delta) & 0xFFFF):
                yield point


def _shown(character: str, known: list[frozenset[int]]) -> str:
    if character in "\n\t":
        return " "
    if unicodedata.category(character) in ("Cc", "Cs"):
        return ""
    if _is_invisible(character) or any(ord(character) in points for points in known):
        return character
    return REPLACEMENT


def _is_invisible(character: str) -> bool:
    """Joiners, variation selectors and the like, which shape others and need no glyph of their own."""
    return (
        unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zs", "Zl", "Zp")
        or "\ufe00" <= character <= "\ufe0f"
    )
