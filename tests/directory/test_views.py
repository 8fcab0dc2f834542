"""Views of the list of members, how members came, and the way from the list to writing."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.database.session import Database
from flashmeet.core.errors import NotFound
from flashmeet.directory.models import SavedView
from flashmeet.directory.queries import batches, find_members
from flashmeet.directory.rules.filters import MemberFilter
from flashmeet.directory.rules.views import ViewedPage
from flashmeet.directory.service.saved_views import rename_view, save_view, saved_views
from flashmeet.identity.models import Member
from flashmeet.identity.rules import MemberSource
from flashmeet.outreach.queries import segment_of
from flashmeet.outreach.rules.segments import Segment
from flashmeet.people.service.import_members import import_members
from flashmeet.people.service.member_files import read_file
from tests import people
from tests.browsers import Browser
from tests.people import NOW

PAGE = "/admin/members"
FILE = "email;prénom;rôle\nzoe@example.org;Zoé;mentee\nmax@example.org;Max;mentor\n".encode()


def take(db: Session, data: bytes, name: str) -> None:
    import_members(db, read_file(data, country="FR").rows, update=False, now=NOW, name=name)


def emails(db: Session, **fields: str) -> list[str]:
    return [each.email for each in find_members(db, MemberFilter.parse(fields)).members]


def test_a_filter_is_kept_under_a_name_shown_renamed_and_deleted(office: Browser, database: Database) -> None:
    fields = {"only": "mentor", "never": "yes"}
    assert (
        office.send(f"{PAGE}/views", {**fields, "name": " Jamais   venus "}).location == f"{PAGE}?only=mentor&never=yes"
    )
    page = office.get(PAGE).text
    assert f'href="{PAGE}?only=mentor&amp;never=yes">Jamais venus</a>' in page
    (where,) = re.findall(r"/admin/members/views/\d+/rename", page)
    assert office.send(where, {"name": "Mentors absents"}).location == PAGE
    assert "Jamais venus" not in office.get(PAGE).text
    assert office.send(where.replace("rename", "forget"), fields).location == f"{PAGE}?only=mentor&never=yes"
    with database.reading() as db:
        assert saved_views(db, ViewedPage.MEMBERS) == []


def test_a_view_without_a_name_is_asked_for_one_and_the_filter_stays(office: Browser) -> None:
    answer = office.send(f"{PAGE}/views", {"only": "mentor", "name": " "})
    assert (answer.status_code, 'id="view-name-problem"' in answer.text) == (422, True)
    assert '<option value="mentor" selected>' in answer.text


def test_each_list_has_views_of_its_own(db: Session, odile: Member) -> None:
    save_view(db, ViewedPage.MEMBERS, "Sans heure", {"only": "mentor"}, by=odile, now=NOW)
    save_view(db, ViewedPage.REGISTRANTS, "Sans heure", {"only": "idle"}, by=odile, now=NOW)
    (ours,) = saved_views(db, ViewedPage.MEMBERS)
    assert (ours.fields, ours.page) == ({"only": "mentor"}, ViewedPage.MEMBERS)
    with pytest.raises(NotFound):
        rename_view(db, ViewedPage.REGISTRANTS, ours.id, "Autre")


def test_a_view_that_takes_the_name_of_another_replaces_it(db: Session, odile: Member) -> None:
    save_view(db, ViewedPage.MEMBERS, "Un", {"only": "mentor"}, by=odile, now=NOW)
    save_view(db, ViewedPage.MEMBERS, "Deux", {"only": "mentee"}, by=odile, now=NOW)
    two = db.scalars(select(SavedView).where(SavedView.name == "Deux")).one()
    rename_view(db, ViewedPage.MEMBERS, two.id, "Un")
    assert [(each.name, each.fields) for each in saved_views(db, ViewedPage.MEMBERS)] == [("Un", {"only": "mentee"})]


def test_members_are_found_by_how_they_came_and_by_which_file(db: Session) -> None:
    take(db, FILE, "promo-2012.csv (2026-12-01)")
    take(db, FILE.replace(b"zoe@", b"lea@"), "promo-2013.csv (2026-12-01)")
    people.member(db, "Bob", source=MemberSource.JOINED)
    assert sorted(emails(db, source="imported")) == ["lea@example.org", "max@example.org", "zoe@example.org"]
    assert emails(db, source="imported", batch="promo-2013.csv (2026-12-01)") == ["lea@example.org"]
    assert emails(db, source="joined") == ["bob@example.org"]
    assert emails(db, source="invited") == []
    assert sorted(batches(db, MemberSource.IMPORTED)) == ["promo-2012.csv (2026-12-01)", "promo-2013.csv (2026-12-01)"]


def test_whoever_was_a_member_keeps_how_they_came_when_a_file_names_them(db: Session) -> None:
    zoe = people.member(db, "Zoe", source=MemberSource.JOINED)
    take(db, FILE, "promo.csv")
    assert (zoe.source, zoe.source_name) == (MemberSource.JOINED, "")


def test_the_way_to_writing_keeps_the_filter_whole(office: Browser, database: Database) -> None:
    with database.writing() as db:
        take(db, FILE, "promo.csv (2026-12-01)")
        people.member(db, "Bob", languages=["en"])
    page = office.get(f"{PAGE}?source=imported&batch=promo.csv+(2026-12-01)&q=zo").text
    (href,) = re.findall(r'href="(/admin/outreach/new[^"]*)"', page)
    assert "Invite this person" in page
    new = office.get(href.replace("&amp;", "&")).text
    assert ('name="batch" value="promo.csv (2026-12-01)"' in new, 'name="q" value="zo"' in new) == (True, True)
    with database.reading() as db:
        wanted = MemberFilter.parse({"q": "zo", "source": "imported", "batch": "promo.csv (2026-12-01)"})
        segment = Segment.parse(wanted.segment() or {})
        assert Segment.parse(segment.fields()) == segment
        assert [each.email for each in db.scalars(segment_of(db, segment))] == ["zoe@example.org"]
        english = Segment.parse({"language": "en"})
        assert "bob@example.org" in [each.email for each in db.scalars(segment_of(db, english))]


def test_a_filter_that_mails_do_not_know_says_so(office: Browser) -> None:
    page = office.get(f"{PAGE}?only=administrator").text
    assert "/admin/outreach/new" not in page
    assert "choose one of these" in page
