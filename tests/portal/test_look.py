"""The look holds in the light and in the dark, and every page is ours alone."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

from flashmeet.core.files import folder
from tests.loops import for_each

TEMPLATES = sorted(path for path in folder("templates").rglob("*.html") if "mails" not in path.parts)
STYLES = sorted(path for path in folder("static").rglob("*.css") if path.name not in ("tokens.css", "print.css"))
TEXT = 4.5  # WCAG 2.2, 1.4.3
ALIKE = ("stage", "letter")
"""A call is dark and a mail is white in both themes."""
SHAPE = 3.0  # WCAG 2.2, 1.4.11
FACES = tuple((f"face-{number}-ink", f"face-{number}", TEXT) for number in range(8))
PAIRS = (
    *((words, ground, TEXT) for words in ("ink", "quiet", "accent") for ground in ("paper", "card", "sunken")),
    *((words, "accent-soft", TEXT) for words in ("ink", "quiet", "accent")),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-deep", TEXT),
    *(("free", ground, TEXT) for ground in ("paper", "card", "free-soft")),
    ("free-deep", "free-soft", TEXT),
    ("paper", "free", TEXT),
    ("paper", "ink", TEXT),
    *FACES,
    *((line, ground, SHAPE) for line in ("line-strong", "ring") for ground in ("paper", "card", "sunken")),
)


def _tokens() -> dict[str, dict[str, str]]:
    """The colours of each theme; the dark one changes some of the light one's."""
    css = (folder("static") / "css" / "tokens.css").read_text(encoding="utf-8")
    light, dark = css.split("@media (prefers-color-scheme: dark)")
    found = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", part)) for part in (light, dark)]
    return {"light": found[0], "dark": {**found[0], **found[1]}}


def _luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@for_each("theme", ["light", "dark"])
@for_each(("words", "ground", "least"), PAIRS, ids=str)
def test_what_is_written_stands_out_from_what_it_is_written_on(
    theme: str, words: str, ground: str, least: float
) -> None:
    colours = _tokens()[theme]
    assert contrast(colours[words], colours[ground]) >= least


def test_the_dark_theme_answers_for_every_colour_of_the_light_one() -> None:
    css = (folder("static") / "css" / "tokens.css").read_text(encoding="utf-8")
    light, dark = (set(re.findall(r"--([\w-]+): #", part)) for part in css.split("@media (prefers-color-scheme: dark)"))
    assert {name for name in light if not name.startswith(ALIKE)} == dark


@for_each("path", STYLES, ids=lambda path: path.name)
def test_colours_have_their_names_in_one_file(path: Path) -> None:
    css = re.sub(r'url\("data:[^"]*"\)', "", path.read_text(encoding="utf-8"))
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(", css) == []


@for_each("path", TEMPLATES, ids=lambda path: path.name)
def test_no_page_carries_a_style_or_a_script_of_its_own(path: Path) -> None:
    page = path.read_text(encoding="utf-8")
    inline = re.findall(r"\sstyle=|<style|\son\w+=\"|javascript:", page)
    scripts = [
        tag for tag in re.findall(r"<script[^>]*>", page) if " src=" not in tag and "application/json" not in tag
    ]
    assert (inline, scripts) == ([], [])


@for_each("path", TEMPLATES, ids=lambda path: path.name)
def test_every_form_that_changes_something_carries_its_token(path: Path) -> None:
    page = path.read_text(encoding="utf-8")
    forms = re.findall(r'<form[^>]*method="post".*?</form>', page, re.S)
    assert [form[:80] for form in forms if "csrf" not in form] == []


def test_pages_load_nothing_from_another_host() -> None:
    found = chain.from_iterable(
        re.findall(r'(?:src|href)="(?:https?:)?//[^"]*"', path.read_text(encoding="utf-8")) for path in TEMPLATES
    )
    assert list(found) == []
