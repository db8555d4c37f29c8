"""The drawings become pictures that the product would take from a phone."""

import io
import re
import tomllib
from pathlib import Path

import pytest
from PIL import Image

from benchmark.demo.drawings import PICTURES, photograph
from benchmark.demo.service import CONTENT, picture_names

DRAWINGS = sorted(PICTURES.glob("*.svg"))


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda path: path.stem)
def test_a_drawing_becomes_a_plain_jpeg_of_phone_size(drawing: Path) -> None:
    jpeg = photograph(drawing.stem)
    with Image.open(io.BytesIO(jpeg)) as picture:
        width, height = map(int, re.findall(r'viewBox="0 0 (\d+) (\d+)"', drawing.read_text())[0])
        assert picture.format == "JPEG"
        assert picture.size == (width, height)
        assert max(picture.size) <= 1600
        assert not picture.getexif()
        assert "xmp" not in picture.info
        assert len(picture.getcolors(width * height) or ()) > 50, "an empty page"
    assert len(jpeg) < 250_000


def test_every_drawing_is_shown_once() -> None:
    shown = list(picture_names(tomllib.loads(CONTENT.read_text(encoding="utf-8"))))
    assert sorted(shown) == sorted(path.stem for path in DRAWINGS)
