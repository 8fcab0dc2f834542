"""Re-encodes pictures with Pillow: only the pixels of the uploaded file are kept."""

from __future__ import annotations

import io
import warnings

from flashmeet.core.errors import BadPicture

MOST_BYTES, MOST_PIXELS = 5_000_000, 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP")


def picture_file(data: bytes, *, width: int, height: int, cut: bool) -> tuple[str, bytes]:
    """Returns media type and bytes. Applies EXIF orientation first, since metadata is dropped. Raises BadPicture."""
    from PIL import Image, ImageOps  # noqa: PLC0415  # slow to import, and needed by few requests

    if len(data) > MOST_BYTES:
        raise BadPicture("picture")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd files are accepted if they can be displayed
            with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise BadPicture("picture")
                seen = ImageOps.exif_transpose(opened).convert("RGBA")
    except BadPicture:
        raise
    except Exception as error:  # Pillow's readers raise anything for a broken file
        raise BadPicture("picture") from error
    if cut:
        seen = ImageOps.fit(seen, (width, height))
    else:
        seen.thumbnail((width, height))
    made = Image.new("RGBA", seen.size)
    made.paste(seen)  # pixels only: metadata belongs to the opened image
    out = io.BytesIO()
    made.save(out, "WEBP", quality=82, method=4)
    return "image/webp", out.getvalue()
