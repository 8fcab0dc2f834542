"""A member's page for administrators: what it shows, and what can be changed there."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.core.database.session import Database
from flashmeet.core.errors import AddressTaken, KeyTaken, Missing
from flashmeet.core.links import Links
from flashmeet.core.phone_numbers import spaced
from flashmeet.directory.models import MemberNote
from flashmeet.directory.queries import look_alikes
from flashmeet.directory.service.editing import add_member, edit_member
from flashmeet.directory.service.notes import write_note
from flashmeet.identity.models import MailFault, Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.privacy.service.contents import contents_of
from flashmeet.privacy.service.wipe import wipe
from tests import people
from tests.browsers import Browser, Clock
from tests.people import NOW


def text(browser: Browser, path: str) -> str:
    return browser.get(path).get_data(as_text=True)


def row(database: Database, member_id: int) -> Member:
    with database.reading() as db:
        found = db.get_one(Member, member_id)
        assert found.offers is not None
        return found


def book(db: Session, links: Links, mentee: Member, mentor: Member, *, day: int = 9) -> Booking:
    at = NOW.replace(day=day, hour=14)
    wish = BookingRequest(mentor_id=mentor.id, starts_at=at, theme="droit", need="Relire mes statuts")
    return book_slot(db, mentee, wish, links=links, now=NOW)


def profile(**more: str) -> dict[str, str]:
    return {"first_name": "Bob", "last_name": "Exemple", "tzid": "Europe/Paris", "locale": "fr", **more}


def test_the_page_shows_who_they_are_their_hours_and_what_fails(
    office: Browser, database: Database, links: Links
) -> None:
    with database.writing() as db:
        alice, bob = people.mentor(db), people.member(db, "Bob", graduation_year=2012, phone="+33612345678")
        book(db, links, bob, alice)
        db.add(MailFault(member_id=bob.id, email=bob.email, status="5.1.1", failed_at=NOW))
    page = text(office, f"/admin/members/{bob.id}")
    phone = f"{spaced('+33612345678')} · not verified"
    for words in ("bob@example.org", "2012", phone, "1 hour to come", "is helped by Alice"):
        assert words in page, words
    assert "Messages to bob@example.org come back" in page
    assert "helps Bob Exemple" in text(office, f"/admin/members/{alice.id}")


def test_who_has_not_joined_or_was_erased_has_no_page(office: Browser, database: Database) -> None:
    with database.writing() as db:
        ghost = people.member(db, "Ghost", suspended=True, joining="approval")
        gone = people.member(db, "Gone", erased_at=NOW)
    for who in (ghost, gone):
        assert [office.get(f"/admin/members/{who.id}{more}").status_code for more in ("", "/edit")] == [404, 404]


def test_an_administrator_edits_a_profile_by_the_rules_of_its_own_page(office: Browser, database: Database) -> None:
    with database.writing() as db:
        bob = people.member(db, "Bob", phone="+33612345678", phone_verified_at=NOW, sms_opt_in=True)
    path = f"/admin/members/{bob.id}/edit"
    wrong = office.send(path, profile(graduation_year="long ago", phone="12"))
    assert (wrong.status_code, wrong.text.count('class="field-problem"')) == (422, 2)
    answer = office.send(path, profile(graduation_year="Promo 2012", languages="français, English", phone="0698765432"))
    assert answer.location == f"/admin/members/{bob.id}"
    found = row(database, bob.id)
    assert (found.graduation_year, found.languages, found.phone) == (2012, ["fr", "en"], "+33698765432")
    assert (found.phone_verified_at, found.sms_opt_in, found.confirmed_at) == (None, True, None)


def test_what_a_member_has_already_and_nobody_changed_refuses_no_edit(office: Browser, database: Database) -> None:
    with database.writing() as db:
        bob = people.member(db, "Bob", phone="+33199")
    answer = office.send(f"/admin/members/{bob.id}/edit", profile(phone="+33199", company="Arcade"))
    assert answer.status_code == 303
    assert (row(database, bob.id).phone, row(database, bob.id).company) == ("+33199", "Arcade")


def test_a_key_of_another_member_is_refused(db: Session) -> None:
    people.member(db, "Alice", external_id="A1")
    bob = people.member(db, "Bob")
    with pytest.raises(KeyTaken):
        edit_member(db, bob, {"external_id": "A1"}, {}, now=NOW)
    assert bob.external_id is None


def test_one_person_is_added_and_can_sign_in(office: Browser, database: Database) -> None:
    form = {"email": "Zoé <zoe@example.org>", "first_name": "Zoé", "roles": ["mentor"], "approved": "yes"}
    answer = office.send("/admin/members/new", form)
    with database.reading() as db:
        zoe = db.scalars(select(Member).where(Member.email == "zoe@example.org")).one()
        assert (zoe.roles, zoe.approved, zoe.joining, zoe.suspended) == (["mentor"], True, None, False)
    assert answer.location == f"/admin/members/{zoe.id}"
    assert "They are a member now" in text(office, answer.location)
    assert office.send("/admin/members/new", form).status_code == 409
    nobody = office.send("/admin/members/new", {"email": "yann@example.org", "first_name": "Yann"})
    assert nobody.status_code == 422


def test_nobody_is_added_as_an_administrator_or_twice(db: Session) -> None:
    facts = {"email": "zoe@example.org", "first_name": "Zoé"}
    with pytest.raises(Missing):
        add_member(db, facts, ["administrator"], approved=True, now=NOW)
    assert add_member(db, facts, ["mentee", "administrator"], approved=False, now=NOW).roles == ["mentee"]
    with pytest.raises(AddressTaken):
        add_member(db, facts, ["mentee"], approved=False, now=NOW)


def test_whoever_began_to_join_can_be_added_by_hand(db: Session) -> None:
    people.member(db, "Zoe", suspended=True, joining="proof", mentee=False)
    facts = {"email": "zoe@example.org", "first_name": "Zoé"}
    added = add_member(db, facts, ["mentee"], approved=True, now=NOW)
    assert db.scalars(select(Member)).all() == [added]
    assert (added.joining, added.suspended, added.first_name) == (None, False, "Zoé")


def test_notes_are_for_administrators_and_removed_by_any_of_them(
    office: Browser, database: Database, odile: Member
) -> None:
    with database.writing() as db:
        bob = people.member(db, "Bob")
    path = f"/admin/members/{bob.id}/notes"
    assert office.send(path, {"member_note": " "}).status_code == 422
    assert office.send(path, {"member_note": "Prefers mornings"}).location == f"/admin/members/{bob.id}#notes"
    assert "Prefers mornings" in text(office, f"/admin/members/{bob.id}")
    with database.reading() as db:
        note = db.scalars(select(MemberNote)).one()
        assert (note.by_id, note.member_id) == (odile.id, bob.id)
    other = office.send(f"/admin/members/{odile.id}/notes/{note.id}/remove")
    assert other.status_code == 303
    assert "Prefers mornings" in text(office, f"/admin/members/{bob.id}")
    office.send(f"{path}/{note.id}/remove")
    assert "Prefers mornings" not in text(office, f"/admin/members/{bob.id}")


def test_a_note_is_in_the_copy_of_ones_data_and_goes_with_them(db: Session, links: Links) -> None:
    bob, odile = people.member(db, "Bob"), people.member(db, "Odile", administrator=True)
    write_note(db, bob, "Prefers mornings", by=odile, now=NOW)
    copy = contents_of(db, bob, links=links, mail_from="network@example.org", network_name="Réseau")
    assert copy.documents["notes.json"]["data"] == {  # type: ignore[index]  # JSON
        "member_note": [{"written_at": "2026-12-01T09:00:00+00:00", "text": "Prefers mornings"}]
    }
    bob.erased_at = NOW
    wipe(db, bob, now=NOW)
    assert db.scalars(select(MemberNote)).all() == []


def test_look_alikes_have_the_same_folded_name_and_promotion_or_the_same_number(db: Session) -> None:
    first = people.member(db, "Eva", graduation_year=2012, phone="+33612345678")
    first.last_name = "Bénard"
    twin = Member(
        email="eva@new.example",
        first_name="EVA",
        last_name="BENARD",
        tzid="Europe/Paris",
        locale="fr",
        graduation_year=2012,
        created_at=NOW,
    )
    db.add(twin)
    people.member(db, "Number", phone="+33612345678")
    people.member(db, "Other", graduation_year=2012)
    db.flush()
    assert [each.first_name for each in look_alikes(db, first)] == ["EVA", "Number"]
    twin.graduation_year = 2013
    db.flush()
    assert [each.first_name for each in look_alikes(db, first)] == ["Number"]


def test_an_act_on_the_members_page_leads_back_to_it(office: Browser, database: Database, links: Links) -> None:
    with database.writing() as db:
        alice, bob = people.mentor(db), people.member(db, "Bob")
        book(db, links, bob, alice)
    page = f"/admin/members/{alice.id}"
    asked = office.send(f"{page}/roles", {"roles": ["mentee"], "here": "1"})
    assert (asked.status_code, 'name="here" value="1"' in asked.text) == (200, True)
    decided = office.send(f"{page}/roles", {"roles": ["mentee"], "hours": "cancel", "here": "1"})
    assert (decided.location, row(database, alice.id).roles) == (page, ["mentee"])
    with database.reading() as db:
        assert db.scalars(select(OutboxMessage.kind).where(OutboxMessage.recipient_id == bob.id)).all()
    assert "1 hour past or cancelled" in text(office, page)


def test_an_invitation_is_sent_again_to_who_never_came(office: Browser, database: Database, clock: Clock) -> None:
    form = {"email": "zoe@example.org", "first_name": "Zoé", "roles": ["mentee"], "invited": "yes"}
    path = office.send("/admin/members/new", form).location
    clock.move(minutes=5)
    assert office.send(f"{path}/invite").location == f"{path}"
    with database.writing() as db:
        zoe = db.scalars(select(Member).where(Member.email == "zoe@example.org")).one()
        assert (
            db.scalars(select(OutboxMessage.kind).where(OutboxMessage.recipient_id == zoe.id)).all() == ["invited"] * 2
        )
        zoe.signed_in_at = NOW
    refused = office.send(f"{path}/invite")
    assert (refused.status_code, "need no invitation" in refused.text) == (409, True)
    assert "Send the invitation" not in text(office, path)
