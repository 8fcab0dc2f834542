"""The words of setting up: what each step is, why it matters, how it stands, and what its button says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from babel import Locale

from flashmeet.core.text import mark
from flashmeet.i18n import times
from flashmeet.i18n.catalogue import Spoken, translations
from flashmeet.i18n.numbers import grouped
from flashmeet.messages.service.troubles import trouble_words
from flashmeet.setup.rules.steps import Step

TITLES: Mapping[str, str] = {
    "factor": mark("Your second step"),
    "name": mark("Name and words"),
    "look": mark("Logo and colour"),
    "languages": mark("Languages"),
    "contact": mark("Contact"),
    "mail": mark("Email arrives"),
    "sms": mark("SMS arrive"),
    "texts": mark("Legal texts"),
    "terms": mark("Terms of use"),
    "themes": mark("Themes"),
    "people": mark("People"),
    "mentors": mark("Mentors with open hours"),
    "backup": mark("Backup"),
    "turn": mark("Calls between strict networks"),
}
WHY: Mapping[str, str] = {
    "factor": mark("You can read and change everything here: a mailbox alone should not be enough to be you."),
    "name": mark("It is at the top of every page, in every mail and in every invite: people should recognise it."),
    "look": mark("People trust pages and emails that look like their school."),
    "languages": mark("A network with one language is never asked for another, in themes, terms or texts."),
    "contact": mark("Questions about privacy, and replies to emails, reach a person."),
    "mail": mark("Sign-in codes, invites and reminders are all sent by email: without it, nobody can sign in."),
    "sms": mark("A reminder by SMS an hour before keeps people from forgetting."),
    "texts": mark("They say who runs the network and what is kept about people; the law asks for them."),
    "terms": mark("They say what mentors and mentees promise each other, and each accepts them once."),
    "themes": mark("What people type leads to a theme, and the theme to its mentors."),
    "people": mark("Nobody is told when you import them: invite them when you are ready."),
    "mentors": mark("People who find no hour on their first visit seldom come back."),
    "backup": mark("Disks fail, and a backup that was never restored may not work."),
    "turn": mark("Without a relay, about one call in ten does not connect: offices and schools are strict."),
}
ACTIONS: Mapping[str, str] = {
    "factor": mark("Add a second step"),
    "name": mark("Name the network"),
    "look": mark("Add the logo"),
    "languages": mark("Choose the languages"),
    "contact": mark("Name a mailbox that people read"),
    "mail": mark("Send me a test email"),
    "sms": mark("Send me a test SMS"),
    "texts": mark("Write the texts"),
    "terms": mark("Write the terms"),
    "themes": mark("Look at the themes"),
    "people": mark("Import members"),
    "mentors": mark("See who to ask"),
    "backup": "",
    "turn": "",
}
"""What the button of each says; what only whoever runs the server can do has none."""
STATES: Mapping[str, str] = {
    "done": mark("done"),
    "to_do": mark("to do"),
    "not_needed": mark("does not apply"),
}
PAGES: Mapping[str, str] = {
    "privacy": mark("Privacy"),
    "legal": mark("Legal notice"),
    "charter": mark("Charter"),
    "accessibility": mark("Accessibility declaration"),
    "terms": mark("Terms"),
}
_SAID: Mapping[str, str] = {
    "factor.there": mark("You sign in with a second step."),
    "factor.missing": mark("You sign in with your mailbox alone."),
    "name.own": mark("The network is called %(name)s."),
    "name.shipped": mark("The network is still called %(name)s, like every new one."),
    "look.both": mark("The logo and the colour are yours."),
    "look.logo": mark("The logo is yours; the colour is ours, and goes with most."),
    "look.colour": mark("The colour is yours; there is no logo yet."),
    "look.none": mark("The pages look like everybody’s."),
    "languages.one": mark("Everything is in %(language)s, and nothing else is asked for."),
    "languages.all": mark("Every theme has a name in each language."),
    "contact.there": mark("Questions go to %(contact)s."),
    "contact.missing": mark("No contact is named: questions and replies reach nobody."),
    "mail.files": mark("Here emails are saved as files, which is fine for trying things out."),
    "mail.none": mark(
        "No mail server is set up (FLASHMEET_SMTP_URL): nobody can sign in. Whoever runs the server can set one up."
    ),
    "mail.away": mark("No email can be sent at present: %(reason)s."),
    "mail.untried": mark("A mail server is set up; no email has been tried yet."),
    "mail.changed": mark("The server or the sender has changed since the test on %(when)s."),
    "mail.refused": mark("A test email on %(when)s was not accepted: %(reason)s."),
    "mail.records": mark(
        "The server accepted an email, but DNS lacks %(missing)s for %(domain)s: many emails will land in spam."
    ),
    "mail.tried": mark("The server accepted an email to you on %(when)s. Did it arrive, and not in your spam folder?"),
    "sms.none": mark("No SMS provider is set up: reminders go by email only. Whoever runs the server can add one."),
    "sms.away": mark("No SMS can be sent at present: %(reason)s."),
    "sms.no_number": mark("Verify a number of your own first: the test goes there."),
    "sms.untried": mark("A provider is set up; no SMS has been tried yet."),
    "sms.changed": mark("The provider or the sender has changed since the test on %(when)s."),
    "sms.refused": mark("A test SMS on %(when)s was not accepted: %(reason)s."),
    "sms.tried": mark("The provider accepted an SMS to you on %(when)s. Did it arrive?"),
    "texts.blanks": mark("A blank is left in “%(page)s”: %(first)s."),
    "texts.unwritten": mark("“%(page)s” is not written yet; a text to start from is there."),
    "texts.written": mark("They are written, and no blank is left."),
    "terms.there": mark("Version %(version)s was announced."),
    "terms.missing": mark("There are none: members book without promising anything. A text to start from is there."),
    "themes.none": mark("There are none, so no need leads anywhere."),
    "people.none": mark("You are alone here."),
    "mentors.none": mark("There is no approved mentor yet: import or invite some first."),
    "backup.not_live": mark("This is not a network in production."),
    "backup.none": mark(
        "None has ever been made. Whoever runs the server can turn on the nightly timer (deploy/systemd)."
    ),
    "backup.old": mark(
        "The last one was made on %(when)s: the nightly timer is not running. Tell whoever runs the server."
    ),
    "backup.unverified": mark(
        "The last one was made on %(when)s, and has never been test-restored (flashmeet backup verify)."
    ),
    "backup.verified": mark("The last one was made on %(when)s, and has been test-restored."),
    "turn.elsewhere": mark("Calls are held in another service."),
    "turn.missing": mark("No relay is set up (FLASHMEET_TURN_URL). Whoever runs the server can add one."),
    "turn.there": mark("A relay is set up."),
}
_COUNTED: Mapping[str, Callable[[Spoken, int], str]] = {
    "languages.lacking": lambda said, n: said.ngettext(
        "%(num)s theme lacks a name in one of the languages: %(theme)s.",
        "%(num)s themes lack a name in one of the languages; the first is %(theme)s.",
        n,
    ),
    "themes.wordless": lambda said, n: said.ngettext(
        "%(num)s theme has only its name: nothing else that people type leads to it.",
        "%(num)s themes have only their names: nothing else that people type leads to them.",
        n,
    ),
    "themes.there": lambda said, n: said.ngettext("%(num)s theme is open.", "%(num)s themes are open.", n),
    "people.there": lambda said, n: said.ngettext(
        "%(num)s member, %(mentors)s of them approved to mentor.",
        "%(num)s members, %(mentors)s of them approved to mentor.",
        n,
    ),
    "mentors.few": lambda said, n: said.ngettext(
        "%(num)s of %(wanted)s mentors has open hours, on %(themes)s of %(themes_wanted)s themes.",
        "%(num)s of %(wanted)s mentors have open hours, on %(themes)s of %(themes_wanted)s themes.",
        n,
    ),
    "mentors.enough": lambda said, n: said.ngettext(
        "%(num)s mentor has open hours, on %(themes)s themes.",
        "%(num)s mentors have open hours, on %(themes)s themes.",
        n,
    ),
}


def step_words(step: Step, *, tzid: str, locale: str) -> str:
    """Says how the step stands: `3 of 10 mentors have open hours, on 1 of 3 themes.`"""
    spoken = translations(locale)
    facts = {name: _value(name, value, tzid=tzid, locale=locale) for name, value in step.facts.items()}
    if "at" in facts:
        facts["when"] = facts["at"]
    if step.said in _COUNTED:
        number = step.facts["num"]
        return _COUNTED[step.said](spoken, number if isinstance(number, int) else 0) % facts
    return spoken.gettext(_SAID[step.said]) % facts


def _value(name: str, value: object, *, tzid: str, locale: str) -> object:
    if isinstance(value, datetime):
        return times.when(value, tzid, locale)
    if name == "reason":
        return trouble_words(str(value), locale)
    if name == "page":
        return translations(locale).gettext(PAGES[str(value)])
    if name == "language":
        return Locale.parse(locale).languages.get(str(value), value)
    return grouped(value, locale) if isinstance(value, int) and name != "version" else value
