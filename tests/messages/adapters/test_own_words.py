"""What a person wrote is read, however their program writes mails; what it repeats is not."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from flashmeet.messages.inbound.own_words import own_words

ILL = "Je suis malade, à demain ?"


def read(head: str, body: bytes) -> str:
    return own_words(message_from_bytes(head.encode() + b"\r\n\r\n" + body, policy=default))


def html(body: str) -> str:
    return read("Content-Type: text/html; charset=utf-8", body.encode())


@pytest.mark.parametrize(
    "below",
    [
        '<div class="gmail_quote"><div class="gmail_attr">On Wed, x wrote:<br></div><blockquote>Old</blockquote></div>',
        "<blockquote type=cite>Old<p>words</blockquote>",
        '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Network</div><div>Old</div>',
        "<hr><p><b>De :</b> Réseau &lt;a@b.org&gt;<br><b>Envoyé :</b> mercredi</p><p>Old</p>",
        '<p class="MsoNormal"><b>De :</b> Réseau des anciens<br><b>Envoyé :</b> mercredi</p><p>Old</p>',
        '<div class="moz-cite-prefix">Le 2/12/2026, Réseau a écrit :</div><blockquote cite="x">Old</blockquote>',
        '<div class="gmail_signature">Alice<br>Avocate</div>',
        "<style>p { color: red }</style><script>old()</script>",
        "<div>Envoyé de mon iPhone</div><blockquote>Old</blockquote>",
        "<p>On Wed, 2 Dec 2026, Network<br>&lt;a@b.org&gt; wrote:</p><p>Old</p>",
    ],
)
def test_a_mail_that_is_html_alone_is_read_up_to_what_it_quotes(below: str) -> None:
    words = "<div>Je suis malade,\n&agrave; demain&nbsp;?</div>"
    assert html(f"<html><head><title>x</title></head><body>{words}{below}</body></html>") == ILL


def test_lines_and_paragraphs_of_html_stay_lines() -> None:
    assert html("<p>Bonjour,</p><p>un<br>deux</p><ul><li>trois</ul>") == "Bonjour,\n\nun\ndeux\n\ntrois"


def test_where_the_plain_part_is_empty_the_html_is_read() -> None:
    mail = EmailMessage()
    mail.set_content("\n")
    mail.add_alternative(f"<p>{ILL}</p>", subtype="html")
    assert own_words(mail) == ILL


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit", ILL.encode("latin-1")),
        (
            "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable",
            b"Je suis=\r\n malade, =C3=A0 demain ?",
        ),
        ("Content-Type: text/plain; charset=windows-1252\r\nContent-Transfer-Encoding: 8bit", ILL.encode("cp1252")),
        ("Content-Type: text/plain\r\nContent-Transfer-Encoding: 8bit", ILL.encode()),
        ("Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 8bit", ILL.encode("cp1252")),
        ("Content-Type: text/plain; charset=unheard-of\r\nContent-Transfer-Encoding: 8bit", ILL.encode()),
        (
            "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64",
            b"SmUgc3VpcyBtYWxhZGUsIMOgIGRlbWFpbiA/",
        ),
        ("Subject: Re: Votre heure\r\nContent-Transfer-Encoding: 8bit", ILL.encode()),
        ("Content-Type: text/plain; charset=utf-8; format=flowed", b"Je suis \r\nmalade, \r\n\xc3\xa0 demain ?"),
        (
            "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes",
            b"Je suis mal \r\nade, \xc3\xa0 demain ?",
        ),
    ],
)
def test_words_are_read_in_every_charset_and_encoding(head: str, body: bytes) -> None:
    assert read(head, body) == ILL


def test_flowed_paragraphs_and_signatures_stay_apart() -> None:
    body = b"Bonjour,\r\n\r\nje suis \r\nmalade.\r\n-- \r\nAlice \r\nAvocate\r\n"
    assert read("Content-Type: text/plain; format=flowed", body) == "Bonjour,\n\nje suis malade."


@pytest.mark.parametrize(
    "below",
    [
        "Le mer. 2 déc. 2026 à 10:00, Réseau\n<rendez-vous@example.org>\na écrit :\n\n> Old",
        "Le mer. 2 déc. 2026 à 10:00, Réseau <a@b.org> a écrit\u202f:\n> Old",
        "Am 2.12.2026 um 10:00 schrieb Netz <a@b.org>:\n> Old",
        "De : Réseau des anciens\nEnvoyé : mercredi 2 décembre\nÀ : Alice\nObjet : Votre heure\n\nOld",
        "*From:* Network\n*Sent:* Wednesday\n\nOld",
        "envoyé : 2 décembre 2026 à 10:00\nde : Réseau <a@b.org>\nà : alice@orange.fr\nobjet : Votre heure\n\nOld",
        "De : Réseau des anciens\n\nEnvoyé : mercredi 2 décembre\n\nOld",
        "Envoyé de mon iPhone\n\n> Le 2 déc. 2026 à 10:00, Réseau <a@b.org> a écrit :\n> Old",
        "Obtenir Outlook pour iOS<https://aka.ms/x>\n________________________________\nDe : Réseau\n",
        "--\nAlice",
        "Op wo 2 dec 2026 om 10:00 schreef Netwerk <a@b.org>:\n> Old",
        "2026年12月2日(水) 10:00 Réseau <a@b.org>:\n\n> Old",
        "2 дек. 2026 г. 10:00 пользователь Réseau <a@b.org> написал:\n> Old",
        "Envoyé avec la messagerie sécurisée Proton Mail.\n\nOld",
        "Envoyé depuis l’application Mail Orange\n\nOld",
        "Sent from Outlook for Android",
        "Obtenez Outlook pour iOS",
        "Provenance : Courrier pour Windows",
        "Début du message réexpédié :\n\nOld",
    ],
)
def test_what_is_repeated_below_is_left_out(below: str) -> None:
    assert read("Content-Type: text/plain; charset=utf-8", f"{ILL}\n\n{below}\n".encode()) == ILL


@pytest.mark.parametrize(
    "text",
    [
        f"Le mer. 2 déc. 2026, Réseau <a@b.org> a écrit :\n> Votre heure\n> demain\n\n{ILL}",
        f"> Votre heure\n> demain\n{ILL}\n> Merci",
        f"On Wed, Network <a@b.org> wrote:\n\n> Your hour\n>\n{ILL}",
    ],
)
def test_an_answer_below_or_between_the_quoted_lines_is_heard(text: str) -> None:
    assert read("Content-Type: text/plain; charset=utf-8", text.encode()) == ILL


def test_a_sentence_that_only_begins_like_a_quotation_is_the_writers() -> None:
    said = (
        "Le train de 10 h est supprimé, la SNCF l’a écrit\nOn se voit demain ?\nEnvoyé de Lyon à a@b.org :\nmon CV\n"
        "Le passage que Marie a écrit :\n« Les statuts »\nDate : lundi\nDe mon côté : rien"
    )
    assert read("Content-Type: text/plain; charset=utf-8", said.encode()) == said


@pytest.mark.parametrize("body", [b"<", b"<!--", b"<![CDATA[", b"&#xffffffff;", b"<p" * 5000, b"</blockquote></p>"])
def test_html_that_is_none_harms_nothing(body: bytes) -> None:
    assert isinstance(read("Content-Type: text/html", body), str)
