"""The network's terms of use, read and accepted by the caller."""

from __future__ import annotations

from flashmeet.http.access import access
from flashmeet.http.api.blueprint import api
from flashmeet.http.api.endpoint import endpoint
from flashmeet.http.api.problem_schemas import WRITING, telling
from flashmeet.http.identity import member
from flashmeet.http.services import now, reading, writing
from flashmeet.people.queries.terms import accepted_version, in_force, newest
from flashmeet.people.schemas.terms import AcceptanceOut, TermsIn, TermsOut, TermsVersionOut
from flashmeet.people.service.terms import accept_terms


@api.get("/me/terms", responses={200: TermsOut})
@access("member")
@endpoint
def get_terms() -> TermsOut:
    """What is in force, what was announced last, and which version the caller has accepted."""
    with reading() as session:
        me = member(session)
        return TermsOut(
            in_force=TermsVersionOut.of(in_force(session, now=now()), me.locale),
            announced=TermsVersionOut.of(newest(session), me.locale),
            accepted=accepted_version(session, me.id) or None,
        )


@api.post("/me/terms", responses={200: AcceptanceOut, **telling(WRITING)})
@access("member")
@endpoint
def post_terms(body: TermsIn) -> AcceptanceOut:
    """Accepts a version with all its commitments; accepting again answers the first acceptance."""
    with writing() as session:
        me = member(session)
        return AcceptanceOut.of(accept_terms(session, me, body.version, locale=me.locale, now=now()))
