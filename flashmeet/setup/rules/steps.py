"""What a network needs before it opens: each step is judged by facts, and nobody ticks it off."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from flashmeet.setup.rules.trials import Records

MENTORS_WANTED, THEMES_WANTED = 10, 3
"""With fewer, most people who look find nobody on their theme, and do not look again."""


class StepKey(StrEnum):
    """In the order in which they are best done: what others need first."""

    FACTOR = "factor"
    NAME = "name"
    LOOK = "look"
    LANGUAGES = "languages"
    CONTACT = "contact"
    MAIL = "mail"
    SMS = "sms"
    TEXTS = "texts"
    TERMS = "terms"
    THEMES = "themes"
    PEOPLE = "people"
    MENTORS = "mentors"
    BACKUP = "backup"
    TURN = "turn"


class StepState(StrEnum):
    DONE = "done"
    TO_DO = "to_do"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `said` names the sentence that says how it stands (`setup.wording`), `facts` are its values."""

    key: StepKey
    state: StepState
    said: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelFacts:
    """How a channel stands. `through` is the server and sender it uses now, "" where it has none.

    `tried_through` and `tried_at` are those of the last test, `fault` what it found; `away` is why the provider does
    not take our messages at present.
    """

    through: str = ""
    tried_through: str = ""
    tried_at: datetime | None = None
    fault: str = ""
    away: str = ""
    records: Records | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything the steps are judged by. `live`: it is a network, not a demo or somebody's own machine."""

    live: bool
    factor: bool = False
    name: str = ""
    own_name: bool = False
    logo: bool = False
    own_colour: bool = False
    locales: Sequence[str] = ()
    untranslated: Sequence[str] = ()
    """Active themes that lack a name in one of the network's languages."""
    contact: str = ""
    mail: ChannelFacts = field(default_factory=ChannelFacts)
    sms: ChannelFacts = field(default_factory=ChannelFacts)
    own_number: bool = False
    """The administrator has a proven number."""
    unwritten: Sequence[str] = ()
    blanks: Mapping[str, str] = field(default_factory=dict)
    """The first blank of each published text that has any."""
    terms: int = 0
    themes: int = 0
    wordless: int = 0
    """Active themes with a starter's name, without its words."""
    members: int = 0
    mentors: int = 0
    mentors_open: int = 0
    themes_open: int = 0
    backup_at: datetime | None = None
    backup_late: bool = False
    backup_verified: bool = False
    room: str = "builtin"
    relay: bool = False


def steps(facts: Facts) -> tuple[Step, ...]:
    """Returns every step with its state, in order."""
    return tuple(Step(key, *_JUDGES[key](facts)) for key in StepKey)


def needed(found: Sequence[Step]) -> list[Step]:
    return [each for each in found if each.state != StepState.NOT_NEEDED]


def to_do(found: Sequence[Step]) -> list[Step]:
    return [each for each in found if each.state == StepState.TO_DO]


Judged = tuple[StepState, str, Mapping[str, object]]
DONE, TO_DO, NOT_NEEDED = StepState.DONE, StepState.TO_DO, StepState.NOT_NEEDED


def _factor(facts: Facts) -> Judged:
    return (DONE, "factor.there", {}) if facts.factor else (TO_DO, "factor.missing", {})


def _name(facts: Facts) -> Judged:
    return (DONE, "name.own", {"name": facts.name}) if facts.own_name else (TO_DO, "name.shipped", {"name": facts.name})


def _look(facts: Facts) -> Judged:
    if facts.logo:
        return DONE, "look.both" if facts.own_colour else "look.logo", {}
    return TO_DO, "look.colour" if facts.own_colour else "look.none", {}


def _languages(facts: Facts) -> Judged:
    if len(facts.locales) == 1:
        return DONE, "languages.one", {"language": facts.locales[0]}
    if facts.untranslated:
        return TO_DO, "languages.lacking", {"num": len(facts.untranslated), "theme": facts.untranslated[0]}
    return DONE, "languages.all", {}


def _contact(facts: Facts) -> Judged:
    return (DONE, "contact.there", {"contact": facts.contact}) if facts.contact else (TO_DO, "contact.missing", {})


def _mail(facts: Facts) -> Judged:
    mail = facts.mail
    if not mail.through:
        return (TO_DO, "mail.none", {}) if facts.live else (NOT_NEEDED, "mail.files", {})
    if mail.away:
        return TO_DO, "mail.away", {"reason": mail.away}
    judged = _tried("mail", mail)
    if judged[0] == DONE and mail.records is not None and mail.records.missing:
        return TO_DO, "mail.records", {"domain": mail.records.domain, "missing": " + ".join(mail.records.missing)}
    return judged


def _sms(facts: Facts) -> Judged:
    if not facts.sms.through:
        return NOT_NEEDED, "sms.none", {}
    if facts.sms.away:
        return TO_DO, "sms.away", {"reason": facts.sms.away}
    judged = _tried("sms", facts.sms)
    return (TO_DO, "sms.no_number", {}) if judged[0] == TO_DO and not facts.own_number else judged


def _tried(channel: str, facts: ChannelFacts) -> Judged:
    if facts.tried_at is None:
        return TO_DO, f"{channel}.untried", {}
    if facts.tried_through != facts.through:
        return TO_DO, f"{channel}.changed", {"at": facts.tried_at}
    if facts.fault:
        return TO_DO, f"{channel}.refused", {"at": facts.tried_at, "reason": facts.fault}
    return DONE, f"{channel}.tried", {"at": facts.tried_at}


def _texts(facts: Facts) -> Judged:
    if facts.blanks:
        page, first = next(iter(facts.blanks.items()))
        return TO_DO, "texts.blanks", {"page": page, "first": first}
    if facts.unwritten:
        return TO_DO, "texts.unwritten", {"page": facts.unwritten[0]}
    return DONE, "texts.written", {}


def _terms(facts: Facts) -> Judged:
    return (DONE, "terms.there", {"version": facts.terms}) if facts.terms else (TO_DO, "terms.missing", {})


def _themes(facts: Facts) -> Judged:
    if not facts.themes:
        return TO_DO, "themes.none", {}
    if facts.wordless:
        return TO_DO, "themes.wordless", {"num": facts.wordless}
    return DONE, "themes.there", {"num": facts.themes}


def _people(facts: Facts) -> Judged:
    if facts.members <= 1:
        return TO_DO, "people.none", {}
    return DONE, "people.there", {"num": facts.members, "mentors": facts.mentors}


def _mentors(facts: Facts) -> Judged:
    known = {
        "num": facts.mentors_open,
        "themes": facts.themes_open,
        "wanted": MENTORS_WANTED,
        "themes_wanted": THEMES_WANTED,
        "idle": facts.mentors - facts.mentors_open,
    }
    if not facts.mentors:
        return TO_DO, "mentors.none", known
    enough = facts.mentors_open >= MENTORS_WANTED and facts.themes_open >= THEMES_WANTED
    return (DONE, "mentors.enough", known) if enough else (TO_DO, "mentors.few", known)


def _backup(facts: Facts) -> Judged:
    if not facts.live:
        return NOT_NEEDED, "backup.not_live", {}
    if facts.backup_at is None:
        return TO_DO, "backup.none", {}
    if facts.backup_late:
        return TO_DO, "backup.old", {"at": facts.backup_at}
    if not facts.backup_verified:
        return TO_DO, "backup.unverified", {"at": facts.backup_at}
    return DONE, "backup.verified", {"at": facts.backup_at}


def _turn(facts: Facts) -> Judged:
    if facts.room != "builtin":
        return NOT_NEEDED, "turn.elsewhere", {}
    return (DONE, "turn.there", {}) if facts.relay else (TO_DO, "turn.missing", {})


_JUDGES: Mapping[StepKey, Callable[[Facts], Judged]] = {
    StepKey.FACTOR: _factor,
    StepKey.NAME: _name,
    StepKey.LOOK: _look,
    StepKey.LANGUAGES: _languages,
    StepKey.CONTACT: _contact,
    StepKey.MAIL: _mail,
    StepKey.SMS: _sms,
    StepKey.TEXTS: _texts,
    StepKey.TERMS: _terms,
    StepKey.THEMES: _themes,
    StepKey.PEOPLE: _people,
    StepKey.MENTORS: _mentors,
    StepKey.BACKUP: _backup,
    StepKey.TURN: _turn,
}
