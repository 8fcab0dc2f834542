"""Passkeys by the library `webauthn`: only what was signed for this installation's own address counts.

The library brings 6 MB of others, so it is loaded by whoever first uses a passkey, and by no process before.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from flashmeet.core.config import Config
from flashmeet.core.errors import WrongFactor
from flashmeet.security.rules.passkeys import MOST_ANSWER, Holder, NewPasskey

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

Read = TypeVar("Read")


class WebauthnCheck:
    """The `PasskeyCheck` of this installation: relying party and origin come from its base URL."""

    def __init__(self, config: Config) -> None:
        parts = urlsplit(config.base_url)
        self._domain, self._origin = config.host, f"{parts.scheme}://{parts.netloc}"
        self._secure = config.secure or config.host == "localhost"

    @property
    def offered(self) -> bool:
        return self._secure and not _is_number(self._domain)

    def creation_options(self, holder: Holder, *, network: str, challenge: str, known: Sequence[str]) -> str:
        import webauthn  # noqa: PLC0415  # see above
        from webauthn.helpers import base64url_to_bytes  # noqa: PLC0415  # see above
        from webauthn.helpers.structs import AuthenticatorSelectionCriteria, ResidentKeyRequirement  # noqa: PLC0415  # see above

        made = webauthn.generate_registration_options(
            rp_id=self._domain,
            rp_name=network,
            user_id=str(holder.member_id).encode(),
            user_name=holder.account,
            user_display_name=holder.name,
            challenge=base64url_to_bytes(challenge),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=_verification(holder.verified)
            ),
            exclude_credentials=_descriptors(known),
        )
        return webauthn.options_to_json(made)

    def request_options(self, *, challenge: str, known: Sequence[str], verified: bool) -> str:
        import webauthn  # noqa: PLC0415  # see above
        from webauthn.helpers import base64url_to_bytes  # noqa: PLC0415  # see above

        made = webauthn.generate_authentication_options(
            rp_id=self._domain,
            challenge=base64url_to_bytes(challenge),
            allow_credentials=_descriptors(known),
            user_verification=_verification(verified),
        )
        return webauthn.options_to_json(made)

    def credential_in(self, answer: str) -> str:
        from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json  # noqa: PLC0415  # see above

        return _read(answer, lambda: bytes_to_base64url(parse_authentication_credential_json(answer).raw_id))

    def created(self, answer: str, *, challenge: str, verified: bool) -> NewPasskey:
        import webauthn  # noqa: PLC0415  # see above
        from webauthn.helpers import base64url_to_bytes, bytes_to_base64url  # noqa: PLC0415  # see above

        found = _read(
            answer,
            lambda: webauthn.verify_registration_response(
                credential=answer,
                expected_challenge=base64url_to_bytes(challenge),
                expected_rp_id=self._domain,
                expected_origin=self._origin,
                require_user_verification=verified,
            ),
        )
        key = bytes_to_base64url(found.credential_public_key)
        return NewPasskey(bytes_to_base64url(found.credential_id), key, found.sign_count)

    def used(self, answer: str, *, challenge: str, public_key: str, sign_count: int, verified: bool) -> int:
        import webauthn  # noqa: PLC0415  # see above
        from webauthn.helpers import base64url_to_bytes  # noqa: PLC0415  # see above

        found = _read(
            answer,
            lambda: webauthn.verify_authentication_response(
                credential=answer,
                expected_challenge=base64url_to_bytes(challenge),
                expected_rp_id=self._domain,
                expected_origin=self._origin,
                credential_public_key=base64url_to_bytes(public_key),
                credential_current_sign_count=sign_count,
                require_user_verification=verified,
            ),
        )
        return found.new_sign_count


def _read(answer: str, check: Callable[[], Read]) -> Read:
    """Raises WrongFactor for every answer that the library does not take."""
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415  # see above

    unreadable = (
        WebAuthnException,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        EOFError,
    )  # wrong, or no answer
    if not answer or len(answer) > MOST_ANSWER:
        raise WrongFactor
    try:
        return check()
    except unreadable as error:
        raise WrongFactor from error


def _verification(verified: bool) -> UserVerificationRequirement:
    from webauthn.helpers.structs import UserVerificationRequirement  # noqa: PLC0415  # see above

    return UserVerificationRequirement.REQUIRED if verified else UserVerificationRequirement.PREFERRED


def _descriptors(ids: Sequence[str]) -> list[PublicKeyCredentialDescriptor]:
    from webauthn.helpers import base64url_to_bytes  # noqa: PLC0415  # see above
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor  # noqa: PLC0415  # see above

    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in ids]


def _is_number(host: str) -> bool:
    """Whether the host is an address of numbers, which browsers take for no passkey."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
