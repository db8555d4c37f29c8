"""Guests: the same capture, for one study, and nothing of what the team makes of it."""

from typing import Any

from flask import Flask

from benchmark.kernel.ids import new_id
from tests.factories import Someone, browser, make_op

ROLES = ("member", "guest")


def code_for(lead: Someone, study: str, role: str) -> str:
    made: str = lead.client.post(f"/api/v1/studies/{study}/code", json={"role": role}).json["code"]
    return made


def join(app: Flask, code: str, name: str = "Vieras") -> Someone:
    client = browser(app)
    session = client.post("/api/v1/join", json={"code": code, "name": name, "language": "fi"}).json
    return Someone(session["person"]["id"], name, client)


def send(someone: Someone, *ops: dict[str, Any], **more: Any) -> dict[str, Any]:
    body = {"proto": 1, "device": f"phone of {someone.name}", "ops": ops, **more}
    answer: dict[str, Any] = someone.client.post("/api/v1/sync", json=body).json
    return answer


def kinds(answer: dict[str, Any], study: str) -> set[str]:
    return {change["kind"] for change in answer["spaces"][study]["changes"]}


def fill(lead: Someone, study: str) -> dict[str, Any]:
    """An observation, a group, a finding and a reflection by the lead."""
    group = make_op(study, "group", set={"name": "Kartta on ovella"})
    observation = make_op(study, "observation", set={"text": "Kartta ovella", "group_id": group["id"]})
    finding = make_op(study, "finding", set={"result": "strength", "group_id": group["id"]})
    reflection = make_op(study, "reflection", set={"best": "Kartta"})
    answer = send(lead, group, observation, finding, reflection)
    assert "rejected" not in {outcome["outcome"] for outcome in answer["outcomes"]}
    return {"group": group, "observation": observation}


def test_a_guest_sees_the_visit_but_not_the_debrief(app: Flask, lead: Someone, study: str) -> None:
    fill(lead, study)
    answer = send(join(app, code_for(lead, study, "guest")))
    assert kinds(answer, study) >= {"study", "observation", "participant"}
    assert not kinds(answer, study) & {"group", "finding", "reflection"}


def test_a_guest_adds_observations_but_changes_nothing_of_others(
    app: Flask, lead: Someone, study: str
) -> None:
    made = fill(lead, study)
    guest = join(app, code_for(lead, study, "guest"))
    own = make_op(study, "observation", set={"text": "Vieraan silmin"})
    foreign = make_op(study, "observation", id=made["observation"]["id"], set={"group_id": None})
    group = make_op(study, "group", set={"name": "Oma ryhmä"})
    reflection = make_op(study, "reflection", set={"best": "Kaikki"})
    answer = send(guest, own, foreign, group, reflection)
    codes = [outcome.get("problem", {}).get("code") for outcome in answer["outcomes"]]
    assert codes == [None, "not_allowed", "not_allowed", "not_allowed"]


def test_a_guest_who_becomes_a_member_gets_what_was_hidden(app: Flask, lead: Someone, study: str) -> None:
    fill(lead, study)
    guest = join(app, code_for(lead, study, "guest"))
    cursor = send(guest)["spaces"][study]["cursor"]
    assert send(guest, cursors={study: cursor})["spaces"] == {}
    code = code_for(lead, study, "member")
    guest.client.post("/api/v1/join", json={"code": code, "language": "fi"})
    assert kinds(send(guest, cursors={study: cursor}), study) >= {"group", "finding", "reflection"}


def test_a_page_of_a_guest_ends_and_goes_on_like_any_other(app: Flask, lead: Someone, study: str) -> None:
    fill(lead, study)
    guest, seen, cursors, is_more = join(app, code_for(lead, study, "guest")), [], {}, True
    while is_more:
        page = send(guest, cursors=cursors, limit=2)["spaces"][study]
        seen += [change["id"] for change in page["changes"]]
        cursors, is_more = {study: page["cursor"]}, page["more"]
    assert len(seen) == len(set(seen)) == len(send(guest)["spaces"][study]["changes"])


def test_a_guest_gets_no_report(app: Flask, lead: Someone, study: str) -> None:
    guest = join(app, code_for(lead, study, "guest"))
    made = lead.client.post(
        f"/api/v1/studies/{study}/reports", json={"with_names": True, "language": "fi"}
    ).json
    for path in (f"studies/{study}/reports", f"reports/{made['id']}", f"reports/{made['id']}/pdf"):
        assert guest.client.get(f"/api/v1/{path}").status_code == 404
    wish = {"with_names": True, "language": "fi"}
    assert guest.client.post(f"/api/v1/studies/{study}/reports", json=wish).status_code == 404


def test_codes_of_members_and_guests_live_beside_each_other(lead: Someone, study: str) -> None:
    path = f"/api/v1/studies/{study}/code"
    assert lead.client.get(f"{path}?role=guest").status_code == 404
    guests = code_for(lead, study, "guest")
    members = lead.client.get(path).json["code"]
    assert guests != members
    assert lead.client.get(f"{path}?role=guest").json["code"] == guests
    assert lead.client.get(f"/api/v1/studies/{study}/qr.svg?role=guest").mimetype == "image/svg+xml"
    assert lead.client.post(path, json={"role": "lead"}).status_code == 400


def test_nobody_writes_in_the_reflection_of_another(lead: Someone, app: Flask, study: str) -> None:
    member = join(app, code_for(lead, study, "member"), "Matti")
    own = make_op(study, "reflection", set={"best": "Kartta"})
    send(member, own)
    answer = send(lead, make_op(study, "reflection", id=own["id"], set={"best": new_id()}))
    assert answer["outcomes"][0]["problem"]["code"] == "not_allowed"
