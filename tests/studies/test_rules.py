"""Who may prepare a study, and that templates fit the records they fill."""

import pytest

from benchmark.studies import rules, template
from benchmark.studies.kinds import KINDS
from benchmark.sync.kinds import Write

KIND = {kind.name: kind for kind in KINDS}
LANGUAGES = ("fi", "sv", "en")


def write(role: str, *, is_new: bool = False, is_delete: bool = False) -> Write:
    return Write(role=role, is_own=True, is_new=is_new, is_delete=is_delete, fields=("title",))


@pytest.mark.parametrize("role", ["member", "guest"])
@pytest.mark.parametrize("kind", ["study", "focus", "visit", "plan", "participant"])
def test_only_leads_prepare(role: str, kind: str) -> None:
    assert not KIND[kind].allows(write(role, is_new=True))
    assert not KIND[kind].allows(write(role))


def test_leads_prepare() -> None:
    for kind in ("focus", "visit", "plan"):
        assert KIND[kind].allows(write("lead", is_new=True))
        assert KIND[kind].allows(write("lead", is_delete=True))
    assert KIND["study"].allows(write("lead"))


def test_nobody_makes_or_deletes_a_study_by_sync() -> None:
    assert not rules.may_write_study(write("lead", is_new=True))
    assert not rules.may_write_study(write("lead", is_delete=True))


def test_not_even_leads_write_participants() -> None:
    assert not KIND["participant"].allows(write("lead"))
    assert KIND["participant"].load({"name": "Eve", "role": "lead", "is_removed": False}) == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", template.NAMES)
def test_a_template_fills_only_what_phones_could_write(name: str, language: str) -> None:
    fields = template.study_fields(name, language)
    assert KIND["study"].load(fields) == fields
    assert len(fields["purpose"].split()) <= 15
    for focus in template.foci(name, language):
        loaded = KIND["focus"].load(focus)
        assert loaded == {key: value for key, value in focus.items() if key != "people"}
        assert focus["questions"]


@pytest.mark.parametrize("name", template.NAMES)
def test_a_template_says_the_same_in_every_language(name: str) -> None:
    shapes = [[len(focus["questions"]) for focus in template.foci(name, language)] for language in LANGUAGES]
    assert shapes[0] == shapes[1] == shapes[2]
