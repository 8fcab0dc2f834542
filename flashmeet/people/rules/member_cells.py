"""How people write what a member file holds: yes and no, roles, lists, names, themes and their lines of proof."""

from __future__ import annotations

import csv
import functools
import io
import re
from collections.abc import Collection, Mapping, Sequence

from flashmeet.core.mail_addresses import read_address
from flashmeet.core.text import fold
from flashmeet.core.zones import names
from flashmeet.people.rules.facts import NAME_CHARACTERS, tidy_line

ROOM = 20_000
"""The maximum number of characters of a cell with several values."""
YES = frozenset(
    (
        *("yes", "y", "oui", "o", "vrai", "true", "t", "1", "x", "ok", "on", "si", "ja", "valide", "validee"),
        *("approuve", "approuvee", "accepte", "acceptee", "approved"),
    )
)
NO = frozenset(
    ("no", "n", "non", "faux", "false", "f", "0", "off", "refuse", "refusee", "attente", "pending"),
)
_MARKED, _NOT_MARKED = frozenset("✓✔☑✅√●"), frozenset("✗✘☐❌-–—/")
_ROLE_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("mentee", "mentees", "mentore", "mentores", "mentoree", "mentorees"), "mentee"),
    **dict.fromkeys(("etudiant", "etudiants", "etudiante", "eleve", "student", "students", "filleul"), "mentee"),
    **dict.fromkeys(("mentor", "mentors", "mentore mentor", "mentorat", "parrain", "marraine", "tuteur"), "mentor"),
    **dict.fromkeys(("tutrice", "accompagnateur", "accompagnatrice", "mentoresse", "mentrice"), "mentor"),
    **dict.fromkeys(("administrator", "administrators", "admin", "admins", "administrateur"), "administrator"),
    **dict.fromkeys(("administratrice", "administrateurs", "gestionnaire"), "administrator"),
}
_BOTH_ROLES = frozenset(("les deux", "tous les deux", "both", "both roles", "les 2"))
_ASIDE = re.compile(r"\s*\([^()]*\)\s*$")
_ENDINGS = frozenset(("e", "es", "s", "ne", "nes", "trice", "rice"))
"""What is left of `mentoré·e`, `administrateur(trice)` once folded."""
_BETWEEN_ROLES = re.compile(r"[;,/|+&\n]|\bet\b|\band\b|\bou\b|\bor\b", re.IGNORECASE)
_BULLET = re.compile(r"^\s*[-•*‣·]\s+")
_NAMED_LINE = re.compile(r"([^:]{1,100}?)\s*:\s+(.+)", re.DOTALL)
_NAME_AND_ADDRESS = re.compile(r"\s*\"?([^<>\"@]*?)\"?\s*<[^<>]*@[^<>]*>")
_QUOTES = "\"'“”«»‘’\u00a0\u202f "
_AT = re.compile(r"\s*(?:[\[({]\s*(?:at|arobase|@)\s*[\])}]|@)\s*", re.IGNORECASE)
_BETWEEN_ADDRESSES = re.compile(r"[;,/|\n]|\s+(?:ou|or|et|and)\s+")
_BLANKS = re.compile(r"\s+")
_CIVILITY = re.compile(r"(?:M|Mr|Mrs|Ms|Mme|Mlle|Monsieur|Madame|Mademoiselle)\b\.?\s+(?=\S)", re.IGNORECASE)
_TOTAL = re.compile(r"(?:sous |sub |grand )?(?:totals?|totaux|somme|nombre|sum|count|moyenne|average|effectif)\b")
_RULED = frozenset("-–—=_.:·*|+ ")
_CITIES = {
    **dict.fromkeys(("londres", "edinburgh", "manchester"), "Europe/London"),
    **dict.fromkeys(("bruxelles", "brussel", "liege", "namur", "anvers", "gand"), "Europe/Brussels"),
    **dict.fromkeys(("geneve", "geneva", "lausanne", "berne", "zurich", "bale"), "Europe/Zurich"),
    **dict.fromkeys(("montreal", "quebec", "ottawa"), "America/Toronto"),
    **dict.fromkeys(("munich", "francfort", "hambourg", "cologne"), "Europe/Berlin"),
    **dict.fromkeys(("barcelone", "barcelona", "seville"), "Europe/Madrid"),
    **dict.fromkeys(("boston", "washington", "new york city", "nyc", "miami"), "America/New_York"),
    **dict.fromkeys(("san francisco", "seattle", "san diego"), "America/Los_Angeles"),
    **dict.fromkeys(("pekin", "beijing"), "Asia/Shanghai"),
    **dict.fromkeys(("singapour",), "Asia/Singapore"),
    **dict.fromkeys(("rabat", "marrakech"), "Africa/Casablanca"),
    **dict.fromkeys(("milan", "turin", "florence"), "Europe/Rome"),
    **dict.fromkeys(("lisbonne", "porto"), "Europe/Lisbon"),
}


class WrongCell(Exception):
    """`code` names the broken rule (`people.wording`); `value` is the offending part."""

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(code)
        self.code, self.value = code, value


def yes_or_no(text: str) -> bool | None:
    """Reads a mark such as oui, vrai, x, 1 or ✓; None for what is neither yes nor no."""
    plain = text.strip()
    if plain and set(plain) <= _MARKED:
        return True
    if plain and set(plain) <= _NOT_MARKED:
        return False
    words = fold(plain).split()
    word = words[-1] if len(words) == 2 and words[0] == "en" else " ".join(words)
    return True if word in YES else False if word in NO else None


def read_approved(text: str, *, otherwise: bool | None) -> bool:
    """Raises WrongCell."""
    if not text and otherwise is not None:
        return otherwise
    answer = yes_or_no(text)
    if answer is None:
        raise WrongCell("approved", text)
    return answer


def role_named(text: str, words: Mapping[str, str]) -> str | None:
    """Returns the role that a word names, in either language or by the network's own word for it."""
    parts = fold(text).split()
    while len(parts) > 1 and parts[-1] in _ENDINGS:
        parts.pop()
    key = " ".join(parts)
    found = words.get(fold(text)) or words.get(key) or _ROLE_WORDS.get(key)
    plain = _ASIDE.sub("", text)
    return found or (role_named(plain, words) if plain != text else None)


def read_roles(text: str, *, words: Mapping[str, str], otherwise: frozenset[str] = frozenset()) -> frozenset[str]:
    """Reads the roles, at least one. Raises WrongCell."""
    whole = role_named(text, words)
    if whole is not None:
        return frozenset([whole])
    if fold(text) in _BOTH_ROLES:
        return frozenset(("mentor", "mentee"))
    parts = [part for each in _BETWEEN_ROLES.split(text) if (part := each.strip())]
    named = {part: role_named(part, words) for part in parts}
    if not named:
        if otherwise:
            return otherwise
        raise WrongCell("empty")
    for each in sorted(part.lower() for part, role in named.items() if role is None):
        raise WrongCell("role", each)
    return frozenset(role for role in named.values() if role is not None)


def full_name(text: str) -> tuple[str, str]:
    """Returns first and last name of `Marie Dupont`, `DUPONT Marie` and `Dupont, Marie`."""
    last, comma, first = (part.strip() for part in text.partition(","))
    if comma and first:
        return first, last
    words = text.replace(",", " ").split()
    loud = [word for word in words if len(word) > 1 and word.isupper()]
    if loud and len(loud) < len(words):
        return " ".join(word for word in words if word not in loud), " ".join(loud)
    return " ".join(words[:1]), " ".join(words[1:])


def name_beside_address(text: str) -> str:
    """Returns the name in `Marie Dupont <marie@example.org>`; "" without one."""
    found = _NAME_AND_ADDRESS.match(text)
    return found[1].strip() if found else ""


def first_address(text: str) -> str:
    """Returns the address of a cell, the first of several, else the text as it is.

    An `@` may be written out or have blanks beside it, quotes may stand around the address, and what a mail program
    was to fill in (`?subject=…`) behind it.
    """
    tidy = _ASIDE.sub("", _AT.sub("@", text.strip().strip(_QUOTES)))
    tidy = tidy.rstrip(".,; ") if ">" in tidy else tidy
    if tidy.lower().startswith("mailto:"):
        tidy = tidy.partition("?")[0]
    for parted in (_BETWEEN_ADDRESSES, _BLANKS):
        for part in parted.split(tidy) if tidy.count("@") > 1 else [tidy]:
            try:
                return read_address(part)
            except ValueError:
                continue
    return text


def without_civility(text: str) -> str:
    """Returns the name without the `Mme` or `M.` before it; a name that is no more than that stays."""
    return _CIVILITY.sub("", text) or text


def is_no_person(texts: Sequence[str], headings: Sequence[str]) -> bool:
    """Whether a row is a line of totals, the headings once more, a ruled line, or a note in one cell."""
    filled = [each.strip() for each in texts if each.strip()]
    if not any("@" in each for each in filled):
        if filled and _TOTAL.match(fold(filled[0])) and len(filled) * 2 <= max(len(headings), 2):
            return True
        if filled and all(set(each) <= _RULED for each in filled):
            return True
        if len(filled) == 1 and len(headings) > 2 and _is_note(filled[0]):
            return True
    return bool(filled) and [each.strip() for each in texts] == [each.strip() for each in headings[: len(texts)]]


def _is_note(text: str) -> bool:
    """Whether the one text of a row is no name: `* liste au 30 juin`, `Promotion 2012`, `Source : secrétariat`."""
    return not text[0].isalnum() or any(char.isdecimal() or char == ":" for char in text) or len(text.split()) > 4


def zone_of_city(text: str) -> str:
    """Returns the time zone of a large city by its French or English name; "" for a city that names none."""
    city = fold(re.split(r"[,(/]", text)[0])
    return _CITIES.get(city) or _zones_by_city().get(city, "")


@functools.cache
def _zones_by_city() -> dict[str, str]:
    return {fold(name.rsplit("/", 1)[1]): name for name in sorted(names()) if "/" in name and "Etc/" not in name}


def theme_parts(text: str, known: Collection[str]) -> list[str]:
    """Splits a cell at semicolons and line breaks; one with neither at commas, unless it is a known theme as a whole.

    `known` are folded names.
    """
    texts = [_BULLET.sub("", each) for each in text.splitlines()] if len(text.splitlines()) > 1 else [text]
    parts = [part for each in texts for part in each.split(";")]
    if len(parts) == 1 and "," in text and not _is_theme(text, known):
        parts = text.split(",") if not _NAMED_LINE.fullmatch(text.strip()) else parts
    return [tidy for part in parts if (tidy := tidy_line("themes", part, most=ROOM))]


def _is_theme(text: str, known: Collection[str]) -> bool:
    return fold(text) in known


def read_themes(text: str, proofs: Sequence[str], *, known: Collection[str] = ()) -> dict[str, str]:
    """Returns theme name → proof; each theme once, with its first non-empty proof. Raises WrongCell, TooLong.

    A proof stands behind its theme (`Droit: quinze ans`), in the order of the themes, or begins with its theme's name.
    """
    named = [_named_line(part, known) for part in theme_parts(text, known)]
    if len(proofs) > len(named):
        raise WrongCell("proofs", str(len(named)))
    by_name = _proofs_by_name(proofs, [name for name, _ in named])
    in_order = [*([] if by_name else proofs), *[""] * len(named)]
    lines: dict[str, str] = {}
    first: dict[str, str] = {}
    for (name, own), proof in zip(named, in_order, strict=False):
        key = checked_theme(name)
        kept = first.setdefault(key, name)
        lines[kept] = lines.get(kept) or proof or own or by_name.get(key, "")
    return lines


def checked_theme(name: str) -> str:
    """Returns the key of a theme's name. Raises WrongCell."""
    key = fold(name)
    if not key or len(name) > NAME_CHARACTERS:
        raise WrongCell("theme", name)
    return key


def _named_line(part: str, known: Collection[str]) -> tuple[str, str]:
    found = None if _is_theme(part, known) else _NAMED_LINE.fullmatch(part)
    return (found[1].strip(), tidy_line("proof", found[2])) if found else (part, "")


def _proofs_by_name(proofs: Sequence[str], themes: Sequence[str]) -> dict[str, str]:
    """Returns the lines by key of the theme, if every one of them begins with the name of a theme of this row."""
    keys, found = {fold(each) for each in themes}, [_NAMED_LINE.fullmatch(line) for line in proofs if line]
    if not found or not all(each is not None and fold(each[1]) in keys for each in found):
        return {}
    return {fold(each[1]): each[2].strip() for each in found if each is not None}


def proof_texts(text: str) -> list[str]:
    """Splits a cell at `;`; a line with `;` or a quote is quoted, as in CSV. Raises WrongCell."""
    line = tidy_line("proof", ";".join(text.splitlines()) if '"' not in text else text, most=ROOM)
    try:
        texts = next(csv.reader([line], delimiter=";", skipinitialspace=True, strict=True), [])
    except csv.Error:
        raise WrongCell("proof_quotes", text) from None
    while texts and not texts[-1].strip():
        texts.pop()
    return texts


def proof_cell(lines: Sequence[str], themes: Sequence[str]) -> str:
    """Returns the cell that `proof_texts` and `read_themes` read as these lines, in the order of the themes."""
    if not any(lines):
        return ""
    if _proofs_by_name(lines, themes):
        lines = [f"{theme}: {line}" if line else "" for theme, line in zip(themes, lines, strict=True)]
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="").writerow(lines)
    return out.getvalue()


def theme_cell(names: Sequence[str]) -> str:
    """Returns the cell that `theme_parts` splits into these names; a comma in a single name parts nothing."""
    alone = len(names) == 1 and "," in names[0]
    return ";".join(names) + (";" if alone else "")


def is_one_theme(name: str) -> bool:
    """Says whether an import reads the name as one theme, wherever it is not known."""
    return ";" not in name and _NAMED_LINE.fullmatch(name) is None
