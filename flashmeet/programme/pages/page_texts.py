"""Charter, privacy notice and legal notice: public pages, edited by administrators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session

from flashmeet.core.errors import BadInput, ChangedMeanwhile
from flashmeet.core.settings.entries import CONFORMITY
from flashmeet.core.settings.models import PageText
from flashmeet.core.settings.page_texts import PAGES, checked_page
from flashmeet.core.settings.policies import Conformity
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.audit import records
from flashmeet.http.display import display_locale, network
from flashmeet.http.forms.confirming import asks_first
from flashmeet.http.forms.versions import both_sides, require_version, version_of
from flashmeet.http.responses.problems import words_of
from flashmeet.http.services import now, reading, services, writing
from flashmeet.identity.acts import Act
from flashmeet.identity.queries import names_of
from flashmeet.privacy.rules.register import PURPOSES
from flashmeet.privacy.wording import third_parties
from flashmeet.programme.pages.confirming import publishing_text
from flashmeet.programme.service.page_texts import (
    drop_text,
    own_text,
    shipped_text,
    text_to_show,
    write_text,
    written_pages,
)
from flashmeet.setup.service.legal_texts import blanks_in, text_without_blanks

bp = Blueprint("page_texts", __name__)

TITLES = {
    "charter": lazy_gettext("Charter"),
    "privacy": lazy_gettext("Privacy"),
    "legal": lazy_gettext("Legal notice"),
    "accessibility": lazy_gettext("Accessibility declaration"),
}


@bp.get("/charter")
@access("anyone")
def charter() -> ResponseReturnValue:
    return _read("charter")


@bp.get("/privacy")
@access("anyone")
def privacy() -> ResponseReturnValue:
    """Shows the network's own notice, else ours; then what the register and the configuration say, which is true."""
    with reading() as db:
        own = text_to_show(db, "privacy")
    return render_template(
        "programme/pages/privacy.html",
        own=own,
        purposes=PURPOSES,
        third_parties=third_parties(services().config, display_locale()),
    )


@bp.get("/legal")
@access("anyone")
def legal() -> ResponseReturnValue:
    return _read("legal")


@bp.get("/accessibility")
@access("anyone")
def accessibility() -> ResponseReturnValue:
    """Shows the declaration: its state from the setting, then the network's own text, else the shipped one."""
    net = network()
    with reading() as db:
        own = text_to_show(db, "accessibility")
    named = {
        locale: text_without_blanks(text, name=net.name, contact=net.contact or gettext("an administrator"))
        for locale, text in shipped_text("accessibility").items()
    }
    return render_template(
        "programme/pages/accessibility.html",
        state=net.accessibility,
        text=own.texts if own else named,
        changed_at=own.changed_at if own else None,
    )


@bp.app_template_filter()
def conformity_words(state: Conformity) -> str:
    """`Accessibilité : non conforme`."""
    return str(gettext(CONFORMITY[state]))


def _read(name: str) -> str:
    with reading() as db:
        own = text_to_show(db, name)
    if own is None and name == "legal":
        return render_template("programme/pages/legal.html")
    return render_template(
        "programme/pages/text.html",
        title=TITLES[name],
        text=own.texts if own else shipped_text(name),
        changed_at=own.changed_at if own else None,
        with_contact=name == "legal",
    )


@bp.get("/admin/texts")
@access("administrator")
def show() -> ResponseReturnValue:
    with reading() as db:
        return render_template("programme/texts.html", titles=TITLES, pages=PAGES, written=written_pages(db))


@bp.get("/admin/texts/<page_name>")
@access("administrator")
def edit(page_name: str) -> ResponseReturnValue:
    with reading() as db:
        own = own_text(db, page_name)
        return _form(db, page_name, own.texts if own else shipped_text(page_name), own=own)


@bp.post("/admin/texts/<page_name>")
@access("administrator")
@asks_first(publishing_text)
@records(Act.TEXT_CHANGED)
def save(page_name: str) -> ResponseReturnValue:
    """Publishes the text; with blanks only once that is confirmed."""
    checked_page(page_name)
    typed = {locale: request.form.get(f"text_{locale}", "") for locale in network().locales}
    try:
        with writing() as db:
            require_version(_values(own_text(db, page_name, locked=True), page_name))
            if "drop" in request.form:
                drop_text(db, page_name)
            elif blanks_in(typed) and "sure" not in request.form:
                return _form(db, page_name, typed, own=own_text(db, page_name), blanks=blanks_in(typed))
            else:
                write_text(db, page_name, typed, by=member(db), now=now())
    except ChangedMeanwhile as refusal:
        with reading() as db:
            return _form(db, page_name, typed, own=own_text(db, page_name), stale=True), refusal.status
    except BadInput as refusal:
        with reading() as db:
            return _form(db, page_name, typed, own=own_text(db, page_name), refusal=refusal), 422
    return redirect(url_for("page_texts.edit", page_name=page_name, saved=1), 303)


def _values(own: PageText | None, name: str) -> dict[str, str]:
    texts = own.texts if own else shipped_text(name)
    return {f"text_{locale}": texts.get(locale, "") for locale in network().locales}


def _form(
    db: Session,
    name: str,
    texts: Mapping[str, str],
    *,
    own: PageText | None,
    refusal: BadInput | None = None,
    blanks: Sequence[str] = (),
    stale: bool = False,
) -> str:
    """Returns the form; `blanks` are those that were about to be published, which is asked about."""
    stored, typed = _values(own, name), {f"text_{locale}": texts[locale] for locale in network().locales}
    seen = request.form.get("version") if refusal or blanks else None
    return render_template(
        "programme/text.html",
        name=name,
        title=TITLES[name],
        texts=texts,
        version=seen or version_of(stored),
        sides=both_sides(stored, typed) if stale else [],
        own=own,
        names=names_of(db, [own.changed_by_id]) if own else {},
        locales=network().locales,
        blanks=blanks,
        problem=words_of(refusal) if refusal else "",
        problem_field=refusal.field if refusal else "",
        saved="saved" in request.args and refusal is None,
    )
