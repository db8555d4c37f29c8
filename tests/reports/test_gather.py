"""What a report says, asked of the plain dict: no page has to be looked at."""

from datetime import date
from typing import Any

import pytest

from benchmark.reports.gather import gather
from benchmark.sync.kinds import find
from tests.reports import sample
from tests.reports.sample import identity


def gathered(
    records: list[dict[str, Any]], *, language: str = "fi", with_names: bool = True
) -> dict[str, Any]:
    photos = {record["id"] for record in records if record["kind"] == "photo"}
    return gather(records, language, photos, date(2017, 11, 20), with_names=with_names)


def changed(records: list[dict[str, Any]], id_: str, **values: Any) -> list[dict[str, Any]]:
    return [{**record, **values} if record["id"] == id_ else record for record in records]


def texts(value: Any) -> list[str]:
    """Every text anywhere in it."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [value] if isinstance(value, str) else []


def photo_ids(report: dict[str, Any]) -> set[str]:
    shown = [item["id"] for entry in report["observations"].values() for item in entry["pictures"]]
    plans = [plan["picture"]["id"] for plan in report["plans"]]
    return {*shown, *plans, *([report["cover"]["id"]] if report["cover"] else [])}


def test_it_counts_what_is_there() -> None:
    report = gathered(sample.study(40, 20))
    assert [(count["n"], count["label"]) for count in report["counts"]] == [
        (40, "havaintoa"),
        (20, "kuvaa"),
        (3, "vierailukertaa"),
        (6, "havainnoijaa"),
    ]
    assert report["feelings"] == {"works": 16, "does_not": 8, "surprises": 8}
    assert report["dates"] == "3.–5. lokakuuta 2017"


def test_observations_are_numbered_as_they_were_made_whatever_their_offset() -> None:
    records = [
        {"kind": "observation", "id": identity("o", n), "rev": 1, "text": text, "observed_at": at}
        for n, (text, at) in enumerate(
            [
                ("third", "2017-10-03T09:30:00+02:00"),
                ("first", "2017-10-03T10:00:00+03:00"),
                ("second", "2017-10-03T07:15:00+00:00"),
                ("undated", None),
            ]
        )
    ]
    report = gathered(records)
    assert [entry["text"][0] for entry in report["observations"].values()] == [
        "undated",
        "first",
        "second",
        "third",
    ]


def test_times_are_those_of_the_clock_on_the_wall() -> None:
    record = {
        "kind": "observation",
        "id": identity("o", 1),
        "rev": 1,
        "text": "x",
        "observed_at": "2017-10-03T23:30:00+03:00",
    }
    assert gathered([record])["observations"]["1"]["when"] == "3. lokakuuta klo 23.30"
    assert gathered([record], language="en")["observations"]["1"]["when"] == "3 October at 23:30"


def test_every_observation_is_told_exactly_once() -> None:
    report = gathered(sample.study(40, 20))
    findings = [*report["strengths"], *report["ideas"]]
    told = [number for finding in findings if finding["is_told_here"] for number in finding["evidence"]]
    told += [number for group in report["rest"] for number in group["numbers"]]
    assert sorted(told) == list(range(1, 41))


def test_strengths_and_ideas_come_the_weightiest_first() -> None:
    report = gathered(sample.study())
    assert [idea["impact"] for idea in report["ideas"]] == [3, 3, 2, 2, 1]
    assert [idea["number"] for idea in report["ideas"]] == [1, 2, 3, 4, 5]
    assert [len(report["strengths"]), len(report["ideas"])] == [4, 5]


def test_what_was_dropped_comes_last() -> None:
    report = gathered(changed(sample.study(), identity("finding", 0), status="dropped"))
    assert report["ideas"][-1]["status"] == "dropped"


def test_a_group_with_both_kinds_is_told_once_and_referred_to() -> None:
    report = gathered(sample.study())
    shared = [idea for idea in report["ideas"] if not idea["is_told_here"]]
    assert {idea["told_in"]["section"] for idea in shared} == {"strengths"}
    for idea in shared:
        strength = report["strengths"][idea["told_in"]["number"] - 1]
        assert (strength["group"], strength["evidence"]) == (idea["group"], idea["evidence"])


def test_observations_of_a_dissolved_group_are_ungrouped() -> None:
    records = [record for record in sample.study() if record["id"] != identity("group", 5)]
    before = {group["name"]: group["numbers"] for group in gathered(sample.study())["rest"]}
    after = {group["name"]: group["numbers"] for group in gathered(records)["rest"]}
    assert after[""] == sorted(before[""] + before["Lattia opastaa"])


def test_a_finding_without_statement_or_group_still_stands() -> None:
    finding = {"kind": "finding", "id": identity("f", 1), "rev": 1, "result": "strength", "group_id": None}
    report = gathered([*sample.study(5, 0), finding])
    lone = [one for one in report["strengths"] if one["group"] == "" and one["evidence"] == []]
    assert len(lone) == 1


@pytest.mark.parametrize("people", ["unanswered", None])
def test_photos_of_whom_nobody_has_told_stay_out(people: str | None) -> None:
    records = [
        {**record, "people": people} if record["kind"] == "photo" else record
        for record in sample.study(40, 20)
    ]
    report = gathered(records)
    assert photo_ids(report) == set()
    assert report["n_left_out"] == 20
    assert report["cover"] is None
    assert report["plans"] == []


def test_the_cover_shows_nobody_recognisable() -> None:
    records = [
        {**record, "people": "kept_with_reason"} if record["kind"] == "photo" else record
        for record in sample.study(40, 20)
    ]
    assert gathered(records)["cover"] is None
    blurred = identity("photo", 4)
    cover = gathered(changed(records, blurred, people="blurred"))["cover"]
    assert (cover["id"], cover["size"]) == (blurred, "screen")


def test_photos_that_have_not_arrived_stay_out() -> None:
    records = sample.study(40, 20)
    here = {identity("photo", 3)}
    assert photo_ids(gather(records, "fi", here, date(2017, 11, 20), with_names=True)) == here


def test_a_caption_describes_its_picture_and_a_missing_one_is_made() -> None:
    report = gathered(sample.study(40, 20))
    for number, entry in report["observations"].items():
        for picture in entry["pictures"]:
            assert picture["alt"] == picture["caption"] or f"havainnosta {number}" in picture["alt"]
            assert picture["alt"]


def test_without_names_there_are_none() -> None:
    records = sample.study()
    assert set(sample.PEOPLE) <= set(texts(gathered(records)))
    shown = texts(gathered(records, with_names=False))
    assert not [text for text in shown for name in sample.PEOPLE if name in text]
    assert gathered(records, with_names=False)["counts"][3]["n"] == 6


def test_answers_given_right_after_stand_under_their_questions() -> None:
    said = gathered(sample.study())["reflections"]
    assert [told["question"] for told in said] == [
        "Mikä oli parasta?",
        "Mitä voisimme ottaa käyttöön heti maanantaina?",
        "Mikä yllätti?",
    ]
    assert said[0]["answers"] == [
        {"said": ["Kartta, jonka sai mukaan."], "name": sample.PEOPLE[0]},
        {"said": ["Myyjä tuli vastaan."], "name": sample.PEOPLE[1]},
    ]
    assert {
        answer["name"]
        for told in gathered(sample.study(), with_names=False)["reflections"]
        for answer in told["answers"]
    } == {""}


def test_a_paper_card_that_was_typed_in_bears_its_observers_name() -> None:
    first = identity("observation", 0)
    records = changed(sample.study(3, 0), first, observer="Raija Rautio")
    authors = {entry["id"]: entry["author"] for entry in gathered(records)["observations"].values()}
    assert authors[first] == "Raija Rautio"
    assert "Raija Rautio" not in texts(gathered(records, with_names=False))


def test_those_removed_do_not_count_as_having_taken_part() -> None:
    report = gathered(changed(sample.study(), identity("person", 0), is_removed=True))
    assert report["people"] == list(sample.PEOPLE[1:])
    assert report["counts"][3]["n"] == 5


def test_pins_carry_the_numbers_of_the_text() -> None:
    report = gathered(sample.study())
    by_number = {entry["number"]: entry["id"] for entry in report["observations"].values()}
    pins = {record["id"]: record["pin"] for record in sample.study() if record.get("pin")}
    [plan] = report["plans"]
    assert {by_number[pin["number"]]: {"x": pin["x"], "y": pin["y"]} for pin in plan["pins"]} == pins


def test_an_upright_plan_fits_the_page_as_well() -> None:
    records = changed(sample.study(), identity("photo", 9999), width=900, height=1800)
    [plan] = gathered(records)["plans"]
    assert (plan["width"], plan["height"]) == (75.0, 150.0)


def test_a_sketch_is_a_plan_of_its_own_with_the_same_pins() -> None:
    records = changed(sample.study(), identity("plan", 0), photo_id=None, sketch="three_zones")
    [plan] = gathered(records)["plans"]
    [pictured] = gathered(sample.study())["plans"]
    assert (plan["picture"], plan["sketch"]["zones"]) == (None, ["Takaosa", "Keskiosa", "Sisäänkäynti"])
    assert (plan["width"], plan["height"]) == (150.0, 150.0)
    assert [pin["number"] for pin in plan["pins"]] == [pin["number"] for pin in pictured["pins"]]


def test_a_plan_with_neither_picture_nor_sketch_is_left_out() -> None:
    records = changed(sample.study(), identity("plan", 0), photo_id=None)
    assert gathered(records)["plans"] == []


def test_many_photos_are_printed_smaller_so_that_memory_suffices() -> None:
    def sizes(n_photos: int) -> set[str]:
        entries = gathered(sample.study(300, n_photos))["observations"].values()
        return {picture["size"] for entry in entries for picture in entry["pictures"]}

    assert (sizes(150), sizes(300)) == ({"print"}, {"thumb"})


def test_an_empty_space_makes_an_empty_report() -> None:
    report = gathered([], language="sv")
    assert report["title"] == "Studiebesök utan namn"
    assert [count["n"] for count in report["counts"]] == [0, 0, 0, 0]
    assert (report["strengths"], report["ideas"], report["rest"], report["dates"]) == ([], [], [], "")


def test_empty_and_strange_fields_are_survived() -> None:
    records = [
        {"kind": kind, "id": identity(kind, 1), "rev": 1, **dict.fromkeys(names)}
        for kind in (
            "study",
            "focus",
            "visit",
            "plan",
            "observation",
            "photo",
            "group",
            "finding",
            "participant",
        )
        for names in [find(kind).schema().fields if find(kind) else {}]
    ]
    gathered(records)
    bare = [{"kind": record["kind"], "id": record["id"], "rev": 1} for record in records]
    gathered(bare)
    strange = changed(bare, identity("visit", 1), starts_at="yesterday", people=["nobody"])
    gathered(changed(strange, identity("finding", 1), due_on="soon", group_id="gone"))
