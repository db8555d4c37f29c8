"""A study's records → one plain dict that holds everything a report says, in its language. Pure.

Numbers given here (of observations and of findings) are the ones on the page, on the floor plan and in the index.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from benchmark.reports import dates, pins, results
from benchmark.reports.entries import Item, Material, entries, is_showable, line, paragraphs, parse, picture

REFLECTIONS = ("best", "monday", "already_good", "surprised")
FEELINGS = ("works", "does_not", "surprises")
PLAN_WIDTH, PLAN_HEIGHT, PIN_SIZE = 164.0, 150.0, 5.2
"""Room for a floor plan on the page, and the width of a pin, in mm; the template draws them so."""


def gather(
    records: Iterable[Item], language: str, pictures: set[str], made_on: date, *, with_names: bool
) -> dict[str, Any]:
    """Everything a report says.

    records    live records of the space, as `sync.service.records` gives them
    pictures   ids of photos whose bytes are here; the template finds each as a file of that name
    """
    material = Material.sort(records, language, with_names, pictures)
    study = next(iter(material.kinds["study"]), {})
    numbered = entries(material)
    found = results.findings(material, numbered)
    return {
        "language": language,
        "title": line(study.get("title")) or material.say("report.untitled"),
        "host": line(study.get("host_name")),
        "purpose": line(study.get("purpose")),
        "mirror": paragraphs(study.get("mirror")),
        "dates": _dates(material),
        "made_on": dates.day(made_on, language),
        "people": _people(material),
        "cover": _cover(found, numbered),
        "counts": _counts(material, numbered),
        "feelings": {name: sum(entry["feeling"] == name for entry in numbered) for name in FEELINGS},
        "plans": _plans(material, numbered),
        **found,
        "rest": results.remaining(material, numbered),
        "reflections": _reflections(material),
        "visits": _visits(material),
        "foci": _foci(material),
        "n_left_out": _n_left_out(material),
        "observations": {str(entry["number"]): entry for entry in numbered},
    }


def _people(material: Material) -> list[str]:
    if not material.with_names:
        return []
    members = [item for item in material.kinds["participant"] if not item.get("is_removed")]
    return sorted((name for item in members if (name := line(item.get("name")))), key=str.casefold)


def _dates(material: Material) -> str:
    """The days of the visits, or of the observations where no visit has a time."""
    moments = [parse(item.get("starts_at")) for item in material.kinds["visit"]]
    if not any(moments):
        moments = [parse(item.get("observed_at")) for item in material.kinds["observation"]]
    known = sorted(moment.date() for moment in moments if moment)
    return dates.days(known[0], known[-1], material.language) if known else ""


def _cover(found: dict[str, list[Item]], numbered: list[Item]) -> Item | None:
    """A wide picture without recognisable people, from the strongest evidence there is."""
    by_number = {entry["number"]: entry for entry in numbered}
    told = [number for section in found.values() for finding in section for number in finding["evidence"]]
    order = [by_number[number] for number in told] + numbered
    candidates = [item for entry in order for item in entry["pictures"] if item["is_of_nobody"]]
    chosen = next((item for item in candidates if item["ratio"] >= 1.2), next(iter(candidates), None))
    return {**chosen, "size": "screen"} if chosen else None


def _counts(material: Material, numbered: list[Item]) -> list[Item]:
    members = [item for item in material.kinds["participant"] if not item.get("is_removed")]
    n_photos = sum(len(entry["pictures"]) for entry in numbered)
    counts = {
        "observations": len(numbered),
        "photos": n_photos,
        "visits": len(material.kinds["visit"]),
        "people": len(members),
    }
    return [{"n": n, "label": material.say(f"report_count.{name}", n=n)} for name, n in counts.items()]


def _plans(material: Material, numbered: list[Item]) -> list[Item]:
    """The floor plans that have a picture or are a sketch, with a pin for each observation placed on them."""
    photos, observations = material.by_id("photo"), material.by_id("observation")
    plans = []
    for plan in material.kinds["plan"]:
        photo = photos.get(plan.get("photo_id") or "")
        is_pictured = photo is not None and photo["id"] in material.pictures and is_showable(photo)
        if not is_pictured and not plan.get("sketch"):
            continue
        pinned = [
            (entry, observations[entry["id"]]["pin"])
            for entry in numbered
            if observations[entry["id"]].get("plan_id") == plan["id"] and observations[entry["id"]].get("pin")
        ]
        title = line(plan.get("title")) or material.say("report.floor_plan")
        alt = material.say("report.picture_of_plan", title=title, n=len(pinned))
        if photo is not None and is_pictured:
            ratio = (photo.get("width") or 4) / (photo.get("height") or 3)
            drawn = {"picture": picture(photo, alt, "screen"), "sketch": None}
        else:
            ratio, drawn = 1.0, {"picture": None, "sketch": _sketch(material, alt)}
        plans.append({"title": title, **drawn, **_pins(ratio, pinned)})
    return plans


def _sketch(material: Material, alt: str) -> Item:
    """A plan without a picture: three zones in a square, as frontend/src/plans/Sketch.svelte draws them."""
    zones = [material.say(f"plan_zone.{zone}") for zone in ("back", "middle", "entrance")]
    return {"zones": zones, "alt": f"{alt}. {material.say('plan.sketch_alt')}"}


def _pins(ratio: float, pinned: list[tuple[Item, Item]]) -> Item:
    """How large the plan is printed, in mm, and where its pins point (x, y) and sit (at_x, at_y), in 0..1."""
    width = min(PLAN_WIDTH, PLAN_HEIGHT * ratio)
    points = [(float(pin["x"]), float(pin["y"])) for _, pin in pinned]
    placed = pins.spread(points, width, width / ratio, PIN_SIZE)
    return {
        "width": width,
        "height": width / ratio,
        "pin_size": PIN_SIZE,
        "pins": [
            {"number": entry["number"], "x": x, "y": y, "at_x": at_x, "at_y": at_y}
            for (entry, _), (x, y), (at_x, at_y) in zip(pinned, points, placed, strict=True)
        ],
    }


def _reflections(material: Material) -> list[Item]:
    """What people answered right after the visit, question by question; those without an answer are left out."""
    told = []
    for name in REFLECTIONS:
        answers = [
            {"said": said, "name": material.name_of(item.get("author"))}
            for item in material.kinds["reflection"]
            if (said := paragraphs(item.get(name)))
        ]
        if answers:
            told.append({"question": material.say(f"reflection.{name}"), "answers": answers})
    return told


def _visits(material: Material) -> list[Item]:
    visits = []
    for item in material.kinds["visit"]:
        starts, ends = parse(item.get("starts_at")), parse(item.get("ends_at"))
        names = [material.name_of(person) for person in item.get("people") or []]
        seen = [one for one in material.kinds["observation"] if one.get("visit_id") == item["id"]]
        visits.append(
            {
                "place": line(item.get("place")),
                "when": dates.hours(starts, ends, material.language) if starts else "",
                "people": sorted((name for name in names if name), key=str.casefold),
                "observations": material.say("report_count.observations_made", n=len(seen)),
            }
        )
    return visits


def _foci(material: Material) -> list[Item]:
    return [
        {"name": line(item.get("name")), "questions": paragraphs("\n".join(item.get("questions") or []))}
        for item in material.kinds["focus"]
    ]


def _n_left_out(material: Material) -> int:
    """How many pictures stay out because nobody has said who can be recognised in them."""
    observations = material.by_id("observation")
    return sum(
        not is_showable(photo)
        for photo in material.kinds["photo"]
        if photo.get("observation_id") in observations
    )
