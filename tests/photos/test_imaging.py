"""What goes in may be anything; what comes out is upright, small enough, and says nothing but the picture."""

import io

import pytest
from PIL import Image, ImageCms

from benchmark.kernel.errors import Problem
from benchmark.photos import imaging
from tests.photos import pictures
from tests.photos.pictures import BLUE, GREEN, RED, WHITE


def refused(content: bytes) -> str:
    """The code of the Problem that these bytes raise."""
    with pytest.raises(Problem) as caught:
        imaging.make(content)
    return caught.value.code


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_upright_however_the_phone_was_held(orientation: int) -> None:
    made = imaging.make(pictures.taken_by_phone(orientation))
    assert (made.width, made.height) == (640, 480)
    for rendition in (made.screen, made.print, made.thumb):
        assert pictures.seen_corners(rendition) == [RED, GREEN, BLUE, WHITE]


def test_place_and_camera_do_not_get_through() -> None:
    content = pictures.taken_by_phone(6)
    assert pictures.decoded(content).getexif().get_ifd(pictures.GPS)
    made = imaging.make(content)
    for rendition in (made.screen, made.print, made.thumb):
        picture = pictures.decoded(rendition)
        assert not picture.getexif()
        assert not {"exif", "icc_profile", "comment", "xmp"} & picture.info.keys()
        assert b"Nokia" not in rendition


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_broken_metadata_does_not_cost_the_picture() -> None:
    content = pictures.encoded(pictures.corners(), exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    assert pictures.seen_corners(imaging.make(content).screen) == [RED, GREEN, BLUE, WHITE]


def test_sizes_are_bounded_and_small_pictures_are_not_blown_up() -> None:
    large = imaging.make(pictures.encoded(pictures.corners(4000, 3000)))
    sizes = [pictures.decoded(content).size for content in (large.screen, large.print, large.thumb)]
    assert sizes == [(2048, 1536), (900, 675), (400, 300)]
    small = imaging.make(pictures.encoded(pictures.corners(90, 120)))
    sizes = [pictures.decoded(content).size for content in (small.screen, small.print, small.thumb)]
    assert sizes == [(90, 120)] * 3


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_every_accepted_format_becomes_jpeg(form: str) -> None:
    made = imaging.make(pictures.encoded(pictures.corners(), form))
    assert pictures.decoded(made.screen).format == "JPEG"
    assert pictures.seen_corners(made.screen) == [RED, GREEN, BLUE, WHITE]


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "1", "LA", "RGBA", "I;16"])
def test_every_kind_of_colour_is_understood(mode: str) -> None:
    form = "JPEG" if mode == "CMYK" else "PNG"
    picture = pictures.corners().convert("I").convert(mode) if mode == "I;16" else pictures.corners(mode=mode)
    assert pictures.decoded(imaging.make(pictures.encoded(picture, form)).screen).mode == "RGB"


def test_what_is_transparent_becomes_paper() -> None:
    picture = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    made = imaging.make(pictures.encoded(picture, "PNG"))
    assert pictures.decoded(made.screen).getpixel((32, 32)) == (255, 255, 255)


def test_colours_are_kept_when_their_profile_is_dropped() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    for own in (srgb.tobytes(), profile.tobytes(), b"not a profile"):
        made = imaging.make(pictures.encoded(pictures.corners(), icc_profile=own, quality=92))
        assert pictures.seen_corners(made.screen) == [RED, GREEN, BLUE, WHITE]


def test_fifty_megapixels_are_refused_before_they_are_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    content = pictures.encoded(Image.new("L", (8200, 6100)), "PNG")
    monkeypatch.setattr(Image.Image, "load", lambda _: pytest.fail("was decoded"))
    assert refused(content) == "photo_too_many_pixels"


def test_more_bytes_than_a_photo_has_are_refused() -> None:
    assert refused(b"\xff\xd8\xff" + bytes(imaging.MOST_BYTES)) == "photo_too_large"


@pytest.mark.parametrize("share", [0.02, 0.5, 0.98])
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_cut_picture_is_refused(form: str, share: float) -> None:
    whole = pictures.encoded(Image.effect_noise((800, 600), 60).convert("RGB"), form)
    assert refused(whole[: int(len(whole) * share)]) == "photo_damaged"


def test_no_bytes_are_no_picture() -> None:
    assert refused(b"") == "photo_empty"


@pytest.mark.parametrize(
    "content", [b"hello, I am a text called holiday.jpg\n" * 40, b"<svg onload='x'/>", b"GIF89a" + bytes(90)]
)
def test_other_files_called_jpg_are_not_pictures(content: bytes) -> None:
    assert refused(content) == "photo_not_a_picture"


def test_a_picture_hidden_behind_another_is_left_behind() -> None:
    second = pictures.encoded(Image.new("RGB", (32, 32)))
    made = imaging.make(pictures.encoded(pictures.corners()) + second + b"<script>")
    assert b"<script>" not in made.screen
    assert pictures.decoded(made.screen).size == (640, 480)


def test_only_the_first_of_moving_pictures_is_kept() -> None:
    out = io.BytesIO()
    frames = [pictures.corners(), Image.new("RGB", (640, 480))]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    assert pictures.seen_corners(imaging.make(out.getvalue()).screen) == [RED, GREEN, BLUE, WHITE]
