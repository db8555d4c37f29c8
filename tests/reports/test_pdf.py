"""The PDF as it is read: by eye, by search, and by screen reader (PDF/UA-1)."""

import io
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmark.reports import pdf
from benchmark.reports.gather import gather
from tests.reports import sample
from tests.reports.reading import bookmarks, elements, first_pages, n_images, pictures_of, text_of

MADE_ON = date(2017, 11, 20)


def made(
    records: list[dict[str, Any]], folder: Path, *, language: str = "fi", with_names: bool = True
) -> bytes:
    pictures = pictures_of(records, folder, sample.draw)
    return pdf.render(gather(records, language, set(pictures), MADE_ON, with_names=with_names), pictures)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The report of a whole study, with names."""
    return made(sample.study(40, 20), tmp_path_factory.mktemp("whole"))


def test_all_of_the_study_is_on_its_pages(whole: bytes) -> None:
    text = text_of(whole)
    assert "Rautakaupasta kirjastoon" in text
    assert "3.–5. lokakuuta 2017" in text
    for statement in (*sample.IDEAS, *sample.STRENGTHS, *sample.TEXTS):
        assert statement in text
    assert "Tulostetaan kartta ja kokeillaan paikkaa viikon ajan." in text
    assert "15. marraskuuta 2017" in text
    assert "Miten hiljaista oli." in text
    assert all(name in text for name in sample.PEOPLE)


def test_photos_stand_on_its_pages(whole: bytes) -> None:
    assert n_images(whole) == 22  # each of the 20, the plan, and one once more on the cover


def test_a_sketch_is_drawn_and_described(tmp_path: Path) -> None:
    records = sample.study(12, 4)
    [plan] = [record for record in records if record["kind"] == "plan"]
    plan |= {"photo_id": None, "sketch": "three_zones"}
    pdf_bytes = made(records, tmp_path)
    assert "Sisäänkäynti" in text_of(pdf_bytes)
    [alt] = [alt for tag, alt in elements(pdf_bytes) if tag == "Figure" and "sisäänkäynti alhaalla" in alt]
    assert alt.startswith("Myymälän pohjakartta, johon on merkitty 6 havaintoa")


def test_it_says_in_which_language_it_speaks_and_what_it_is_called(whole: bytes) -> None:
    with pikepdf.open(io.BytesIO(whole)) as document:
        assert str(document.Root.Lang) == "fi"
        assert document.Root.ViewerPreferences.DisplayDocTitle
        assert document.open_metadata()["dc:title"] == "Rautakaupasta kirjastoon"


def test_it_declares_and_has_what_pdf_ua_asks_for(whole: bytes) -> None:
    with pikepdf.open(io.BytesIO(whole)) as document:
        assert document.open_metadata()["pdfuaid:part"] == "1"
        assert document.Root.MarkInfo.Marked
        assert all(page.Tabs == "/S" for page in document.pages)
    tags = elements(whole)
    assert [alt for tag, alt in tags if tag == "Figure" and not alt] == []
    headings = [int(tag[1]) for tag, _ in tags if tag in ("H1", "H2", "H3")]
    assert headings[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(headings))


def test_captions_are_alternative_texts(whole: bytes) -> None:
    alts = [alt for tag, alt in elements(whole) if tag == "Figure"]
    assert "Pohjakartta telineessä sisäänkäynnin vieressä" in alts
    assert any(alt.startswith("Kuva havainnosta ") for alt in alts)
    assert len(alts) == 22


def test_bookmarks_lead_to_every_part_and_finding(whole: bytes) -> None:
    outline = bookmarks(whole)
    assert [title for title in outline if isinstance(title, str)] == [
        "Yhteenveto",
        "Myymälän pohjakartta",
        "Vahvuudet",
        "Kehittämisideat",
        "Muut havainnot",
        "Heti vierailun jälkeen",
        "Näin tehtiin",
    ]
    assert sorted(outline[outline.index("Vahvuudet") + 1]) == sorted(sample.STRENGTHS)
    assert sorted(outline[outline.index("Kehittämisideat") + 1]) == sorted(sample.IDEAS)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", ("Yhteenveto", "Vahvuudet", "Sivu 2 /")),
        ("sv", ("Sammanfattning", "Styrkor", "Sida 2 /")),
        ("en", ("Summary", "Strengths", "Page 2 of")),
    ],
)
def test_it_speaks_three_languages(language: str, words: tuple[str, ...], tmp_path: Path) -> None:
    text = text_of(made(sample.study(6, 2, language=language), tmp_path, language=language))
    assert [word for word in words if word not in text] == []


def test_without_names_there_are_none_anywhere(tmp_path: Path) -> None:
    content = made(sample.study(40, 0), tmp_path, with_names=False)
    text = text_of(content)
    assert [name for name in sample.PEOPLE if name in text] == []
    with pikepdf.open(io.BytesIO(content)) as document:
        assert "Aino" not in str(document.open_metadata())


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_it_works_at_the_very_beginning(language: str, tmp_path: Path) -> None:
    content = made([], tmp_path, language=language)
    assert len(bookmarks(content)) == 1
    assert n_images(content) == 0


def test_it_works_with_nothing_grouped(tmp_path: Path) -> None:
    kinds = ("study", "observation", "photo")
    records = [{**record, "group_id": None} for record in sample.study(8, 4) if record["kind"] in kinds]
    outline = bookmarks(made(records, tmp_path))
    assert outline == ["Yhteenveto", "Havainnot", "Näin tehtiin"]


NASTY = [
    "*lihava* _kursiivi_ `koodi` $x^2$ #let x = 1 #panic() = otsikko - lista + 1. <label> @viite",
    "<b>Kartta</b> & </text> {{ 7*7 }} {n} {number} %s \\n \\u{41} // ei kommentti /* eikä tämä */",
    '"; #import "/etc/passwd": * ; [sulku] (kaari) ~ --- ... \'',
    "😀 Iso 👍🏽 ja perhe 👨‍👩‍👧 ★ → ✓",
    "Ääkköset: åäö ÅÄÖ šž, pitkä yhdyssanahirviö: kirjastonkäyttäjätyytyväisyyskyselytutkimus",
]


@pytest.mark.parametrize("text", NASTY, ids=["typst", "html", "code", "emoji", "letters"])
def test_text_comes_through_as_it_was_written(text: str, tmp_path: Path) -> None:
    observation = {
        "kind": "observation",
        "id": sample.identity("o", 1),
        "rev": 1,
        "text": text,
        "thought": text,
    }
    study = {"kind": "study", "id": sample.identity("s", 1), "rev": 1, "title": text, "purpose": text}
    content = made([study, observation], tmp_path)
    seen = text_of(content).replace(" ", "")
    assert text.replace("-", "").replace(" ", "") in seen.replace("-", "")
    with pikepdf.open(io.BytesIO(content)) as document:
        assert document.open_metadata()["dc:title"] == text.strip()


LENGTHS = {"purpose": 300, "host_name": 120, "statement": 2000, "owner": 120, "first_step": 1000}
"""The most letters that a person may write in these fields."""
SHAPING = "a\u0301\u0308\u0361\u0e31\u20e3\u200d\u200b\ufe0f\u202e🏽👩"
"""Letters, marks and joiners that change how their neighbours look."""


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec="utf-8") | st.sampled_from(SHAPING), max_size=200))
def test_any_text_anywhere_makes_a_pdf(tmp_path: Path, text: str) -> None:
    strange = [
        {
            **record,
            **{
                name: text
                for name in ("text", "title", "statement", "name", "caption", "place")
                if name in record
            },
        }
        for record in sample.study(3, 0)
    ]
    assert made(strange, tmp_path).startswith(b"%PDF-")


def test_very_long_texts_run_over_pages(tmp_path: Path) -> None:
    record = {"kind": "observation", "id": sample.identity("o", 1), "rev": 1, "text": "Pitkä tarina. " * 1400}
    assert text_of(made([record], tmp_path)).count("tarina.") == 1400


def test_cover_and_summary_take_one_page_each_however_much_there_is(tmp_path: Path) -> None:
    long = "Mitä pieni lähikirjasto voi oppia suuresta rautakaupasta? " * 40
    records = [
        {**record, **{name: long[:most] for name, most in LENGTHS.items() if name in record}}
        for record in sample.study(12, 4)
    ]
    names = [
        {"kind": "participant", "id": f"p{n}", "rev": 1, "name": f"Maija-Liisa {n}", "role": "member"}
        for n in range(60)
    ]
    pages = first_pages(made([*records, *names], tmp_path))
    assert (pages["Yhteenveto"], pages["Myymälän pohjakartta"]) == (2, 3)


def test_many_pictures_of_one_observation_all_appear(tmp_path: Path) -> None:
    records = sample.study(1, 9)
    first = sample.identity("observation", 0)
    records = [
        {**record, "observation_id": first} if record.get("observation_id") else record for record in records
    ]
    assert n_images(made(records, tmp_path)) == 11
