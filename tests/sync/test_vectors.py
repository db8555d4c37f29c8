"""The merge by cases that the front end reads too (vectors.json), so that server and phone agree on every one."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from benchmark.observations.kinds import KINDS
from benchmark.sync.merge import Change, Origin, State, merge
from tests.sync.phone import lay_over

CASES = json.loads(Path(__file__).with_name("vectors.json").read_text())["cases"]
OBSERVATION = KINDS[0]
NOW = "2017-10-03T07:12:09.120+00:00"


def state_of(record: dict[str, Any] | None) -> State:
    if record is None:
        return State("observation")
    parts = copy.deepcopy({name: record[name] for name in ("rev", "fields", "stamps", "conflicts")})
    return State("observation", **parts, deleted_at=NOW if record["deleted"] else None)


def as_shown(state: State) -> dict[str, Any]:
    """The record as a phone shows it."""
    head = {"kind": "observation", "id": "o", "rev": 0}
    if state.deleted_at:
        return {**head, "deleted": True}
    conflicts = {"conflicts": state.conflicts} if state.conflicts else {}
    return copy.deepcopy({**head, **state.fields, **conflicts})


def take(state: State, op: dict[str, Any], rev: int) -> str:
    parts = {name: op[name] for name in ("set", "add", "remove")}
    change = Change("observation", "o", **parts, deleted=op.get("deleted"))
    return merge(
        OBSERVATION, state, change, Origin(op["device"], "p", op["op_id"], op["base_rev"], NOW), rev, NOW
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_server_makes_of_it_what_is_expected(case: dict[str, Any]) -> None:
    state, expected = state_of(case["record"]), case["expected"]
    outcomes = [take(state, op, state_of(case["record"]).rev + n) for n, op in enumerate(case["ops"], 1)]
    assert outcomes == expected["outcomes"]
    assert (state.fields, state.deleted_at is not None) == (expected["fields"], expected["deleted"])
    beside = [{name: clash[name] for name in ("op_id", "field", "text")} for clash in state.conflicts]
    assert beside == expected["conflicts"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_phone_that_hears_applied_has_the_same(case: dict[str, Any]) -> None:
    state = state_of(case["record"])
    for n, op in enumerate(case["ops"], 1):
        shown = {("s", "o"): as_shown(state)}
        if take(state, op, state_of(case["record"]).rev + n) == "applied":
            lay_over(shown, {**op, "space": "s", "id": "o", "kind": "observation"}, "p")
            assert shown["s", "o"] == as_shown(state)
