"""What an SMS costs (acceptance C5), on texts counted by hand."""

from __future__ import annotations

import pytest

from flashmeet.messages.rendering.gsm import economical, is_gsm, segments
from tests.loops import for_each


@for_each(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("é" * 160, 1),
        ("Ç" * 160, 1),
        ("ç" + "a" * 69, 1),
        ("ç" + "a" * 70, 2),
        ("ê" * 134, 2),
        ("ê" * 135, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 151, 2),  # the pair moves to the second segment, which is then full to the last place
        ("a" * 152 + "€" + "a" * 152, 3),
        ("🙂" * 35, 1),
        ("🙂" * 36, 2),
        ("🙂" * 66, 2),
        ("🙂" * 67, 3),  # a surrogate pair is not split: 33 fit into 67 places
    ],
)
def test_segments_are_counted_as_networks_count_them(text: str, count: int) -> None:
    assert segments(text) == count


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("L’heure avec Zoë…", "L'heure avec Zoe..."),
        ("Ça va à l’été ? Où ? Là.", "Ça va à l'été ? Où ? Là."),
        ("reçu, fenêtre, maïs, œuvre, sûr", "recu, fenetre, mais, oeuvre, sur"),
        ("«\u00a0oui\u00a0» – dix\u202feuros", '" oui " - dix euros'),
        ("São Paulo, Łódź", "Sao Paulo, Lodz"),
        ("Ελένη a reçu…", "Ελένη a reçu..."),  # Greek stays Greek, so ç costs nothing any more
        ("Δ€[ok]", "Δ€[ok]"),
        ("محمد vous attend", "محمد vous attend"),
        ("e\u0301te\u0301", "été"),
        ("Zoé 👩\u200d⚖️, 18:00", "Zoé, 18:00"),  # an emoji would make every segment less than half as long
        ("👋🏽 Léa\u202e", "Léa"),
        ("Þórður, n°3", "Thordur, no3"),
        ("محمد 🙂", "محمد 🙂"),
    ],
)
def test_a_text_is_brought_into_the_small_alphabet_only_where_its_meaning_stays(text: str, sent: str) -> None:
    assert economical(text) == sent


def test_a_text_of_the_small_alphabet_stays_as_it_is() -> None:
    text = "Mer. 9 déc., 18:00 (Paris): à bientôt".replace("ô", "o")
    assert is_gsm(text) and economical(text) == text
