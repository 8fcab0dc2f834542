"""Renders texts that administrators write: paragraphs, `## ` headings and `- ` lists; anything else is plain text."""

from __future__ import annotations

import re

from flask import Blueprint
from markupsafe import Markup, escape

bp = Blueprint("prose", __name__)


@bp.app_template_filter()
def prose(text: str, level: int = 3) -> Markup:
    """Returns the text as HTML; blank lines separate blocks, and its headings are of that level."""
    blocks = (block.strip() for block in text.replace("\r\n", "\n").split("\n\n"))
    return Markup("\n").join(_block(block, level) for block in blocks if block)


_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]’»]", re.IGNORECASE)


@bp.app_template_filter()
def linked(text: str) -> Markup:
    """Returns what a member wrote, its web addresses as links; other schemes stay text."""
    made, end = Markup(""), 0
    for found in _ADDRESS.finditer(text):
        link = Markup('<a href="{0}" rel="noopener noreferrer nofollow ugc" target="_blank">{0}</a>')
        made += escape(text[end : found.start()]) + link.format(found[0])
        end = found.end()
    return made + escape(text[end:])


def _block(block: str, level: int) -> Markup:
    if block.startswith("## "):
        head, _, rest = block[3:].partition("\n")
        heading = Markup("<h{0}>{1}</h{0}>").format(level, head.strip())
        return heading + (_block(rest.strip(), level) if rest.strip() else "")
    lines = block.split("\n")
    if all(line.startswith("- ") for line in lines):
        items = (Markup("<li>{}</li>").format(_linked(line[2:])) for line in lines)
        return Markup("<ul>{}</ul>").format(Markup("").join(items))
    return Markup("<p>{}</p>").format(Markup("<br>").join(_linked(line) for line in lines))


_LINK = re.compile(r"\[([^\[\]\n]{1,200})\]\((https?://[^\s()<>\"]{1,500})\)")


def _linked(line: str) -> Markup:
    """Returns the line escaped, with `[words](https://…)` as a link."""
    made, end = Markup(""), 0
    for found in _LINK.finditer(line):
        made += escape(line[end : found.start()]) + Markup('<a href="{}">{}</a>').format(found[2], found[1])
        end = found.end()
    return made + escape(line[end:])
