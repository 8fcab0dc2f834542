"""Words that ask for a series, for somebody younger or for a peer; and those that only look like it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from flashmeet.core.errors import BadInput, OutOfRange
from flashmeet.requests.rules.ways_asked import SeriesWish, ways_asked

TODAY = date(2026, 11, 29)
THREE_MONTHS = TODAY + timedelta(weeks=12)

SERIES = {
    "un rendez-vous par mois pendant un semestre": (4, TODAY + timedelta(days=182)),
    "J’aimerais un suivi, une fois par mois, pour mon projet de création": (4, THREE_MONTHS),
    "se voir toutes les deux semaines pendant 3 mois": (2, TODAY + timedelta(days=92)),
    "un point tous les quinze jours jusqu’en juin": (2, date(2027, 6, 30)),
    "parler anglais chaque semaine jusqu'au 15 mars": (1, date(2027, 3, 15)),
    "une séance par semaine pendant six semaines": (1, TODAY + timedelta(weeks=6)),
    "un accompagnement mensuel jusqu’à la fin juin": (4, date(2027, 6, 30)),
    "6 rendez-vous, un rdv par mois": (4, TODAY + timedelta(weeks=24)),
    "deux fois par mois, échanger sur ma recherche d’emploi": (2, THREE_MONTHS),
    "être suivi régulièrement par un mentor": (4, THREE_MONTHS),
    "compare notes with other HR managers every other week until June": (2, date(2027, 6, 30)),
    "I would like to talk every other week": (2, THREE_MONTHS),
    "a call every two weeks for three months about my thesis": (2, TODAY + timedelta(days=92)),
    "one hour a month for a year": (4, TODAY + timedelta(days=365)),
    "meet once a week until June": (1, date(2027, 6, 30)),
    "monthly calls until the end of March 2027": (4, date(2027, 3, 31)),
    "weekly check in over the next 8 weeks": (1, TODAY + timedelta(weeks=8)),
    "un rendez-vous par mois pendant cinq ans": (4, TODAY + timedelta(days=366)),
    "un point par semaine jusqu’au 3 décembre": (1, TODAY + timedelta(weeks=2)),
    "un point par mois jusqu’au 29 novembre": (4, date(2027, 11, 29)),
    "a call once a week until March 15": (1, date(2027, 3, 15)),
    "a call once a month until 15 March 2027": (4, date(2027, 3, 15)),
    "un point par semaine, deux ou trois appels puis 8 séances": (1, TODAY + timedelta(weeks=8)),
    "a call once a week until December 20": (1, date(2026, 12, 20)),
    "a call once a week until March 2026": (1, TODAY + timedelta(weeks=2)),
    "weekly calls for the year": (1, TODAY + timedelta(days=365)),
    "un point par mois, deux appels": (4, TODAY + timedelta(weeks=8)),
    "un point par semaine, une séance pour commencer": (1, THREE_MONTHS),
}
NO_SERIES = [
    "Je gagne 2 000 € par mois, est-ce négociable ?",
    "35 heures de travail, passer à quatre jours",
    "Mon loyer est payé tous les trimestres",
    "un contrat de travail de trois mois",
    "relire mes statuts avant juin",
    "How do I negotiate a monthly salary?",
    "",
]


@pytest.mark.parametrize("need", SERIES)
def test_a_rhythm_and_its_end_are_read(need: str) -> None:
    wish = ways_asked(need, today=TODAY).series
    assert wish is not None
    assert (wish.rhythm_weeks, wish.ends_on) == SERIES[need]


@pytest.mark.parametrize("need", NO_SERIES)
def test_other_times_and_sums_ask_for_no_series(need: str) -> None:
    assert ways_asked(need, today=TODAY).series is None


RELATIONS = {
    "Je voudrais qu’un jeune diplômé m’explique TikTok": "reverse",
    "qu'une étudiante me montre comment elle utilise l’IA": "reverse",
    "du mentorat inversé sur les réseaux sociaux": "reverse",
    "comprendre TikTok avec quelqu’un de plus jeune": "reverse",
    "Me faire expliquer Discord par un jeune": None,
    "I would like a recent graduate to show me how they use ChatGPT": "reverse",
    "teach me social media, from someone younger": "reverse",
    "reverse mentoring on AI": "reverse",
    "échanger entre pairs": "peer",
    "échanger entre responsables RH": "peer",
    "Discuter de nos pratiques entre dirigeants d’associations": "peer",
    "échanger avec d’autres directrices financières": "peer",
    "parler à quelqu’un qui a le même poste que moi": "peer",
    "compare notes with other HR managers": "peer",
    "talk to someone in the same role as me": "peer",
    "Je suis un jeune diplômé et je cherche mon premier poste": None,
    "Jeune diplômée, j’aimerais qu’on m’explique le droit du travail": None,
    "choisir entre deux offres, en parler": None,
    "échanger entre deux avions": None,
    "un pacte entre associés": None,
    "recruter un jeune apprenti": None,
    "I am a recent graduate looking for a job": None,
    "my students need a room": None,
    "": None,
}


@pytest.mark.parametrize("need", RELATIONS)
def test_who_one_would_like_to_meet_is_read_where_it_is_said(need: str) -> None:
    assert ways_asked(need, today=TODAY).relation == RELATIONS[need]


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        (SeriesWish(3, THREE_MONTHS), BadInput),
        (SeriesWish(4, TODAY), OutOfRange),
        (SeriesWish(4, TODAY + timedelta(days=13)), OutOfRange),
        (SeriesWish(4, TODAY + timedelta(days=367)), OutOfRange),
    ],
)
def test_a_wish_has_a_rhythm_and_an_end_within_a_year(wish: SeriesWish, refusal: type[BadInput]) -> None:
    with pytest.raises(refusal):
        wish.checked(today=TODAY)


@pytest.mark.parametrize("days", [14, 366])
def test_a_series_may_last_two_weeks_and_a_year_and_a_day(days: int) -> None:
    wish = SeriesWish(1, TODAY + timedelta(days=days))
    assert wish.checked(today=TODAY) == wish
