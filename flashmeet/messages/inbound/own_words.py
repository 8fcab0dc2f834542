"""What the writer of a mail says themselves: the text without what it quotes and without signatures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from html.parser import HTMLParser

_WROTE = re.compile(
    r"^(?=.*[\d@])(On|Le|Am|El|Il|Op|Em)\b.{5,300}"
    r"((wrote|a écrit|schrieb|escribió|ha scritto|schreef|escreveu)\s?:|schrieb .{1,200}:|@.* (wrote|a écrit))$",
    re.IGNORECASE,
)
"""The line above a quotation. Clients break it into up to three."""
LONGEST_HEAD = 1_000
"""Characters of the line above a quotation, at most: looking for an address in a line takes time that grows with the
square of its length."""
_NAMES_WRITER = re.compile(r"<?[^\s<>@]+@[^\s<>@]+>?\)?(\s[^\W\d_]+)?\s?:$")
"""The same in any language: an address, perhaps a verb, a colon; a quotation follows."""
_NAMED_HEAD = re.compile(r"^\*?(From|De|Von|Da|Van)\*?\s?:\*?\s.*@", re.IGNORECASE)
_CUT = (
    re.compile(
        r"^-{2,} ?(Original Message|Original-Nachricht|Message d.origine|Ursprüngliche Nachricht|Message transféré"
        r"|Original Appointment|Rendez-vous d.origine|Forwarded message|Mensaje original)",
        re.IGNORECASE,
    ),
    re.compile(r"^_{20,}$"),
    _NAMED_HEAD,
    re.compile(r"^-- ?$"),
    re.compile(
        r"^(Envoyé|Expédié|Sent|Gesendet|Enviado) (de|depuis|avec|via|à partir de|from|with|mit|von|desde) "
        r"(mon|ma|my|mi|mein|meinem|l['’]application|la messagerie|Outlook\b|Yahoo\b|Gmail\b|Proton\b|Mail\b)",
        re.IGNORECASE,
    ),
    re.compile(r"^Von meinem .* gesendet\b", re.IGNORECASE),
    re.compile(r"^(Get|Obtenir|Obtenez|Télécharger|Téléchargez) (Outlook|BlueMail)\b", re.IGNORECASE),
    re.compile(r"^Provenance\s?: (Courrier|Mail)\b", re.IGNORECASE),
    re.compile(r"^\W*Début du message (transféré|réexpédié)", re.IGNORECASE),
)
"""Lines from which on a mail repeats what it answers, or is its writer's signature."""
_HEAD = re.compile(r"^\*?(From|De|Von|Da|Van)\*?\s?:", re.IGNORECASE)
_HEAD_AFTER = re.compile(r"^\*?(Sent|Envoyé|Date|Gesendet|To|À|Objet|Subject|Betreff|An)\*?\s?:", re.IGNORECASE)
LONGEST_UNFINISHED = 10_000
"""Characters of a tag or comment that never ends, at most: to make the best of it takes time that grows with the square
of its length, and no program writes one."""
_BLOCKS = frozenset(
    (
        *("address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("hr", "li", "ol", "p", "pre", "table", "tr", "ul"),
    )
)
_UNSEEN = frozenset(("head", "script", "style", "title", "template"))
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_QUOTES = ("gmail_quote", "gmail_attr", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote", "zmail_extra", "OLK_SRC")
_QUOTE_IDS = ("divRplyFwdMsg", "appendonsend", "mail-editor-reference-message-container", "stopSpelling", "reply-intro")
_SIGNATURES = ("gmail_signature", "moz-signature", "protonmail_signature_block")


def own_words(mail: EmailMessage) -> str:
    """Returns the text that is not quoted, of the plain part, else of the HTML; "" where there is none."""
    for way in ("plain", "html"):
        part = mail.get_body(preferencelist=(way,))
        if isinstance(part, EmailMessage):
            text = text_of(part)
            words = unquoted((_unflowed(part, text) if way == "plain" else text_in(text)).split("\n"))
            if words:
                return words
    return ""


def is_for_outlook_alone(mail: EmailMessage) -> bool:
    """Whether what it says is in a file of Exchange's own format (MS-OXTNEF): "rich text", as Outlook calls it."""
    return any(
        part.get_content_subtype() in ("ms-tnef", "vnd.ms-tnef") or (part.get_filename() or "").lower() == "winmail.dat"
        for part in mail.walk()
    )


def text_of(part: EmailMessage) -> str:
    """Returns the text by its charset, else as UTF-8 or as Windows writes; a wrong charset loses no other letter."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    for charset in (str(part.get_content_charset("utf-8")), "utf-8", "cp1252"):
        try:
            return data.decode(charset).replace("\r\n", "\n").replace("\r", "\n")
        except (LookupError, ValueError):
            continue
    return data.decode("utf-8", errors="replace").replace("\r\n", "\n")


def _unflowed(part: EmailMessage, text: str) -> str:
    """Joins the lines of `format=flowed` again (RFC 3676)."""
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    glue = "" if str(part.get_param("delsp", "")).lower() == "yes" else " "
    lines: list[str] = []
    goes_on = False
    for line in text.split("\n"):
        plain = line.removeprefix(" ")  # space-stuffing
        if goes_on and not line.startswith(">"):
            lines[-1] += plain
        else:
            lines.append(line if line.startswith(">") else plain)
        goes_on = plain.endswith(" ") and plain != "-- " and not line.startswith(">")
        if goes_on:
            lines[-1] = lines[-1][:-1] + glue
    return "\n".join(lines)


def unquoted(lines: Sequence[str]) -> str:
    """Returns the text without what it quotes, and without a program's signature."""
    kept: list[str] = []
    number = 0
    while number < len(lines):
        line = lines[number].replace("\xa0", " ").rstrip()
        if line.lstrip().startswith(">"):
            number += 1
            continue
        wrote = _ends_wrote(lines, number)
        if wrote is not None and _quotes_follow(lines, wrote):
            number = wrote  # what is written below or between the quoted lines is theirs
            continue
        if wrote is not None or _begins_history(
            line, [each for each in lines[number + 1 : number + 5] if each.strip()]
        ):
            break
        kept.append(line)
        number += 1
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _ends_wrote(lines: Sequence[str], number: int) -> int | None:
    """Returns the number of the line after one like `On … wrote:`; None where there is none."""
    for taken in (1, 2, 3):
        joined = " ".join(each.replace("\xa0", " ").strip() for each in lines[number : number + taken])
        if not lines[number].strip() or len(joined) > LONGEST_HEAD:
            return None
        if _WROTE.match(joined.replace("\u202f", " ")):
            return number + taken
        if taken == 1 and _NAMES_WRITER.search(joined) and _quotes_follow(lines, number + taken):
            return number + taken
    return None


def _quotes_follow(lines: Sequence[str], number: int) -> bool:
    following = next((lines[at] for at in range(number, len(lines)) if lines[at].strip()), "")
    return following.lstrip().startswith(">")


def _begins_history(line: str, following: Sequence[str]) -> bool:
    head = bool(_HEAD.match(line)) and any(_HEAD_AFTER.match(each.strip()) for each in following[:2])
    sent_first = bool(_HEAD_AFTER.match(line)) and any(
        _NAMED_HEAD.match(each.strip()) for each in following[:1]
    )  # Orange
    return head or sent_first or any(each.search(line) for each in _CUT) or line == "--"


def text_in(html: str) -> str:
    """Returns the text of an HTML mail, a line for each block, up to what it quotes."""
    reader = _HtmlText()
    reader.feed(html)
    if len(reader.rawdata) <= LONGEST_UNFINISHED:
        reader.close()
    return "\n".join(_lines(reader.text))


def _lines(parts: Sequence[str]) -> Iterator[str]:
    for line in "".join(parts).split("\n"):
        yield re.sub(r"[ \t\xa0]+", " ", line).strip()


class _HtmlText(HTMLParser):
    """Gathers what is seen. A block quotation is left out; from a client's mark of the history on, all is."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self._unseen: list[str] = []
        self._over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        named = f"{given.get('class', '')} {given.get('id', '')} {given.get('name', '')}"
        if tag in _BLOCKS:
            self.text.append("\n")
        if any(each in named for each in (*_QUOTES, *_QUOTE_IDS)):
            self._over = True
        if tag in _VOID:
            return
        left_out = tag in _UNSEEN or tag == "blockquote" or any(each in named for each in _SIGNATURES)
        if self._unseen or left_out:
            self._unseen.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unseen:
            while self._unseen.pop() != tag:
                pass
        if tag in _BLOCKS:
            self.text.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen and not self._over:
            self.text.append(re.sub(r"[\r\n]+", " ", data))
