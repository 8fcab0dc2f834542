"""Asks browsers for passkeys and checks what they answer, by the library `webauthn`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from flashmeet.core.errors import WrongFactor
from flashmeet.security.rules.passkeys import MOST_ANSWER, Holder, NewPasskey

_UNREADABLE = (WebAuthnException, ValueError, LookupError, TypeError, AttributeError, EOFError)
"""What the library raises for an answer that is wrong, and for one that is none."""
Read = TypeVar("Read")


class RelyingParty:
    """Whose passkeys they are: a domain, and the origin of its pages. Its methods are those of `PasskeyCheck`."""

    def __init__(self, domain: str, origin: str) -> None:
        self._domain, self._origin = domain, origin

    def creation_options(self, holder: Holder, *, network: str, challenge: str, known: Sequence[str]) -> str:
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
        made = webauthn.generate_authentication_options(
            rp_id=self._domain,
            challenge=base64url_to_bytes(challenge),
            allow_credentials=_descriptors(known),
            user_verification=_verification(verified),
        )
        return webauthn.options_to_json(made)

    def credential_in(self, answer: str) -> str:
        return _read(answer, lambda: bytes_to_base64url(parse_authentication_credential_json(answer).raw_id))

    def created(self, answer: str, *, challenge: str, verified: bool) -> NewPasskey:
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
    if not answer or len(answer) > MOST_ANSWER:
        raise WrongFactor
    try:
        return check()
    except _UNREADABLE as error:
        raise WrongFactor from error


def _verification(verified: bool) -> UserVerificationRequirement:
    return UserVerificationRequirement.REQUIRED if verified else UserVerificationRequirement.PREFERRED


def _descriptors(ids: Sequence[str]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in ids]
