"""Acts on everybody of a filter: begun at once, done in steps by a worker, and undone for 30 days.

Each person's row remembers what was before and after, so that undoing changes back only what is still as the act left
it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, insert, literal, select
from sqlalchemy.orm import Session

from flashmeet.core.errors import BulkUnderWay, ChangedMeanwhile, NobodyConcerned, NotFound, Refusal
from flashmeet.directory.models import BulkAct, BulkChange
from flashmeet.directory.queries import changed_by, forecast, matching
from flashmeet.directory.rules.bulk import AT_ONCE, UNDER_WAY, BulkKind, BulkState, ChangeState, may_undo
from flashmeet.directory.rules.filters import MemberFilter
from flashmeet.identity.acts import Act, Audited
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.identity.rules import AgreedHours
from flashmeet.identity.service.events import mentor_changed, security_happened
from flashmeet.people.service.membership import approve, change_roles, pause, put_back
from flashmeet.themes.service import find_theme

Facts = dict[str, Any]
_TABLE = cast(Table, BulkChange.__table__)


def begin_bulk(
    db: Session,
    wanted: MemberFilter,
    kind: BulkKind,
    *,
    theme: str = "",
    hours: AgreedHours = AgreedHours.KEEP,
    people: int,
    by: Member,
    now: datetime,
) -> BulkAct:
    """Gathers whom the act concerns; a worker does it. `people` is how many it was said to concern.

    Raises NobodyConcerned, UnknownTheme, ChangedMeanwhile where the number is another by now.
    """
    theme_id = find_theme(db, theme).id if kind.needs_theme else None
    found = forecast(db, wanted, kind, theme_id, now=now).people
    if not found:
        raise NobodyConcerned
    if found != people:
        raise ChangedMeanwhile
    act = BulkAct(
        kind=kind,
        state=BulkState.RUNNING,
        theme_id=theme_id,
        hours=hours,
        fields=wanted.fields(),
        total=found,
        by_id=by.id,
        created_at=now,
    )
    db.add(act)
    db.flush()
    fresh: Facts = {"act_id": act.id, "member_id": None, "state": ChangeState.WAITING, "before": {}, "after": {}}
    concerned = (
        matching(db, wanted)
        .where(changed_by(kind, theme_id))
        .with_only_columns(
            *(
                literal(value, _TABLE.c[name].type) if name != "member_id" else Member.id
                for name, value in fresh.items()
            )
        )
    )
    db.execute(insert(_TABLE).from_select(list(fresh), concerned))
    return act


def bulk_act(db: Session, act_id: int) -> BulkAct:
    """Returns the act. Raises NotFound."""
    act = db.get(BulkAct, act_id)
    if act is None:
        raise NotFound
    return act


def undo_bulk(db: Session, act_id: int, *, now: datetime) -> BulkAct:
    """Has a worker undo the act for everybody. Raises NotFound, BulkUnderWay."""
    act = db.get(BulkAct, act_id, with_for_update={"of": BulkAct})
    if act is None:
        raise NotFound
    if not may_undo(act.created_at, act.state, now=now):
        raise BulkUnderWay
    act.state = BulkState.UNDOING
    db.flush()
    return act


def carry_on_bulk(db: Session, *, now: datetime, act_id: int | None = None, limit: int = AT_ONCE) -> int:
    """Does the next step of an act that is under way, of that one if it is said; returns how many people it was.

    Whatever another worker has in hand is left to it.
    """
    query = select(BulkAct).where(BulkAct.state.in_(UNDER_WAY))
    if act_id is not None:
        query = query.where(BulkAct.id == act_id)
    act = db.scalars(query.order_by(BulkAct.id).limit(1).with_for_update(of=BulkAct, skip_locked=True)).first()
    if act is None:
        return 0
    undoing = act.state == BulkState.UNDOING
    waiting = BulkChange.state == (ChangeState.DONE if undoing else ChangeState.WAITING)
    changes = select(BulkChange).where(BulkChange.act_id == act.id, waiting).order_by(BulkChange.member_id)
    found = db.scalars(changes.limit(limit)).all()
    for change in found:
        change.state = _undo(db, act, change, now=now) if undoing else _do(db, act, change, now=now)
        if change.state in (ChangeState.DONE, ChangeState.UNDONE):
            what = Audited(act=Act.CHANGED_IN_BULK, by=act.by_id, to=change.member_id, about=_about(act, undoing))
            security_happened(db, what, now)
    if len(found) < limit:
        act.state = BulkState.UNDONE if undoing else BulkState.DONE
    db.flush()
    return len(found)


def _about(act: BulkAct, undoing: bool) -> str:  # two words for two directions
    return f"{'undo ' if undoing else ''}{act.kind} {act.id}"


def _do(db: Session, act: BulkAct, change: BulkChange, *, now: datetime) -> ChangeState:
    member = db.scalar(select(Member).where(Member.id == change.member_id, changed_by(act.kind, act.theme_id)))
    if member is None:
        return ChangeState.LEFT
    change.before = _facts(act, member)
    try:
        with db.begin_nested():
            _change(db, act, member, now=now)
    except Refusal:
        return ChangeState.LEFT  # one who cannot be changed keeps nobody else waiting
    change.after = _facts(act, member)
    return ChangeState.DONE


def _change(db: Session, act: BulkAct, member: Member, *, now: datetime) -> None:
    match act.kind:
        case BulkKind.APPROVE | BulkKind.RESUME:
            approve(db, member.id, now=now)
        case BulkKind.PAUSE:
            pause(db, member.id, hours=act.hours, now=now)
        case BulkKind.GIVE_MENTOR | BulkKind.GIVE_MENTEE:
            given = {*member.roles, act.kind.removeprefix("give_")}
            change_roles(db, member.id, given, now=now)
        case BulkKind.TAKE_MENTOR | BulkKind.TAKE_MENTEE:
            left = {*member.roles} - {act.kind.removeprefix("take_")} or {"mentee"}
            change_roles(db, member.id, left, hours=act.hours, now=now)
        case BulkKind.GIVE_THEME | BulkKind.TAKE_THEME:
            _offer(db, act, member, "" if act.kind == BulkKind.GIVE_THEME else None, now=now)


def _offer(db: Session, act: BulkAct, member: Member, proof: str | None, *, now: datetime) -> None:
    """Has a mentor offer the act's theme with that line, or not at all."""
    others = [each for each in member.offers if each.theme_id != act.theme_id]
    theirs = [MentorTheme(mentor_id=member.id, theme_id=act.theme_id, proof=proof)] if proof is not None else []
    member.offers = [*others, *theirs]
    db.flush()
    mentor_changed(db, member.id, now)


def _undo(db: Session, act: BulkAct, change: BulkChange, *, now: datetime) -> ChangeState:
    member = db.get(Member, change.member_id)
    if member is None or member.erased_at is not None or _facts(act, member) != change.after:
        return ChangeState.KEPT
    before = change.before
    if act.kind.needs_theme:
        _offer(db, act, member, before["proof"], now=now)
    elif "held_at" in before:
        held_at = datetime.fromisoformat(before["held_at"]) if before["held_at"] else None
        put_back(db, member.id, approved=before["approved"], held_at=held_at, now=now)
    else:
        put_back(db, member.id, mentor=before["mentor"], mentee=before["mentee"], now=now)
    return ChangeState.UNDONE


def _facts(act: BulkAct, member: Member) -> Facts:
    """Returns what the act is about, as it is now."""
    if act.kind.needs_theme:
        proofs = [each.proof for each in member.offers if each.theme_id == act.theme_id]
        return {"proof": proofs[0] if proofs else None}
    if act.kind in (BulkKind.APPROVE, BulkKind.RESUME, BulkKind.PAUSE):
        held_at = member.held_at.isoformat() if member.held_at else ""
        return {"mentor": member.mentor, "approved": member.approved, "held_at": held_at}
    return {"mentor": member.mentor, "mentee": member.mentee}
