"""The small pure parts of a report: dates, pins and glyphs."""

from datetime import date, datetime, timedelta, timezone
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.reports import dates, glyphs, pins
from benchmark.reports.pdf import FONTS

OWN = [glyphs.coverage(font) for font in sorted(FONTS.glob("*.ttf"))]
HELSINKI = timezone(timedelta(hours=3))


@pytest.mark.parametrize(
    ("language", "said"),
    [("fi", "5. lokakuuta 2017"), ("sv", "5 oktober 2017"), ("en", "5 October 2017")],
)
def test_a_day_is_said_in_the_language(language: str, said: str) -> None:
    assert dates.day(date(2017, 10, 5), language) == said


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2017, 10, 5), date(2017, 10, 5), "5. lokakuuta 2017"),
        (date(2017, 10, 5), date(2017, 10, 7), "5.–7. lokakuuta 2017"),
        (date(2017, 9, 28), date(2017, 10, 7), "28. syyskuuta – 7. lokakuuta 2017"),
        (date(2017, 12, 28), date(2018, 1, 7), "28. joulukuuta 2017 – 7. tammikuuta 2018"),
    ],
)
def test_a_span_is_said_as_short_as_it_can_be(first: date, last: date, said: str) -> None:
    assert dates.days(first, last, "fi") == said


def test_a_visit_is_said_with_its_hours() -> None:
    starts = datetime(2017, 10, 3, 9, 5, tzinfo=HELSINKI)
    assert dates.hours(starts, starts.replace(hour=11), "fi") == "3. lokakuuta 2017 klo 9.05–11.05"
    assert dates.hours(starts, None, "en") == "3 October 2017 at 9:05"
    assert dates.hours(starts, starts + timedelta(days=1), "sv") == "3–4 oktober 2017"


points = st.tuples(st.floats(0, 1), st.floats(0, 1))


@given(st.lists(points, max_size=40))
def test_pins_stay_on_the_plan_and_hardly_touch(given_points: list[tuple[float, float]]) -> None:
    placed = pins.spread(given_points, 160, 110, 5)
    assert len(placed) == len(given_points)
    for x, y in placed:
        assert 2.49 <= x * 160 <= 157.51
        assert 2.49 <= y * 110 <= 107.51
    for (x1, y1), (x2, y2) in combinations(placed, 2):
        assert ((x1 - x2) * 160) ** 2 + ((y1 - y2) * 110) ** 2 > 3.5**2


def test_a_pin_alone_sits_where_it_points() -> None:
    placed = pins.spread([(0.25, 0.5), (0.75, 0.5)], 160, 110, 5)
    assert placed == [pytest.approx((0.25, 0.5), abs=1e-4), pytest.approx((0.75, 0.5), abs=1e-4)]


def test_hundreds_of_pins_in_one_spot_end() -> None:
    assert len(pins.spread([(0.5, 0.5)] * 300, 160, 110, 5)) == 300


@pytest.mark.parametrize(
    "text", ["Pohjakartta ”ovella” – hyvä…", "åäöÅÄÖ šžŋđ", "→ ✓ ★ ☑", "😀👨‍👩‍👧👍🏽🇫🇮", "≤ € ½ °"]
)
def test_our_fonts_show_what_staff_write(text: str) -> None:
    assert glyphs.showable(text, OWN) == text
    assert glyphs.missing(text, OWN) == set()


def test_what_no_font_has_becomes_a_box_and_control_characters_go() -> None:
    assert glyphs.showable("a\x00b\x07c 漢 \ue000\n", OWN) == "abc □ □\n"
    assert glyphs.missing("a漢\ue000\x07", OWN) == {"漢", "\ue000"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("o\u0308 s\u030c", "ö š"),
        ("1\ufe0f\u20e3", "1\ufe0f\u20e3"),
        ("\u0301a", "a"),
        ("漢\u0301", "□"),
        ("😀\u0e31", "😀"),
    ],
    ids=["composed", "keycap", "no letter", "no font", "no common font"],
)
def test_marks_need_a_font_that_has_their_letter_too(text: str, shown: str) -> None:
    assert glyphs.showable(text, OWN) == shown


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_text_can_be_made_showable(text: str) -> None:
    shown = glyphs.showable(text, OWN)
    assert glyphs.missing(shown, OWN) == set()
    assert bool(shown.strip()) == bool(text.strip())


def test_what_is_no_font_covers_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.ttf"
    path.write_bytes(b"\0\1\0\0" + bytes(40))
    assert glyphs.coverage(path) == frozenset()
