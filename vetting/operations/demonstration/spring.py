"""A small board's rounds with two grant schemes: the autumn's, decided as one item, and the spring's, to be shared."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.casework.domain.cases import OPEN
from vetting.casework.domain.document_statuses import MAIL
from vetting.casework.domain.legal_force import DecisionEventKind
from vetting.casework.models.cases import Case
from vetting.casework.models.decisions import Decision
from vetting.casework.models.round_cases import of_rounds
from vetting.casework.services import cases, communications, contacts, decisions, intake, letters
from vetting.casework.services.decisions import DecisionProposal
from vetting.casework.services.intake import NewCase
from vetting.casework.services.stated_contacts import NewContact
from vetting.formats.written_documents import document_pdf
from vetting.grants.services.rounds import NewRound, add_round
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import DecisionGround, DecisionOutcome
from vetting.kernel.roles import Role
from vetting.kernel.text import OFFICIAL, same_in_both
from vetting.kernel.working_days import first_open
from vetting.kernel.written_documents import DocumentSection, WrittenDocument
from vetting.lists.services.outside_decisions import OutsideRow, import_outside_list
from vetting.operations.demonstration.allocations import give_points, points_at
from vetting.rounds.services import board_decisions, board_items, item_appeals
from vetting.rounds.services.board_decisions import MeetingWriting
from vetting.rounds.services.item_appeals import NewItemAppeal

if TYPE_CHECKING:
    from vetting.operations.demonstration.year import BoardFilling

SCHEMES: Final = ("Verksamhetsbidrag", "Projektbidrag")
AUTUMN, SPRING = "Höstens bidrag", "Vårens bidrag"
FIRST: Final = 4
"""The first association that applies: those before it have cases that wait for their decisions as they stand."""
APPLICANTS, FOR_BOTH = 36, 24
"""Associations that apply in spring, and how many of them for both grant schemes."""
UNHANDLED: Final = 3
MONEY: Final = 1_100_000_00
AREAS: Final = ("Låtsasvik", "Påhittby", "Övningsnäs")
AGES: Final = ((7, 18), (13, 25), (6, 80), (65, 90), (30, 60))
DECIDED: Final = 112
"""Days ago that the board decided on the autumn's item."""


def decided_autumn(filling: BoardFilling) -> None:
    """Eight applications, one item: five are granted, one in part, one refused on a requirement, one for lack of money.

    The last is appealed, and the court does not change it.
    """
    round_id = _round(filling, f"{AUTUMN} {filling.day(DECIDED).year}", opens=200, closes=170, decides=DECIDED)
    made = [_apply(filling, place + FIRST, SCHEMES[place // 4], round_id, 176 - place) for place in range(7)]
    few = _apply(filling, 7 + FIRST, SCHEMES[0], round_id, 168, fault="few_members")
    for case in (*made, few):
        filling.handle(case, 150)
        who = NewContact(email=f"kontakt@{case.number.lower()}.example", postal="")
        contacts.set_contact(filling.do(150), case.number, who)
    told = communications.NewCommunication(
        what="Ni uppger tre medlemmar. Nämndens krav är fler. Ni kan svara skriftligt.",
        reply_by=first_open(filling.day(130)),
        sent_to="styrelsen",
    )
    shown = communications.communicate(filling.do(149), few.number, told)
    reply = communications.NewReply(
        communication=shown.id,
        reply="Vi är tre, men hoppas bli fler.",
        handled="Antalet är inte tillräckligt.",
        met=dict.fromkeys(shown.points, "Tre är färre än vad kravet säger."),
    )
    communications.note_reply(filling.do(135), few.number, reply)
    drafts = [filling.approval(case) for case in made[:5]]
    drafts += [
        filling.approval(made[5], 0.5),
        _refusal(DecisionGround.BUDGET, "Pengarna räcker inte till alla. Ansökan har lägst poäng i nämndens ordning."),
        _refusal(DecisionGround.CRITERION, "Föreningen har för få medlemmar för att få bidrag enligt nämndens krav."),
    ]
    for case, draft in zip((*made, few), drafts, strict=True):
        decisions.propose_decision(filling.do(DECIDED + 12), case.number, draft, version=None)
        decisions.make_ready(filling.do(DECIDED + 12), case.number)
        decisions.propose_decision(filling.do(DECIDED + 11), case.number, draft, version=None)
    filling.session.flush()
    board_items.keep_sent_item(filling.do(DECIDED + 10), round_id, on=filling.day(DECIDED + 10))
    _meet(filling, round_id, [*made, few], made[6])


def _refusal(ground: DecisionGround, reasons: str) -> DecisionProposal:
    return DecisionProposal(outcome=DecisionOutcome.REFUSED, amount=None, reasons=reasons, grounds=(ground,))


def _meet(filling: BoardFilling, round_id: int, listed: list[Case], appealing: Case) -> None:
    """The board meets; its minutes are adjusted and put up; each is told; one appeals, and the court upholds."""
    session = filling.session
    meeting = MeetingWriting(
        met_on=filling.day(DECIDED), paragraph="§ 61", absent="En ledamot som sitter i en av föreningarnas styrelser."
    )
    for case in listed:
        by = filling.do(DECIDED - 1, Role.DECISION_MAKER)
        seen = board_decisions.read_row(by, round_id, case.number)
        board_decisions.enter_row(by, round_id, case.number, seen, meeting, free=True)
    record = board_decisions.meeting_record(session, round_id, meeting)
    if record is None:
        raise LookupError(round_id)
    up = filling.day(DECIDED - 6)
    board_decisions.note_minutes(filling.do(DECIDED - 6), record.id, adjusted_on=up, notice_on=up)
    board_decisions.take_extract(filling.do(DECIDED - 7), record.id, _extract(filling), "utdrag-61.pdf")
    decided = session.execute(
        select(Case.number, Decision.id).join(Decision).where(Decision.item_decision_id == record.id)
    ).all()
    for number, key in decided:
        written = letters.write_letter_of_decision(filling.do(DECIDED - 7), number, key)
        letters.mark_sent(filling.do(DECIDED - 7), written.id, MAIL)
    appeal = NewItemAppeal(
        court="Förvaltningsrätten i Exempelstad",
        number="T 61-26",
        on=filling.day(DECIDED - 20),
        numbers=[appealing.number],
        statement_by=filling.day(DECIDED - 40),
    )
    noted = item_appeals.appeal_item(filling.do(DECIDED - 20), record.id, appeal)
    item_appeals.note_statement(filling.do(DECIDED - 38), noted.id, filling.day(DECIDED - 38))
    item_appeals.note_court(filling.do(20), noted.id, DecisionEventKind.UPHELD, filling.day(20))


def _extract(filling: BoardFilling) -> bytes:
    said = "Nämnden beslutar enligt förvaltningens förslag. Beslutet är fattat utan omröstning."
    written = WrittenDocument(
        same_in_both(f"Utdrag ur protokoll, {filling.plan.name}"),
        [same_in_both(filling.day(DECIDED).isoformat())],
        [DocumentSection(same_in_both("§ 61 Höstens bidrag"), [same_in_both(said)])],
        [same_in_both("Nämndsekreteraren")],
    )
    return document_pdf(written, OFFICIAL)


def open_spring(filling: BoardFilling) -> None:
    """Sixty applications for two grant schemes: gone through, with points and three years back, and not shared yet."""
    _session, last = filling.session, f"{SPRING} {filling.now.year - 1}"
    _round(filling, last, opens=430, closes=400, decides=340)
    round_id = _round(filling, f"{SPRING} {filling.now.year}", opens=65, closes=35, decides=-10, money=MONEY)
    made: list[Case] = []
    for scheme, many in zip(SCHEMES, (APPLICANTS, FOR_BOTH), strict=True):
        made += [_apply(filling, place + FIRST, scheme, round_id, 60 - place // 2) for place in range(many)]
    for place, case in enumerate(made):
        lines = f"c/o Kassören\nVårgatan {place + 1}\n123 45 Exempelstad"
        email = f"kontakt@{case.number.lower()}.example" if place % 4 == 1 else ""
        who = NewContact(email=email, postal="" if email else lines)
        contacts.set_contact(filling.do(25), case.number, who)
    for case in made[:-UNHANDLED]:
        filling.handle(case, 20)
    cases.withdraw_case(filling.do(15), made[-UNHANDLED - 1].number)
    rows = [
        OutsideRow(
            place, filling.names[place][0], filling.names[place][1], year, SCHEMES[0], "", asked, given, given, "", None
        )
        for place in range(30)
        for year, asked, given in _years_back(filling.now.year, place)
    ]
    import_outside_list(filling.do(18), rows, giver="", source="bidrag-tidigare-ar.xlsx")
    listed = filling.session.scalars(
        select(Case.id).where(of_rounds([round_id]), Case.state.in_(OPEN)).order_by(Case.id)
    ).all()
    points = {key: points_at(place) for place, key in enumerate(listed)}
    give_points(filling.do(12), round_id, points, filling.staff[Role.CASEWORKER])


def _years_back(year: int, place: int) -> list[tuple[int, int, int]]:
    """(year, applied, granted) of three years, in öre."""
    return [
        (year - back, (18 + place % 7 * 6 + back) * 1_000_00, (10 + place % 5 * 4) * 1_000_00) for back in range(1, 4)
    ]


def _round(filling: BoardFilling, name: str, *, opens: int, closes: int, decides: int, money: int | None = None) -> int:
    line = filling.lines.get(filling.day(decides).year)
    new = NewRound(
        name=name,
        opens_on=filling.day(opens),
        closes_on=filling.day(closes),
        decision_on=first_open(filling.day(decides)),
        report_on=filling.day(decides - 330),
        budget=money or 400_000_00,
        schemes={filling.schemes[scheme]: line for scheme in SCHEMES},
        dnr=f"MITT {filling.day(opens).year}/{300 + opens % 90}",
    )
    return add_round(filling.do(opens + 20), new).id


def _apply(filling: BoardFilling, place: int, scheme: str, round_id: int, days_ago: float, fault: str = "") -> Case:
    name, number = filling.names[place]
    day = filling.day(days_ago)
    youngest, oldest = AGES[place % len(AGES)]
    known = {"district": AREAS[place % len(AREAS)], "participants_youngest": youngest, "participants_oldest": oldest}
    facts = filling.facts_of(name, number, day, fault)
    new = NewCase(
        kind=CaseKind.GRANT,
        facts=replace(facts, values={**facts.values, **known}),
        received_on=day,
        channel="form",
        round_id=round_id,
        scheme_id=filling.schemes[scheme],
    )
    return intake.receive_case(filling.do(days_ago), new)
