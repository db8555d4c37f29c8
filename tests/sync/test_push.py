"""What the server does with a batch of ops, seen over HTTP by the people who send them."""

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from benchmark.kernel.db import db, reading
from benchmark.kernel.ids import new_id
from benchmark.sync.model import Op
from benchmark.sync.schema import MAX_OPS
from tests.factories import Someone, make_op
from tests.sync.phone import Phone


def send(someone: Someone, *ops: dict[str, Any], device: str = "phone", **more: Any) -> dict[str, Any]:
    """One round trip; the answer's JSON."""
    body = {"proto": 1, "epoch": None, "device": device, "ops": ops, "cursors": {}, **more}
    response = someone.client.post("/api/v1/sync", json=body)
    assert response.status_code == 200, response.json
    return response.json


def outcomes(answer: dict[str, Any]) -> list[str]:
    return [outcome["outcome"] for outcome in answer["outcomes"]]


def record(someone: Someone, space: str, id_: str) -> dict[str, Any]:
    """The record as a new device of this person sees it."""
    (found,) = [c for c in send(someone, device=new_id())["spaces"][space]["changes"] if c["id"] == id_]
    return found


def test_it_gives_a_new_observation_its_author(member: Someone, lead: Someone, space: str) -> None:
    op = make_op(space, "observation", set={"text": "Kartta ovella", "author": lead.id})
    assert outcomes(send(member, op)) == ["merged"]
    assert record(lead, space, op["id"])["author"] == member.id


def test_it_echoes_nothing_that_the_phone_has_already(member: Someone, space: str) -> None:
    op = make_op(space, "observation", set={"text": "Kartta ovella", "author": member.id})
    answer = send(member, op, cursors={space: "0"})
    assert outcomes(answer) == ["applied"]
    assert answer["spaces"][space]["changes"] == []
    assert answer["spaces"][space]["cursor"] == str(answer["outcomes"][0]["rev"])


def test_it_answers_a_repeated_op_as_a_duplicate_with_one_effect(member: Someone, space: str) -> None:
    op = make_op(space, "observation", add={"tags": ["opasteet"]})
    first, again = send(member, op), send(member, op)
    assert again["outcomes"][0] == {
        "op_id": op["op_id"],
        "outcome": "duplicate",
        "rev": first["outcomes"][0]["rev"],
        "first": first["outcomes"][0]["outcome"],
    }
    assert again["spaces"][space]["rev"] == first["spaces"][space]["rev"]


def test_it_refuses_the_same_op_id_with_another_body(member: Someone, space: str) -> None:
    op = make_op(space, "observation", set={"text": "Ensin"})
    send(member, op)
    answer = send(member, {**op, "set": {"text": "Sitten"}})
    assert answer["outcomes"][0]["problem"]["code"] == "op_reused"
    assert record(member, space, op["id"])["text"] == "Ensin"


def test_it_keeps_both_texts_when_two_devices_write_one(member: Someone, lead: Someone, space: str) -> None:
    first = make_op(space, "observation", set={"text": "Kartta"})
    rev = send(member, first)["outcomes"][0]["rev"]
    edit = {"id": first["id"], "base_rev": rev}
    send(lead, make_op(space, "observation", set={"text": "Kartta on ovella"}, **edit), device="laptop")
    other = make_op(space, "observation", set={"text": "Kartta on seinällä"}, **edit)
    assert outcomes(send(member, other)) == ["conflict"]
    seen = record(lead, space, first["id"])
    assert seen["text"] == "Kartta on ovella"
    assert [(c["text"], c["person"]) for c in seen["conflicts"]] == [("Kartta on seinällä", member.id)]
    settle = make_op(
        space, "observation", remove={"conflicts": [other["op_id"]]}, **{**edit, "base_rev": seen["rev"]}
    )
    send(lead, settle, device="laptop")
    assert "conflicts" not in record(member, space, first["id"])


def test_a_phone_that_writes_twice_before_it_hears_does_not_clash_with_itself(
    member: Someone, space: str
) -> None:
    first = make_op(space, "observation", set={"text": "Kartta", "author": member.id})
    again = make_op(space, "observation", id=first["id"], set={"text": "Kartta ovella"})
    assert outcomes(send(member, first)) + outcomes(send(member, again)) == ["applied", "applied"]
    assert record(member, space, first["id"])["text"] == "Kartta ovella"


def test_the_later_arrival_wins_in_a_short_field_and_other_fields_do_not_clash(
    member: Someone, lead: Someone, space: str
) -> None:
    first = make_op(space, "observation", set={"feeling": "works", "text": "Hylly"})
    rev = send(member, first)["outcomes"][0]["rev"]
    edit = {"id": first["id"], "base_rev": rev}
    send(lead, make_op(space, "observation", set={"feeling": "does_not"}, **edit), device="laptop")
    send(lead, make_op(space, "observation", set={"text": "Hylly 3"}, **edit), device="laptop")
    assert outcomes(send(member, make_op(space, "observation", set={"feeling": "surprises"}, **edit))) == [
        "merged"
    ]
    seen = record(lead, space, first["id"])
    assert (seen["feeling"], seen["text"]) == ("surprises", "Hylly 3")


def test_tags_of_two_devices_are_united(member: Someone, lead: Someone, space: str) -> None:
    first = make_op(space, "observation", add={"tags": ["opasteet", "ovi"]})
    rev = send(member, first)["outcomes"][0]["rev"]
    edit = {"id": first["id"], "base_rev": rev}
    send(lead, make_op(space, "observation", add={"tags": ["kartta"]}, **edit), device="laptop")
    send(member, make_op(space, "observation", remove={"tags": ["ovi"]}, **edit))
    assert record(lead, space, first["id"])["tags"] == ["kartta", "opasteet"]


def test_a_deleted_record_answers_deleted_until_it_is_restored(member: Someone, space: str) -> None:
    first = make_op(space, "observation", set={"text": "Hylly"})
    send(member, first)
    send(member, make_op(space, "observation", id=first["id"], deleted=True))
    assert record(member, space, first["id"]).get("deleted") is True
    late = make_op(space, "observation", id=first["id"], set={"text": "Hylly 3"})
    assert outcomes(send(member, late)) == ["deleted"]
    send(member, make_op(space, "observation", id=first["id"], deleted=False))
    assert record(member, space, first["id"])["text"] == "Hylly"


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"set": {"text": "x" * 20_001}}, "text_too_long"),
        ({"set": {"text": 3}}, "invalid_field"),
        ({"set": {"feeling": "loves"}}, "invalid_field"),
        ({"set": {"pin": {"x": 1.2, "y": 0}}}, "invalid_field"),
        ({"set": {"observed_at": "yesterday"}}, "invalid_field"),
        ({"set": {"focus_id": "x"}}, "invalid_field"),
        ({"add": {"tags": [7]}}, "invalid_field"),
        ({"add": {"tags": "opasteet"}}, "invalid_field"),
        ({"set": []}, "invalid_op"),
        ({"id": "../etc"}, "invalid_op"),
        ({"base_rev": "1"}, "invalid_op"),
        ({"kind": "secret"}, "invalid_op"),
        ({"deleted": "yes"}, "invalid_op"),
        ({"deleted": 1}, "invalid_op"),
        ({"deleted": 0.0}, "invalid_op"),
        ({"space": ["x"]}, "not_found"),
    ],
)
def test_a_bad_op_is_set_aside_whole_and_spoils_nothing_else(
    app: Flask, member: Someone, space: str, parts: dict[str, Any], code: str
) -> None:
    bad = {**make_op(space, "observation", set={"text": "Hyvä teksti"}), **parts}
    good = make_op(space, "observation", set={"text": "Toinen"})
    answer = send(member, bad, good)
    assert [o.get("problem", {}).get("code") for o in answer["outcomes"]] == [code, None]
    assert record(member, space, good["id"])["text"] == "Toinen"
    with app.app_context(), reading():
        kept = db.session.scalar(select(Op.payload).where(Op.op_id == bad["op_id"]))
    assert json.loads(kept or "") == bad


def test_an_op_nested_too_deep_to_be_written_spoils_nothing_else(member: Someone, space: str) -> None:
    nested: list[Any] = []
    for _ in range(300):
        nested = [nested]
    bad, good = make_op(space, "observation", set={"pin": nested}), make_op(space, "observation")
    answer = send(member, bad, good)
    assert [o.get("problem", {}).get("code") for o in answer["outcomes"]] == ["invalid_op", None]


def test_half_a_character_spoils_nothing(member: Someone, space: str) -> None:
    said = {"text": "Kuva \ud83d", "thought": "Hyllyt ä 🎨", "author": member.id}
    op = make_op(space, "observation", set=said)
    request = {"proto": 1, "epoch": None, "device": "phone", "ops": [op]}
    answer = member.client.post("/api/v1/sync", data=json.dumps(request), content_type="application/json")
    assert outcomes(answer.json) == ["applied"]
    seen = record(member, space, op["id"])
    assert (seen["text"], seen["thought"]) == ("Kuva ?", "Hyllyt ä 🎨")


def test_it_mends_what_is_harmless(member: Someone, space: str) -> None:
    op = make_op(space, "observation", set={"text": "a\0b", "smell": "paint"}, add={"tags": ["x" * 99]})
    assert outcomes(send(member, op)) == ["merged"]
    seen = record(member, space, op["id"])
    assert (seen["text"], seen["tags"], "smell" in seen) == ("ab", ["x" * 60], False)


def test_only_author_and_lead_edit_but_members_group(
    app: Flask, member: Someone, lead: Someone, outsider: Someone, space: str
) -> None:
    op = make_op(space, "observation", set={"text": "Vetäjän oma"})
    send(lead, op)
    text = make_op(space, "observation", id=op["id"], set={"text": "Toisen teksti"})
    group = make_op(space, "observation", id=op["id"], set={"group_id": new_id()})
    answer = send(member, text, group)
    assert [o.get("problem", {}).get("code") for o in answer["outcomes"]] == ["not_allowed", None]
    assert record(lead, space, op["id"])["text"] == "Vetäjän oma"


def test_what_a_lead_deleted_only_its_author_and_leads_bring_back(
    member: Someone, lead: Someone, space: str
) -> None:
    theirs, mine = (make_op(space, "observation", set={"text": "Hylly"}) for _ in range(2))
    send(lead, theirs, make_op(space, "observation", id=theirs["id"], deleted=True))
    send(member, mine)
    send(lead, make_op(space, "observation", id=mine["id"], deleted=True))
    back = [make_op(space, "observation", id=op["id"], deleted=False) for op in (theirs, mine)]
    answer = send(member, *back)
    assert [o.get("problem", {}).get("code") for o in answer["outcomes"]] == ["not_allowed", None]
    assert record(lead, space, theirs["id"]).get("deleted") is True


def test_what_one_may_not_see_does_not_exist(
    member: Someone, outsider: Someone, space: str, far_space: str
) -> None:
    op = make_op(space, "observation", set={"text": "Salaisuus"})
    send(member, op)
    intrusion = make_op(space, "observation", id=op["id"], set={"text": "Varas"})
    nowhere = make_op(new_id(), "observation", set={"text": "Varas"})
    answer = send(outsider, intrusion, nowhere, cursors={space: "0"})
    assert [o["problem"]["code"] for o in answer["outcomes"]] == ["not_found", "not_found"]
    assert answer["spaces"].keys() == {far_space}
    assert answer["gone"] == [space]
    assert record(member, space, op["id"])["text"] == "Salaisuus"


def test_two_people_may_use_the_same_op_id(member: Someone, lead: Someone, space: str) -> None:
    op = make_op(space, "observation", set={"text": "Yksi"})
    send(member, op)
    assert outcomes(send(lead, {**op, "id": new_id()})) == ["merged"]


def test_a_page_ends_inside_a_rev_and_goes_on_there(member: Someone, lead: Someone, space: str) -> None:
    send(member, *[make_op(space, "observation", set={"text": str(n)}) for n in range(25)])
    phone, rounds, more = Phone(lead.id), 0, True
    while more:
        answer = lead.client.post("/api/v1/sync", json=phone.request(limit=10)).json
        assert len(answer["spaces"][space]["changes"]) <= 10
        more, rounds = phone.receive(answer), rounds + 1
    assert sorted(int(record["text"]) for record in phone.shown().values()) == list(range(25))
    assert rounds == 3


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "invalid_request"),
        (b"{", 400, "invalid_request"),
        (b"[]", 400, "invalid_request"),
        (b'{"proto": 1}', 400, "invalid_request"),
        (b'{"proto": 1, "device": "d", "ops": [3]}', 400, "invalid_request"),
        (b'{"proto": 99, "device": "d"}', 426, "unknown_protocol"),
        (b'{"proto": 0, "device": "d"}', 426, "unknown_protocol"),
        (b'{"proto": 0, "phone": "another form", "ops": {}}', 426, "unknown_protocol"),
        (b'{"proto": 1, "device": "d", "ops": [' + b"{}," * MAX_OPS + b"{}]}", 413, "too_large"),
        (b'"' + b"x" * 10_000_000 + b'"', 413, "too_large"),
    ],
)
def test_a_broken_request_is_named(member: Someone, space: str, body: bytes, status: int, code: str) -> None:
    response = member.client.post("/api/v1/sync", data=body, content_type="application/json")
    assert (response.status_code, response.json["code"]) == (status, code)


def test_a_device_of_another_epoch_is_told_before_anything_is_taken(member: Someone, space: str) -> None:
    op = make_op(space, "observation", set={"text": "Ennen palautusta"})
    answer = send(member, op, epoch=new_id(), cursors={space: "77"})
    assert answer["outcomes"] == []
    assert answer["spaces"][space]["cursor"] == "0"
    assert outcomes(send(member, {**op, "base_rev": 0}, epoch=answer["epoch"])) == ["merged"]


def test_nobody_in_particular_is_asked_to_sign_in(client: Any) -> None:
    response = client.post("/api/v1/sync", json={"proto": 1, "device": "d"})
    assert (response.status_code, response.json["code"]) == (401, "not_signed_in")


def test_nothing_is_taken_as_said_by_somebody_else(member: Someone, space: str) -> None:
    op = make_op(space, "observation", set={"text": "Kuka tämän kirjoitti?"})
    body = {"proto": 1, "epoch": None, "device": "d", "ops": [op], "cursors": {}}
    response = member.client.post("/api/v1/sync", json={**body, "person": new_id()})
    assert (response.status_code, response.json["code"]) == (401, "not_signed_in")
    assert outcomes(send(member, op, person=member.id)) == ["merged"]
