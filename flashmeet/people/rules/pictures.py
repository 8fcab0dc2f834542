"""The picture encoder as a Protocol; `app` binds the adapter."""

from __future__ import annotations

from typing import BinaryIO, Protocol

from flashmeet.core.service_keys import ServiceKey


class PictureFile(Protocol):
    """Re-encodes a picture that a person uploaded."""

    def __call__(self, file: BinaryIO, *, width: int, height: int, cut: bool) -> tuple[str, bytes]:
        """Returns media type and bytes, without metadata, within the given size; `cut` fills the whole frame.

        Raises BadPicture, HeicPicture, and Busy while other pictures are being encoded.
        """
        ...


PICTURE_FILE: ServiceKey[PictureFile] = ServiceKey("picture file")
