"""Names, codes, e-mails, addresses and origins, as people and browsers really send them."""

import pytest

from benchmark.kernel.errors import Problem
from benchmark.people import rules


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  Anna  ", "Anna"),
        ("Anna\tMaria\nVirtanen", "Anna Maria Virtanen"),
        ("a\u0308iti", "äiti"),
        ("Åsa <b> 👩‍🔬 'x' --", "Åsa <b> 👩‍🔬 'x' --"),
        ("An\u0000na", "An na"),
        ("\u202eannA", "annA"),
        ("half\ud83d", "half"),
    ],
)
def test_a_name_is_mended_where_that_is_harmless(typed: str, name: str) -> None:
    assert rules.clean_name(typed) == name


@pytest.mark.parametrize("typed", [None, "", "   ", "\n", "\u200b", "\u202e"])
def test_a_name_that_nobody_could_see_is_missing(typed: str | None) -> None:
    assert problem_of(rules.clean_name, typed) == "name_missing"


def test_a_name_fits_or_is_refused_but_never_cut() -> None:
    assert rules.clean_name("ä" * rules.NAME_LENGTH) == "ä" * rules.NAME_LENGTH
    assert problem_of(rules.clean_name, "ä" * (rules.NAME_LENGTH + 1)) == "name_too_long"


@pytest.mark.parametrize(
    "typed",
    ["7kqm2xw0", "7KQM 2XWO", "7kqm-2xwo", " 7 K Q M 2 X W O ", "７ＫＱＭ２ＸＷ０", "7KQM\u20112XW0."],
)
def test_a_code_is_read_however_it_was_typed(typed: str) -> None:
    assert rules.normalise_code(typed) == "7KQM2XW0"


def test_letters_that_look_like_digits_are_those_digits() -> None:
    assert rules.normalise_code("oOiIlL22") == "00111122"


@pytest.mark.parametrize(
    "typed", ["", "7KQM2XW", "7KQM2XW00", "7KQM2XWU", "ääääääää", "x" * 10_000, "🙂🙂🙂🙂🙂🙂🙂🙂"]
)
def test_what_cannot_be_a_code_is_a_wrong_code(typed: str) -> None:
    assert problem_of(rules.normalise_code, typed) == "wrong_code"


def test_every_new_code_is_read_back_as_itself() -> None:
    for code in (rules.new_code() for _ in range(200)):
        assert rules.normalise_code(rules.spell_code(code).lower()) == code


@pytest.mark.parametrize(
    "typed", ["", "anna", "anna@", "@example.org", "an na@example.org", "a\u0000@b", "a" * 250 + "@b.fi"]
)
def test_what_cannot_be_an_email_is_refused(typed: str) -> None:
    assert problem_of(rules.clean_email, typed) == "email_invalid"


def test_an_email_has_one_form() -> None:
    assert rules.clean_email(" Anna.Virtanen@Example.ORG ") == "anna.virtanen@example.org"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::"),
        (None, "unknown"),
        ("unix:", "unknown"),
    ],
)
def test_attempts_are_counted_per_home(address: str | None, network: str) -> None:
    assert rules.network_of(address) == network


@pytest.mark.parametrize(
    ("site", "origin", "is_own"),
    [
        ("same-origin", "", True),
        ("same-site", "https://b.example", False),
        ("cross-site", "https://evil.example", False),
        ("none", "", False),
        (None, "https://b.example", True),
        (None, "https://b.example.evil.example", False),
        (None, "null", False),
        (None, "", False),
    ],
)
def test_only_our_own_pages_may_change_things(site: str | None, origin: str, is_own: bool) -> None:
    assert rules.is_own_origin(site, origin, "https://b.example") is is_own


def test_joining_again_never_weakens_a_role() -> None:
    assert rules.stronger_role("lead", "guest") == "lead"
    assert rules.stronger_role("guest", "member") == "member"


def problem_of(function: object, *arguments: object) -> str:
    with pytest.raises(Problem) as raised:
        function(*arguments)  # type: ignore[operator]
    return raised.value.code
