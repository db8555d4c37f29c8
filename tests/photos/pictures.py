"""Pictures made for tests: their corners tell which way is up, and their metadata tells too much."""

import base64
import hashlib
import io
from typing import Any

from PIL import Image

RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 160, 30), (30, 30, 220), (240, 240, 240)
"""Colours of the corners: top left, top right, bottom left, bottom right."""

ORIENTATION, GPS, MAKER = 0x0112, 0x8825, 0x010F
STORED_AS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How a camera turned the picture before storing it, by the orientation it noted (EXIF 2.32, tag 274)."""


def corners(width: int = 640, height: int = 480, mode: str = "RGB") -> Image.Image:
    """A picture with a colour in each quarter."""
    picture = Image.new("RGB", (width, height), RED)
    picture.paste(GREEN, (width // 2, 0, width, height // 2))
    picture.paste(BLUE, (0, height // 2, width // 2, height))
    picture.paste(WHITE, (width // 2, height // 2, width, height))
    return picture.convert(mode)


def encoded(picture: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    """The picture's bytes."""
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def taken_by_phone(orientation: int) -> bytes:
    """An upright scene as a phone held this way stores it, with place and maker in its metadata."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[MAKER] = "Nokia"
    exif.get_ifd(GPS).update({1: "N", 2: (60.0, 10.0, 15.0), 3: "E", 4: (24.0, 56.0, 15.0)})
    picture = corners()
    if orientation in STORED_AS:
        picture = picture.transpose(STORED_AS[orientation])
    return encoded(picture, exif=exif, quality=92)


def decoded(content: bytes) -> Image.Image:
    """The picture in these bytes, wholly decoded."""
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def seen_corners(content: bytes) -> list[tuple[int, int, int]]:
    """The colours of the four quarters' middles, each as the nearest of the four known ones."""
    picture = decoded(content).convert("RGB")
    places = [
        (x, y) for y in (picture.height // 4, picture.height * 3 // 4) for x in _quarters(picture.width)
    ]
    return [
        min((RED, GREEN, BLUE, WHITE), key=lambda one: _apart(one, picture.getpixel(at))) for at in places
    ]


def digest(content: bytes) -> dict[str, str]:
    """The Content-Digest header of these bytes."""
    value = base64.b64encode(hashlib.sha256(content).digest()).decode()
    return {"Content-Digest": f"sha-256=:{value}:"}


def _quarters(side: int) -> tuple[int, int]:
    return side // 4, side * 3 // 4


def _apart(one: tuple[int, int, int], other: Any) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))
