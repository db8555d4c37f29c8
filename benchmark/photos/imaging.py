"""Pictures, pure: bytes of unknown goodness in, upright JPEGs without metadata out.

Everything is re-encoded always, so that nothing hidden in a file (place, camera, another image, a script) gets
past. Not for telling whether bytes arrived unchanged: only their SHA-256 does that.
"""

import io
import struct
from contextlib import suppress
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from benchmark.kernel.errors import Problem, name_problems

FORMATS = ("JPEG", "PNG", "WEBP")
MAGIC = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF")
MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 40_000_000
SCREEN, PRINT, THUMB = 2048, 900, 400
"""Longer sides in pixels. PRINT is for a picture beside text, up to 84 mm wide; a whole page takes SCREEN."""
QUALITY = 82
GAP = 1.0
"""Halve by averaging as often as fits, then resample: half the time of resampling alone, and it looks the same."""
SCALABLE = ("RGB", "RGBA", "CMYK", "L", "LA")
BAD = (OSError, SyntaxError, ValueError, EOFError, struct.error)
PROFILE = ImageCms.createProfile("sRGB")

name_problems(
    photo_empty=422,
    photo_too_large=413,
    photo_too_many_pixels=413,
    photo_not_a_picture=415,
    photo_damaged=422,
)

# Memory of one picture is kept for the next, 32 MB at most: to have it anew from the system takes as long as the rest.
Image.core.set_block_size(4 << 20)  # type: ignore[attr-defined]
Image.core.set_blocks_max(8)  # type: ignore[attr-defined]
Image.MAX_IMAGE_PIXELS = None  # Pillow's own guard warns or raises by turns; ours below is one clear limit.


@dataclass(frozen=True)
class Renditions:
    """One photo as JPEGs for screens and paper; `width` and `height` are those of `screen`."""

    width: int
    height: int
    screen: bytes
    print: bytes
    thumb: bytes


def make(content: bytes) -> Renditions:
    """The renditions of a JPEG, PNG or WebP. Raises Problem, naming what is wrong with the bytes.

    1. Size and pixel count come from the header, before anything is decoded.
    2. Decoding the whole stream, at a reduced scale where JPEG allows, refuses truncated files.
    3. It is made small, since all that follows makes copies.
    4. Orientation is applied, colours become sRGB, transparency becomes paper.
    """
    picture = _open(content)
    try:
        picture.draft("RGB", (SCREEN, SCREEN))
        picture.load()
        if picture.mode in SCALABLE:
            picture.thumbnail((SCREEN, SCREEN), Image.Resampling.LANCZOS, reducing_gap=GAP)
    except BAD as error:
        raise Problem("photo_damaged") from error
    screen = _plain(_upright(picture))
    screen.thumbnail((SCREEN, SCREEN), Image.Resampling.LANCZOS, reducing_gap=GAP)
    screen.info = {}
    on_paper = _within(screen, PRINT)
    return Renditions(
        screen.width, screen.height, _jpeg(screen), _jpeg(on_paper), _jpeg(_within(on_paper, THUMB))
    )


def _open(content: bytes) -> Image.Image:
    if not content:
        raise Problem("photo_empty")
    if len(content) > MOST_BYTES:
        raise Problem("photo_too_large")
    try:
        picture = Image.open(io.BytesIO(content), formats=FORMATS)
    except UnidentifiedImageError as error:
        raise Problem("photo_damaged" if content.startswith(MAGIC) else "photo_not_a_picture") from error
    except BAD as error:
        raise Problem("photo_damaged") from error
    if picture.width * picture.height > MOST_PIXELS:
        raise Problem("photo_too_many_pixels")
    return picture


def _upright(picture: Image.Image) -> Image.Image:
    """The picture as it was held; broken metadata is no reason to refuse a picture that is whole."""
    # It is upright by the time that the rest of the metadata is written anew, which fails in many ways.
    with suppress(Exception):
        ImageOps.exif_transpose(picture, in_place=True)
    return picture


def _plain(picture: Image.Image) -> Image.Image:
    """The picture as sRGB on white, its colour profile applied, for the profile does not travel along."""
    profile = picture.info.get("icc_profile")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        paper = Image.new("RGBA", layered.size, "white")
        paper.alpha_composite(layered)
        picture = paper.convert("RGB")
    if profile and picture.mode in ("RGB", "CMYK", "L"):
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, own, PROFILE, outputMode="RGB")
            return converted or picture.convert("RGB")
        except (ImageCms.PyCMSError, *BAD):
            return picture.convert("RGB")
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _within(picture: Image.Image, side: int) -> Image.Image:
    """A copy whose longer side is at most `side` pixels; never enlarged."""
    smaller = picture.copy()
    smaller.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=GAP)
    return smaller


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
