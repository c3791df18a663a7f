"""The week's list against the last one: only new and changed go on, an answer is never asked for twice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.factories import NOW, TODAY
from vetting.associations.models.associations import Association
from vetting.bookings.services import answers, weeks
from vetting.bookings.services.answers import BookingAnswer
from vetting.casework.domain.cases import InvalidationReason
from vetting.casework.models.cases import BookingRequest, Case, Occurrence
from vetting.casework.models.facts import GivenFacts
from vetting.casework.services import cases, decisions, reused_answers
from vetting.casework.services.screenings import screen_without_keeping
from vetting.engine.results import CriterionResult
from vetting.engine.screening import EVENT_LEVELS
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.import_batches import ImportBatch
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.lists.models.staged_files import CustomerNumber, StagedFile, StagedProblem
from vetting.lists.services import earlier_lists, import_batches, staged_files, weekly_lists

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from vetting.bookings.services.weeks import WeekBooking

HEADINGS = "Bokningsnr;Objekt;Kund;Org.nr;Aktivitet;Datum;Från;Till;Antal"
FIRST = (
    ("B1", "Salen", "Kulturföreningen Provkvarnen", "802999-0234", "Körövning", "2026-12-01", "18:00", "20:00", "20"),
    ("B2", "Salen", "Teaterföreningen Mönsterdalen", "802999-0036", "Repetition", "2026-12-02", "18:00", "20:00", "12"),
    ("B3", "Verkstaden", "Odlarföreningen Låtsasvik", "802999-0044", "Möte", "2026-12-03", "18:00", "19:00", "8"),
)
LATER = NOW + timedelta(days=1)


def a_list(*rows: tuple[str, ...], headings: str = HEADINGS) -> bytes:
    return "\n".join([headings, *(";".join(row) for row in rows)]).encode()


def other(row: tuple[str, ...], **more: str) -> tuple[str, ...]:
    """A row with some cells otherwise, by heading."""
    names = HEADINGS.split(";")
    return tuple(more.get(name, cell) for name, cell in zip(names, row, strict=True))


def staged(board: BoardAtWork, *rows: tuple[str, ...], headings: str = HEADINGS) -> StagedFile:
    key = board.staged(a_list(*rows, headings=headings), "vecka.csv", into_round=False)
    with open_reading(board.database) as s:
        found = s.get_one(StagedFile, key)
        s.expunge(found)
    return found


def taken(board: BoardAtWork, *rows: tuple[str, ...], at: Any = NOW, headings: str = HEADINGS) -> ImportBatch:
    key = staged(board, *rows, headings=headings).id
    batch: ImportBatch = board.do(import_batches.confirm_import, key, good_only=False, at=at)
    import_batches.screen_batch(board.database, batch.id, at=at, heard=lambda *_: True)
    return batch


def figures(found: StagedFile) -> tuple[int, int, int, int]:
    return tuple(found.counts[name] for name in ("good", "changed", "same", "gone"))


def booked(board: BoardAtWork, reference: str) -> Case:
    with open_reading(board.database) as s:
        wanted = select(Case).join(BookingRequest, BookingRequest.case_id == Case.id)
        found = s.scalars(wanted.where(BookingRequest.reference == reference).order_by(Case.id.desc())).first()
    assert found is not None
    return found


@pytest.mark.both_engines
def test_the_first_list_is_all_new_and_the_next_tells_new_changed_the_same_and_gone(board: BoardAtWork) -> None:
    taken(board, *FIRST)
    new = ("B4", "Salen", "Byalaget Tänkeholm", "802999-0051", "Dans", "2026-12-03", "18:00", "20:00", "30")
    moved = other(FIRST[0], Från="19:00", Till="21:00")
    found = staged(board, moved, FIRST[1], new)
    assert figures(found) == (1, 1, 1, 0)  # the workshop is not in this list: nothing is said of it
    was = {"time": "2026-12-01 18.00–20.00", "room": "Salen", "title": "Körövning"}
    now = {**was, "time": "2026-12-01 19.00–21.00"}
    number = booked(board, "B1").number
    assert found.found["changed"] == [[number, ["time"], "Kulturföreningen Provkvarnen", "B1", was, now]]
    without = staged(board, FIRST[0], ("B9", *FIRST[2][1:]))
    assert figures(without) == (1, 0, 1, 2)
    assert without.found["gone"] == [booked(board, "B2").number, booked(board, "B3").number]


def test_the_very_same_rows_change_nothing_whatever_order_the_columns_stand_in(board: BoardAtWork) -> None:
    taken(board, *FIRST)
    turned = ";".join(reversed(HEADINGS.split(";")))
    found = staged(board, *(tuple(reversed(row)) for row in FIRST), headings=turned)
    assert figures(found) == (0, 0, 3, 0)
    batch = board.do(import_batches.confirm_import, found.id, good_only=False, at=LATER)
    assert [batch.counts[name] for name in ("created", "updated", "unchanged")] == [0, 0, 3]
    with open_reading(board.database) as s:
        assert len(s.scalars(select(Case.id)).all()) == 3
        assert trail_verification.verify_trail(s).problems == []


def test_what_is_changed_goes_into_the_case_that_is_there(board: BoardAtWork) -> None:
    taken(board, *FIRST)
    before = booked(board, "B1")
    batch = taken(board, other(FIRST[0], Objekt="Verkstaden", Antal="200", Aktivitet="Föreläsning"), FIRST[1], at=LATER)
    assert [batch.counts[name] for name in ("created", "updated", "unchanged")] == [0, 1, 1]
    case = booked(board, "B1")
    assert (case.id, case.number) == (before.id, before.number)
    with open_reading(board.database) as s:
        assert s.scalars(select(Occurrence.room_name).where(Occurrence.case_id == case.id)).all() == ["Verkstaden"]
        found = screen_without_keeping(s, s.get_one(Case, case.id), on=date(2026, 11, 21))
        assert found
        assert found.screening.facts.values["expected_visitors"] == 200
        assert found.screening.facts.values["event_title"] == "Föreläsning"
        assert trail_verification.verify_trail(s).problems == []
    with pytest.raises(Refused) as refused:
        board.do(import_batches.undo_import, batch.id)
    assert refused.value.obstacle is Obstacle.INVALID
    assert figures(staged(board, other(FIRST[0], Objekt="Verkstaden", Antal="200", Aktivitet="Föreläsning"))) == (
        0,
        0,
        1,
        0,
    )


def confirmed(board: BoardAtWork, reference: str) -> Case:
    number = booked(board, reference).number
    board.make_ready(number)
    board.propose(number, amount=None)
    board.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    board.decide(number)
    return board.case(number)


def test_a_given_answer_is_asked_again_only_when_the_booking_changed(board: BoardAtWork) -> None:
    taken(board, *FIRST)
    assert confirmed(board, "B1").state == "confirmed"
    taken(board, *FIRST[:2], ("B5", *FIRST[2][1:]), at=LATER)
    assert booked(board, "B1").look_again_at is None
    taken(board, other(FIRST[0], Aktivitet="Föreläsning"), at=LATER)
    case = booked(board, "B1")
    assert (case.state, case.look_again_because) == ("confirmed", InvalidationReason.CHANGED.value)


def test_a_number_that_stands_for_somebody_else_is_another_booking(board: BoardAtWork) -> None:
    taken(board, *FIRST)
    reused = other(FIRST[0], Kund="Scoutkåren Övningsnäs", **{"Org.nr": "802999-0069"})
    found = staged(board, reused)
    assert figures(found) == (1, 0, 0, 1)
    taken(board, reused, at=LATER)
    assert booked(board, "B1").name == "Scoutkåren Övningsnäs"
    with open_reading(board.database) as s:
        assert len(s.scalars(select(Case.id)).all()) == 4


def test_several_times_under_one_number_are_told_apart_by_their_time(board: BoardAtWork) -> None:
    series = [other(FIRST[0], Datum=f"2026-12-{day:02}") for day in (1, 8, 15)]
    taken(board, *series)
    found = staged(board, series[0], series[2], other(FIRST[0], Datum="2026-12-22"))
    assert figures(found) == (1, 0, 2, 1)


def test_another_weeks_dates_leave_this_week_alone(board: BoardAtWork) -> None:
    taken(board, *FIRST)
    next_week = [other(row, Datum=row[5].replace("2026-12-0", "2026-12-1"), Bokningsnr=f"N{row[0]}") for row in FIRST]
    assert figures(staged(board, *next_week)) == (3, 0, 0, 0)


def test_a_booking_that_was_taken_back_or_called_off_is_new_again(board: BoardAtWork) -> None:
    batch = taken(board, *FIRST)
    board.do(import_batches.undo_import, batch.id)
    assert figures(staged(board, *FIRST)) == (3, 0, 0, 0)
    taken(board, *FIRST, at=LATER)
    case = booked(board, "B1")

    def called_off(session: Any) -> None:
        from vetting.kernel.store.trail import TrailNote

        session.get_one(Case, case.id).state = "cancelled"
        session.add_entry(TrailNote(action="case_received", by=None, at=NOW))

    run_in_transaction(board.database, called_off)
    assert figures(staged(board, FIRST[0], FIRST[1])) == (1, 0, 1, 0)


def test_what_is_gone_is_called_off_by_a_person_and_nothing_else_is(board: BoardAtWork) -> None:
    taken(board, *FIRST)
    kept = confirmed(board, "B2")
    found = staged(board, FIRST[0], ("B9", *FIRST[2][1:]))
    gone = [booked(board, "B2").number, booked(board, "B3").number]
    assert found.found["gone"] == gone
    for wrong in ([], [booked(board, "B1").number], ["BOK-2026-9999"]):
        with pytest.raises(Refused):
            board.do(weekly_lists.call_off, found.id, wrong)
    board.do(weekly_lists.call_off, found.id, gone[:1])
    assert (board.case(kept.number).state, board.case(gone[1]).state) == ("cancelled", "requested")
    with open_reading(board.database) as s:
        assert s.scalars(select(Occurrence.state).where(Occurrence.case_id == kept.id)).all() == ["cancelled"]
        assert trail_verification.verify_trail(s).problems == []
    with pytest.raises(Refused):
        board.do(weekly_lists.call_off, found.id, gone)  # one of them was called off meanwhile: nothing half done
    assert board.case(gone[1]).state == "requested"


def test_a_list_that_goes_in_piece_by_piece_is_compared_like_any_other(
    board: BoardAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_batches, "LARGEST_BATCH", 1)
    new = [
        ("B4", "Salen", "Byalaget Tänkeholm", "802999-0051", "Dans", "2026-12-03", "18:00", "20:00", "30"),
        ("B5", "Salen", "Byalaget Tänkeholm", "802999-0051", "Dans", "2026-12-04", "18:00", "20:00", "30"),
    ]
    for rows in (FIRST, (other(FIRST[0], Objekt="Ateljén"), FIRST[1], *new)):
        key = staged(board, *rows).id
        batch = board.do(import_batches.confirm_import, key, good_only=False)
        import_batches.move_on(board.database, key, at=NOW, heard=lambda *_: True)
        import_batches.screen_batch(board.database, batch.id, at=NOW, heard=lambda *_: True)
    with open_reading(board.database) as s:
        assert [case.number for case in s.scalars(select(Case).order_by(Case.id))] == [
            f"BOK-2026-{place:04}" for place in range(1, 6)
        ]
        assert s.scalars(select(Occurrence.room_name).order_by(Occurrence.id)).first() == "Ateljén"
        assert trail_verification.verify_trail(s).problems == []
        found = s.scalars(select(ImportBatch).order_by(ImportBatch.id.desc())).first()
        assert found is not None
        assert [found.counts[name] for name in ("good", "changed", "same", "gone")] == [2, 1, 1, 0]


def test_two_lists_that_lay_ready_at_once_do_not_double_a_booking(board: BoardAtWork) -> None:
    first, second = staged(board, *FIRST), staged(board, *FIRST[:2], other(FIRST[2], Antal="9"))
    board.do(import_batches.confirm_import, first.id, good_only=False)
    with pytest.raises(Refused) as found:
        board.do(import_batches.confirm_import, second.id, good_only=False)
    assert found.value.obstacle is Obstacle.STALE
    earlier_lists.renew_comparison(board.database, second.id, on=TODAY, by=board.staff[Role.CASEWORKER])
    with open_reading(board.database) as s:
        assert figures(s.get_one(StagedFile, second.id)) == (0, 1, 2, 0)
    board.do(import_batches.confirm_import, second.id, good_only=False)
    with open_reading(board.database) as s:
        assert len(s.scalars(select(BookingRequest.id)).all()) == 3


def test_a_booking_called_off_while_the_list_lay_ready_is_told_before_the_list_goes_in(board: BoardAtWork) -> None:
    taken(board, *FIRST)
    again = staged(board, other(FIRST[0], Från="19:00", Till="21:00"), *FIRST[1:])
    board.do(cases.withdraw_case, booked(board, "B1").number)
    with pytest.raises(Refused):
        board.do(import_batches.confirm_import, again.id, good_only=False)
    earlier_lists.renew_comparison(board.database, again.id, on=TODAY, by=board.staff[Role.CASEWORKER])
    board.do(import_batches.confirm_import, again.id, good_only=False)
    assert booked(board, "B1").state == "requested"


def test_premises_staff_take_in_bookings_and_nothing_else(board: BoardAtWork) -> None:
    key = board.staged(a_list(*FIRST), "vecka.csv", into_round=False, role=Role.PREMISES)
    board.do(import_batches.confirm_import, key, good_only=False, role=Role.PREMISES)
    grants = "Förening;Org.nr;Sökt belopp;Ändamål\nKören Provspelet;802999-0234;10 000;Körövning\n".encode()
    key = board.staged(grants, "ansökningar.csv", into_round=False, role=Role.PREMISES)
    with pytest.raises(Refused) as found:
        board.do(import_batches.confirm_import, key, good_only=False, role=Role.PREMISES)
    assert "annat än bokningar" in found.value.problems[0].what.sv
    other_key = board.staged(grants + b"\n", "fler.csv", into_round=False)
    with pytest.raises(Refused), open_reading(board.database) as s:
        staged_files.of_person(acting(s, board.staff[Role.PREMISES]), other_key)


WITH_CUSTOMER = HEADINGS + ";Kundnr"


def association_of(board: BoardAtWork, reference: str) -> str:
    with open_reading(board.database) as s:
        found = s.get(Association, booked(board, reference).association_id or 0)
        return found.number or "" if found is not None else "none"


def test_the_systems_customer_number_is_remembered_as_the_association_it_was(board: BoardAtWork) -> None:
    taken(board, (*FIRST[0], "K17"), (*FIRST[1], "K18"), headings=WITH_CUSTOMER)
    nameless = other(
        FIRST[0], Bokningsnr="B9", **{"Org.nr": "", "Kund": "Provkvarnens barngrupp", "Datum": "2026-12-08"}
    )
    taken(board, (*nameless, "K17"), headings=WITH_CUSTOMER)
    assert association_of(board, "B9") == "8029990234"
    other_system = other(nameless, Bokningsnr="B10", Datum="2026-12-09")
    taken(board, (*other_system, "K99"), headings=WITH_CUSTOMER)
    assert association_of(board, "B10") != "8029990234"


def test_a_number_in_the_list_goes_before_what_was_remembered_and_is_remembered_instead(board: BoardAtWork) -> None:
    taken(board, (*FIRST[0], "K17"), headings=WITH_CUSTOMER)
    moved = other(FIRST[1], Datum="2026-12-08")
    taken(board, (*moved, "K17"), headings=WITH_CUSTOMER)
    assert association_of(board, "B2") == "8029990036"
    after = other(FIRST[1], Bokningsnr="B7", Datum="2026-12-15", **{"Org.nr": "", "Kund": "Scengruppen"})
    taken(board, (*after, "K17"), headings=WITH_CUSTOMER)
    assert association_of(board, "B7") == "8029990036"


def test_a_private_person_and_a_personal_number_are_never_remembered_as_a_customer(board: BoardAtWork) -> None:
    headings = WITH_CUSTOMER + ";Privatkund"
    private = other(FIRST[0], Kund="Någon", **{"Org.nr": ""})
    personal = other(FIRST[1], **{"Org.nr": "802999-0036"})
    taken(board, (*private, "K1", "ja"), (*personal, "19121212-1212", "nej"), headings=headings)
    with open_reading(board.database) as s:
        assert s.scalars(select(CustomerNumber.number)).all() == []
    assert association_of(board, "B1") == "none"
    assert booked(board, "B1").name == "Privatperson"


def test_events_over_midnight_and_over_both_changes_of_the_clock_keep_their_length(board: BoardAtWork) -> None:
    rows = (
        other(FIRST[0], Datum="2026-12-04", Från="22:00", Till="01:00"),
        other(FIRST[1], Datum="2027-03-27", Från="23:00", Till="04:00"),
        other(FIRST[2], Datum="2027-10-30", Från="23:00", Till="04:00"),
    )
    taken(board, *rows)
    with open_reading(board.database) as s:
        lengths = [
            (use.ends_at - use.starts_at).total_seconds() / 3600
            for use in s.scalars(select(Occurrence).order_by(Occurrence.id))
            if use.ends_at and use.starts_at
        ]
    assert lengths == [3, 4, 6]


def test_an_end_before_its_beginning_is_told_and_a_long_title_with_markup_stays_text(board: BoardAtWork) -> None:
    odd = other(FIRST[0], Från="18:00", Till="17:00", Aktivitet="<script>alert(1)</script>" + "x" * 5000)
    found = staged(board, odd)
    with open_reading(board.database) as s:
        told = [row.what_sv for row in s.scalars(select(StagedProblem).where(StagedProblem.staged_id == found.id))]
    assert any("23 timmar" in text for text in told)
    board.do(import_batches.confirm_import, found.id, good_only=False)
    with open_reading(board.database) as s:
        assert s.scalars(select(BookingRequest.title)).one().startswith("<script>")


def test_what_a_list_said_of_customers_is_forgotten_with_it_and_payments_are_not_told_to_premises(
    board: BoardAtWork,
) -> None:
    batch = taken(board, (*FIRST[0], "K17"), headings=WITH_CUSTOMER)
    board.do(import_batches.undo_import, batch.id)
    with open_reading(board.database) as s:
        assert s.scalars(select(CustomerNumber.number)).all() == []
    paid = "Ärende;Belopp;Utbetald\nBID-2026-0001;40000;2026-11-01\n".encode()
    key = board.staged(paid, "utbetalningar.csv", into_round=False, role=Role.PREMISES)
    with open_reading(board.database) as s:
        assert s.get_one(StagedFile, key).kind == "payments"
        with pytest.raises(Refused):
            staged_files.of_person(acting(s, board.staff[Role.PREMISES]), key)


def test_one_row_far_ahead_says_nothing_of_the_months_between(board: BoardAtWork) -> None:
    taken(board, *FIRST)
    early, late = (
        other(FIRST[0], Bokningsnr="B8", Datum="2026-10-01"),
        other(FIRST[0], Bokningsnr="B9", Datum="2027-03-01"),
    )
    assert figures(staged(board, early, late))[3] == 0
    assert (
        figures(
            staged(
                board,
                early,
                other(late, Datum="2026-10-20"),
                other(late, Bokningsnr="B7", Datum="2026-11-15"),
                other(late, Bokningsnr="B6", Datum="2026-12-10"),
            )
        )[3]
        == 2
    )


def test_a_booking_in_a_persons_own_name_is_a_private_person_without_name_and_number(board: BoardAtWork) -> None:
    rows = (
        other(FIRST[0], Kund="Anna Exempel", **{"Org.nr": "19121212-1212"}),
        other(FIRST[1], Kund="privatperson", **{"Org.nr": ""}),
    )
    found = staged(board, *rows)
    taken(board, *rows)
    with open_reading(board.database) as s:
        told = [row.what_sv for row in s.scalars(select(StagedProblem).where(StagedProblem.staged_id == found.id))]
        assert sum("som privatperson" in what for what in told) == 2
        assert [case.name for case in s.scalars(select(Case))] == ["Privatperson", "Privatperson"]
        assert s.scalars(select(Association)).all() == []
        kept = " ".join(str(row.of_case) + str(row.of_association) for row in s.scalars(select(GivenFacts)))
        assert "Anna" not in kept
        for case in s.scalars(select(Case)):
            screened = screen_without_keeping(s, case, on=NOW.date())
            assert screened is not None
            believed = [
                item
                for item in screened.screening.findings
                if item.criterion.value_criterion and item.criterion.level not in EVENT_LEVELS
            ]
            assert believed
            assert {item.result for item in believed} == {CriterionResult.NOT_APPLICABLE}


def test_a_changed_booking_tells_what_it_was_and_is_answered_again_before_the_system_hears(board: BoardAtWork) -> None:
    board.delegate(Role.PREMISES, kinds=["booking"])
    taken(board, *FIRST)
    number = booked(board, "B1").number
    said = BookingAnswer(nothing_found=True, conditions=["Städa."])
    board.do(answers.confirm_booking, number, said, version=None, role=Role.PREMISES)

    def shown() -> WeekBooking:
        with open_reading(board.database) as s:
            found = weeks.bookings_of_week(acting(s, board.staff[Role.PREMISES]), date(2026, 11, 30), on=NOW.date())
        return next(item for item in found.bookings if item.case.number == number)

    assert shown().answer.sv == "Bekräftad med villkor"
    taken(board, other(FIRST[0], Från="19:00", Till="21:00"), *FIRST[1:], at=LATER)
    assert shown().answer.sv == "Svar kommer"
    assert shown().changed["was"]["time"] == "2026-12-01 18.00–20.00"
    assert shown().changed["now"]["time"] == "2026-12-01 19.00–21.00"
    board.do(reused_answers.note_second_look, number, "Samma kväll, går bra.", role=Role.PREMISES)
    assert shown().answer.sv == "Bekräftad med villkor"


def test_the_same_booking_twice_in_one_list_is_told_and_taken_in_once(board: BoardAtWork) -> None:
    found = staged(board, FIRST[0], FIRST[1], FIRST[0], other(FIRST[1], Datum="2026-12-09"))
    assert (found.counts["good"], found.counts["refused"]) == (3, 1)
    with open_reading(board.database) as s:
        told = [row.what_sv for row in s.scalars(select(StagedProblem).where(StagedProblem.staged_id == found.id))]
    assert told == ["Bokningen står redan på rad 2."]


TERM = "Bokningsnr;Lokal;Förening;Org.nr;Arrangemang;Startdatum;Slutdatum;Veckodag;Från;Till;Antal"
CHOIR = ("F1", "Salen", "Kulturföreningen Provkvarnen", "802999-0234", "Körövning", "2027-01-11", "2027-05-30")
TUESDAYS = (*CHOIR, "tisdagar", "18:00", "20:00", "20")


def times_of(board: BoardAtWork, case: Case) -> list[tuple[str, str]]:
    with open_reading(board.database) as s:
        uses = s.scalars(select(Occurrence).where(Occurrence.case_id == case.id).order_by(Occurrence.starts_at)).all()
        return [(f"{use.starts_at:%m-%d %H}", use.state) for use in uses if use.starts_at]


@pytest.mark.both_engines
def test_a_season_list_is_one_booking_with_the_times_of_the_term(board: BoardAtWork) -> None:
    found = staged(board, TUESDAYS, headings=TERM)
    assert figures(found) == (1, 0, 0, 0)
    with open_reading(board.database) as s:
        [told] = s.scalars(select(StagedProblem.what_sv).where(StagedProblem.staged_id == found.id))
    assert told == "Raden läses in som fasta tider, en gång i veckan till och med 30 maj 2027."
    taken(board, TUESDAYS, headings=TERM)
    case = booked(board, "F1")
    times = times_of(board, case)
    assert (len(times), times[0][0], times[-1][0]) == (
        20,
        "01-12 17",
        "05-25 16",
    )  # 18.00 in Sweden, in winter and summer
    assert case.due_on == date(2027, 1, 11)


def test_the_answer_to_a_season_holds_for_the_weeks_that_their_lists_tell_of(board: BoardAtWork) -> None:
    taken(board, TUESDAYS, headings=TERM)
    assert confirmed(board, "F1").state == "confirmed"
    one = (*CHOIR[:5], "2027-02-09", "18:00", "20:00", "20")
    found = staged(board, one)
    assert figures(found) == (0, 0, 1, 0)
    moved, other_title = (*one[:6], "19:00", "21:00", "20"), (*one[:4], "Föreläsning", *one[5:])
    assert figures(staged(board, moved)) == (
        1,
        0,
        0,
        0,
    )  # another time is another booking, and the rest of the term stands
    assert figures(staged(board, other_title)) == (1, 0, 0, 0)
    absent = ("X1", "Salen", "Odlarföreningen Låtsasvik", "802999-0044", "Möte", "2027-02-09", "10:00", "11:00", "8")
    assert figures(staged(board, absent)) == (1, 0, 0, 0)  # a week's list says nothing of a whole term
    assert booked(board, "F1").look_again_at is None


def test_a_season_that_ends_earlier_leaves_out_the_rest_of_its_times(board: BoardAtWork) -> None:
    taken(board, TUESDAYS, headings=TERM)
    again = staged(board, TUESDAYS, headings=TERM)
    assert figures(again) == (0, 0, 1, 0)
    shorter = (*CHOIR[:6], "2027-05-09", *TUESDAYS[7:])
    taken(board, shorter, headings=TERM, at=LATER)
    times = times_of(board, booked(board, "F1"))
    assert [state for _, state in times] == ["requested"] * 17 + ["skipped"] * 3
    longer = (*CHOIR[:6], "2027-06-06", *TUESDAYS[7:])
    taken(board, longer, headings=TERM, at=LATER + timedelta(days=1))
    standing = [when for when, state in times_of(board, booked(board, "F1")) if state == "requested"]
    assert (len(standing), standing[-1]) == (21, "06-01 16")
    with open_reading(board.database) as s:
        assert trail_verification.verify_trail(s).problems == []


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ((*CHOIR, "någon dag", "18:00", "20:00", "20"), "Veckodagen går inte att läsa."),
        ((*CHOIR[:5], "2027-01-13", "2027-01-20", "tis", "18:00", "20:00", "20"), None),
        (
            (*CHOIR[:5], "2027-01-11", "2029-05-30", "tis", "18:00", "20:00", "20"),
            "Säsongen har fler än 60 tillfällen.",
        ),
    ],
)
def test_a_term_that_cannot_be_read_stops_its_row(board: BoardAtWork, row: tuple[str, ...], told: str | None) -> None:
    found = staged(board, row, headings=TERM)
    with open_reading(board.database) as s:
        stopped = list(s.scalars(select(StagedProblem.what_sv).where(StagedProblem.stops.is_(True))))
    assert stopped == ([told] if told else [])
    assert found.counts["refused"] == len(stopped)


def test_an_exhibition_of_some_days_with_its_weekday_is_one_time(board: BoardAtWork) -> None:
    taken(board, (*CHOIR[:5], "2027-01-15", "2027-01-17", "fredag", "10:00", "16:00", "20"), headings=TERM)
    assert len(times_of(board, booked(board, "F1"))) == 1


def test_a_column_of_its_own_may_say_the_last_day(board: BoardAtWork) -> None:
    headings = "Bokningsnr;Lokal;Förening;Org.nr;Arrangemang;Datum;Från;Till;Antal;Varje vecka till"
    taken(board, (*CHOIR[:5], "2027-01-12", "22:00", "01:00", "20", "2027-01-26"), headings=headings)
    case = booked(board, "F1")
    with open_reading(board.database) as s:
        uses = s.scalars(select(Occurrence).where(Occurrence.case_id == case.id)).all()
    assert [use.ends_at - use.starts_at for use in uses if use.starts_at and use.ends_at] == [timedelta(hours=3)] * 3
