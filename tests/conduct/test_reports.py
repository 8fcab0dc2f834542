"""A report keeps the two apart at once; a case goes its way with every step written down."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from flashmeet.bookings.models.booking import Booking
from flashmeet.conduct.service.blocks import away_from, block, unblock
from flashmeet.conduct.service.cases import case_for, cases, is_evidence_open, open_cases, open_evidence, write_note
from flashmeet.conduct.service.decisions import Decided, decide, separate_pair
from flashmeet.conduct.service.reports import Report, report
from flashmeet.core.errors import BadInput, CaseClosed, Missing, NotFound
from flashmeet.identity.models import Member
from flashmeet.identity.rules import OfficeRole
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.drop_reasons import why_not
from flashmeet.people.models import CaseEvent, ConductCase
from flashmeet.people.queries import is_blocked_between
from flashmeet.schedule.rules.booked_hour import BookingStatus
from tests import people
from tests.conduct.conftest import Scene

SAID = Report(what="unwelcome", story="Des remarques sur ma tenue")


def reported(scene: Scene, said: Report = SAID) -> ConductCase:
    return report(scene.db, scene.bob, scene.alice.id, said, now=scene.now)


def closed(scene: Scene, case: ConductCase, decision: str = "dismissed", **more: object) -> ConductCase:
    return decide(scene.db, scene.odile, case.id, Decided(decision=decision, **more), now=scene.now)  # type: ignore[arg-type]


def test_the_two_are_apart_at_once_and_neither_can_end_it(scene: Scene) -> None:
    reported(scene)
    assert is_blocked_between(scene.db, scene.alice.id, scene.bob.id)
    for who, whom in ((scene.alice, scene.bob), (scene.bob, scene.alice)):
        unblock(scene.db, who, whom.id)
    assert is_blocked_between(scene.db, scene.alice.id, scene.bob.id)
    assert [each.reported for each in away_from(scene.db, scene.bob)] == [True]
    assert away_from(scene.db, scene.alice) == []


def test_what_they_had_ahead_is_cancelled_in_nobodys_name(scene: Scene) -> None:
    booking, other = scene.book(scene.at(9)), scene.book(scene.at(9), who=scene.charlie, whom=scene.dora)
    reported(scene)
    assert (booking.status, booking.cancelled_by_id, booking.cancel_reason, booking.sequence) == (
        BookingStatus.CANCELLED,
        None,
        "",
        1,
    )
    for who in (scene.alice, scene.bob):
        told = scene.payload(who, "invite")
        assert (told["action"], told["by_name"], told["by_me"], told["reason"]) == ("cancelled", "", False, "")
    assert other.status == BookingStatus.CONFIRMED


def test_who_is_reported_is_told_nothing_but_the_cancellation(scene: Scene) -> None:
    scene.book(scene.at(9))
    reported(scene)
    assert scene.mails(scene.alice) == ["invite", "invite"]
    closed(scene, scene.cases("report")[0])
    assert scene.mails(scene.alice) == ["invite", "invite"]


def test_who_reports_gets_a_receipt_and_one_sentence_whatever_is_decided(scene: Scene) -> None:
    case = reported(scene)
    closed(scene, case, "warned", word="Restez au sujet de l’heure.")
    assert scene.mails(scene.bob) == ["report_received", "report_closed"]
    assert scene.payload(scene.bob, "report_closed") == {"apart": True}
    assert scene.payload(scene.alice, "network_word") == {"text": "Restez au sujet de l’heure."}


def test_administrators_are_told_that_something_waits_and_not_what(scene: Scene) -> None:
    case = reported(scene)
    assert scene.payload(scene.odile, "case_opened") == {"case_id": case.id}


def test_whoever_decides_cases_alone_is_told_too_and_a_reader_of_pages_is_not(scene: Scene) -> None:
    scene.charlie.office, scene.dora.office = OfficeRole.CASES, OfficeRole.READER
    case = reported(scene)
    assert scene.payload(scene.charlie, "case_opened") == {"case_id": case.id}
    assert scene.mails(scene.dora) == []


def test_two_who_were_let_meet_and_are_kept_apart_again_have_nothing_ahead(scene: Scene) -> None:
    case = closed(scene, reported(scene), apart=False)
    booking = scene.book(scene.at(9))
    separate_pair(scene.db, scene.odile, case.id, apart=True, now=scene.now)
    assert booking.status == BookingStatus.CANCELLED
    assert (booking.cancelled_by_id, scene.mails(scene.alice)[-1]) == (None, "invite")


def test_the_text_of_the_session_goes_along_only_when_it_is_handed_over(scene: Scene) -> None:
    booking = scene.book(scene.at(9))
    case = reported(scene, Report(what="other", story="Hors sujet", booking_id=booking.id))
    assert case.shared == ""
    again = report(
        scene.db,
        scene.charlie,
        scene.dora.id,
        Report(
            what="other",
            story="x",
            booking_id=scene.book(scene.at(10), who=scene.charlie, whom=scene.dora).id,
            share=True,
        ),
        now=scene.now,
    )
    assert again.shared == "Mes statuts"


def test_a_session_of_others_cannot_be_handed_over(scene: Scene) -> None:
    other = scene.book(scene.at(9), who=scene.charlie)
    with pytest.raises(NotFound):
        reported(scene, Report(what="other", story="x", booking_id=other.id, share=True))


def test_a_second_report_is_added_to_the_first_and_the_same_form_twice_adds_nothing(scene: Scene) -> None:
    case = reported(scene)
    assert reported(scene).id == case.id
    assert scene.steps(case) == ["opened"]
    reported(scene, Report(what="money", story="Et il voulait de l’argent"))
    assert scene.steps(case) == ["opened", "added"]
    assert (scene.mails(scene.bob), open_cases(scene.db)) == (["report_received"], 1)


def test_a_report_needs_words_and_a_kind(scene: Scene) -> None:
    with pytest.raises(Missing):
        reported(scene, Report(what="other", story=" "))
    with pytest.raises(BadInput):
        reported(scene, Report(what="", story="x"))
    assert not is_blocked_between(scene.db, scene.alice.id, scene.bob.id)


ACTS: tuple[Callable[[Scene, Member, int], object], ...] = (
    lambda scene, who, case_id: case_for(scene.db, who, case_id),
    lambda scene, who, case_id: open_evidence(scene.db, who, case_id, now=scene.now),
    lambda scene, who, case_id: write_note(scene.db, who, case_id, "x", now=scene.now),
    lambda scene, who, case_id: separate_pair(scene.db, who, case_id, apart=False, now=scene.now),
    lambda scene, who, case_id: decide(scene.db, who, case_id, Decided(decision="dismissed"), now=scene.now),
)


def test_nobody_handles_a_case_of_their_own(scene: Scene) -> None:
    scene.alice.administrator = scene.bob.administrator = True
    case = reported(scene)
    for own in (scene.alice, scene.bob):
        assert (list(cases(scene.db, own)), open_cases(scene.db, viewer_id=own.id)) == ([], 0)
        for act in ACTS:
            with pytest.raises(NotFound):
                act(scene, own, case.id)
    assert scene.mails(scene.alice) == []
    assert open_cases(scene.db, viewer_id=scene.odile.id) == open_cases(scene.db) == 1


def test_what_was_written_opens_for_a_quarter_of_an_hour_to_who_said_that_they_look(scene: Scene) -> None:
    case = reported(scene)
    hana = people.member(scene.db, "Hana", administrator=True)
    open_evidence(scene.db, scene.odile, case.id, now=scene.now)
    assert is_evidence_open(scene.db, scene.odile, case, now=scene.at(1, 9, 14, 59))
    assert not is_evidence_open(scene.db, scene.odile, case, now=scene.at(1, 9, 15))
    assert not is_evidence_open(scene.db, hana, case, now=scene.now)


def test_every_step_is_written_down_with_who_and_when_and_stays(scene: Scene) -> None:
    case = reported(scene)
    open_evidence(scene.db, scene.odile, case.id, now=scene.now)
    write_note(scene.db, scene.odile, case.id, "Appelée", now=scene.now)
    closed(scene, case, "warned", note="Elle a compris", word="Restez au sujet.", apart=False)
    separate_pair(scene.db, scene.odile, case.id, apart=True, now=scene.now)
    rows = scene.db.scalars(select(CaseEvent).order_by(CaseEvent.id)).all()
    assert [(row.kind, row.by_id) for row in rows] == [
        ("opened", scene.bob.id),
        ("looked", scene.odile.id),
        ("noted", scene.odile.id),
        ("warned", scene.odile.id),
        ("let_meet", scene.odile.id),
        ("written", scene.odile.id),
        ("kept_apart", scene.odile.id),
    ]
    assert {row.at for row in rows} == {scene.now}
    rows[0].text = "other words"
    with pytest.raises(TypeError):
        scene.db.flush()


def test_no_step_is_deleted(scene: Scene) -> None:
    reported(scene)
    scene.db.delete(scene.db.scalars(select(CaseEvent)).one())
    with pytest.raises(TypeError):
        scene.db.flush()


def test_a_case_is_decided_once(scene: Scene) -> None:
    case = reported(scene)
    closed(scene, case, apart=False)
    assert not is_blocked_between(scene.db, scene.alice.id, scene.bob.id)
    with pytest.raises(CaseClosed):
        closed(scene, case, "suspended")
    assert not scene.alice.suspended
    assert reported(scene).id != case.id


def test_a_warning_needs_words_and_suspending_suspends(scene: Scene) -> None:
    case = reported(scene)
    with pytest.raises(Missing):
        closed(scene, case, "warned")
    with pytest.raises(BadInput):
        closed(scene, case, "standing")
    closed(scene, case, "suspended")
    assert scene.alice.suspended and case.frozen


def test_a_block_of_ones_own_outlives_the_case(scene: Scene) -> None:
    case = reported(scene)
    block(scene.db, scene.bob, scene.alice.id, cancel=True, now=scene.now)
    closed(scene, case, apart=False)
    assert is_blocked_between(scene.db, scene.alice.id, scene.bob.id)


def test_what_was_booked_in_the_very_moment_is_ended_by_the_worker(scene: Scene) -> None:
    booking = scene.book(scene.at(9))
    case = reported(scene)
    late = scene.db.get_one(Booking, booking.id)
    assert late.status == BookingStatus.CANCELLED
    case.frozen = False
    second = scene.book(scene.at(10))
    case.frozen = True
    scene.db.flush()
    before = scene.effects()
    scene.work()
    assert second.status == BookingStatus.CANCELLED and scene.effects() > before
    after = scene.effects()
    scene.work()
    assert scene.effects() == after


def test_what_an_administrator_writes_reaches_somebody_who_is_suspended(scene: Scene) -> None:
    closed(scene, reported(scene), "suspended", word="Votre accès est suspendu.")
    query = select(OutboxMessage).where(OutboxMessage.recipient_id == scene.alice.id)
    rows = {row.kind: row for row in scene.db.scalars(query)}
    assert why_not(scene.db, list(rows.values()), now=scene.now) == {}
    rows["network_word"].kind = "joined"
    assert set(why_not(scene.db, list(rows.values()), now=scene.now).values()) == {"suspended"}
