"""Joining: five fields and a code by mail. Responses are the same for known and unknown addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from pydantic import BeforeValidator, ValidationInfo, create_model
from werkzeug.datastructures import MultiDict

from flashmeet.core.errors import BadInput, JoiningClosed, Missing, NotTicked, OtherDomain, WrongCode
from flashmeet.core.settings.policies import JoiningMode
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import viewer
from flashmeet.http.admission.rate_limits import MAILBOX, note_wrong_code, spend, spend_address
from flashmeet.http.display import display_locale, display_tzid, network
from flashmeet.http.forms.reading import Faults, Form, beside, read_form, reads, typed_texts
from flashmeet.http.forms.redirects import same_site, with_way
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, services, writing
from flashmeet.i18n.times import took
from flashmeet.identity.acts import Act
from flashmeet.people.models import Terms
from flashmeet.people.pages.profile import fact_fields
from flashmeet.people.pages.sign_in import most_tries, same_time
from flashmeet.people.queries import terms_in_force
from flashmeet.people.rules.facts import FactSource, facts_of
from flashmeet.people.rules.joining import JoiningRole, Newcomer, checked_role
from flashmeet.people.service.applications import usual_wait
from flashmeet.people.service.invitations import find_invitation
from flashmeet.people.service.joining import ask_to_join, join
from flashmeet.people.service.sign_in import spend_try
from flashmeet.security.pages.entering import Entry, open_door, pass_door

bp = Blueprint("welcome", __name__)

JOINING = "newcomer"
"""The cookie's copy of the fields, the code's nonce and the invitation."""
MOST_WAY = 1_000
"""Characters: it travels in the cookie."""
FIELDS = (*(each.name for each in facts_of(FactSource.JOINING)), "role")


@dataclass(frozen=True, slots=True)
class NewcomerForm:
    """The five fields as typed, and the ticked commitments."""

    texts: Mapping[str, str]
    ticked: frozenset[str]

    @classmethod
    def from_form(cls, form: MultiDict[str, str]) -> NewcomerForm:
        texts = {name: form.get(name, "").strip()[:300] for name in FIELDS}
        return cls(texts, frozenset(form.getlist("commitments")))


EMPTY = NewcomerForm(dict.fromkeys(FIELDS, ""), frozenset())


@dataclass(frozen=True, slots=True)
class Entrance:
    """The way of joining: by an invitation, or openly (None)."""

    token: str = ""
    invitation_id: int | None = None
    role: JoiningRole = JoiningRole.ANY

    @classmethod
    def of(cls, token: str) -> Entrance:
        """Returns the door of an invitation. Raises NotFound, JoiningClosed."""
        with reading() as db:
            found = find_invitation(db, token, links=services().links, now=now())
        return cls(token, found.id, found.role)

    @property
    def path(self) -> str:
        return url_for("welcome.invited", invitation_token=self.token) if self.token else url_for("welcome.show")

    @property
    def open(self) -> bool:
        return self.invitation_id is not None or network().joining != JoiningMode.CLOSED


OPEN_DOOR = Entrance()


@bp.get("/welcome")
@access("anyone")
def show() -> ResponseReturnValue:
    return redirect(url_for("me.show"), 303) if viewer() is not None else _page(OPEN_DOOR, EMPTY)


@bp.get("/welcome/<invitation_token>")
@access("anyone")
def invited(invitation_token: str) -> ResponseReturnValue:
    door = Entrance.of(invitation_token)
    return redirect(url_for("me.show"), 303) if viewer() is not None else _page(door, EMPTY)


@bp.post("/welcome")
@access("anyone")
def ask() -> ResponseReturnValue:
    return _ask(OPEN_DOOR)


@bp.post("/welcome/<invitation_token>")
@access("anyone")
def ask_invited(invitation_token: str) -> ResponseReturnValue:
    return _ask(Entrance.of(invitation_token))


def _ask(door: Entrance) -> ResponseReturnValue:
    if not door.open:
        raise JoiningClosed
    typed, terms = NewcomerForm.from_form(request.form), _terms()
    context = {"country": network().country, "commitments": len(terms.commitments) if terms else 1}
    read = read_form(JoiningForm, request.form, context=context)
    if isinstance(read, Faults):
        return _page(door, typed, read), 422
    newcomer = read.newcomer(locale=display_locale(), tzid=display_tzid())
    spend_address()
    spend(MAILBOX, newcomer.email)
    try:
        _mail_code(door, newcomer, terms)
    except OtherDomain as refusal:
        return _page(door, typed, Faults(email=refusal)), 422
    return redirect(url_for("welcome.code"), 303)


def _mail_code(door: Entrance, newcomer: Newcomer, terms: Terms | None) -> None:
    """Mails the code. Raises OtherDomain, which does not reveal who is a member."""
    with same_time(), writing() as db:
        nonce = ask_to_join(db, newcomer, invited=door.invitation_id is not None, now=now())
    session[JOINING] = {
        "newcomer": asdict(newcomer),
        "nonce": nonce,
        "invitation_id": door.invitation_id,
        "terms": terms.version if terms else None,
        "path": with_way(door.path, _way()),
        "way": _way(),
    }


@bp.get("/welcome/code")
@access("anyone")
def code() -> ResponseReturnValue:
    if viewer() is not None:
        return redirect(url_for("me.show"), 303)
    return _code_page() if JOINING in session else redirect(url_for("welcome.show"), 303)


@bp.post("/welcome/code")
@access("anyone")
def redeem() -> ResponseReturnValue:
    """Signs the new member in, or shows that an administrator must approve first."""
    if JOINING not in session:
        return redirect(url_for("welcome.show"), 303)
    spend_address()
    typed, kept_way = request.form.get("code", ""), str(session[JOINING].get("way", ""))
    try:
        entry = _enter(typed)
    except WrongCode as refusal:
        note_wrong_code()
        return _code_page(typed, words_of(refusal)), status_of(refusal)
    if entry is None:
        session.pop(JOINING)
        return redirect(url_for("welcome.waiting"), 303)
    return pass_door(entry, url_for("first_minute.show") if entry.member.mentor else kept_way)


def _enter(typed: str) -> Entry | None:
    """Creates the member; None while an administrator must approve them first.

    Raises WrongCode (the try counts all the same), JoiningClosed.
    """
    kept = session[JOINING]
    with writing() as db:
        attempt = spend_try(db, kept["nonce"], most=most_tries(), now=now())
    with writing() as db:
        who = join(
            db,
            attempt,
            typed,
            kept_newcomer(kept["newcomer"]),
            invitation_id=kept["invitation_id"],
            terms_version=kept["terms"],
            now=now(),
        )
        return None if who.joining is not None else open_door(db, who)


@bp.get("/welcome/waiting")
@access("anyone")
def waiting() -> ResponseReturnValue:
    with reading() as db:
        wait = usual_wait(db, Act.MEMBER_ADMITTED, now=now())
    return render_template("people/joining/waiting.html", wait=wait and took(wait, display_locale()))


def _way() -> str:
    """Returns where the newcomer was when they decided to join: they go on there; "" for nowhere."""
    way = same_site(request.values.get("next"), "")
    return way if len(way) <= MOST_WAY else ""


def _terms() -> Terms | None:
    with reading() as db:
        return terms_in_force(db, now=now())


def _page(door: Entrance, typed: NewcomerForm, faults: Faults | None = None) -> str:
    return render_template(
        "people/joining/show.html",
        door=door,
        next=_way(),
        typed=typed,
        text=typed.texts,
        faults=Faults() if faults is None else faults,
        terms=_terms(),
        mode=network().joining,
    )


def _code_page(typed: str = "", problem: str = "") -> str:
    kept = session[JOINING]
    return render_template(
        "people/joining/code.html",
        email=kept["newcomer"]["email"],
        back=kept["path"],
        typed=typed[:12],
        problem=problem,
    )


def _ticked(ticked: object, info: ValidationInfo) -> object:
    with beside("commitments"):
        if not {str(number) for number in range((info.context or {})["commitments"])} <= set(ticked):  # type: ignore[call-overload]
            raise NotTicked("commitments")
    return ticked


class _Joining(Form):
    role: Annotated[JoiningRole, reads(lambda text, _: checked_role(text))]
    commitments: Annotated[list[str], BeforeValidator(_ticked)]

    @classmethod
    def gathered(cls, form: MultiDict[str, str]) -> dict[str, object]:
        return {**typed_texts(cls, form), "commitments": form.getlist("commitments")}

    def newcomer(self, *, locale: str, tzid: str) -> Newcomer:
        said: dict[str, Any] = {name: getattr(self, name) for name in FIELDS}
        return Newcomer(**said, locale=locale, tzid=tzid)


JoiningForm: type[_Joining] = create_model("JoiningForm", __base__=_Joining, **fact_fields(FactSource.JOINING))
"""Its context needs `country` and `commitments`, the number of commitments to tick."""


def kept_newcomer(kept: Mapping[str, Any]) -> Newcomer:
    """Returns the newcomer stored in the cookie. Raises BadInput, Missing."""
    try:
        said = {name: kept[name] for name in Newcomer.__dataclass_fields__}
        return Newcomer(**{**said, "role": checked_role(kept["role"])})
    except KeyError as error:
        raise Missing("email") from error
    except TypeError as error:
        raise BadInput("email") from error
