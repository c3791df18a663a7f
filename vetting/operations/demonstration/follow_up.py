"""A board's follow-up: its plan of two years, the written routine, a sample that is being looked at, a visit."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.casework.domain.cases import CaseState, FollowUpWay
from vetting.casework.models.cases import Case
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Role
from vetting.money.domain.activities import ActivityFields, ActivityStatus, FollowUpChannel
from vetting.money.domain.samples import RiskFact, SampleResult, SampleWay
from vetting.money.models.activities import activities_of_year
from vetting.money.models.samples import drawn_cases
from vetting.money.services import activities, samples
from vetting.money.services.coverage import NewFollowUp, note_contact
from vetting.money.services.grant_routines import NewRoutine, approve_routine
from vetting.money.services.routine_documents import names_of_rules, rules_of_grants
from vetting.operations.demonstration.acting import acting
from vetting.reporting.services.period_reports import count_report, find_period, keep_report

if TYPE_CHECKING:
    from vetting.operations.demonstration.year import BoardFilling

T1, T2, VB, ILS = FollowUpChannel
PLAN: Final = (
    ("Granska nya föreningar som söker bidrag.", "Bidrag och lokaler", "Kultursekreterare", (T1, T2, VB)),
    ("Följa upp alla föreningar som har fått bidrag.", "Bidrag och lokaler", "Kultursekreterare", (T2, VB)),
    ("Se över den skrivna rutinen för bidrag.", "Bidrag och lokaler", "Avdelningschef", (VB,)),
    ("Gå igenom lokalrutinen med all personal som lämnar ut nycklar.", "Lokaler", "Lokalintendent", (T1, VB)),
    ("Granska ett stickprov av utbetalda bidrag.", "Internkontroll", "Avdelningschef", (T2, ILS)),
    ("Berätta om demokrativillkoren på föreningarnas höstmöte.", "Kunskap", "Kultursekreterare", (VB,)),
)
LAST_YEAR: Final = (
    (ActivityStatus.CONTINUES, "Sju nya föreningar granskades."),
    (ActivityStatus.UNDER_WAY, "Tre av fem var följda upp vid årets slut."),
    (ActivityStatus.DONE, "Version 1 godkändes i oktober."),
    (ActivityStatus.DONE, "Två tillfällen i mars."),
    (ActivityStatus.NOT_BEGUN, "Flyttad till nästa år."),
    (ActivityStatus.DONE, "Höstmötet den 4 oktober, 31 föreningar."),
)


def follow_year(filling: BoardFilling) -> None:
    """The plan with how it went last year, the routine in two versions, one sample by risk, one visit."""
    _plan(filling)
    _routine(filling)
    _sample(filling)
    year = filling.now.year
    second = find_period(acting(filling.session, filling.staff[Role.MANAGER]), f"{year - 1}-VB", on=filling.now.date())
    by_manager = filling.do(300, Role.MANAGER)
    content = count_report(by_manager, second, on=by_manager.today)
    keep_report(by_manager, second.code, content)
    paid = filling.session.scalars(
        select(Case)
        .where(Case.board_id == filling.board_id, Case.kind == CaseKind.GRANT, Case.state == CaseState.PAYMENT)
        .order_by(Case.id)
    ).first()
    if paid is not None:
        shown = "Öppet hus en vardagskväll. Verksamheten var den som står i ansökan."
        note_contact(filling.do(11), paid.number, NewFollowUp(FollowUpWay.VISIT, filling.day(12), shown))


def _plan(filling: BoardFilling) -> None:
    year = filling.now.year
    rows = [
        ActivityFields(text=text, clause=clause, responsible=responsible, channels=channels, status=status, note=note)
        for (text, clause, responsible, channels), (status, note) in zip(PLAN, LAST_YEAR, strict=True)
    ]
    activities.add_activities(filling.do(400), year - 1, rows)
    activities.begin_year(filling.do(320), year)
    this_year = activities_of_year(filling.session, filling.board_id, year)
    now = (
        {"status": ActivityStatus.CONTINUES, "time": "Löpande", "note": "Två nya föreningar väntar på granskning."},
        {"status": ActivityStatus.UNDER_WAY, "due_on": filling.day(-20), "note": "Besök i oktober och november."},
        {"status": ActivityStatus.DONE, "time": "Oktober", "note": "Version 2 godkändes i oktober."},
        {"status": ActivityStatus.DONE, "time": "Mars", "note": "Ett tillfälle, nio deltog."},
        {
            "status": ActivityStatus.UNDER_WAY,
            "due_on": filling.day(-3),
            "controlled": "Att bidragen använts till det de beviljades för.",
            "drawn": 3,
            "found": "Två av tre granskade. En saknade kvitto på lokalhyran.",
            "measure": "Föreningen har fått komplettera.",
        },
        {"status": ActivityStatus.NOT_BEGUN, "due_on": filling.day(4), "note": ""},
    )
    for row, said in zip(this_year, now, strict=True):
        known = {name: getattr(row, name) for name in ("text", "clause", "responsible")}
        channels = tuple(FollowUpChannel(name) for name in row.channels)
        fields = ActivityFields(**known, channels=channels, **said)  # type: ignore[arg-type] # as they stand above
        activities.change_activity(filling.do(10), row.id, fields, version=row.version)


def _routine(filling: BoardFilling) -> None:
    by = filling.do(50, Role.MANAGER)
    names = names_of_rules(rules_of_grants(by, on=filling.day(50)))
    first = NewRoutine(
        owner="Avdelningschefen för kultur och fritid",
        approved_by="Avdelningschefen",
        approved_on=filling.day(410),
        anchored="",
        review_on=filling.day(-80),
        facts=(RiskFact.FIRST_TIME,),
        amount=None,
        percent=None,
        change="Första versionen.",
    )
    second = NewRoutine(
        owner=first.owner,
        approved_by=first.approved_by,
        approved_on=filling.day(50),
        anchored="Chefsforum, i oktober",
        review_on=filling.day(-310),
        facts=(RiskFact.AMOUNT, RiskFact.FIRST_TIME, RiskFact.LATE_REPORT, RiskFact.ACCOUNT_CHANGED),
        amount=100_000_00,
        percent=None,
        change="Stickprov kan dras efter belopp, sen redovisning och bytt konto.",
        follows=1,
    )
    for new in (first, second):
        approve_routine(by, new, rule_names=names)


def _sample(filling: BoardFilling) -> None:
    day = filling.now.date() - timedelta(days=30)
    new = samples.NewSample(
        kind=CaseKind.GRANT, way=SampleWay.RISK, first=day.replace(year=day.year - 1), last=day, size=3
    )
    by = filling.do(20)
    sample = samples.draw(by, new)
    looked_at = (
        (SampleResult.CLEAR, ""),
        (SampleResult.REMARK, "Kvittot på lokalhyran saknades. Föreningen har kompletterat."),
    )
    drawn = drawn_cases(by, sample.id)
    for (row, case), (result, text) in zip(drawn, looked_at, strict=False):
        samples.note_result(filling.do(12), sample.number, case.number, result, text, version=row.version)
