"""An invented month of bookings: two weekly lists, the few that need a person, one refused, one taken back."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from vetting.bookings.domain.letting import AcceptanceChannel, Letting
from vetting.bookings.domain.rescissions import NewRescission, RescissionGround
from vetting.bookings.domain.weeks import WeekSection, monday_before
from vetting.bookings.services import answers, letting, rescissions, weeks
from vetting.bookings.services.answers import BookingAnswer
from vetting.casework.domain.advice import Advice
from vetting.casework.domain.cases import CaseMarkKind
from vetting.casework.models.intake import RequestedTime
from vetting.casework.models.meetings import Review
from vetting.casework.services import assessments, cases, communications, decisions, intake, meetings
from vetting.casework.services.assessments import NewAssessment
from vetting.casework.services.decisions import DecisionProposal
from vetting.casework.services.intake import NewCase
from vetting.casework.services.meetings import Opinion
from vetting.engine.evidence import CriterionAnswer, Evidence, EvidenceKind, MilderMeasure
from vetting.engine.facts import Facts
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import HERE
from vetting.kernel.decision_outcomes import DecisionGround, DecisionOutcome
from vetting.kernel.roles import Role
from vetting.kernel.store.acting import Acting
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.lists.services import import_batches, list_reading, staged_files
from vetting.operations.demonstration.acting import acting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from vetting.bookings.services.weeks import WeekBooking
    from vetting.engine.facts import Value
    from vetting.kernel.roles import Person
    from vetting.kernel.store.engine import Database
    from vetting.rules.services.rulebook import Rules

EVENT: Final = "arrangemang-demokratisk-grund"
REGULARS: Final = 20
HEADINGS: Final = (
    "Bokningsnr",
    "Lokal",
    "Förening",
    "Org.nr",
    "Arrangemang",
    "Syfte",
    "Arrangör",
    "Bokare är arrangör",
    "Datum",
    "Från",
    "Till",
    "Antal besökare",
    "Ansvarig på plats",
    "Öppet för allmänheten",
    "Externa föreläsare",
    "Privat",
)
ROOMS: Final = ("Stora salen", "Ateljén", "Gymnastiksalen")
EVENTS: Final = (
    ("Körövning", "repetition"),
    ("Träning", "träning för barn"),
    ("Kurs", "kurs på kvällen"),
    ("Styrelsemöte", "möte"),
    ("Språkcafé", "mötesplats"),
)


@dataclass(frozen=True, slots=True)
class DemonstrationMonth:
    """Whose month it is: the names with numbers in its register, and who works there."""

    database: Database
    rules: Rules
    names: Sequence[tuple[str, str]]
    staff: Mapping[Role, Person]
    now: datetime

    def do(self, service: Any, *arguments: Any, ago: float, role: Role = Role.PREMISES, **more: Any) -> Any:  # noqa: ANN401 - a value of any type
        """One act in a transaction of its own, some days ago."""
        at = self.now - timedelta(days=ago)
        return run_in_transaction(self.database, lambda s: service(s, *arguments, **more), Acting(self.staff[role], at))


def fill_month(board: DemonstrationMonth) -> None:
    """Last week's list and its answers, this week's list with the few to look at."""
    board.do(
        letting.change_letting,
        Letting(
            owner="lokalintendenten",
            ask="samordnaren för mötesplatser, växeln",
            anchored="chefsforum i mars",
            review_on=(board.now + timedelta(days=120)).date(),
        ),
        ago=20,
        role=Role.ADMINISTRATOR,
    )
    monday = monday_before(board.now.date())
    _asked_group(board, monday)
    _take_in(board, "bokningar förra listan.csv", _regular_rows(board, monday) + _first_few(board, monday), ago=6)
    _answer(board, monday)
    after = monday + timedelta(days=7)
    _take_in(board, "bokningar veckans lista.csv", _regular_rows(board, after) + _few(board, after), ago=0.2)


def _row(number: str, name: str, organisation: str, monday: date, place: int, **more: str) -> dict[str, str]:
    """One row; its place says day, room and hour, so that none clashes with another."""
    title, purpose = EVENTS[place % len(EVENTS)]
    day, start = monday + timedelta(days=place % 6), 18 - 3 * (place // 18)
    row = {
        "Bokningsnr": number,
        "Lokal": ROOMS[place // 6 % len(ROOMS)],
        "Förening": name,
        "Org.nr": organisation,
        "Arrangemang": title,
        "Syfte": purpose,
        "Arrangör": name,
        "Bokare är arrangör": "ja",
        "Datum": day.isoformat(),
        "Från": f"{start}:00",
        "Till": f"{start + 2}:00",
        "Antal besökare": str(12 + place),
        "Ansvarig på plats": "ledaren",
        "Öppet för allmänheten": "nej",
        "Externa föreläsare": "nej",
        "Privat": "nej",
    }
    return row | {name.replace("_", " "): value for name, value in more.items()}


def _regular_rows(board: DemonstrationMonth, monday: date) -> list[dict[str, str]]:
    return [
        _row(f"B{monday:%m%d}{place:02}", name, number, monday, place)
        for place, (name, number) in enumerate(board.names[:REGULARS])
    ]


def _first_few(board: DemonstrationMonth, monday: date) -> list[dict[str, str]]:
    """One whose event is refused, one that is taken back."""
    refused, back = board.names[0], board.names[1]
    return [
        _row(
            f"B{monday:%m%d}80",
            *refused,
            monday,
            29,
            Arrangemang="Föreläsningskväll",
            Externa_föreläsare="ja",
            Öppet_för_allmänheten="ja",
        ),
        _row(f"B{monday:%m%d}81", *back, monday, 35, Arrangemang="Årsfest", Syfte="fest för medlemmar"),
    ]


def _few(board: DemonstrationMonth, monday: date) -> list[dict[str, str]]:
    """The eight of the week that need a person."""
    new = list(board.names[REGULARS : REGULARS + 3])
    known = list(board.names[2:6])
    rows = [
        _row(f"B{monday:%m%d}9{place}", name, number, monday, 20 + place) for place, (name, number) in enumerate(new)
    ]
    changes: tuple[dict[str, str], ...] = (
        {"Syfte": ""},
        {"Arrangör": "", "Antal besökare": ""},
        {"Externa_föreläsare": "ja", "Öppet_för_allmänheten": "ja", "Arrangemang": "Föreläsning"},
        {"Ansvarig på plats": ""},
    )
    rows += [
        _row(f"B{monday:%m%d}9{place}", name, number, monday, 20 + place, **change)
        for place, ((name, number), change) in enumerate(zip(known, changes, strict=True), start=3)
    ]
    private = _row(f"B{monday:%m%d}97", "Privatperson", "", monday, 28, Privat="ja")
    return [*rows, private | {"Arrangör": "en studiegrupp", "Bokare är arrangör": "nej"}]


def _take_in(board: DemonstrationMonth, file: str, rows: list[dict[str, str]], *, ago: float) -> None:
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADINGS, delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    at, by = board.now - timedelta(days=ago), board.staff[Role.PREMISES]
    key = staged_files.hand_in(board.database, out.getvalue().encode(), file, round_id=None, by=by, at=at)
    list_reading.read_staged_file(board.database, key, board.rules, at=at)
    batch = board.do(import_batches.confirm_import, key, good_only=True, ago=ago)
    import_batches.screen_batch(board.database, batch.id, at=at, heard=lambda *_: True)


def _bookings_to_answer(board: DemonstrationMonth, monday: date, *, ago: float) -> Iterator[WeekBooking]:
    on = (board.now - timedelta(days=ago)).date()
    with open_reading(board.database) as session:
        found = weeks.bookings_of_week(acting(session, board.staff[Role.PREMISES]), monday, on=on)
        session.expunge_all()
    yield from (item for item in found.bookings if item.place is not WeekSection.ANSWERED)


def _answer(board: DemonstrationMonth, monday: date) -> None:
    for item in _bookings_to_answer(board, monday, ago=5):
        number = item.case.number
        if item.request.reference.endswith("80"):
            _refuse(board, number)
            continue
        conditions = ("Lokalen städas efter kvällen.",) if item.request.reference.endswith("03") else ()
        said = BookingAnswer(nothing_found=True, conditions=conditions)
        board.do(answers.confirm_booking, number, said, version=None, ago=5)
        board.do(
            letting.note_acceptance, number, AcceptanceChannel.SYSTEM, on=(board.now - timedelta(days=5)).date(), ago=5
        )
        if item.request.reference.endswith("81"):
            _take_back(board, number)


def _asked_group(board: DemonstrationMonth, monday: date) -> None:
    """One booking that the group was asked about, and that was confirmed after its meeting."""
    name, number = board.names[6]
    starts = datetime.combine(monday - timedelta(days=3), time(18), HERE)
    values: dict[str, Value] = {
        "name_in_application": name,
        "organisation_number": number,
        "booker_is_private": False,
        "organiser_of_record": name,
        "organiser_is_booker": True,
        "responsible_person": "ordföranden",
        "event_title": "Temakväll",
        "event_purpose": "temakväll om närmiljön",
        "expected_visitors": 60,
        "external_speakers": False,
        "open_to_public": True,
        "event_starts_at": starts.replace(tzinfo=None),
    }
    new = NewCase(
        kind=CaseKind.BOOKING,
        facts=Facts(values),
        received_on=(board.now - timedelta(days=16)).date(),
        channel="telefon",
        uses=(RequestedTime(room_name="Stora salen", starts_at=starts, ends_at=starts + timedelta(hours=3)),),
    )
    case = board.do(intake.receive_case, new, ago=16)
    secretary = Role.GROUP_SECRETARY
    held = board.do(
        meetings.call_meeting, board.now - timedelta(days=13), "Stadsdelshuset, rum 3", ago=15, role=secretary
    )
    board.do(
        meetings.refer_to_group, case.number, "Räcker salens regler för en öppen kväll?", ago=15, role=Role.CASEWORKER
    )
    for role in (secretary, Role.GROUP_MEMBER, Role.VBE_COORDINATOR):
        board.do(meetings.declare_conflicts, held.id, {}, ago=14, role=role)
    with open_reading(board.database) as session:
        review = session.scalars(select(Review.id).where(Review.case_id == case.id)).one()
    said = Opinion(advice=Advice.NO_OBJECTION, text="")
    there = [board.staff[role].id for role in (secretary, Role.GROUP_MEMBER, Role.VBE_COORDINATOR)]
    board.do(meetings.note_attendance, held.id, there, ago=13, role=secretary)
    board.do(meetings.record_advice, held.id, review, said, version=None, ago=13, role=secretary)
    board.do(meetings.hold_meeting, held.id, "", ago=13, role=secretary)
    board.do(decisions.declare_no_conflict, case.number, ago=15, role=Role.CASEWORKER)
    answer = BookingAnswer(nothing_found=True, met={EVENT: "Programmet är läst. Kvällen handlar om närmiljön."})
    board.do(answers.confirm_booking, case.number, answer, version=None, ago=11)


def _refuse(board: DemonstrationMonth, number: str) -> None:
    """The association is approved; an act about this event speaks against it."""
    board.do(decisions.declare_no_conflict, number, ago=4, role=Role.CASEWORKER)
    evidence = Evidence(
        deed=EvidenceKind.STATEMENT,
        act="Inbjudan uppmanar besökarna att störa ett annat möte med våld.",
        role="arrangören, i inbjudan till kvällen",
        inside_activity=True,
        happened="i veckan före arrangemanget",
        source="inbjudan på arrangörens egen sida",
        verified=True,
        may_be_shown=True,
        speaks_for="Föreningens övriga verksamhet har fungerat väl i flera år.",
        special_reasons="Arrangören har inte dragit tillbaka inbjudan när vi frågade.",
        milder=(MilderMeasure.CONDITIONS,),
        proportionality="Villkor om en annan inbjudan har prövats utan resultat.",
    )
    given = NewAssessment(
        criterion=EVENT,
        answer=CriterionAnswer.NOT_MET,
        evidence=evidence,
        reasons="Inbjudan till arrangemanget uppmanar till våld, enligt arrangörens egen sida.",
    )
    board.do(assessments.assess, number, given, version=None, ago=4, role=Role.CASEWORKER)
    board.do(
        communications.note_hearing,
        number,
        communications.NewHearing(
            what="Inbjudan uppmanar till våld, enligt er egen sida.",
            said="Styrelsen vill inte ändra inbjudan.",
            met="Svaret ändrar inte bedömningen.",
            because="Arrangemanget är om några dagar.",
        ),
        ago=4,
        role=Role.CASEWORKER,
    )
    for kind in (CaseMarkKind.ROUTINE_FOLLOWED, CaseMarkKind.BASIC_CHECK):
        board.do(cases.mark_case, number, kind, ago=4, role=Role.CASEWORKER)
    draft = DecisionProposal(
        outcome=DecisionOutcome.REFUSED,
        amount=None,
        grounds=(DecisionGround.CRITERION,),
        reasons="Inbjudan till arrangemanget uppmanar besökarna att störa ett annat möte med våld. "
        "Föreningen har hörts och vill inte ändra den. Föreningens andra bokningar står kvar.",
    )
    kept = board.do(decisions.propose_decision, number, draft, version=None, ago=4, role=Role.CASEWORKER)
    board.do(decisions.make_ready, number, ago=4, role=Role.CASEWORKER)
    board.do(decisions.declare_no_conflict, number, ago=3, role=Role.DECISION_MAKER)
    board.do(decisions.decide, number, draft_version=kept.version, ago=3, role=Role.DECISION_MAKER)


def _take_back(board: DemonstrationMonth, number: str) -> None:
    """Confirmed and accepted, and then let on to somebody else against the terms."""
    terms = board.do(letting.current_terms, board.staff[Role.PREMISES].board_id, ago=3)
    given = NewRescission(
        ground=RescissionGround.TERMS_BROKEN,
        term=terms.text.splitlines()[2],
        act="Lokalen annonserades ut till en annan arrangör mot betalning, enligt annonsen den här veckan.",
        heard="Styrelsen svarade att den inte själv ska använda lokalen.",
        not_heard_because="",
        proportionality="En ändrad bokning i den andra arrangörens namn har erbjudits och avböjts.",
    )
    board.do(decisions.declare_no_conflict, number, ago=2, role=Role.DECISION_MAKER)
    board.do(rescissions.rescind_booking, number, given, version=None, ago=2, role=Role.DECISION_MAKER)
