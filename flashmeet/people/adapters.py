"""Re-encodes pictures with Pillow: only the pixels of the uploaded file are kept.

What one picture may cost is bounded: by its header before anything is decoded, and by decoding one at a time in each
process.
"""

from __future__ import annotations

import io
import threading
import warnings
from typing import TYPE_CHECKING

from flashmeet.core.errors import BadPicture, Busy

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_BYTES, MOST_PIXELS = 5_000_000, 4_096 * 3_072
"""Twelve megapixels, as most telephones count them: about 50 MB decoded, and as much again while they are reduced."""
MOST_SCANS = 100
"""Passes over a progressive JPEG: ten are usual, and each one costs the whole picture, however few its bytes."""
FORMATS = ("JPEG", "PNG", "WEBP")
PATIENCE_SECONDS, RETRY_SECONDS = 2.0, 10
_REDUCIBLE = frozenset({"L", "LA", "RGB", "RGBA", "CMYK", "YCbCr"})

ONE_AT_A_TIME = threading.Lock()


def picture_file(data: bytes, *, width: int, height: int, cut: bool) -> tuple[str, bytes]:
    """Returns media type and bytes. Applies EXIF orientation first, since metadata is dropped.

    Raises BadPicture, and Busy when other pictures keep this process longer than `PATIENCE_SECONDS`.
    """
    if len(data) > MOST_BYTES or _too_costly(data):
        raise BadPicture("picture")
    if not ONE_AT_A_TIME.acquire(timeout=PATIENCE_SECONDS):
        raise Busy(seconds=RETRY_SECONDS)
    try:
        return _reencoded(data, width=width, height=height, cut=cut)
    except BadPicture:
        raise
    except Exception as error:  # Pillow's readers raise anything for a broken file
        raise BadPicture("picture") from error
    finally:
        ONE_AT_A_TIME.release()


def _too_costly(data: bytes) -> bool:
    """Whether the bytes alone tell that decoding would cost too much. Pillow allocates a WebP's pixels on opening it,
    and reads every scan of a JPEG (ITU T.81, B.1.1.3: the marker cannot stand within a scan's data)."""
    if data[:2] == b"\xff\xd8":
        return data.count(b"\xff\xda") > MOST_SCANS
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP" and _webp_pixels(data) > MOST_PIXELS


def _webp_pixels(data: bytes) -> int:
    """Returns the pixels in a WebP's first chunk (RFC 9649 §2.4-2.7); 0 for an unknown one, which is never decoded."""
    kind, head = data[12:16], data[20:30]
    if kind == b"VP8X":
        width, height = (int.from_bytes(head[at : at + 3], "little") + 1 for at in (4, 7))
    elif kind == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 ":
        width, height = (int.from_bytes(head[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    else:
        return 0
    return width * height


def _reencoded(data: bytes, *, width: int, height: int, cut: bool) -> tuple[str, bytes]:
    from PIL import Image, ImageOps  # noqa: PLC0415  # slow to import, and needed by few requests

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd files are accepted if they can be displayed
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise BadPicture("picture")
            side = max(width, height)  # either way up, as long as the orientation is not applied
            opened.draft(None, (side, side))  # a JPEG is reduced while it is decoded
            seen = ImageOps.exif_transpose(_reduced(opened, side)).convert("RGBA")
    if cut:
        seen = ImageOps.fit(seen, (width, height))
    else:
        seen.thumbnail((width, height))
    made = Image.new("RGBA", seen.size)
    made.paste(seen)  # pixels only: metadata belongs to the opened image
    out = io.BytesIO()
    made.save(out, "WEBP", quality=82, method=4)
    return "image/webp", out.getvalue()


def _reduced(opened: Image, side: int) -> Image:
    """Returns the picture with fewer pixels, still at least `side` both ways; one that is small already as it is."""
    by = min(opened.width, opened.height) // side
    if by < 2:
        return opened
    plain = opened if opened.mode in _REDUCIBLE else opened.convert("L" if opened.mode == "1" else "RGBA")
    return plain.reduce(by)
