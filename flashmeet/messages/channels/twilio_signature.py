"""Whether Twilio has sent a webhook; without Twilio's client, which loads slowly and is not needed for it."""

from __future__ import annotations

from flashmeet.core.config import Twilio
from flashmeet.messages.rules.channels import SignatureCheck


def signature_check(twilio: Twilio) -> SignatureCheck:
    """Returns the signature check for this installation's account."""

    def is_signed(url: str, form: object, signature: str) -> bool:
        from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # noqa: PLC0415  # no types; loaded on the first call

        return bool(signature) and bool(RequestValidator(twilio.auth_token).validate(url, form, signature))

    return is_signed
