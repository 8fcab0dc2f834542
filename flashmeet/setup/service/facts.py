"""The facts that the steps of setting up are judged by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.core.backups import days_late
from flashmeet.core.config import Config
from flashmeet.core.settings.service import network_settings
from flashmeet.core.settings.values import OUR_ACCENT, NetworkSettings
from flashmeet.identity.models import Member
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.setup.models import ChannelTrial
from flashmeet.setup.queries import (
    ChannelAway,
    channels_away,
    counted,
    people_counted,
    terms_version,
    trials,
    written_pages,
)
from flashmeet.setup.rules.steps import ChannelFacts, Facts, Step, needed, steps, to_do
from flashmeet.setup.rules.trials import Records
from flashmeet.setup.service.legal_texts import blanks_left
from flashmeet.setup.service.starter_themes import wordless_themes
from flashmeet.themes.service import KnownTheme, known_themes

REQUIRED_TEXTS = ("legal", "privacy")


@dataclass(frozen=True, slots=True)
class Setup:
    """How far the network is: its steps, and the last tests of its channels."""

    steps: Sequence[Step]
    facts: Facts

    @property
    def needed(self) -> int:
        """Returns how many steps apply."""
        return len(needed(self.steps))

    @property
    def to_do(self) -> Sequence[Step]:
        return to_do(self.steps)

    @property
    def done(self) -> int:
        return self.needed - len(self.to_do)


def setup_of(db: Session, config: Config, viewer: Member, *, now: datetime) -> Setup:
    """Judges every step for this administrator."""
    facts = _facts(db, config, viewer, now=now)
    return Setup(steps(facts), facts)


def _facts(db: Session, config: Config, viewer: Member, *, now: datetime) -> Facts:
    net = network_settings(db)
    people = people_counted(db, now)
    idle, themes_open, backup_at, verified_at, own_number = counted(db, viewer.id, now=now)
    tried, away, themes = trials(db), channels_away(db), known_themes(db)
    written = written_pages(db)
    return Facts(
        live=config.env == "production",
        factor=viewer.factor_at is not None,
        name=net.name,
        own_name=net.name != NetworkSettings().name,
        logo=bool(net.logo),
        own_colour=net.accent != OUR_ACCENT,
        locales=net.locales,
        untranslated=_untranslated(themes, net.locales),
        contact=net.contact,
        mail=_channel(mail_through(config), tried.get(ChannelName.MAIL), away.get(ChannelName.MAIL)),
        sms=_channel(sms_through(config), tried.get(ChannelName.SMS), away.get(ChannelName.SMS)),
        own_number=bool(own_number),
        unwritten=[page for page in REQUIRED_TEXTS if not set(net.locales) <= written.get(page, frozenset())],
        blanks={each.page: each.first for each in blanks_left(db)},
        terms=terms_version(db),
        themes=len(themes),
        wordless=len(wordless_themes(db)),
        members=people.members,
        mentors=people.mentors,
        mentors_open=people.mentors - idle,
        themes_open=themes_open,
        backup_at=backup_at,
        backup_late=days_late(backup_at, now=now) > 0,
        backup_verified=verified_at is not None,
        room=config.video,
        relay=config.turn is not None,
    )


def mail_through(config: Config) -> str:
    """Returns the server that mails go through, and their sender; "" where they go to files."""
    return f"{config.smtp.host}:{config.smtp.port} {config.mail_from}" if config.smtp else ""


def sms_through(config: Config) -> str:
    """Returns the sender of SMS and where they go; "" where they go to files."""
    return f"{config.twilio.base_url or 'twilio'} {config.twilio.sender}" if config.twilio else ""


def _channel(through: str, trial: ChannelTrial | None, gone: ChannelAway | None) -> ChannelFacts:
    away = gone.reason if gone else ""
    if trial is None:
        return ChannelFacts(through=through, away=away)
    return ChannelFacts(
        through=through,
        tried_through=trial.through,
        tried_at=trial.tried_at,
        fault=trial.fault,
        away=away,
        records=Records(**trial.records) if trial.records else None,
    )


def _untranslated(themes: Sequence[KnownTheme], locales: Sequence[str]) -> list[str]:
    """Returns the names of themes that lack one in one of those languages."""
    return [each.name(locales[0]) for each in themes if not all(each.names.get(locale) for locale in locales)]
