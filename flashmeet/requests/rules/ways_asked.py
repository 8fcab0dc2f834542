"""Ways of meeting that a need asks for in words, in French and English: a series, somebody younger, a peer.

Rules, no guesses: what is found is shown as a question, and nothing follows from it by itself.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from flashmeet.bookings.rules.series import LONGEST, SHORTEST, require_rhythm
from flashmeet.core.numbers import number_or_none, read_number
from flashmeet.core.text import fold
from flashmeet.schedule.rules.booking_facts import Relation

THREE_MONTHS = timedelta(weeks=12)
_COUNTED = (
    "deux trois quatre cinq six sept huit neuf dix onze douze",
    "two three four five six seven eight nine ten eleven twelve",
)
_NUMBERS = {
    **dict.fromkeys(("un", "une", "one", "a", "an"), 1),
    **{word: number for words in _COUNTED for number, word in enumerate(words.split(), start=2)},
}
_FRENCH = "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre"
_ENGLISH = "january february march april may june july august september october november december"
_MONTHS = {month: number for names in (_FRENCH, _ENGLISH) for number, month in enumerate(names.split(), start=1)}
_NUMBER = rf"(\d{{1,2}}|{'|'.join(_NUMBERS)})"
_MEETING = (
    r"(?:fois|rendez vous|rdvs?|heures?|points?|echanges?|seances?|appels?|sessions?|entretiens?|visios?|rencontres?|"
    r"calls?|hours?|meetings?|chats?|times?|catch ups?|once)"
)
_MEETS = re.compile(
    rf"\b(?:{_MEETING}|voir|revoir|parler|echanger|compare|exchange|chat|discuter|rencontrer|suivi|suivre|accompagn\w+|mentor\w*|meet|talk|"
    r"speak|see|check in|follow up)\b"
)
_ONE = rf"(?:{_NUMBER} )?{_MEETING}"
_RHYTHMS = (
    (
        2,
        rf"(?:toutes|tous) les (?:deux|2) semaines|tous les (?:quinze|15) jours|une semaine sur deux|"
        rf"every (?:other|second|two|2) weeks?|fortnightly|every fortnight|biweekly|bimensuel\w*|"
        rf"(?:deux|2) {_MEETING} (?:par|chaque) mois|twice a month|two {_MEETING} a month|par quinzaine",
    ),
    (
        4,
        rf"(?:toutes les (?:quatre|4) semaines|every (?:four|4) weeks)|(?:tous les|chaque) mois|every month|each month|"
        rf"monthly|mensuel\w*|{_ONE} (?:par|chaque) mois|{_ONE} (?:a|per|each|every) month|once a month",
    ),
    (
        1,
        rf"(?:toutes les|chaque) semaines?|every week|each week|weekly|hebdomadaire\w*|{_ONE} (?:par|chaque) semaine|"
        rf"{_ONE} (?:a|per|each|every) week|once a week",
    ),
    (4, r"regulierement|suivi regulier|regularly|on a regular basis"),
)
_FOR = r"(?:pendant|durant|sur|pour|for|over|during)(?: the| les?| next| prochaines?| prochains?)*"
_LENGTHS = {
    "semaine": 7,
    "week": 7,
    "mois": 30.5,
    "month": 30.5,
    "trimestre": 91,
    "term": 91,
    "semestre": 182,
    "semester": 182,
    "an": 365,
    "ans": 365,
    "annee": 365,
    "year": 365,
}
_SPAN = re.compile(rf"\b{_FOR} (?:(?:le|ce|cette|l|this) )?(?:{_NUMBER} )?({'|'.join(_LENGTHS)})s?\b")
_UNTIL = re.compile(
    rf"\b(?:jusqu (?:en|a|au|a la fin(?: de)?|fin)|until|till|through)(?: the)?(?: end of)?(?: fin)? ?"
    rf"(?:(\d{{1,2}})(?:er|st|nd|rd|th)? )?"
    rf"({'|'.join(_MONTHS)})(?: (\d{{1,2}})\b(?!\d))?(?: (20\d\d))?"
)
_COUNT = re.compile(rf"\b{_NUMBER} {_MEETING}\b(?! (?:par|chaque|a|per|each|every)\b)")
_ASKS = (
    r"m explique\w*|m appren\w*|me montre\w*|m initie\w*|me forme\w*|m aide\w*|me fasse decouvrir|m eclaire\w*|"
    r"me guide\w*|"
    r"m accompagne\w*|me dise\w*|me parle\w*|teach me|show me|explain\w*|help me|walk me|tell me|guide me|coach me"
)
_YOUNG = (
    r"(?:tres |plus |quelqu un de plus )?(?:jeunes?|junior|etudiante?s?|apprentie?s?|alternante?s?|young|younger|"
    r"recent graduates?|students?|gen z|digital native|(?:diplomee?s? )?recent\w*)"
)
_REVERSE = re.compile(
    r"\b(?:mentorat inverse|reverse mentor\w*|mentorat inversee?)\b"
    rf"|\b(?:qu une?|par une?|par des|d une?|aupres d une?|avec une?|avec des|a|an|some|someone|somebody|from a|by a)"
    rf" {_YOUNG}\b(?: \w+){{0,6}} (?:{_ASKS})\b"
    rf"|\b(?:{_ASKS})\b(?: \w+){{0,8}} (?:par une?|from a|from someone|by a|by someone) {_YOUNG}\b"
    r"|\b(?:quelqu un de|une personne|someone|somebody) (?:bien |much )?(?:plus jeune|younger)\b"
)
_EXCHANGE = (
    r"(?:echanger|echanges?|discuter|parler|partager|partage|comparer|retours? d experience|talk|chat|exchange|"
    r"compare notes|swap|share)"
)
_PEER = re.compile(
    r"\b(?:entre pairs|(?:avec|with) (?:mes |des |un |une |other |my )?(?:pairs?|peers?)|peer to peer|a peer|"
    r"mes pairs)\b"
    rf"|\b{_EXCHANGE}\b(?: \w+){{0,5}} (?:entre|between|among) "
    r"(?!deux\b|les\b|la\b|le\b|nous\b|mon\b|ma\b|mes\b|two\b|the\b|us\b|my\b|\d)\w+"
    rf"|\b{_EXCHANGE}\b(?: \w+){{0,3}} (?:avec|with) (?:d autres?|une? autre|other|another|fellow) \w+"
    r"|\b(?:le|la|au|the|in the|a) ?meme (?:poste|metier|fonction|situation)s? que moi\b"
    r"|\bsame (?:job|role|position|situation) as (?:me|mine)\b|\bfellow \w+s\b"
)


@dataclass(frozen=True, slots=True)
class SeriesWish:
    """Hours at a rhythm, until a day."""

    rhythm_weeks: int
    ends_on: date

    def checked(self, *, today: date) -> SeriesWish:
        """Raises BadInput, OutOfRange."""
        require_rhythm(self.rhythm_weeks, self.ends_on, today=today)
        return self


@dataclass(frozen=True, slots=True)
class WaysAsked:
    series: SeriesWish | None = None
    relation: Relation | None = None


def ways_asked(need: str, *, today: date) -> WaysAsked:
    """Returns what the words of a need ask for; nothing where they do not say it."""
    words = fold(need)
    return WaysAsked(_series(words, today), _relation(words))


def _relation(words: str) -> Relation | None:
    if _REVERSE.search(words):
        return Relation.REVERSE
    return Relation.PEER if _PEER.search(words) else None


def _series(words: str, today: date) -> SeriesWish | None:
    rhythm = next((weeks for weeks, told in _RHYTHMS if re.search(rf"\b(?:{told})\b", words)), None)
    if rhythm is None or not _MEETS.search(words):
        return None
    ends_on = _until(words, today) or _after_span(words, today) or _after_count(words, rhythm, today)
    wanted = ends_on or today + THREE_MONTHS
    return SeriesWish(rhythm, min(max(wanted, today + SHORTEST), today + LONGEST))


def _until(words: str, today: date) -> date | None:
    """Returns the last day of a month that was named, or the day in it; the next such day from today."""
    found = _UNTIL.search(words)
    if found is None:
        return None
    month, year = _MONTHS[found[2]], read_number(found[4]) if found[4] else today.year
    wanted = _day_of(year, month, found[1] or found[3])
    return wanted if wanted > today or found[4] else _day_of(year + 1, month, found[1] or found[3])


def _day_of(year: int, month: int, day: str | None) -> date:
    last = calendar.monthrange(year, month)[1]
    return date(year, month, min(number_or_none(day or "") or last, last))


def _after_span(words: str, today: date) -> date | None:
    found = _SPAN.search(words)
    return today + timedelta(days=round(_number(found[1]) * _LENGTHS[found[2]])) if found else None


def _after_count(words: str, rhythm: int, today: date) -> date | None:
    numbers = [_number(each) for each in _COUNT.findall(words)]
    most = max((each for each in numbers if each > 1), default=None)
    return None if most is None else today + timedelta(weeks=most * rhythm)


def _number(text: str | None) -> int:
    return 1 if not text else _NUMBERS.get(text) or read_number(text)
