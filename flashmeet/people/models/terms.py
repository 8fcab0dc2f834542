"""Terms of use, and who accepted which version."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from flashmeet.core.database.base import Base


class Terms(Base):
    """One version, announced and never changed again. Texts and commitments are kept per language."""

    __tablename__ = "terms"

    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    texts: Mapped[dict[str, str]]
    commitments: Mapped[list[dict[str, str]]]
    announced_at: Mapped[datetime]
    in_force_at: Mapped[datetime] = mapped_column(index=True)
    announced_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))


class TermsAcceptance(Base):
    """The proof: who accepted which version, when, in which language, and the SHA-256 of what they read."""

    __tablename__ = "terms_acceptance"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(ForeignKey("terms.version"), primary_key=True, index=True)
    sha256: Mapped[str]
    locale: Mapped[str]
    accepted_at: Mapped[datetime]
