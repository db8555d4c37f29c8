"""A study's records as the server keeps them, of any size, with pictures drawn on the spot."""

import hashlib
import io
import random
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from PIL import Image, ImageDraw

from benchmark.kernel import files
from benchmark.photos import service as photos
from benchmark.sync import service as sync
from benchmark.sync.kinds import find
from benchmark.sync.merge import Change

Record = dict[str, Any]

PEOPLE = ("Aino", "Birgitta", "Eero", "Kaisa", "Mikko", "Tuula")
TEXTS = (
    "Pohjakartta on heti ovella, silmien korkeudella. Siitä näkee yhdellä silmäyksellä, missä mitäkin on.",
    "Myyjä nousi tiskin takaa ja kysyi: ”Mitä olet tekemässä?” Ei siis: ”Voinko auttaa?”",
    "Hyllyn päädyssä lukee isolla, mitä hyllyssä on, ja pienemmällä, mihin sitä käytetään.",
    "Käytävän lattiassa on keltainen viiva, joka johtaa noutopisteelle. Kukaan ei kysynyt tietä.",
    "Palautuspiste on kassan takana, eikä sitä löydä ilman apua.",
    "Remonttiohjeet ovat ilmaisia lehtisiä telineessä juuri siinä kohdassa, missä tarvikkeet ovat.",
)
THOUGHTS = (
    "Meillä kartta on seinällä lehtisalissa. Siirtäisin sen eteiseen.",
    "Tämä on kysymys, johon on helppo vastata. Se avaa keskustelun.",
    "",
    "Voisiko meillä viiva johtaa varausten noutoon?",
)
WITH_US = ("", "Meillä lukee vain luokkanumero.", "", "", "Meillä palautusautomaatti on heti ovella.")
GROUPS = (
    "Asiakas löytää kartan ovelta",
    "Myyjä aloittaa keskustelun",
    "Opasteet puhuvat asiakkaan kieltä",
    "Ohje on siellä, missä sitä tarvitaan",
    "Palautus on piilossa",
    "Lattia opastaa",
    "Lapsille on oma paikka",
    "Kassalla ei jonoteta",
)
IDEAS = (
    "Siirretään pohjakartta eteiseen ja merkitään siihen, missä asiakas seisoo",
    "Hyllynpäätyihin sanat luokkanumeroiden rinnalle",
    "Varausten noutoon johtaa viiva ovelta asti",
    "Kokeillaan kysymystä ”Mitä olet tekemässä?” neuvonnassa",
    "Ohjelehtiset laitteiden viereen",
)
STRENGTHS = (
    "Meillä palautus on ovella ja toimii ilman jonoa",
    "Meillä asiakas saa istua, lukea ja viipyä ostamatta mitään",
    "Tunnemme vakioasiakkaat nimeltä",
    "Lapset kulkevat meillä omin päin",
)


def identity(kind: str, n: int) -> str:
    """The same id for the same thing, every time."""
    return str(UUID(int=sum(kind.encode()) << 64 | 0x7000_8000_0000_0000_0000 | n))


def study(n_observations: int = 40, n_photos: int = 20, *, language: str = "fi") -> list[Record]:
    """Records of a whole study: three visits, six people, eight groups, five ideas and four strengths."""
    return [
        _study(language),
        *_people(),
        *_foci(),
        *_visits(),
        *_plan(),
        *_groups(),
        *_findings(),
        *_reflections(),
        *(_observation(n, n_observations) for n in range(n_observations)),
        *(_photo(n, n_observations) for n in range(n_photos)),
    ]


def _study(language: str) -> Record:
    return {
        "kind": "study",
        "id": identity("study", 0),
        "rev": 1,
        "title": "Rautakaupasta kirjastoon",
        "purpose": "Selvitetään, miten asiakas löytää etsimänsä ja miten häntä puhutellaan.",
        "mirror": "Kartta on lehtisalin seinällä.\nOpasteet noudattavat luokitusta.",
        "host_name": "Rautakauppa Vasara ja Naula",
        "sector": "business",
        "language": language,
        "stage": "debrief",
        "photo_permission": "asked",
        "is_announced": True,
    }


def _people() -> list[Record]:
    return [
        {
            "kind": "participant",
            "id": identity("person", n),
            "rev": 1,
            "name": name,
            "role": "member",
            "is_removed": False,
        }
        for n, name in enumerate(PEOPLE)
    ]


def _reflections() -> list[Record]:
    """Two people answered right after the visit; the second one question only."""
    answers: list[Record] = [
        {
            "best": "Kartta, jonka sai mukaan.",
            "monday": "Tulostetaan kartta.",
            "surprised": "Miten hiljaista oli.",
        },
        {"best": "Myyjä tuli vastaan.", "monday": " ", "already_good": ""},
    ]
    return [
        {
            "kind": "reflection",
            "id": identity("reflection", n),
            "rev": 1,
            "author": identity("person", n),
            **said,
        }
        for n, said in enumerate(answers)
    ]


def _foci() -> list[Record]:
    return [
        {
            "kind": "focus",
            "id": identity("focus", 0),
            "rev": 1,
            "name": "Löytäminen",
            "position": 1,
            "questions": ["Mistä näet, minne mennä?", "Mitä teet, kun eksyt?"],
        },
        {
            "kind": "focus",
            "id": identity("focus", 1),
            "rev": 1,
            "name": "Asiakkaan puhuttelu",
            "position": 2,
            "questions": ["Kuka aloittaa keskustelun ja miten?"],
        },
    ]


def _visits() -> list[Record]:
    return [
        {
            "kind": "visit",
            "id": identity("visit", n),
            "rev": 1,
            "place": "Vasara ja Naula, Lielahti",
            "position": n,
            "starts_at": f"2017-10-0{3 + n}T10:00:00+03:00",
            "ends_at": f"2017-10-0{3 + n}T11:30:00+03:00",
            "people": [identity("person", 2 * n), identity("person", 2 * n + 1)],
        }
        for n in range(3)
    ]


def _plan() -> list[Record]:
    return [
        {
            "kind": "plan",
            "id": identity("plan", 0),
            "rev": 1,
            "title": "Myymälän pohjakartta",
            "photo_id": identity("photo", 9999),
            "position": 1,
        },
        {
            "kind": "photo",
            "id": identity("photo", 9999),
            "rev": 1,
            "plan_id": identity("plan", 0),
            "caption": "Myymälän pohjakartta: sisäänkäynti alhaalla, kassat oikealla",
            "people": "none",
            "width": 1280,
            "height": 900,
        },
    ]


def _groups() -> list[Record]:
    return [
        {"kind": "group", "id": identity("group", n), "rev": 1, "name": name, "position": n}
        for n, name in enumerate(GROUPS)
    ]


def _findings() -> list[Record]:
    ideas = [
        {
            "kind": "finding",
            "id": identity("finding", n),
            "rev": 1,
            "result": "improvement_idea",
            "group_id": identity("group", n),
            "statement": text,
            "impact": 3 - n % 3,
            "effort": 1 + n % 3,
            "owner": PEOPLE[n % 6],
            "first_step": "Tulostetaan kartta ja kokeillaan paikkaa viikon ajan.",
            "due_on": "2017-11-15",
            "status": "trying" if n == 0 else "new",
            "position": n,
        }
        for n, text in enumerate(IDEAS)
    ]
    strengths = [
        {
            "kind": "finding",
            "id": identity("finding", 100 + n),
            "rev": 1,
            "result": "strength",
            "group_id": identity("group", (4, 1, 6, 7)[n]),
            "statement": text,
            "impact": 3,
            "effort": None,
            "owner": "",
            "first_step": "",
            "due_on": None,
            "status": "new",
            "position": n,
        }
        for n, text in enumerate(STRENGTHS)
    ]
    return [*ideas, *strengths]


def _observation(n: int, n_all: int) -> Record:
    made = datetime(2017, 10, 3, 7, 5, tzinfo=UTC) + timedelta(days=3 * n // n_all, minutes=7 * (n % 13))
    return {
        "kind": "observation",
        "id": identity("observation", n),
        "rev": 1,
        "text": "" if n % 11 == 10 else TEXTS[n % len(TEXTS)] * (1 + (n % 7 == 3)),
        "thought": THOUGHTS[n % len(THOUGHTS)],
        "with_us": WITH_US[n % len(WITH_US)],
        "feeling": ("works", "works", "surprises", "does_not", None)[n % 5],
        "focus_id": identity("focus", n % 2),
        "visit_id": identity("visit", 3 * n // n_all),
        "tags": ["opasteet", "pohjakartta"][: n % 3],
        "plan_id": identity("plan", 0) if n % 2 == 0 else None,
        "pin": {"x": (n * 0.37) % 0.9 + 0.05, "y": (n * 0.23) % 0.85 + 0.05} if n % 2 == 0 else None,
        "observed_at": made.isoformat(),
        "author": identity("person", n % 6),
        "group_id": identity("group", n % 9) if n % 9 < 8 else None,
    }


def _photo(n: int, n_observations: int) -> Record:
    wide = n % 3 != 2
    return {
        "kind": "photo",
        "id": identity("photo", n),
        "rev": 1,
        "observation_id": identity("observation", n * 2 % max(n_observations, 1) + n // 17 % 2),
        "caption": "" if n % 4 == 3 else "Pohjakartta telineessä sisäänkäynnin vieressä",
        "people": "none",
        "width": 1280 if wide else 960,
        "height": 960 if wide else 1280,
        "position": n,
    }


def draw(path: Path, width: int, height: int, seed: int) -> None:
    """A picture in the manner of a photo: shelves in some light, grainy enough to weigh what photos weigh."""
    rng = random.Random(seed)
    base = tuple(rng.randint(120, 220) for _ in range(3))
    picture = Image.new("RGB", (width, height), base)
    pen = ImageDraw.Draw(picture)
    for row in range(4):
        y = height * (row + 1) // 5
        pen.rectangle((0, y, width, y + height // 40), fill=tuple(part - 60 for part in base))
        for column in range(9):
            x = width * column // 9 + rng.randint(0, 20)
            top = y - rng.randint(height // 16, height // 7)
            pen.rectangle((x, top, x + width // 12, y), fill=tuple(rng.randint(60, 240) for _ in range(3)))
    grain = Image.effect_noise((width, height), 40).convert("RGB")
    out = io.BytesIO()
    Image.blend(picture, grain, 0.12).save(out, "JPEG", quality=82)
    path.write_bytes(out.getvalue())


def draw_plan(path: Path) -> None:
    """A floor plan with rooms and shelves."""
    picture = Image.new("RGB", (1280, 900), "#fbfaf6")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((30, 30, 1250, 870), outline="#444444", width=8)
    for row, column in ((r, c) for r in range(3) for c in range(6)):
        x, y = 120 + column * 170, 110 + row * 200
        pen.rectangle((x, y, x + 60, y + 130), outline="#999999", width=3, fill="#eeece4")
    pen.rectangle((980, 700, 1220, 840), outline="#999999", width=3)
    picture.save(path, "JPEG", quality=85)


def put_in_place(space: str, records: list[Record]) -> None:
    """Write the records and drawn photos into the running app's space. The study's own record is not new."""
    for record in records:
        kind, values = (
            find(record["kind"]),
            {name: record[name] for name in record.keys() - {"kind", "id", "rev"}},
        )
        assert kind is not None
        sets = {name: values.pop(name) for name in kind.sets.keys() & values.keys()}
        id_ = space if kind.name == "study" else record["id"]
        sync.write(space, [Change(kind.name, id_, values, sets)])
        if kind.name == "photo":
            _receive(space, record)


def _receive(space: str, record: Record) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "photo.jpg"
        if record.get("plan_id"):
            draw_plan(path)
        else:
            draw(path, record["width"], record["height"], len(record["id"]))
        content = path.read_bytes()
    renditions = photos.develop(files.store(), content)
    photos.accept(space, record["id"], sha256=hashlib.sha256(content).hexdigest(), renditions=renditions)
