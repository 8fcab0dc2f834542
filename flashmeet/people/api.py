"""API operations on the caller, mentors and terms."""

from __future__ import annotations

from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import caller, member
from flashmeet.http.api.endpoint import api, endpoint
from flashmeet.http.api.fields import cursor_after, id_in
from flashmeet.http.api.problem_schemas import WRITING, telling
from flashmeet.http.display import display_locale
from flashmeet.http.responses.conditional import revalidated
from flashmeet.http.services import now, reading, writing
from flashmeet.people.queries import accepted_terms_version, newest_terms, terms_in_force
from flashmeet.people.schemas import (
    AcceptanceOut,
    MentorOut,
    MentorPath,
    MentorsOut,
    MentorsQuery,
    MeOut,
    TermsIn,
    TermsOut,
    TermsVersionOut,
    me_out,
    mentor_out,
)
from flashmeet.people.service.mentors import find_mentors, mentor
from flashmeet.people.service.terms import accept_terms
from flashmeet.themes.service import known_themes, theme_id_of


@api.get("/me", responses={200: MeOut})
@access("member")
@endpoint
def get_me() -> MeOut:
    """Returns the token's member."""
    with reading() as db:
        return me_out(member(db))


@api.get("/mentors", responses={200: MentorsOut, **telling({422: "unknown_theme, invalid, out_of_range"})})
@access("member")
@revalidated
@endpoint
def list_mentors(query: MentorsQuery) -> MentorsOut:
    """Returns bookable mentors by theme and by words in their profile."""
    after_id = id_in(query.cursor) if query.cursor else 0
    with reading() as db:
        theme_id = None if query.theme is None else theme_id_of(db, query.theme)
        found = find_mentors(
            db,
            viewer_id=caller().member_id,
            theme_id=theme_id,
            text=query.q or "",
            after_id=after_id,
            limit=query.limit + 1,
        )
        themes = {theme.id: theme for theme in known_themes(db)}
        items = [mentor_out(each, themes, display_locale()) for each in found[: query.limit]]
    more = len(found) > query.limit
    return MentorsOut(items=items, next_cursor=cursor_after(items[-1].id) if more else None)


@api.get("/mentors/<int:mentor_id>", responses={200: MentorOut, **telling({404: "not_found"})})
@access("member")
@revalidated
@endpoint
def get_mentor(path: MentorPath) -> MentorOut:
    """Returns one mentor."""
    with reading() as db:
        themes = {theme.id: theme for theme in known_themes(db)}
        return mentor_out(mentor(db, path.mentor_id, viewer_id=caller().member_id), themes, display_locale())


@api.get("/me/terms", responses={200: TermsOut})
@access("member")
@endpoint
def get_terms() -> TermsOut:
    """Returns the terms in force, those announced last, and the version that the caller has accepted."""
    with reading() as db:
        me = member(db)
        return TermsOut(
            in_force=TermsVersionOut.of(terms_in_force(db, now=now()), me.locale),
            announced=TermsVersionOut.of(newest_terms(db), me.locale),
            accepted=accepted_terms_version(db, me.id) or None,
        )


@api.post("/me/terms", responses={200: AcceptanceOut, **telling(WRITING)})
@access("member")
@endpoint
def post_terms(body: TermsIn) -> AcceptanceOut:
    """Accepts a version with all its commitments; a repeated call returns the first acceptance."""
    with writing() as db:
        me = member(db)
        return AcceptanceOut.of(accept_terms(db, me, body.version, locale=me.locale, now=now()))
