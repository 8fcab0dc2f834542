"""Photos of invented people: a face and shoulders, drawn from the same seed as the person."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from flashmeet.identity.models import Member
from flashmeet.people.service.pictures import PHOTO_SIDE, keep_photo
from flashmeet.seed.names import WOMEN
from flashmeet.seed.people import random_for

BACKGROUNDS = ("#d9e4ea", "#efe3d3", "#e2e8d6", "#eadde4", "#dcdcea", "#f0e6c8")
SKINS = ("#f1d3bd", "#e6bd9d", "#cf9c76", "#a9744f", "#7f5338", "#5d3a28")
HAIRS = ("#1f1a17", "#3b2a20", "#6b4a2f", "#a8783f", "#8b8784", "#c9c4be", "#7a2f1d")
CLOTHES = ("#2f4858", "#7a3b2e", "#4b5d3a", "#5a4a78", "#30343f", "#b0693c", "#8a8f98")
WITH_PHOTO = 0.55
_FINE = 3
"""The drawing is so many times larger than the photo, so that its edges are smooth."""


def seed_photos(db: Session, people: Iterable[Member], *, seed: int, now: datetime) -> int:
    """Gives about half of these people a photo; returns how many. The same arguments give the same photos."""
    made = 0
    for number, member in enumerate(people):
        random = random_for(seed, "photo", number)
        if random.random() < WITH_PHOTO:
            keep_photo(
                db, member, portrait(random, member.first_name), now=now - timedelta(days=random.randrange(5, 150))
            )
            made += 1
    return made


def portrait(random: Random, first_name: str) -> tuple[str, bytes]:
    """Returns media type and bytes of a square picture."""
    from PIL import Image, ImageDraw  # noqa: PLC0415  # slow to import, and needed by the demo alone

    side = PHOTO_SIDE * _FINE
    picture = Image.new("RGB", (side, side), random.choice(BACKGROUNDS))
    draw = ImageDraw.Draw(picture)
    skin, hair, cloth = random.choice(SKINS), random.choice(HAIRS), random.choice(CLOTHES)
    woman, glasses = first_name in WOMEN, random.random() < 0.3
    long_hair, beard = woman and random.random() < 0.8, not woman and random.random() < 0.4

    def oval(x: float, y: float, width: float, height: float, colour: str) -> None:
        """Draws an ellipse around its centre, in parts of the side."""
        draw.ellipse([(x - width) * side, (y - height) * side, (x + width) * side, (y + height) * side], fill=colour)

    width = 0.165 + random.random() * 0.02
    if long_hair:
        oval(0.5, 0.5, width + 0.07, 0.31, hair)
    oval(0.5, 1.06, 0.4, 0.3, cloth)
    draw.rounded_rectangle([0.43 * side, 0.56 * side, 0.57 * side, 0.84 * side], radius=0.06 * side, fill=skin)
    oval(0.5, 0.36, width + 0.03, 0.2, hair)
    oval(0.5, 0.45, width, 0.215, skin)
    part = random.choice((-0.05, 0.0, 0.06))
    draw.chord([(0.5 - width - 0.01) * side, 0.2 * side, (0.5 + width + 0.01) * side, 0.48 * side], 180, 360, fill=hair)
    oval(0.5 + part, 0.37, width * 0.8, 0.035, skin)
    if beard:
        draw.chord([(0.5 - width) * side, 0.34 * side, (0.5 + width) * side, 0.675 * side], 15, 165, fill=hair)
    for x in (0.437, 0.563):
        oval(x, 0.45, 0.013, 0.016, "#1d2433")
        if glasses:
            box = [(x - 0.05) * side, 0.41 * side, (x + 0.05) * side, 0.49 * side]
            draw.ellipse(box, outline="#1d2433", width=side // 130)
    if glasses:
        draw.line([0.487 * side, 0.45 * side, 0.513 * side, 0.45 * side], fill="#1d2433", width=side // 130)
    smile = [0.44 * side, 0.49 * side, 0.56 * side, 0.58 * side]
    draw.arc(smile, 25, 155, fill="#7c2d2d", width=side // 90)
    out = io.BytesIO()
    picture.resize((PHOTO_SIDE, PHOTO_SIDE), Image.Resampling.LANCZOS).save(out, "WEBP", quality=80, method=2)
    return "image/webp", out.getvalue()
