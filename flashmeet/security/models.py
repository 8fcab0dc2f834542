"""Second factors of members, their recovery codes, and the challenges that await an answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from flashmeet.core.database.base import Base, Id
from flashmeet.core.database.types import StoredEnum
from flashmeet.security.rules.factors import Purpose


class AuthenticatorApp(Base):
    """A member's authenticator app. `secret` is shut by the vault; no code of `last_step` or before counts again."""

    __tablename__ = "authenticator_app"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[str]
    last_step: Mapped[int] = mapped_column(Id)
    created_at: Mapped[datetime]


class Passkey(Base):
    """A WebAuthn credential. Its id and its public key are base64url; `sign_count` is the authenticator's own."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[str] = mapped_column(unique=True)
    public_key: Mapped[str]
    sign_count: Mapped[int] = mapped_column(Id)
    name: Mapped[str]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code that stands in for a lost factor, once; hashed."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str]
    used_at: Mapped[datetime | None]


class FactorChallenge(Base):
    """A question that awaits its answer in one browser, which holds the nonce; the row holds its hash.

    `secret` is what the answer is checked against, by purpose: the challenge of a passkey (base64url), the hash of a
    mailed code, or the secret of an app being added, shut by the vault; "" where a factor alone answers.
    """

    __tablename__ = "factor_challenge"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    nonce_hash: Mapped[str] = mapped_column(unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[Purpose] = mapped_column(StoredEnum(Purpose))
    secret: Mapped[str] = mapped_column(default="")
    tries: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
