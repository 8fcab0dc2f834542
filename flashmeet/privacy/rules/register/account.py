"""Who a member is, how they are reached, and how they sign in."""

from __future__ import annotations

from flashmeet.core.text import mark
from flashmeet.privacy.rules.entries import AtErasure, Ground, Kept, Period, Purpose
from flashmeet.privacy.rules.periods import DAY, TOKENS_KEPT

PROFILE = Purpose(
    key="profile",
    title=mark("Your profile"),
    what=mark(
        "Name, class, languages, company, sector, what you offer and look for, your themes with one line each, your "
        "photo, your roles, and when and how you joined."
    ),
    why=mark("So that members can find each other and know who they will talk to."),
    ground=Ground.SERVICE,
    kept_for=mark("As long as you are a member."),
    seen_by=mark("Members who are signed in. Administrators see your roles and their state as well."),
    tables=(
        Kept(
            table="member",
            people="id",
            shared=(
                "first_name last_name external_id mentee mentor administrator office approved suspended joining tzid "
                "locale graduation_year languages company sector headline degree offering seeking photo_at "
                "confirmed_at paused_until held_at seen_on shows_activity source source_name created_at"
            ),
            withheld="search_name search_profile company_key sort_name erased_at",
            at_erasure=AtErasure.WORDS_GO,
        ),
        Kept(table="mentor_theme", people="mentor_id", shared="theme_id proof"),
        Kept(table="theme_lead", people="member_id", shared="theme_id"),
        Kept(table="picture", people="member_id", shared="media_type", withheld="name content"),
    ),
)
CONTACT = Purpose(
    key="contact",
    title=mark("Your address and phone number"),
    what=mark("Your email address, your phone number if you give one, and whether messages to them fail."),
    why=mark("So that codes, invites and reminders reach you. SMS are sent only if you ask for them."),
    ground=Ground.CONSENT,
    kept_for=mark(
        "As long as you are a member; a number until you remove it. A former address is kept for 7 days, so that you "
        "can take your account back."
    ),
    seen_by=mark("Administrators, never other members, except a number that you give for one hour."),
    tables=(
        Kept(
            table="member",
            people="id",
            shared="email phone phone_verified_at sms_opt_in",
            at_erasure=AtErasure.WORDS_GO,
        ),
        Kept(
            table="phone_code",
            people="member_id",
            shared="phone",
            withheld="nonce code_hash tries expires_at",
            periods=(Period("expires_at"),),
        ),
        Kept(
            table="address_code",
            people="member_id",
            shared="email",
            withheld="nonce code_hash tries expires_at",
            periods=(Period("expires_at"),),
        ),
        Kept(
            table="address_change",
            people="member_id",
            shared="before changed_at",
            withheld="id nonce",
            periods=(Period("changed_at", 7 * DAY),),
        ),
        Kept(table="mail_fault", people="member_id", shared="email status failed_at"),
        Kept(
            table="blocked_number",
            people="phone=member.phone.id",
            shared="phone reason blocked_at",
            at_erasure=AtErasure.UNSHARED_GO,
        ),
    ),
)
SIGNING_IN = Purpose(
    key="signing_in",
    title=mark("Signing in"),
    what=mark(
        "When you signed in, until when and with which kind of browser, your passkeys and authenticator app, the keys "
        "you made for programs, and counts that slow down whoever tries too often. Codes and keys are kept as "
        "fingerprints: nobody can read them back."
    ),
    why=mark("So that only you get into your account."),
    ground=Ground.INTEREST,
    kept_for=mark(
        "Sign-ins last 90 days, codes ten minutes, a form sent before signing in one hour. A key for programs is "
        "forgotten a year after it ended."
    ),
    seen_by=mark("Only you."),
    tables=(
        Kept(
            table="member",
            people="id",
            shared="signed_in_at factor_at",
            withheld="factor_due_at link_generation",
            at_erasure=AtErasure.WORDS_GO,
        ),
        Kept(
            table="authenticator_app",
            people="member_id",
            shared="created_at",
            withheld="secret last_step",
        ),
        Kept(
            table="passkey",
            people="member_id",
            shared="name created_at used_at",
            withheld="id credential_id public_key sign_count",
        ),
        Kept(table="recovery_code", people="member_id", withheld="id code_hash used_at"),
        Kept(
            table="factor_challenge",
            people="member_id",
            withheld="id nonce_hash purpose secret tries expires_at used_at",
            periods=(Period("expires_at"),),
        ),
        Kept(
            table="sign_in_code",
            people="member_id",
            withheld="id nonce mailbox code_hash tries expires_at used_at",
            periods=(Period("expires_at", DAY),),
        ),
        Kept(
            table="erasure_code",
            people="member_id",
            withheld="nonce code_hash tries expires_at",
            periods=(Period("expires_at"),),
        ),
        Kept(
            table="login_session",
            people="member_id",
            shared="created_at expires_at seen_at proved_at browser",
            withheld="id secret_hash",
            periods=(Period("expires_at"),),
        ),
        Kept(
            table="api_token",
            people="member_id",
            shared="name read_only created_at expires_at revoked_at used_at",
            withheld="id secret_hash",
            periods=(Period("expires_at", TOKENS_KEPT), Period("revoked_at", TOKENS_KEPT)),
        ),
        Kept(
            table="idempotency_key",
            people="member_id",
            shared="method path created_at",
            withheld="key body_hash status answer",
            periods=(Period("created_at", DAY),),
        ),
        Kept(
            table="draft",
            withheld="key_hash path fields expires_at",
            periods=(Period("expires_at"),),
        ),
        Kept(
            table="rate_count",
            withheld="key count expires_at",
            periods=(Period("expires_at"),),
        ),
    ),
)
TERMS = Purpose(
    key="terms",
    title=mark("The terms you accepted"),
    what=mark("Which version, when, in which language, and the fingerprint of the text you were shown."),
    why=mark("As proof of what was agreed."),
    ground=Ground.INTEREST,
    kept_for=mark("As long as you are a member."),
    seen_by=mark("You, and the administrators."),
    tables=(
        Kept(
            table="terms_acceptance",
            people="member_id",
            shared="version sha256 locale accepted_at",
        ),
    ),
)
