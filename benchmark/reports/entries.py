"""Observations as a report shows them: numbered as they were made, with the pictures that may be shown. Pure."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from benchmark.kernel.words import t
from benchmark.reports import dates

Item = dict[str, Any]
BREAKS = ("Cc", "Cs", "Zl", "Zp")
UNSEEN = (*BREAKS, "Cf", "Mn", "Me", "Mc", "Zs")
"""Unicode categories of characters that end a line or control something, and of those nothing is seen of alone."""
GIST, TOPIC = 90, 42
"""Letters of an observation that describe it: where there is room, and on one line of an index."""


MOST_PRINTS = 160
"""Photos in a study up to which each is printed at 400 dpi; typesetting holds about 2 MB for each. Beyond, 190 dpi."""


@dataclass
class Material:
    """A space's live records by kind, and what every part of a report asks of them.

    pictures   ids of the photos whose bytes are here
    """

    language: str
    with_names: bool
    pictures: set[str]
    kinds: dict[str, list[Item]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def sort(cls, records: Iterable[Item], language: str, with_names: bool, pictures: set[str]) -> "Material":
        """Put records in order: by position where they have one, else as they were made."""
        material = cls(language, with_names, pictures)
        for record in records:
            material.kinds[record["kind"]].append(record)
        for items in material.kinds.values():
            items.sort(key=lambda item: (item.get("position") or 0, item["id"]))
        return material

    def by_id(self, kind: str) -> dict[str, Item]:
        """The records of one kind, by id."""
        return {item["id"]: item for item in self.kinds[kind]}

    def name_of(self, person: str | None) -> str:
        """A person's name, if names are wanted and this one is known; else nothing."""
        return self._names.get(person or "", "") if self.with_names else ""

    def observer_of(self, observation: Item) -> str:
        """Who saw it, if names are wanted: the writer, unless a lead typed in somebody's paper card."""
        typed_in = line(observation.get("observer")) if self.with_names else ""
        return typed_in or self.name_of(observation.get("author"))

    def say(self, key: str, **values: object) -> str:
        """The catalogue's words in the report's language."""
        return t(key, self.language, **values)

    @property
    def _names(self) -> dict[str, str]:
        return {item["id"]: line(item.get("name")) for item in self.kinds["participant"]}


def entries(material: Material) -> list[Item]:
    """All observations, numbered from 1 in the order they were made; `id` is for looking them up, not for print."""
    foci, visits = material.by_id("focus"), material.by_id("visit")
    photos = _photos_by_observation(material)
    ordered = sorted(material.kinds["observation"], key=lambda item: (_made_at(item), item["id"]))
    result = []
    for number, item in enumerate(ordered, 1):
        visit = visits.get(item.get("visit_id") or "", {})
        result.append(
            {
                "id": item["id"],
                "number": number,
                "text": paragraphs(item.get("text")),
                "thought": paragraphs(item.get("thought")),
                "with_us": paragraphs(item.get("with_us")),
                "topic": gist(item.get("text") or item.get("thought") or "", TOPIC),
                "feeling": item.get("feeling"),
                "topics": _topics(
                    line(foci.get(item.get("focus_id") or "", {}).get("name")), item.get("tags") or []
                ),
                "place": line(visit.get("place")),
                "when": when(item, material.language),
                "author": material.observer_of(item),
                "pictures": _pictures(material, photos[item["id"]], item, number),
            }
        )
    return result


def line(text: str | None) -> str:
    """A text on one line, without control characters; empty when there is nothing in it to see."""
    one = "".join(" " if unicodedata.category(letter) in BREAKS else letter for letter in text or "")
    is_seen = any(unicodedata.category(letter) not in UNSEEN for letter in one)
    return " ".join(one.split()) if is_seen else ""


def paragraphs(text: str | None) -> list[str]:
    """A person's text as paragraphs: line breaks stay, empty lines do not."""
    return [own for part in (text or "").splitlines() if (own := line(part))]


def gist(text: str, most: int) -> str:
    """The beginning of a text, cut between words, for an index or a description."""
    one = line(text)
    if len(one) <= most:
        return one
    return one[:most].rsplit(" ", 1)[0].rstrip(" .,;:–-") + "…"


def parse(value: str | None) -> datetime | None:
    """An ISO moment, or None for nothing and for nonsense."""
    try:
        return datetime.fromisoformat(value) if value else None
    except ValueError:
        return None


def when(item: Item, language: str) -> str:
    """When an observation was made, on the clock of the place."""
    made = parse(item.get("observed_at"))
    return dates.moment(made, language) if made else ""


def is_showable(photo: Item) -> bool:
    """Whether a photo may leave in a report: someone must have answered who can be recognised in it."""
    return (photo.get("people") or "unanswered") != "unanswered"


def picture(photo: Item, alt: str, size: str) -> Item:
    """A photo for the page: id and size name the file, the caption describes it to those who cannot see it."""
    caption = line(photo.get("caption"))
    return {
        "id": photo["id"],
        "size": size,
        "caption": caption,
        "alt": caption or alt,
        "ratio": (photo.get("width") or 4) / (photo.get("height") or 3),
        "is_of_nobody": photo.get("people") in ("none", "blurred"),
    }


def _topics(focus: str, tags: list[str]) -> list[str]:
    """The focus, then the tags that do not merely repeat it."""
    others = sorted((tag for tag in tags if tag.casefold() != focus.casefold()), key=str.casefold)
    return [focus, *others] if focus else others


def _made_at(item: Item) -> float:
    made = parse(item.get("observed_at"))
    return made.timestamp() if made else 0.0


def _photos_by_observation(material: Material) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = defaultdict(list)
    for photo in material.kinds["photo"]:
        if photo["id"] in material.pictures and is_showable(photo):
            found[photo.get("observation_id") or ""].append(photo)
    return found


def _pictures(material: Material, photos: list[Item], item: Item, number: int) -> list[Item]:
    about = gist(item.get("text") or "", GIST)
    alt = (
        material.say("report.picture_of_text", number=number, text=about)
        if about
        else material.say("report.picture_of", number=number)
    )
    size = "print" if len(material.pictures) <= MOST_PRINTS else "thumb"
    return [picture(photo, alt, size) for photo in photos]
