"""The observations that everyone carries: 600 bytes of JSON each, in words that compress as people's words do."""

import random
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import orjson

SIZE = 600
"""Bytes of one observation as JSON, its id included."""
SEEN = """
ovella pohjakartta josta näkee heti missä mikin osasto on henkilökunta tervehtii ensin ja kysyy voisiko auttaa hyllyjen
päissä opasteet isolla tekstillä alennuskyltit punaisella kassalla jono mutta toinen kassa avattiin nopeasti palautus
onnistuu ilman kuittia asiakas jäi odottamaan neuvontapisteen ääreen kukaan ei tullut kolmeen minuuttiin sisäänkäynnin
vieressä kahviautomaatti tuolit ikkunan alla valaistus hämärä perällä musiikki hiljaisella lapsille oma nurkka jossa
leluja varasto näkyvissä lasin takana esillepano vuodenajan mukaan lehtiset suomeksi ruotsiksi englanniksi kyltti
puuttuu wc löytyi vasta kysymällä myyjä saattoi perille asti tuotteen luokse eikä vain osoittanut sormella hintalaput
selkeät vertailuhinta pienellä itsepalvelukassa neuvoi kuvilla kärryt ulkona sateessa lattiassa viivat ohjaavat kulkua
meillekin sopisi kartta ovelle voisimme kokeilla samaa aikuisten osastolla ensi viikolla pyydetään nuoria mukaan
suunnittelemaan hyllykylttejä aineistot kasvot eteenpäin lainausautomaatin viereen istuin palautusluukku näkyvämmäksi
"""
WORDS = SEEN.split()
# Finnish bends its words; without that the same few would compress too well.
ENDINGS = (
    "",
    "",
    "",
    "kin",
    "kaan",
    "han",
    "ko",
    "ssa",
    "sta",
    "lla",
    "lta",
    "lle",
    "ksi",
    "mme",
    "nne",
    "nsa",
)
FEELINGS = ("works", "does_not", "surprises")
TAGS = ("pohjakartta", "opasteet", "palvelu", "kassa", "esillepano", "valaistus", "lapset", "jono")


@dataclass(frozen=True)
class Observation:
    """One observation, to be given the form that each contender wants."""

    id: str
    fields: dict[str, Any]

    def flat(self) -> dict[str, Any]:
        return {"id": self.id, **self.fields}


@cache
def observations(n: int, run: int) -> list[Observation]:
    """The same for every contender; new ones, with new ids, for each run."""
    chance = random.Random(f"{n} observations, run {run}")
    return [_observation(chance, number) for number in range(n)]


def _observation(chance: random.Random, number: int) -> Observation:
    fields = {
        "text": "",
        "thought": _words(chance, 60),
        "feeling": chance.choice(FEELINGS),
        "author": _id(chance, 0),
        "observed_at": f"2017-10-{3 + number // 2000:02}T10:{number // 60 % 60:02}:{number % 60:02}.120+03:00",
        "tags": sorted(chance.sample(TAGS, k=2)),
    }
    one = Observation(_id(chance, number), fields)
    fields["text"] = _words(chance, SIZE - len(orjson.dumps(one.flat())))
    return one


def _words(chance: random.Random, size: int) -> str:
    """A sentence of so many bytes; ä and ö take two."""
    words = zip(chance.choices(WORDS, k=size // 3), chance.choices(ENDINGS, k=size // 3), strict=True)
    said = " ".join(word + ending for word, ending in words).capitalize()
    cut = said.encode()[: size - 1].decode(errors="ignore")
    return cut + "." * (size - len(cut.encode()))


def _id(chance: random.Random, number: int) -> str:
    """Like a UUID of version 7, made some seconds after the one before."""
    at, rest = 1_507_014_729_000 + 7000 * number + chance.randrange(7000), chance.getrandbits(74)
    return str(UUID(int=at << 80 | 0x7 << 76 | (rest >> 62) << 64 | 0b10 << 62 | rest & (1 << 62) - 1))
