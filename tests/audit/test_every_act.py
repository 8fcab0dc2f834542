"""Every administrator's act writes its line, in the transaction of the act, and nothing else does."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from flashmeet.audit.models import AuditEntry
from flashmeet.core.database.session import Database
from flashmeet.directory.models import SavedView
from flashmeet.directory.rules.views import ViewedPage
from flashmeet.http import audit
from flashmeet.http.admission.access import declared
from flashmeet.http.audit import recorded_act
from flashmeet.identity.acts import Act
from flashmeet.identity.models import ApiToken, Member
from flashmeet.identity.rules import JoiningState
from flashmeet.messages.pages.admin_sms import CAPS
from flashmeet.people.models import MemberImport
from flashmeet.people.rules.member_columns import HEADER
from flashmeet.people.rules.member_imports import ImportState
from flashmeet.programme.models import Nudge
from flashmeet.programme.service.nudges import Words, send_nudges
from flashmeet.themes.models import Theme
from flashmeet.themes.service import create_theme
from tests import people
from tests.browsers import Browser
from tests.http.conftest import World
from tests.people import NOW
from tests.terms import announced

ADDRESS, AGENT = "2001:db8:1:2:3:4:5:6", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SENSITIVE = {
    "/admin/audit.csv",
    "/admin/audit.xlsx",
    "/admin/cases/<int:case_id>",
    "/admin/members.csv",
    "/admin/members.xlsx",
    "/admin/registrants.csv",
    "/admin/registrants.json",
    "/admin/registrants.xlsx",
}
"""Reads that have to leave a line: whole lists, and what was written in confidence."""


def rules(app: Flask, method: str) -> list[Rule]:
    """What only administrators may ask for by that method."""
    every = (rule for rule in app.url_map.iter_rules() if method in (rule.methods or ()))
    return sorted((rule for rule in every if declared(app, rule.endpoint) == frozenset({"administrator"})), key=str)


def lines(database: Database) -> list[AuditEntry]:
    with database.reading() as db:
        return [*db.scalars(select(AuditEntry).order_by(AuditEntry.id))]


def test_every_administrators_form_declares_its_act(app: Flask) -> None:
    assert [str(rule) for rule in rules(app, "POST") if recorded_act(app, rule.endpoint) is None] == []


def test_every_sensitive_read_declares_its_act(app: Flask) -> None:
    every = {str(rule): rule for rule in rules(app, "GET")}
    shown = (name for name in every if not re.search("template|poster", name))
    files = {name for name in shown if re.search(r"\.(\w+|<any\(csv.*>)$", name)}
    assert {name for name in SENSITIVE | files if recorded_act(app, every[name].endpoint) is None} == set()


Form = dict[str, Any]
TYPED = ("Je les", "Promotion", "@", "Gus", "Typed", "Sans heure", "Bienvenue", "Chez nous", "token of")
"""Words of the forms: the record outlives an erasure, so it holds none that a person typed."""
ROW = "gus@example.org,Gus,Exemple,mentee,yes,Europe/Paris,fr,,,,,,,"
ACTS: dict[str, Form] = {
    "/admin/cases/<int:case_id>/look": {},
    "/admin/cases/<int:case_id>/note": {"note": "Je les appelle"},
    "/admin/cases/<int:case_id>/apart": {"apart": "keep"},
    "/admin/cases/<int:case_id>/decide": {"decision": "dismissed"},
    "/admin/joining": {"label": "Promotion 2027", "role": "any", "days": "30", "uses": "10"},
    "/admin/joining/<int:invitation_id>/revoke": {},
    "/admin/members/<int:member_id>/access/end": {},
    "/admin/members/<int:member_id>/access/tokens/<int:token_id>/revoke": {},
    "/admin/members/<int:member_id>/admit": {},
    "/admin/members/<int:member_id>/approve": {},
    "/admin/members/<int:member_id>/address": {"email": "charlie@new.example"},
    "/admin/members/<int:member_id>/data/copy": {},
    "/admin/members/<int:member_id>/data/erase": {"sure": "1", "typed": "charlie@example.org"},
    "/admin/members/<int:member_id>/edit": {"first_name": "Typed", "tzid": "Europe/Paris", "locale": "fr"},
    "/admin/members/<int:member_id>/factors/reset": {},
    "/admin/members/<int:member_id>/invite": {},
    "/admin/members/<int:member_id>/office": {"office": "reader"},
    "/admin/members/<int:member_id>/notes": {"member_note": "Typed"},
    "/admin/members/<int:member_id>/notes/<int:note_id>/remove": {},
    "/admin/members/<int:member_id>/merge/<int:other_id>": {},
    "/admin/members/<int:member_id>/pause": {},
    "/admin/members/<int:member_id>/reinstate": {},
    "/admin/members/<int:member_id>/roles": {"roles": ["mentee", "administrator", "Typed"], "hours": "keep"},
    "/admin/members/<int:member_id>/suspend": {},
    "/admin/members/<int:member_id>/turn-away": {},
    "/admin/members/bulk": {"act": "give_mentor", "q": "bob@", "people": "1"},
    "/admin/members/bulk/<int:bulk_id>/undo": {},
    "/admin/members/import": {},
    "/admin/members/import/<int:import_id>/columns": {"approved": "yes"},
    "/admin/members/import/<int:import_id>/take": {},
    "/admin/members/views": {"name": "Sans heure", "only": "mentor"},
    "/admin/members/views/<int:view_id>/forget": {},
    "/admin/members/views/<int:view_id>/rename": {"name": "Typed"},
    "/admin/members/new": {"email": "gus@example.org", "first_name": "Gus", "roles": ["mentee"]},
    "/admin/messages/<int:message_id>/drop": {},
    "/admin/messages/<int:message_id>/retry": {},
    "/admin/messages/replies/<int:reply_id>/done": {},
    "/admin/nudges": {"who": [], "about": "hours"},
    "/admin/nudges/<int:nudge_id>/undo": {},
    "/admin/outreach": {"never": "yes", "opening": "plain"},
    "/admin/outreach/announcements": {"subject_fr": "Bonjour", "text_fr": "Venez", "done": "send"},
    "/admin/outreach/<int:campaign_id>/change": {"act": "pause"},
    "/admin/outreach/year": {"kind": "graduates"},
    "/admin/outreach/try": {"never": "yes", "opening": "plain"},
    "/admin/registrants/views": {"name": "Sans heure"},
    "/admin/registrants/views/<int:view_id>/forget": {},
    "/admin/settings/<setting_key>": {"default": "1"},
    "/admin/settings/<setting_key>/everybody": {},
    "/admin/settings/logo": {"drop": "1"},
    "/admin/sms": {"sms_on": "1", "sms_countries": "FR", **dict.fromkeys(CAPS, "10")},
    "/admin/sms/<int:member_id>/unblock": {},
    "/admin/terms": {
        "text_fr": "Bienvenue",
        "text_en": "Welcome",
        "commitments_fr": "Je viens",
        "commitments_en": "I come",
        "in_force_at": "2026-12-20",
        "sure": "yes",
    },
    "/admin/terms/<int:version>/withdraw": {},
    "/admin/texts/<page_name>": {"text_fr": "Chez nous", "text_en": "At ours"},
    "/admin/themes": {"name_fr": "Fiscalité", "name_en": "Tax"},
    "/admin/themes/<int:theme_id>": {"name_fr": "Droit", "name_en": "Law"},
    "/admin/themes/<int:theme_id>/ask": {},
    "/admin/themes/<int:theme_id>/invite": {},
    "/admin/themes/<int:theme_id>/mentors/<int:mentor_id>/approve": {},
    "/admin/themes/<int:theme_id>/merge": {},
    "/admin/themes/<int:theme_id>/recruit": {},
    "/admin/themes/<int:theme_id>/restore": {},
    "/admin/themes/<int:theme_id>/retire": {},
    "/admin/themes/proposals": {"term": "fiscalité"},
    "/admin/themes/starter": {},
    "/setup/mail": {},
    "/setup/mentors-first": {},
    "/setup/open": {},
    "/setup/sms": {},
    "/setup/themes": {"theme": "entreprendre"},
    "/setup/themes/<int:theme_id>/words": {},
}
"""A form that each takes as it is; those that need more get it from `form_of`."""


def make_ready(name: str, db: Session, world: World) -> None:
    """What the act needs to be there, beyond the world."""
    ids, known = world.ids, world.known
    charlie = db.get_one(Member, ids["Charlie"])
    if name.endswith(("/admit", "/turn-away")):
        fred = people.member(db, "Fred", joining=JoiningState.APPROVAL, suspended=True)
        known["member_id"] = str(fred.id)
    if "/merge/" in name:
        known["other_id"] = str(people.member(db, "Carla").id)
    if name.endswith("/undo"):
        odile = db.get_one(Member, ids["Odile"])
        send_nudges(db, [ids["Dora"]], Words.checked("hours", "", None), by=odile, now=NOW)
        known["nudge_id"] = str(db.scalar(select(func.max(Nudge.id))))
    if name.endswith(("/approve", "/pause")):
        charlie.mentor, charlie.approved = True, name.endswith("/pause")
    if name.endswith("/revoke") and "token_id" in name:
        known["token_id"] = str(db.scalars(select(ApiToken.id).where(ApiToken.member_id == charlie.id)).one())
    if name.endswith(("/outreach/year", "/themes/<int:theme_id>/recruit")):
        charlie.graduation_year, charlie.headline = 2020, "Juriste en droit des sociétés"
    if name.endswith("/factors/reset"):
        charlie.factor_at = NOW
    if name.endswith("/rename"):
        db.get_one(SavedView, int(known["view_id"])).page = ViewedPage.MEMBERS
    if name.endswith("/restore"):
        db.get_one(Theme, int(known["theme_id"])).active = False
    if name.endswith("/withdraw"):
        known["version"] = str(announced(db, in_force_at=NOW + timedelta(days=3)).version)
    if name == "/setup/sms":
        odile = db.get_one(Member, ids["Odile"])
        odile.phone, odile.phone_verified_at = "+33612345678", NOW
    if name.endswith("/take"):
        db.get_one(MemberImport, int(known["import_id"])).state = ImportState.CHECKED


def form_of(name: str, db: Session, world: World) -> Form:
    """What the form holds besides `ACTS`."""
    match name:
        case "/admin/nudges" | "/admin/themes/<int:theme_id>/recruit":
            return {"who": [world.ids["Dora" if name == "/admin/nudges" else "Charlie"]]}
        case "/admin/themes/<int:theme_id>/invite":
            return {"member_id": world.ids["Bob"]}
        case "/admin/themes/<int:theme_id>/merge":
            return {"into": create_theme(db, names={"fr": "Impôts", "en": "Taxes"}, synonyms=[]).id}
        case "/admin/members/import":
            return {"file": (io.BytesIO(f"{HEADER}\n{ROW}\n".encode()), "members.csv")}
        case "/admin/members/import/<int:import_id>/columns":
            plan = db.get_one(MemberImport, int(world.known["import_id"])).plan
            return {"meaning": plan["meanings"], "roles": ["mentee"]}
    return {}


@pytest.mark.parametrize("name", ACTS)
def test_the_act_writes_one_line_that_says_who_what_to_whom_and_from_where(
    app: Flask, database: Database, world: World, name: str
) -> None:
    rule = next(rule for rule in rules(app, "POST") if str(rule) == name)
    odile = Browser(app).sign_in(world.ids["Odile"])
    odile.environ_base |= {"REMOTE_ADDR": ADDRESS, "HTTP_USER_AGENT": AGENT}
    with database.writing() as db:
        make_ready(name, db, world)
        form = ACTS[name] | form_of(name, db, world)
    before = len(lines(database))
    answer = odile.send(world.path(rule), form)
    assert answer.status_code in (200, 303), answer.get_data(as_text=True)[:2000]
    line, *others = lines(database)[before:]
    assert {each.act for each in others} <= {Act.CHANGED_IN_BULK}
    assert (line.act, line.by_id) == (recorded_act(app, rule.endpoint), world.ids["Odile"])
    assert (line.network, line.browser) == ("2001:db8:1:2::/64", "Firefox, Linux")
    assert not any(word in line.about for word in TYPED)
    if name.startswith("/admin/cases/"):
        assert line.to_id == world.ids["Dora"]
    if "member_id" in rule.arguments:
        assert line.to_id == int(world.known["member_id"])


def test_every_administrators_form_is_tried(app: Flask) -> None:
    assert {str(rule) for rule in rules(app, "POST")} == ACTS.keys()


@pytest.mark.parametrize("name", sorted(SENSITIVE))
def test_a_sensitive_read_leaves_a_line_before_anything_is_shown(
    app: Flask, database: Database, world: World, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = next(rule for rule in rules(app, "GET") if str(rule) == name)
    odile = Browser(app).sign_in(world.ids["Odile"])
    assert odile.get(world.path(rule)).status_code == 200
    assert [(line.act, line.by_id) for line in lines(database)] == [
        (recorded_act(app, rule.endpoint), world.ids["Odile"])
    ]
    monkeypatch.setattr(audit, "security_happened", refuse)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert odile.get(world.path(rule)).status_code == 500


def refuse(*_given: object) -> None:
    raise OSError("the disk is full")


def test_an_act_that_is_refused_leaves_no_line(app: Flask, database: Database, world: World) -> None:
    odile = Browser(app).sign_in(world.ids["Odile"])
    assert odile.send(f"/admin/members/{world.ids['Odile']}/suspend").status_code >= 400
    assert odile.get("/admin/cases/987654").status_code == 404
    assert lines(database) == []
