"""One catalogue per language, shared by server, front end and PDF: same keys, same gaps, nothing missing or unused."""

import json
import re
from functools import cache
from pathlib import Path

import pytest

from benchmark.kernel.errors import PROBLEMS

ROOT = Path(__file__).parent.parent
LANGUAGES = ("fi", "sv", "en")
FOLDERS = {"benchmark": {".py", ".html", ".typ", ".txt"}, "frontend/src": {".ts", ".svelte"}}
KEY = r"[a-z][a-z0-9_]*\.[a-z0-9_]+"
# t("a.b"), t('a.b'), t(`a.b`) and the same with any other argument before the key.
CALL = re.compile(rf"""\bt\((?:[^()"'`]*,\s*)?["'`]({KEY})["'`]""")
# `a.${x}` in scripts, f"a.{x}" in Python, "a." + x in Typst.
PREFIX = re.compile(r"""[`"']([a-z][a-z0-9_]*\.(?:[a-z0-9_]+_)?)(?:\$?\{|["']\s*\+)""")
QUOTED = re.compile(rf"""["'`]({KEY})["'`]""")

Entry = str | dict[str, str]


@cache
def catalogue(language: str) -> dict[str, Entry]:
    """Keys with their sentence, or with one sentence for each plural form."""
    sections = json.loads((ROOT / "benchmark" / "locale" / f"{language}.json").read_text())
    return {
        f"{section}.{name}": entry for section, names in sections.items() for name, entry in names.items()
    }


@cache
def sources() -> dict[Path, str]:
    return {
        path.relative_to(ROOT): path.read_text()
        for folder, suffixes in FOLDERS.items()
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in suffixes
        and ".test." not in path.name
        and "app" not in path.relative_to(ROOT).parts[:3]
    }


@cache
def prefixes() -> set[str]:
    sections = {key.partition(".")[0] for key in catalogue("fi")}
    found = {prefix for text in sources().values() for prefix in PREFIX.findall(text)}
    return {prefix for prefix in found if prefix.partition(".")[0] in sections}


def forms(entry: Entry) -> dict[str, str]:
    return entry if isinstance(entry, dict) else {"other": entry}


def gaps(sentence: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", sentence))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys(language: str) -> None:
    assert catalogue(language).keys() == catalogue("fi").keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_gaps_and_forms(language: str) -> None:
    for key, entry in catalogue(language).items():
        finnish, own = forms(catalogue("fi")[key]), forms(entry)
        assert own.keys() == finnish.keys(), key
        assert gaps(own["other"]) == gaps(finnish["other"]), key
        assert all(gaps(sentence) <= gaps(own["other"]) for sentence in own.values()), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty_or_shouts(language: str) -> None:
    for key, entry in catalogue(language).items():
        for sentence in forms(entry).values():
            assert sentence.strip() == sentence, key
            assert sentence and "!" not in sentence, key


def test_every_used_key_exists() -> None:
    missing = {
        f"{path}: {key}"
        for path, text in sources().items()
        for key in CALL.findall(text)
        if key not in catalogue("fi")
    }
    assert not missing


def test_every_key_is_used() -> None:
    quoted = {key for text in sources().values() for key in QUOTED.findall(text)}
    unused = {key for key in catalogue("fi") if key not in quoted and not key.startswith(tuple(prefixes()))}
    assert not unused


def test_every_prefix_has_words() -> None:
    """A key made from a prefix that no key has is a slip that only a person would notice."""
    assert not {prefix for prefix in prefixes() if not any(key.startswith(prefix) for key in catalogue("fi"))}


def test_every_problem_of_the_server_has_words() -> None:
    """The server names its failures; what people read about each stands in the catalogue."""
    assert not {code for code in PROBLEMS if f"problem.{code}" not in catalogue("fi")}
