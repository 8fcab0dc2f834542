"""Asking and answering over the API."""

from __future__ import annotations

from tests.api.callers import NEED, Caller, refused, told
from tests.api.conftest import Join

TIMES = ["2026-12-09T17:00:00Z", "2026-12-10T17:00:00Z"]


def pair(join: Join) -> tuple[Caller, Caller]:
    return join("Karim", mentor=True, rules=()), join("Bob")


def test_a_mentor_is_asked_and_accepts_a_time(join: Join) -> None:
    karim, bob = pair(join)
    body = {"theme": "droit", "need": NEED, "mentor_id": karim.id, "times": TIMES}
    made = told(bob.post("/requests", body, key="one"), 201)
    assert told(bob.post("/requests", body, key="one"), 201) == made
    assert (made["state"], made["times"], made["booking_id"]) == ("open", TIMES, None)
    assert told(bob.get("/requests"))["items"] == [made]
    (asked,) = told(karim.get("/me/asks"))["items"]
    assert (asked["mentee_name"], asked["need"], asked["times"]) == ("Bob Exemple", NEED, TIMES)
    answered = told(karim.post(f"/me/asks/{asked['id']}/answer", {"answer": "accept", "starts_at": TIMES[1]}))
    now = told(bob.get(f"/requests/{made['id']}"))
    assert now["state"] == "accepted" and now["booking_id"] == answered["booking_id"]
    assert told(bob.get(f"/bookings/{now['booking_id']}"))["starts_at"] == TIMES[1]
    assert told(karim.get("/me/asks"))["items"] == []


def test_a_mentor_proposes_and_the_mentee_chooses(join: Join) -> None:
    karim, bob = pair(join)
    body = {"theme": "droit", "need": NEED, "mentor_id": karim.id, "any_time": True}
    made = told(bob.post("/requests", body), 201)
    asked = told(karim.get("/me/asks"))["items"][0]
    told(karim.post(f"/me/asks/{asked['id']}/answer", {"answer": "propose", "times": TIMES, "note": "Le soir"}))
    seen = told(bob.get(f"/requests/{made['id']}"))
    assert (seen["state"], seen["times"], seen["note"]) == ("proposed", TIMES, "Le soir")
    assert told(bob.post(f"/requests/{made['id']}/choose", {"starts_at": TIMES[0]}))["state"] == "accepted"
    assert refused(bob.post(f"/requests/{made['id']}/withdraw")) == (409, "request_over")


def test_each_refusal_is_told(join: Join) -> None:
    karim, bob = pair(join)
    body = {"theme": "droit", "need": NEED, "mentor_id": karim.id, "times": TIMES}
    told(bob.post("/requests", body), 201)
    for change, answer in (
        ({}, (409, "asked_already")),
        ({"times": []}, (422, "missing")),
        ({"times": ["2026-12-01T09:15:00Z"]}, (422, "too_late")),
        ({"mentor_id": bob.id}, (404, "not_found")),
        ({"theme": "x"}, (422, "unknown_theme")),
        ({"need": " "}, (422, "missing")),
    ):
        assert refused(bob.post("/requests", {**body, **change})) == answer, change


def test_nobody_sees_or_answers_what_is_not_theirs(join: Join) -> None:
    karim, bob = pair(join)
    ada = join("Ada", mentor=True, rules=())
    made = told(bob.post("/requests", {"theme": "droit", "need": NEED, "mentor_id": karim.id, "any_time": True}), 201)
    asked = told(karim.get("/me/asks"))["items"][0]
    assert refused(ada.get(f"/requests/{made['id']}")) == (404, "not_found")
    assert refused(ada.post(f"/requests/{made['id']}/withdraw")) == (404, "not_found")
    assert refused(ada.post(f"/me/asks/{asked['id']}/answer", {"answer": "decline"})) == (404, "not_found")
    assert refused(bob.get("/me/asks")) == (404, "not_found")
    assert told(karim.post(f"/me/asks/{asked['id']}/answer", {"answer": "solve", "note": "Article 12"}))
    assert told(bob.get(f"/requests/{made['id']}"))["note"] == "Article 12"
    assert told(bob.get("/requests"))["items"] == []


def test_a_mentor_asks_back_once_and_the_mentee_replies(join: Join) -> None:
    karim, bob = pair(join)
    body = {"theme": "droit", "need": NEED, "mentor_id": karim.id, "times": TIMES}
    made = told(bob.post("/requests", body), 201)
    asked = told(karim.get("/me/asks"))["items"][0]
    back = told(karim.post(f"/me/asks/{asked['id']}/answer", {"answer": "ask", "note": "SAS ou SARL ?"}))
    assert (back["state"], back["question"]["text"], back["question"]["replied_at"]) == ("asked", "SAS ou SARL ?", None)
    more = karim.post(f"/me/asks/{asked['id']}/answer", {"answer": "ask", "note": "Et où ?"})
    assert refused(more) == (409, "asked_back_already")
    (question,) = told(bob.get(f"/requests/{made['id']}"))["questions"]
    path, answer = f"/requests/{made['id']}/reply", {"ask_id": question["ask_id"], "reply": "SAS"}
    assert refused(bob.post(path, {**answer, "reply": " "})) == (422, "missing")
    assert refused(bob.post(path, {**answer, "ask_id": question["ask_id"] + 1})) == (404, "not_found")
    assert told(bob.post(path, answer))["questions"][0]["reply"] == "SAS"
    assert refused(bob.post(path, {**answer, "reply": "SARL"})) == (409, "replied_already")
    assert told(karim.get("/me/asks"))["items"][0]["question"]["reply"] == "SAS"
