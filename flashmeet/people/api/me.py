"""The caller."""

from __future__ import annotations

from flashmeet.http.access import access
from flashmeet.http.api.blueprint import api
from flashmeet.http.api.endpoint import endpoint
from flashmeet.http.identity import member
from flashmeet.http.services import reading
from flashmeet.people.schemas.me import MeOut, me_out


@api.get("/me", responses={200: MeOut})
@access("member")
@endpoint
def get_me() -> MeOut:
    """Who the token speaks for."""
    with reading() as session:
        return me_out(member(session))
