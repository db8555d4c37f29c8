"""Which characters the fonts at hand can show. Pure but for reading font files.

PDF/UA refuses a page with a character that no font has, so what cannot be shown is replaced before typesetting.
"""

import struct
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from pathlib import Path

REPLACEMENT = "□"
JOINER = "\u200d"
IGNORABLE = frozenset({"\u200c", JOINER, *map(chr, range(0xFE00, 0xFE10))})
"""Joiners and variation selectors: they shape what stands before them, and no font need have them."""
SKINS = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
DROPPED = ("Cc", "Cf", "Cs")


def showable(text: str, known: Collection[frozenset[int]]) -> str:
    """`text` with a □ for every character that none of the known families has.

    A letter and its marks, or an emoji and what shapes it, must come from one family; marks are left out where
    there is none. Control characters, which have no look of their own, are left out too.
    """
    clusters = _clusters(unicodedata.normalize("NFC", text))
    shown = "".join(_shown(cluster, known) for cluster in clusters)
    return shown if shown.strip() or not text.strip() else REPLACEMENT


def missing(text: str, known: Collection[frozenset[int]]) -> set[str]:
    """The visible characters of `text` that none of the known families has."""
    letters = {letter for letter in set(text) - IGNORABLE if not _is_space_or_dropped(letter)}
    return {letter for letter in letters if not any(ord(letter) in points for points in known)}


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


def _clusters(text: str) -> Iterator[str]:
    """The text in pieces that one font must show: a character with its marks, an emoji with what is joined to it."""
    cluster = ""
    for letter in text:
        if letter not in IGNORABLE and _is_dropped(letter):
            continue
        is_joined = cluster.endswith(JOINER) and unicodedata.category(letter) == "So"
        if cluster and not (is_joined or _is_mark(letter)):
            yield cluster
            cluster = ""
        cluster += letter
    yield cluster


def _shown(cluster: str, known: Collection[frozenset[int]]) -> str:
    seen = [ord(letter) for letter in cluster if letter not in IGNORABLE]
    if not seen or _is_mark(chr(seen[0])):
        return ""
    if cluster.isspace() or any(points.issuperset(seen) for points in known):
        return cluster
    return chr(seen[0]) if any(seen[0] in points for points in known) else REPLACEMENT


def _is_mark(letter: str) -> bool:
    return letter in IGNORABLE or letter in SKINS or unicodedata.category(letter)[0] == "M"


def _is_dropped(letter: str) -> bool:
    return unicodedata.category(letter) in DROPPED and letter not in "\n\t"


def _is_space_or_dropped(letter: str) -> bool:
    return letter.isspace() or _is_dropped(letter)
