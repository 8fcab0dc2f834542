"""The caller."""

from __future__ import annotations

from flashmeet.api.blueprint import api
from flashmeet.api.endpoint import endpoint
from flashmeet.api.schemas.me import MeOut, me_out
from flashmeet.gate.access import access
from flashmeet.gate.identity import member
from flashmeet.gate.parts import reading


@api.get("/me", responses={200: MeOut})
@access("member")
@endpoint
def get_me() -> MeOut:
    """Who the token speaks for."""
    with reading() as session:
        return me_out(member(session))
