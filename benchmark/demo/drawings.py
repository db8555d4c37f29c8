"""Turns the drawings in pictures/ into JPEGs such as a phone would have sent.

They are drawn when the demo is loaded, all 29 in about three seconds, so that the SVG is the only source and no
bitmap is shipped. Not for photos that people take: those are `photos.imaging`.
"""

import io
from functools import cache
from pathlib import Path

import typst
from PIL import Image

PICTURES = Path(__file__).parent / "pictures"
FONTS = Path(__file__).parent.parent / "static" / "fonts"
QUALITY = 85
PIXELS_PER_INCH = 96
"""At which one unit of a drawing becomes one pixel."""


def photograph(name: str) -> bytes:
    """The drawing `name` as a JPEG without metadata, at most 1600 pixels on its longer side."""
    page = typst.Compiler(PICTURES / "page.typ", root=PICTURES, font_paths=_fonts(), ignore_system_fonts=True)
    drawn = page.compile(format="png", ppi=PIXELS_PER_INCH, sys_inputs={"drawing": name})
    if not isinstance(drawn, bytes):
        raise TypeError("a drawing is one page")
    out = io.BytesIO()
    with Image.open(io.BytesIO(drawn)) as picture:
        picture.convert("RGB").save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
