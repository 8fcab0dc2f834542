"""Re-encodes pictures with Pillow: only the pixels of the uploaded file are kept.

What one picture may cost is bounded: by its header before anything is decoded, and by reading and decoding one at a
time in each process. A telephone's JPEG may have fifty megapixels, since it is reduced while it is decoded.
"""

from __future__ import annotations

import io
import threading
import warnings
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from flashmeet.core.errors import BadPicture, Busy, HeicPicture

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS, MOST_BYTES = 4_096 * 3_072, 5_000_000
"""Twelve megapixels, as most telephones count them: about 50 MB decoded, and as much again while they are reduced."""
MOST_JPEG_PIXELS, MOST_JPEG_BYTES = 51_000_000, 20_000_000
"""Of a JPEG that is decoded line by line; what is left of it then has twelve megapixels at most."""
MOST_SCANS = 100
"""Passes over a progressive JPEG: ten are usual, and each one costs the whole picture, however few its bytes."""
FORMATS = ("JPEG", "PNG", "WEBP")
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
PATIENCE_SECONDS, RETRY_SECONDS = 2.0, 10
_REDUCIBLE = frozenset({"L", "LA", "RGB", "RGBA", "CMYK", "YCbCr"})

ONE_AT_A_TIME = threading.Lock()


def picture_file(file: BinaryIO, *, width: int, height: int, cut: bool) -> tuple[str, bytes]:
    """Returns media type and bytes. Applies EXIF orientation first, since metadata is dropped.

    Raises BadPicture, HeicPicture, and Busy when other pictures keep this process longer than `PATIENCE_SECONDS`.
    """
    if not ONE_AT_A_TIME.acquire(timeout=PATIENCE_SECONDS):
        raise Busy(seconds=RETRY_SECONDS)
    try:
        data = file.read(MOST_JPEG_BYTES + 1)
        if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
            raise HeicPicture("picture")
        if _too_costly(data):
            raise BadPicture("picture")
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
        head = _jpeg_head(data)
        if data.count(b"\xff\xda") > MOST_SCANS or head is None:
            return True
        most = (MOST_JPEG_BYTES, MOST_JPEG_PIXELS) if head.one_pass else (MOST_BYTES, MOST_PIXELS)
        return len(data) > most[0] or head.pixels > most[1]
    return len(data) > MOST_BYTES or (
        data[:4] == b"RIFF" and data[8:12] == b"WEBP" and _webp_pixels(data) > MOST_PIXELS
    )


@dataclass(frozen=True, slots=True)
class JpegHead:
    """`one_pass`: it is decoded line by line. Otherwise libjpeg keeps every coefficient, however much it reduces."""

    pixels: int
    one_pass: bool


def _jpeg_head(data: bytes) -> JpegHead | None:
    """Reads a JPEG's segments up to its first scan (ITU T.81, B.1.1.3, B.2.2, B.2.3); None where they are broken."""
    at, frame = 2, None
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF or 0xD0 <= marker <= 0xD9 or marker == 0x01:  # fill bytes, and markers without a length
            at += 1 if marker == 0xFF else 2
            continue
        body, at = at + 4, at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker in _FRAMES:
            frame = (marker, data[body : body + 6])
        elif marker == 0xDA:
            if frame is None or len(frame[1]) < 6:
                return None
            height, width = (int.from_bytes(frame[1][part : part + 2], "big") for part in (1, 3))
            return JpegHead(width * height, frame[0] in _SEQUENTIAL and data[body] == frame[1][5])
    return None


_SEQUENTIAL = frozenset({0xC0, 0xC1})
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


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
            side = max(width, height)  # either way up, as long as the orientation is not applied
            opened.draft(None, (side, side))  # a JPEG is reduced while it is decoded
            if opened.width * opened.height > MOST_PIXELS:
                raise BadPicture("picture")
            seen = _reduced(opened, side)
            with suppress(SyntaxError):  # EXIF that cannot be read turns nothing
                seen = ImageOps.exif_transpose(seen)
            seen = seen.convert("RGBA")
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
