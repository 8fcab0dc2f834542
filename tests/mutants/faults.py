"""Rules broken on purpose: each fault is one that a plausible change could bring in, and some test must catch it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """In `file`, the one place that reads `sound` is made to read `broken`; `tests` must then fail."""

    rule: str
    file: str
    sound: str
    broken: str
    tests: str


FAULTS = (
    Fault(
        "Nobody is booked twice",
        "schedule/queries/claims.py",
        "return not rows or insert_new(db, _CLAIM, rows) == len(rows)",
        "return not rows or insert_new(db, _CLAIM, rows) >= 0",
        "tests/bookings/service/test_booking.py",
    ),
    Fault(
        "A move raises the invite's sequence",
        "bookings/service/end.py",
        "booking.sequence += 1",
        "booking.sequence += 0",
        "tests/bookings/service/test_booking.py tests/bookings/service/test_booking_details.py",
    ),
    Fault(
        "No reminder survives the end of its booking",
        "bookings/service/invites.py",
        'kinds=REMINDERS, reason="cancelled"',
        'kinds=(), reason="cancelled"',
        "tests/bookings/service/test_reminders.py tests/bookings/service/test_ending.py",
    ),
    Fault(
        "A local time that exists twice means the first of the two",
        "core/zones.py",
        "tzinfo=here, fold=int(last))",
        "tzinfo=here, fold=int(not last))",
        "tests/core/test_zones.py",
    ),
    Fault(
        "A mentor's notice holds",
        "schedule/rules/slots.py",
        "if starts_at < now + policy.notice:",
        "if starts_at < now:",
        "tests/schedule/rules/test_slots.py tests/bookings/service/test_booking.py",
    ),
    Fault(
        "An SMS keeps out of quiet hours",
        "bookings/rules/reminders.py",
        "within = quiet.around(reminder.due_at, tzid)",
        "within = None",
        "tests/bookings/rules/test_reminders.py",
    ),
    Fault(
        "A worker that wakes late cannot settle for its successor",
        "messages/outbox/settle.py",
        "OutboxMessage.attempt == leased.attempt,",
        "OutboxMessage.attempt >= 0,",
        "tests/messages/outbox/test_channel.py",
    ),
    Fault(
        "A calendar that cannot be read stops bookings",
        "schedule/service/calendar_freshness.py",
        "if unread and fails_closed(db):",
        "if False:",
        "tests/calendars/test_fail_closed.py",
    ),
    Fault(
        "A suspended member's personal links are dead",
        "identity/service/links.py",
        "    if owner.suspended and not link.kind.for_suspended:\n        raise AccessSuspended\n",
        "",
        "tests/http/test_personal_links.py",
    ),
    Fault(
        "A personal link does nothing for somebody else who is signed in",
        "identity/service/links.py",
        "if viewer_id not in (None, owner.id) and not link.kind.whoever_is_signed_in:",
        "if False:",
        "tests/http/test_personal_links.py",
    ),
    Fault(
        "A form sent by another site is refused",
        "http/csrf.py",
        "    if is_foreign():\n        raise CSRFError",
        "    if False:\n        raise CSRFError",
        "tests/http/test_csrf.py",
    ),
    Fault(
        "A token that may only read changes nothing",
        "http/access.py",
        "if who.read_only and request.method not in READING_METHODS:",
        "if False:",
        "tests/http/test_access.py tests/api/test_access.py",
    ),
    Fault(
        "A suspended member is a visitor",
        "identity/service/logins.py",
        ".where(LoginSession.secret_hash == hashed(secret), _is_live(now), ~Member.suspended)",
        ".where(LoginSession.secret_hash == hashed(secret), _is_live(now))",
        "tests/http/test_identity.py tests/http/test_access.py",
    ),
    Fault(
        "An SMS keeps out of quiet hours when it leaves, too",
        "messages/outbox/sms_guard.py",
        "        return QUIET\n",
        '        return ""\n',
        "tests/messages/outbox/test_sms_guard.py",
    ),
    Fault(
        "Who is blocked sees none of the other's hours",
        "schedule/service/slots.py",
        "self._hidden = blocked_with(db, query.viewer_id) if query.viewer_id is not None else set()",
        "self._hidden: set[int] = set()",
        "tests/conduct/test_blocks.py tests/conduct/test_pages.py",
    ),
    Fault(
        "Only an SMS that says nothing else than STOP stops all",
        "core/phone_numbers.py",
        "    if len(words) != 1:\n",
        "    if not words:\n",
        "tests/core/test_sms.py tests/portal/test_hooks.py",
    ),
    Fault(
        "An SMS in words is answered once",
        "bookings/service/messages/sms_replies.py",
        'subject=f"sms_words:{booking.id}"',
        'subject=f"sms_words:{ref}"',
        "tests/portal/test_hooks.py",
    ),
    Fault(
        "What fails marks the address it was sent to, no later one",
        "messages/outbox/unreachable.py",
        "    if address != member.email:\n",
        "    if False:\n",
        "tests/messages/outbox/test_unreachable.py",
    ),
    Fault(
        "A code that arrives heals its number",
        "people/service/phones.py",
        "    unblock_number(db, asked.phone, only=BlockReason.BAD_NUMBER)\n",
        "",
        "tests/people/service/test_phones.py",
    ),
    Fault(
        "Nobody's former name is sent",
        "messages/outbox/todays_facts.py",
        "            fresh |= {key: value for key, value in ((name, who.name), (tzid, who.tzid)) if key in payload}\n",
        "            pass\n",
        "tests/bookings/service/test_todays_facts.py",
    ),
    Fault(
        "A change of place keeps the day's reminders",
        "bookings/service/reminders.py",
        "agreed_at=booking.agreed_at,",
        "agreed_at=booking.stamped_at,",
        "tests/bookings/service/test_todays_facts.py",
    ),
    Fault(
        "Mails about one booking are one thread",
        "messages/rendering/mail.py",
        'return f"booking-{uid}" if',
        'return f"booking-{message.message_key}" if',
        "tests/messages/adapters/test_mail.py",
    ),
    Fault(
        "A code that is turned away for now is tried again every minute",
        "messages/outbox/settle.py",
        "    if own is not None:\n",
        "    if False:\n",
        "tests/messages/outbox/test_trouble.py",
    ),
    Fault(
        "A number that was blocked gets no SMS",
        "messages/outbox/sms_guard.py",
        "    if phone in blocked and not _may_heal(row, blocked[phone]):\n",
        "    if False:\n",
        "tests/messages/outbox/test_sms_guard.py tests/portal/test_hooks.py",
    ),
    Fault(
        "A count of open hours tells nothing of who is blocked",
        "schedule/service/slots.py",
        "hidden = blocked_with(db, viewer_id) if viewer_id is not None else set()",
        "hidden: set[int] = set()",
        "tests/conduct/test_pages.py tests/conduct/test_blocks.py tests/portal/test_home.py",
    ),
    Fault(
        "Attempts are counted",
        "http/rate_limits.py",
        "        window.check(add_count(db, window, times=1), now=at)\n",
        "        add_count(db, window, times=1)\n",
        "tests/people/pages/test_sign_in_sameness.py tests/people/pages/test_phone.py",
    ),
    Fault(
        "One person cannot make another's mailbox ring",
        "messages/outbox/calm.py",
        "return now if mails < AT_ONCE else now + PAUSE",
        "return now",
        "tests/bookings/service/test_calm.py tests/requests/test_lifecycle.py",
    ),
    Fault(
        "A suspension takes back for good what let the member in",
        "people/service/membership.py",
        "    end_access(db, member, now=now)\n",
        "",
        "tests/people/service/test_suspension.py",
    ),
    Fault(
        "An API token ends after a year",
        "identity/service/tokens.py",
        "            ApiToken.expires_at > now,\n",
        "",
        "tests/people/service/test_tokens.py",
    ),
    Fault(
        "Who has a second factor is asked for it",
        "security/pages/entering.py",
        "    if member.factor_at is not None:\n        return Entry(",
        "    if False:\n        return Entry(",
        "tests/security/test_second_step.py",
    ),
    Fault(
        "The code of an app counts once",
        "security/service/factors.py",
        ".where(AuthenticatorApp.member_id == member_id, AuthenticatorApp.last_step < step)",
        ".where(AuthenticatorApp.member_id == member_id)",
        "tests/security/test_second_step.py",
    ),
    Fault(
        "A recovery code counts once",
        "security/service/factors.py",
        "RecoveryCode.code_hash == code_hash, RecoveryCode.used_at.is_(None)",
        "RecoveryCode.code_hash == code_hash",
        "tests/security/test_second_step.py",
    ),
    Fault(
        "What matters most asks for a fresh proof",
        "http/before_request.py",
        "            return ask_proof()\n",
        "",
        "tests/security/test_proof.py",
    ),
    Fault(
        "An administrator’s login ends after 14 days without use",
        "identity/service/logins.py",
        "or_(~Member.administrator, LoginSession.seen_at > now - IDLE_ADMINISTRATOR)",
        "LoginSession.seen_at <= now",
        "tests/security/test_idle.py",
    ),
    Fault(
        "After the days of grace an administrator without a second factor sees no page of administrators",
        "http/proofs.py",
        "    return who.factor_due_at <= now()\n",
        "    return False\n",
        "tests/security/test_second_step.py",
    ),
    Fault(
        "Nothing of an erased member is left, no phone number either",
        "privacy/service/wipe.py",
        "        if column.name not in STAYS:\n",
        '        if column.name not in STAYS and column.name != "phone":\n',
        "tests/privacy/test_wipe.py",
    ),
    Fault(
        "Whoever is erased takes the words of each hour along, also the number given for it",
        "privacy/service/wipe.py",
        "        _empty(db, table, names.split(), about(table, path, member_id))\n",
        "        pass\n",
        "tests/privacy/test_wipe.py",
    ),
    Fault(
        "A former name is gone from what others were told",
        "privacy/service/wipe.py",
        "    _rub_out_traces(db, member)\n",
        "",
        "tests/privacy/test_erasure.py",
    ),
    Fault(
        "A copy holds what is the member's own, and nothing of the other person of an hour",
        "privacy/service/contents.py",
        '        if row[f"owns_{number}"]:\n',
        "        if row:\n",
        "tests/privacy/test_copies.py",
    ),
    Fault(
        "A copy is handed to its member, and to the administrator who asked for it",
        "privacy/service/copies.py",
        "    if viewer.id != copy.member_id and not (viewer.administrator and viewer.id == copy.asked_by_id):\n",
        "    if viewer is None:\n",
        "tests/privacy/test_copies.py",
    ),
    Fault(
        "What is past its period goes",
        "privacy/queries.py",
        "    return and_(column.is_not(None), column <= moment)\n",
        "    return and_(column.is_(None), column <= moment)\n",
        "tests/privacy/test_retention.py",
    ),
    Fault(
        "The last administrator is not erased",
        "privacy/service/erasure.py",
        "    keep_an_administrator(db, member.id)\n    _drop_waiting",
        "    _drop_waiting",
        "tests/privacy/test_erasure.py",
    ),
)
