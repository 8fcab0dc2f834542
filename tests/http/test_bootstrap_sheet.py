"""Of Bootstrap's sheet, pages load what they use."""

from __future__ import annotations

import re

from flashmeet.core.files import folder
from flashmeet.http.responses.bootstrap_sheet import CLASSES, packaged_sheet, used_part

NOT_BOOTSTRAPS = {"card", "row"}
"""Words that stand in a `class` within an expression."""
SHEET = """@charset "UTF-8";/*! Licence */:root,[data-bs-theme=light]{--bs-a:var(--bs-b);--bs-b:1;--bs-c:2;--bs-d:3}\
[data-bs-theme=dark]{--bs-a:9}.btn,.nav-link{color:var(--bs-a)}.btn:not(.active):hover{animation:1s turn}\
.nav-link{color:red}@media (min-width:1px){.nav{top:0}.btn{top:0}}@media print{.nav{top:0}}\
@keyframes turn{to{top:1px}}@keyframes grow{to{top:2px}}.btn::before{content:"},{"}"""


def test_a_rule_stays_when_it_needs_no_other_class_and_a_variable_when_it_is_read() -> None:
    assert used_part(SHEET, beside=".x{top:var(--bs-d)}", classes=frozenset({"btn"})) == (
        "/*! Licence */\n:root{--bs-a:var(--bs-b);--bs-b:1;--bs-d:3}.btn{color:var(--bs-a)}"
        ".btn:not(.active):hover{animation:1s turn}@media (min-width:1px){.btn{top:0}}@keyframes turn{to{top:1px}}"
        '.btn::before{content:"},{"}'
    )


def test_the_classes_that_stay_are_those_that_templates_use() -> None:
    theirs = set(re.findall(r"\.(-?[A-Za-z_][\w-]*)", re.sub(r'"[^"]*"', "", packaged_sheet())))
    pages = [file.read_text(encoding="utf-8") for file in folder("templates").rglob("*.html")]
    scripts = [file.read_text(encoding="utf-8") for file in folder("static").rglob("*.js")]
    named = [words for page in pages for words in re.findall(r'class="([^"]*)"', page)]
    passed_on = [words for page in pages for words in re.findall(r'"((?:btn|form)-[\w-]+)"', page)]
    set_by_scripts = [line for script in scripts for line in re.findall(r"class(?:Name|List).*", script)]
    used = set(re.findall(r"[\w-]+", " ".join((*named, *passed_on, *set_by_scripts)))) & theirs
    assert used - NOT_BOOTSTRAPS == CLASSES


def test_the_part_is_a_small_one() -> None:
    whole, part = packaged_sheet(), used_part(packaged_sheet())
    assert "Licensed under MIT" in part
    assert len(part) < len(whole) / 15
