"""What is asked before somebody is turned away, or something of theirs ends (`http.forms.confirming`)."""

from __future__ import annotations

from flask import request
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from flashmeet.directory.models import MemberNote
from flashmeet.http.forms.confirming import Question
from flashmeet.http.services import now
from flashmeet.identity.models import Member
from flashmeet.identity.queries import joined_member
from flashmeet.identity.rules import Departure, JoiningState
from flashmeet.people.models import Invitation
from flashmeet.requests.pages.departures import is_decided
from flashmeet.requests.service.departures import ahead_of


def turning_away(db: Session, member_id: int) -> Question | None:
    who = db.get(Member, member_id)
    if who is None or who.joining != JoiningState.APPROVAL:
        return None
    return Question(
        title=gettext("Turn %(name)s away?", name=who.name),
        lines=(
            gettext("What they wrote to join is deleted at once, and cannot be brought back."),
            gettext("They are not told; they can ask to join again."),
        ),
        yes=gettext("Turn away"),
        keep=gettext("Leave it open"),
    )


def revoking(db: Session, invitation_id: int) -> Question | None:
    found = db.get(Invitation, invitation_id)
    if found is None or not found.live(now()):
        return None
    return Question(
        title=gettext("Revoke the invitation “%(name)s”?", name=found.label),
        lines=(
            gettext(
                "Its link stops working at once, wherever it was sent or printed, and cannot be made to work again."
            ),
            ngettext(
                "%(num)s person has joined by it, and stays.", "%(num)s people have joined by it, and stay.", found.uses
            ),
        ),
        yes=gettext("Revoke"),
        keep=gettext("Keep it"),
    )


def removing_note(db: Session, member_id: int, note_id: int) -> Question | None:
    note = db.get(MemberNote, note_id)
    if note is None or note.member_id != member_id:
        return None
    return Question(
        title=gettext("Remove this note?"),
        lines=(gettext("“%(text)s”", text=note.text), gettext("It is deleted for every administrator.")),
        yes=gettext("Remove this note"),
        keep=gettext("Keep it"),
    )


def changing_roles(db: Session, member_id: int) -> Question | None:
    """Asks before somebody is made an administrator, or is one or a mentor no longer.

    Where others count on a mentor, the view asks itself, since it has to be said what becomes of their hours.
    """
    who, roles = joined_member(db, member_id), request.form.getlist("roles")
    if not roles:
        return None
    wanted = "administrator" in roles
    if who.administrator == wanted:
        leaves = who.mentor and "mentor" not in roles and not is_decided()
        return _ending_mentoring(who) if leaves and not ahead_of(db, who, Departure.ROLE_TAKEN, now=now()) else None
    if wanted:
        return Question(
            title=gettext("Make %(name)s an administrator?", name=who.name),
            lines=(
                gettext(
                    "They see every member, every message that did not arrive and every setting, and can change them."
                ),
            ),
            yes=gettext("Make them an administrator"),
        )
    return Question(
        title=gettext("Take the administration away from %(name)s?", name=who.name),
        lines=(gettext("They no longer open its pages from this moment. They stay a member."),),
        yes=gettext("Take it away"),
    )


def _ending_mentoring(who: Member) -> Question:
    return Question(
        title=gettext("%(name)s is no longer a mentor?", name=who.name),
        lines=(
            gettext("Their open hours can no longer be found or booked."),
            gettext("Nobody is waiting for %(name)s: no hour is agreed, and no request is open.", name=who.first_name),
        ),
        yes=gettext("Save"),
    )


def changing_address(db: Session, member_id: int) -> Question | None:
    who, email = joined_member(db, member_id), request.form.get("email", "").strip()
    if not email or email == who.email:
        return None
    return Question(
        title=gettext("Change the address of %(name)s?", name=who.name),
        lines=(
            gettext(
                "From %(before)s to %(after)s. Read it once more: the codes to sign in go there.",
                before=who.email,
                after=email,
            ),
            gettext("Both addresses are told at once, and every browser of theirs is signed out."),
        ),
        yes=gettext("Change the address"),
    )


def undoing_bulk(_db: Session, bulk_id: int) -> Question:
    del bulk_id
    return Question(
        title=gettext("Undo it for all?"),
        lines=(
            gettext(
                "Undoing gives back what each had before, unless it was changed again since. Hours that were cancelled "
                "do not come back."
            ),
        ),
        yes=gettext("Undo for all"),
    )
