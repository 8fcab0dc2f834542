"""What is asked before a way in ends (`http.forms.confirming`)."""

from __future__ import annotations

from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from flashmeet.core.errors import NotFound
from flashmeet.http.admission.identity import caller, member
from flashmeet.http.forms.confirming import Question
from flashmeet.http.services import now
from flashmeet.identity.models import Member
from flashmeet.security.service.factors import factors_of
from flashmeet.security.service.given_access import given_access, member_for_access


def closing_browser(_db: Session, login_id: int) -> Question:
    del login_id
    return Question(
        title=gettext("Sign that browser out?"),
        lines=(gettext("Whoever uses it needs a new code from your email to come back. Nobody is told."),),
        yes=gettext("Sign out"),
        keep=gettext("Keep it signed in"),
    )


def closing_others(db: Session) -> Question:
    number = max(1, len(given_access(db, member(db), now=now()).logins) - 1)
    return Question(
        title=ngettext("Sign the other browser out?", "Sign the %(num)s other browsers out?", number),
        lines=(gettext("Whoever uses one of them needs a new code from your email to come back. Nobody is told."),),
        yes=ngettext("Sign the other one out", "Sign the %(num)s others out", number),
        keep=gettext("Keep them signed in"),
    )


def leaving_everywhere(_db: Session) -> Question:
    return Question(
        title=gettext("Sign out everywhere?"),
        lines=(
            gettext("Every browser is signed out, this one too; every API token and the calendar feed stop working."),
            gettext("The links in earlier messages open nothing any more. Your hours stay booked, and nobody is told."),
        ),
        yes=gettext("Sign out everywhere"),
        keep=gettext("Stay signed in"),
    )


def renewing_links(_db: Session) -> Question:
    return Question(
        title=gettext("Renew your links?"),
        lines=(
            gettext("The links in earlier messages and invites stop working at once, those that join a call too."),
            gettext("New messages bring new ones, and every page here works as before. Nobody is told."),
        ),
        yes=gettext("Renew my links"),
        keep=gettext("Keep them"),
    )


def revoking_own_token(db: Session, token_id: int) -> Question | None:
    return _revoking(db, member(db), token_id)


def revoking_token(db: Session, member_id: int, token_id: int) -> Question | None:
    return _revoking(db, member_for_access(db, member_id), token_id)


def _revoking(db: Session, who: Member, token_id: int) -> Question | None:
    token = next((each for each in given_access(db, who, now=now()).tokens if each.id == token_id), None)
    if token is None:
        return None
    return Question(
        title=gettext("Take back the token “%(name)s”?", name=token.name or gettext("API token")),
        lines=(gettext("The program that uses it is refused from then on. A token that was taken back stays so."),),
        yes=gettext("Take back"),
        keep=gettext("Keep it"),
    )


def ending_access(db: Session, member_id: int) -> Question:
    who = member_for_access(db, member_id)
    given = given_access(db, who, now=now())
    return Question(
        title=gettext("End all access of %(name)s?", name=who.name),
        lines=(
            ngettext("%(num)s browser is signed out.", "%(num)s browsers are signed out.", len(given.logins)),
            ngettext("%(num)s API token stops working.", "%(num)s API tokens stop working.", len(given.tokens)),
            gettext("The calendar feed and the links in earlier messages stop working, too."),
            gettext("%(name)s stays a member, is not told, and signs in again with a code.", name=who.first_name),
        ),
        yes=gettext("End all access"),
    )


def removing_app(_db: Session) -> Question | None:
    return _removing(gettext("Remove the app?")) if caller().factor else None


def removing_key(db: Session, passkey_id: int) -> Question | None:
    passkeys = factors_of(db, caller().member_id).passkeys
    found = next((each for each in passkeys if each.id == passkey_id), None)
    return _removing(gettext("Remove the passkey “%(name)s”?", name=found.name)) if found else None


def _removing(title: str) -> Question:
    return Question(
        title=title,
        lines=(gettext("You can no longer sign in with it. Without any, a code from your email is enough again."),),
        yes=gettext("Remove it"),
        keep=gettext("Keep it"),
    )


def renewing_codes(_db: Session) -> Question | None:
    if not caller().factor:
        return None
    return Question(
        title=gettext("Make ten new recovery codes?"),
        lines=(gettext("Those that you noted before stop working at once. The new ones are shown only once."),),
        yes=gettext("Make ten new codes"),
        keep=gettext("Keep the old ones"),
    )


def resetting_factors(db: Session, member_id: int) -> Question:
    """Raises NotFound."""
    who = db.get(Member, member_id)
    if who is None or who.factor_at is None:
        raise NotFound
    return Question(
        title=gettext("Reset the second step of %(name)s?", name=who.name),
        lines=(
            gettext("Their app, passkeys and recovery codes are removed, and every browser is signed out."),
            gettext(
                "%(name)s is told by email, and gets in with the code from their mailbox alone.", name=who.first_name
            ),
        ),
        yes=gettext("Reset the second step"),
    )
