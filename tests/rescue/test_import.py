"""A rescue file does what its phone would have done, once, whoever brings it and however often."""

import hashlib
from typing import Any

import pytest
from flask import Flask

from benchmark.kernel.db import db
from benchmark.kernel.ids import new_id
from benchmark.photos.model import PhotoFile
from benchmark.studies import service as studies
from benchmark.sync import service as sync
from tests.factories import Someone, make_lead, make_op, make_study
from tests.photos import pictures
from tests.rescue.files import contents, observed, pictured, push, rescue, send, zipped


@pytest.fixture
def content() -> bytes:
    return pictures.taken_by_phone(6)


def records(app: Flask, study: str, kind: str) -> list[dict[str, Any]]:
    with app.app_context():
        return sync.records(study, kind)


def counts(answer: Any) -> tuple[int, int, int, int, dict[str, int]]:
    assert answer.status_code == 200, answer.json
    said = answer.json
    refused = {one["code"]: one["n"] for one in said["refused"]}
    return said["observations"], said["photos"], said["others"], said["known"], refused


def test_what_a_phone_could_not_send_arrives(
    app: Flask, study: str, lead: Someone, member: Someone, content: bytes
) -> None:
    seen = observed(study, member)
    photo = pictured(study, member, seen["id"], content)
    answer = send(lead, rescue(member, [seen, photo], {photo["id"]: content}))
    assert counts(answer) == (1, 1, 0, 0, {})
    assert answer.json["summary"] == "Tuotiin 1 havainto. Tuotiin 1 kuva."
    (observation,) = records(app, study, "observation")
    assert (observation["text"], observation["author"]) == ("Kartta on heti ovella", member.id)
    assert records(app, study, "photo")[0]["is_received"] is True
    shown = member.client.get(f"/api/v1/photos/{photo['id']}/screen?space={study}", buffered=True)
    assert shown.status_code == 200


def test_the_same_file_again_changes_nothing(
    app: Flask, study: str, lead: Someone, member: Someone, content: bytes
) -> None:
    seen = observed(study, member)
    photo = pictured(study, member, seen["id"], content)
    file = rescue(member, [seen, photo], {photo["id"]: content})
    send(lead, file)
    before = records(app, study, "observation")
    again = send(lead, file)
    assert counts(again) == (0, 0, 0, 2, {})
    assert again.json["summary"] == "Tiedostossa ei ollut mitään uutta. 2 oli täällä jo."
    assert records(app, study, "observation") == before
    with app.app_context():
        assert db.session.query(PhotoFile).count() == 1


def test_what_the_phone_sent_itself_is_known(app: Flask, study: str, lead: Someone, member: Someone) -> None:
    sent, unsent = observed(study, member, "Lähti puhelimesta"), observed(study, member, "Jäi puhelimeen")
    push(member, [sent])
    assert counts(send(lead, rescue(member, [sent, unsent]))) == (1, 0, 0, 1, {})
    assert len(records(app, study, "observation")) == 2


def test_a_phone_that_recovers_finds_its_changes_answered(
    app: Flask, study: str, lead: Someone, member: Someone, content: bytes
) -> None:
    seen = observed(study, member)
    photo = pictured(study, member, seen["id"], content)
    send(lead, rescue(member, [seen, photo], {photo["id"]: content}))
    outcomes = push(member, [{**seen, "base_rev": 7}, photo])
    assert [(one["outcome"], one["first"]) for one in outcomes] == [
        ("duplicate", "applied"),
        ("duplicate", "applied"),
    ]
    answer = member.client.put(
        f"/api/v1/photos/{photo['id']}/content?space={study}",
        data=content,
        content_type="image/jpeg",
        headers=pictures.digest(content),
    )
    assert answer.json == {"sha256": hashlib.sha256(content).hexdigest()}
    assert len(records(app, study, "observation")) == 1


def test_an_author_who_was_removed_is_named_all_the_same(
    app: Flask, study: str, lead: Someone, member: Someone
) -> None:
    file = rescue(member, [observed(study, member)])
    lead.client.delete(f"/api/v1/studies/{study}/people/{member.id}")
    assert counts(send(lead, file)) == (1, 0, 0, 0, {})
    (observation,) = records(app, study, "observation")
    assert (observation["author"], observation["observer"]) == (lead.id, "Matti")


def test_another_lead_may_bring_the_file_again(
    app: Flask, study: str, lead: Someone, member: Someone
) -> None:
    file = rescue(member, [observed(study, member)])
    lead.client.delete(f"/api/v1/studies/{study}/people/{member.id}")
    send(lead, file)
    other = make_lead(app, "Anna", "Toinen tiimi")
    with app.app_context():
        studies.let_in(study, other.id, "lead")
        db.session.commit()
    assert counts(send(other, file)) == (0, 0, 0, 1, {})


def test_only_leads_may_and_only_into_their_studies(
    app: Flask, study: str, lead: Someone, member: Someone, outsider: Someone
) -> None:
    file = rescue(member, [observed(study, member)])
    make_study(app, outsider)
    assert send(member, file).status_code == 404
    answer = send(outsider, file)
    assert (answer.status_code, answer.json["code"]) == (422, "rescue_other_study")
    assert not records(app, study, "observation")


def test_what_belongs_elsewhere_is_said_and_the_rest_comes(
    app: Flask, study: str, lead: Someone, member: Someone, outsider: Someone, content: bytes
) -> None:
    elsewhere = make_study(app, outsider, member)
    here, there, nowhere = (observed(space, member) for space in (study, elsewhere, new_id()))
    photo = pictured(elsewhere, member, there["id"], content)
    file = rescue(member, [there, here, nowhere, photo], {photo["id"]: content})
    assert counts(send(lead, file)) == (1, 0, 0, 0, {"rescue_other_study": 3})
    assert not records(app, elsewhere, "observation")


def test_a_guest_or_member_gets_no_more_rights_by_a_file(
    app: Flask, study: str, lead: Someone, member: Someone
) -> None:
    rename = make_op(study, "study", id=study, set={"title": "Minun"})
    assert counts(send(lead, rescue(member, [rename]))) == (0, 0, 0, 0, {"not_allowed": 1})


def test_one_bad_picture_does_not_spoil_the_rest(
    app: Flask, study: str, lead: Someone, member: Someone, content: bytes
) -> None:
    seen = observed(study, member)
    cut, text, gone = content[:4000], b"Ei kuva", content
    ops = [pictured(study, member, seen["id"], bad) for bad in (cut, text, gone)]
    bytes_of = {ops[0]["id"]: cut, ops[1]["id"]: text}
    file = rescue(member, [seen, *ops], bytes_of)
    missing = {"id": ops[2]["id"], "space": study, "sha256": "0" * 64, "file": "kuvat/ei-ole.jpg"}
    said = contents(member, [seen, *ops], photos=[missing])
    assert counts(send(lead, file)) == (1, 1, 0, 0, {"photo_damaged": 1, "photo_not_a_picture": 1})
    assert counts(send(lead, zipped(said)))[-1] == {"rescue_picture_missing": 1}


def test_changed_bytes_are_noticed(study: str, lead: Someone, member: Someone, content: bytes) -> None:
    seen = observed(study, member)
    photo = pictured(study, member, seen["id"], content)
    file = rescue(member, [seen, photo], {photo["id"]: content})
    at = file.index(content) + 5000
    flipped = file[:at] + bytes([file[at] ^ 1]) + file[at + 1 :]
    assert counts(send(lead, flipped)) == (1, 0, 0, 0, {"photo_damaged": 1})


def test_a_deleted_observation_is_named(app: Flask, study: str, lead: Someone, member: Someone) -> None:
    seen = observed(study, member)
    push(member, [seen, make_op(study, "observation", id=seen["id"], deleted=True)])
    more = make_op(study, "observation", id=seen["id"], set={"thought": "Meillekin"})
    assert counts(send(lead, rescue(member, [more]))) == (0, 0, 0, 0, {"rescue_was_deleted": 1})


def test_revs_of_another_history_count_for_nothing(
    app: Flask, study: str, lead: Someone, member: Someone
) -> None:
    seen = observed(study, member, "Ensin näin")
    push(member, [seen])
    later = make_op(study, "observation", id=seen["id"], base_rev=999, set={"text": "Toisin"})
    send(lead, rescue(member, [later], epoch=new_id()))
    with app.app_context():
        state = sync.record(study, "observation", seen["id"])
    assert state is not None and state["text"] == "Ensin näin"


def test_a_thousand_ops_come_in_batches(app: Flask, study: str, lead: Someone, member: Someone) -> None:
    ops = [observed(study, member, f"Havainto {n}") for n in range(1100)]
    assert counts(send(lead, rescue(member, ops))) == (1100, 0, 0, 0, {})


def test_odd_changes_in_a_file_spoil_nothing_else(
    app: Flask, study: str, lead: Someone, member: Someone
) -> None:
    half = observed(study, member)
    half["set"]["thought"] = "\ud83d"
    nested: list[Any] = []
    for _ in range(300):
        nested = [nested]
    deep, nowhere = observed(study, member), {**observed(study, member), "space": {}}
    deep["set"]["pin"] = nested
    answer = send(lead, rescue(member, [half, deep, nowhere]))
    assert counts(answer) == (1, 0, 0, 0, {"invalid_op": 1})
    assert [one["thought"] for one in records(app, study, "observation")] == ["?"]
