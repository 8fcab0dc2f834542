"""Which numbers SMS go to, and how answers are read: acceptance C4."""

from __future__ import annotations

import pytest

from flashmeet.core.errors import BadPhone, CountryNotServed, NotMobile
from flashmeet.core.phone_numbers import RANKS, mobile_number, range_of, read_answer, region_of
from flashmeet.core.settings.values import NetworkSettings
from tests.loops import for_each

SERVED = tuple(NetworkSettings().sms_countries)


@for_each(
    "text",
    [
        "STOP",
        "stop",
        " Stop. ",
        "ARRET",
        "arret",
        "ARRÊT",
        "arrêt",
        "Arre\u0302t",
        "ARRÊTER!",
        "STOPALL",
        "Stop svp",
        "STOP SMS",
        "opt out",
        "Désinscription",
        "STOP STOP !!!",
        "Stop au 36180",
        "STOP 36 180",
        "stop all messages",
        "Bonjour, arrêtez de m’envoyer des SMS, merci",
        "désabonnez-moi",
        "unsubscribe me please",
        "STOPP",
        "cancel",
    ],
)
def test_stop_is_understood_in_any_case_and_with_any_accent(text: str) -> None:
    assert read_answer(text) == "stop"


@for_each(
    ("text", "answer"),
    [
        ("START", "start"),
        ("Début", "start"),
        ("1", "come"),
        (" 2. ", "move"),
        ("3", "cancel"),
        ("\uff11", "come"),
        ("\u0663", "cancel"),
        ("1 merci", "come"),
        ("1 👍", "come"),
        ("1 - je viens", "come"),
        ("2 s’il vous plaît", "move"),
        ("2 je viens", "other"),
        ("3 annuler", "cancel"),
        ("3 - j’annule, merci", "cancel"),
        ("2 déplacer", "move"),
        ("bonjour 1", "come"),
        ("3 déplacer", "other"),
        ("1 je ne viens pas", "other"),
        ("cancel please", "cancel"),
        ("3 désolé", "cancel"),
        ("3 3 3", "cancel"),
        ("Trois.", "cancel"),
        ("Je dois annuler, désolée", "cancel"),
        ("I have to cancel", "cancel"),
        ("deux", "move"),
        ("déplacer svp", "move"),
        ("Je viens !", "come"),
        ("Un", "come"),
        ("je ne dois pas annuler", "other"),
        ("I can't come", "other"),
        ("annuler ou déplacer", "other"),
        ("un peu en retard", "other"),
        ("stop 1", "other"),
        ("1 mais en retard", "other"),
        ("merci", "other"),
        ("1 ou 2 ?", "other"),
        ("Stop chez moi d’abord, j’arrive", "other"),
        ("Start without me", "other"),
        ("12", "other"),
        ("Je ne peux pas m’arrêter", "other"),
        ("", "other"),
        ("…", "other"),
    ],
)
def test_only_a_clear_answer_counts(text: str, answer: str) -> None:
    assert read_answer(text) == answer


@pytest.mark.parametrize(
    ("typed", "country", "phone"),
    [
        ("06 12 34 56 78", "FR", "+33612345678"),
        ("+33 6 12 34 56 78", "CA", "+33612345678"),
        ("0470 12 34 56", "BE", "+32470123456"),
        ("0690 00 12 34", "GP", "+590690001234"),
        ("0690 00 12 34", "FR", "+590690001234"),
        ("0692 12 34 56 (perso)", "FR", "+262692123456"),
        ("(514) 555-0123", "CA", "+15145550123"),
    ],
)
def test_a_number_is_kept_in_e164_and_read_with_the_networks_country(typed: str, country: str, phone: str) -> None:
    assert mobile_number(typed, country, served=SERVED) == phone


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("01 42 68 53 00", NotMobile),
        ("3631", BadPhone),
        ("bonjour", BadPhone),
        ("+33 6 12", BadPhone),
        ("+992 91 712 3456", CountryNotServed),
        ("+44 20 7946 0958", NotMobile),
    ],
)
def test_what_no_sms_reaches_is_refused(typed: str, refusal: type[BadPhone]) -> None:
    with pytest.raises(BadPhone) as refused:
        mobile_number(typed, "FR", served=SERVED)
    assert type(refused.value) is refusal


def test_the_networks_own_country_is_always_served() -> None:
    assert mobile_number("+992 91 712 3456", "TJ", served=()) == "+992917123456"


def test_a_number_has_a_country_and_a_range() -> None:
    assert (region_of("+33612345678"), region_of("+15145550123"), region_of("nonsense")) == ("FR", "CA", "")
    assert range_of("+33612345678") == range_of("+33612349999") != range_of("+33612355678")


def test_a_final_status_is_the_last_but_for_having_been_read() -> None:
    order = ["queued", "sending", "sent", "delivered", "read"]
    assert [RANKS[each] for each in order] == sorted({RANKS[each] for each in order})
    assert RANKS["failed"] == RANKS["undelivered"] == RANKS["delivered"]
