"""What we need from outside, as Protocols; the adapters fulfil them, `app` and `cli` hand them over."""

from __future__ import annotations

from typing import Protocol

from flashmeet.core.service_keys import ServiceKey


class PictureFile(Protocol):
    """Makes a picture of ours out of any that people send."""

    def __call__(self, data: bytes, *, width: int, height: int, cut: bool) -> tuple[str, bytes]:
        """Media type and bytes: at most so large, without anything but what is seen; `cut` fills the whole frame.

        Raises BadPicture.
        """
        ...


PICTURE_FILE: ServiceKey[PictureFile] = ServiceKey("picture file")
