"""What was: bin, history and refused ops, and that each is told only to those who may know."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from benchmark.kernel.db import db
from benchmark.kernel.ids import new_id
from benchmark.people.service import grant, revoke
from benchmark.sync.service import SERVER
from tests.factories import Someone, make_op, make_person
from tests.sync.test_prune import prune_now
from tests.sync.test_push import outcomes, record, send


def ask(someone: Someone, space: str, path: str) -> Any:
    """What the answer says, or the code of its problem."""
    answer = someone.client.get(f"/api/v1/spaces/{space}/{path}")
    return answer.json if answer.status_code == 200 else answer.json["code"]


@pytest.fixture
def told(member: Someone, space: str) -> str:
    """The id of an observation of the member."""
    op = make_op(space, "observation", set={"text": "Kartta", "feeling": "works"})
    send(member, op)
    return str(op["id"])


def test_the_history_says_who_changed_what_when(
    member: Someone, lead: Someone, space: str, told: str
) -> None:
    edit = make_op(space, "observation", id=told, set={"text": "Kartta ovella"}, base_rev=1)
    send(lead, edit, device="laptop")
    send(lead, make_op(space, "observation", id=told, set={"text": 7}), device="laptop")
    send(member, make_op(space, "observation", id=told, add={"tags": ["kartta"]}))
    past = ask(member, space, f"records/{told}/history")
    assert [(step["person"], step["set"], step["add"]) for step in past] == [
        (member.id, {"text": "Kartta", "feeling": "works"}, {}),
        (lead.id, {"text": "Kartta ovella"}, {}),
        (member.id, {}, {"tags": ["kartta"]}),
    ]
    assert [step["rev"] for step in past] == sorted(step["rev"] for step in past)
    assert {step["at"] for step in past} == {edit["at"]}
    assert ask(lead, space, f"records/{told}/history") == past


def test_an_earlier_value_is_put_back_by_an_op(member: Someone, space: str, told: str) -> None:
    send(member, make_op(space, "observation", id=told, set={"text": "Vahinko"}))
    first, _ = ask(member, space, f"records/{told}/history")
    send(member, make_op(space, "observation", id=told, set={"text": first["set"]["text"]}))
    assert record(member, space, told)["text"] == "Kartta"
    assert len(ask(member, space, f"records/{told}/history")) == 3


def test_what_the_server_wrote_has_a_history_too(lead: Someone, study: str) -> None:
    title = record(lead, study, study)["title"]
    send(lead, make_op(study, "study", id=study, set={"title": "Rautakauppa"}))
    first, *_, last = ask(lead, study, f"records/{study}/history")
    assert (first["set"]["title"], last["set"]["title"]) == (title, "Rautakauppa")
    assert (first["person"] in (lead.id, SERVER), last["person"]) == (True, lead.id)


def test_the_bin_says_who_deleted_what_and_until_when_it_can_be_restored(
    app: Flask, member: Someone, lead: Someone, space: str, told: str, move_time: Callable[[timedelta], None]
) -> None:
    send(lead, make_op(space, "observation", id=told, deleted=True))
    (found,) = ask(member, space, "bin")
    assert (found["kind"], found["id"], found["deleted_by"]) == ("observation", told, lead.id)
    assert found["values"] == {"text": "Kartta", "feeling": "works", "author": member.id}
    assert found["until"] > found["deleted_at"]
    send(member, make_op(space, "observation", id=told, deleted=False))
    assert ask(member, space, "bin") == []
    send(member, make_op(space, "observation", id=told, deleted=True))
    assert ask(lead, space, "bin")[0]["deleted_by"] == member.id
    move_time(timedelta(days=31))
    prune_now(app)
    assert ask(lead, space, "bin") == []
    assert [step["set"] for step in ask(lead, space, f"records/{told}/history")] == [None] * 4


def readable(someone: Someone, space: str, ids: dict[str, str]) -> set[str]:
    """Of which of these records they are told the history."""
    return {name for name, id_ in ids.items() if ask(someone, space, f"records/{id_}/history") != "not_found"}


def test_leads_see_all_and_others_what_they_may_change(
    app: Flask, member: Someone, lead: Someone, outsider: Someone, space: str, told: str
) -> None:
    aino, ville = make_person(app, "Aino"), make_person(app, "Ville")
    with app.app_context():
        grant(aino.id, space, "member")
        grant(ville.id, space, "guest")
        db.session.commit()
    ids = {"observation": told} | {kind: new_id() for kind in ("group", "finding", "focus", "photo")}
    for kind in ids.keys() - {"observation"}:
        send(lead, make_op(space, kind, id=ids[kind]))
    seen = (
        (lead, set(ids)),
        (member, {"observation", "group", "finding"}),
        (aino, {"group", "finding"}),
        (ville, set()),
    )
    assert [readable(someone, space, ids) for someone, _ in seen] == [kinds for _, kinds in seen]
    for kind, id_ in ids.items():
        send(lead, make_op(space, kind, id=id_, deleted=True))
    for someone, kinds in seen:
        assert {item["kind"] for item in ask(someone, space, "bin")} == kinds
        assert readable(someone, space, ids) == kinds
    for path in ("bin", "refused", f"records/{told}/history", f"records/{new_id()}/history"):
        assert ask(outsider, space, path) == "not_found"
        assert ask(lead, new_id(), path) == "not_found"


def test_a_lead_reads_what_could_not_be_taken_until_its_person_mends_it(
    app: Flask, member: Someone, lead: Someone, outsider: Someone, space: str, told: str
) -> None:
    bad = make_op(space, "observation", id=told, set={"text": "Kartta oven vieressä", "feeling": "loves"})
    odd = make_op(space, "observation", set=["ei", "näin"])
    send(member, bad)
    send(member, odd)
    send(outsider, make_op(space, "observation", set={"text": "Roskaa"}))
    assert ask(member, space, "refused") == "not_found"
    found = {item["op"]["op_id"]: item for item in ask(lead, space, "refused")}
    assert found.keys() == {bad["op_id"], odd["op_id"]}
    assert found[bad["op_id"]]["op"] == bad
    assert found[bad["op_id"]]["person"] == member.id
    assert found[bad["op_id"]]["problem"]["code"] == "invalid_field"
    send(member, make_op(space, "observation", id=told, set={"text": "Kartta oven vieressä"}))
    assert [item["op"] for item in ask(lead, space, "refused")] == [odd]


def test_a_lead_reads_what_someone_wrote_who_was_removed_meanwhile(
    app: Flask, member: Someone, lead: Someone, space: str
) -> None:
    with app.app_context():
        revoke(member.id, space)
        db.session.commit()
    send(member, make_op(space, "observation", set={"text": "Kirjoitettu bussissa"}))
    (found,) = ask(lead, space, "refused")
    assert (found["op"]["set"]["text"], found["problem"]["code"]) == ("Kirjoitettu bussissa", "not_found")


def test_a_lead_settles_what_could_not_be_taken_and_takes_that_back(
    member: Someone, lead: Someone, outsider: Someone, space: str, told: str
) -> None:
    bad, good = (make_op(space, "observation", set={"text": text}) for text in (7, "Kartta"))
    send(member, bad)
    send(member, good)

    def settled(op: dict[str, Any], by: Someone, method: str = "put") -> int:
        path = f"/api/v1/spaces/{space}/refused/{member.id}/{op['op_id']}/settled"
        return int(by.client.open(path, method=method).status_code)

    assert [settled(bad, someone) for someone in (member, outsider)] == [404, 404]
    assert settled(good, lead) == 404
    assert len(ask(lead, space, "refused")) == 1
    assert [settled(bad, lead), settled(bad, lead)] == [204, 204]
    assert ask(lead, space, "refused") == []
    assert outcomes(send(member, bad)) == ["duplicate"]
    assert ask(lead, space, "refused") == []
    assert settled(bad, lead, "delete") == 204
    assert len(ask(lead, space, "refused")) == 1
