"""Deviations from the order: acts that it lets somebody do for a reason, a row for each case that it was done in."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import BigInteger, Text, cast, false, func, literal, select, union_all

from vetting.associations.models.associations import Association
from vetting.casework.domain.cases import CaseMarkKind
from vetting.casework.models.cases import Case, CaseMark, Communication, seen_by
from vetting.casework.models.decisions import Decision, waits_for_report
from vetting.grants.models.rounds import Round
from vetting.kernel.dates import day_here
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.register_tables import REGISTER_WORDS, RegisterName
from vetting.kernel.roles import Action, function_in_words
from vetting.kernel.store.trail import TrailEntry
from vetting.kernel.text import Words, _
from vetting.money.domain.payment_holds import PaymentOverride
from vetting.money.domain.reclaims import LedgerKind
from vetting.money.models.payments import Payment, PaymentAttest
from vetting.money.models.reclaims import LedgerEntry, Reclaim
from vetting.registers.columns import (
    SheetDefinition,
    cases_chosen,
    day_column,
    decider_words,
    on_moments,
    text_column,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session
    from vetting.registers.columns import RegisterSelection


# Two months, in which every board meets: the law (7 kap. 8 § kommunallagen) names no day.
REPORTED_WITHIN: Final = timedelta(days=62)
"""A delegate's decision is told to the board at one of its next meetings (7 kap. 8 § kommunallagen)."""


class DeviationAct(StrEnum):
    """What was done beside the ordinary order."""

    GAP_ACCEPTED = "gap_accepted"
    CLOSED_UNREPORTED = "closed_unreported"
    AGAINST_GROUP = "against_group"
    BY_EXCEPTION = "by_exception"
    URGENT = "urgent"
    HEARD_ORALLY = "heard_orally"
    UNRESERVED_RECLAIM = "unreserved_reclaim"
    ATTESTED_OWN = "attested_own"
    PAID_AGAINST_ORDER = "paid_against_order"
    PAID_UNATTESTED = "paid_unattested"
    PAID_DESPITE_STOP = "paid_despite_stop"
    WRITTEN_OFF = "written_off"
    UNREPORTED = "unreported"
    GATE_OFF = "gate_off"


DEVIATION_WORDS: Final[Mapping[DeviationAct, Words]] = {
    DeviationAct.GAP_ACCEPTED: _("Uppgift godtagen fast den saknas"),
    DeviationAct.CLOSED_UNREPORTED: _("Avslutat utan genomgången redovisning"),
    DeviationAct.AGAINST_GROUP: _("Beslut mot referensgruppens yttrande"),
    DeviationAct.BY_EXCEPTION: _("Beviljat med undantag från ett krav"),
    DeviationAct.URGENT: _("Ordföranden beslutade, det kunde inte vänta"),
    DeviationAct.HEARD_ORALLY: _("Hörd muntligt, tiden var för kort för brev"),
    DeviationAct.UNRESERVED_RECLAIM: _("Återkrav utan förbehåll i beslutet"),
    DeviationAct.ATTESTED_OWN: _("Samma person beslutade bidraget och attesterade"),
    DeviationAct.PAID_AGAINST_ORDER: _("Betald mot nämndens ordning"),
    DeviationAct.PAID_UNATTESTED: _("Betald utan attest"),
    DeviationAct.PAID_DESPITE_STOP: _("Utbetald trots stopp"),
    DeviationAct.WRITTEN_OFF: _("Avskriven i bokföringen"),
    DeviationAct.UNREPORTED: _("Delegationsbeslut inte anmält inom två månader"),
    DeviationAct.GATE_OFF: _("Spärr avstängd i nämnden"),
}


class DeviationRow(NamedTuple):
    """One act in one case; of a whole board's act, in none."""

    act: DeviationAct
    at: datetime
    by: Words
    reason: str
    case: Case | None
    dnr: str


SHEET: Final[SheetDefinition[DeviationRow]] = SheetDefinition(
    REGISTER_WORDS[RegisterName.DEVIATIONS],
    (
        text_column(_("Ärendenr"), lambda row: row.case.number if row.case else ""),
        text_column(_("Dnr"), lambda row: (row.case.dnr or row.dnr) if row.case else ""),
        text_column(_("Förening"), lambda row: mask_personal_numbers(row.case.name) if row.case else ""),
        text_column(_("Vad"), lambda row: DEVIATION_WORDS[row.act]),
        text_column(_("Skäl"), lambda row: mask_personal_numbers(row.reason)),
        text_column(_("Av (funktion)"), lambda row: row.by),
        day_column(_("Datum"), lambda row: day_here(row.at)),
    ),
    leading=("Förening", "Ärendenr", "Dnr", "Vad", "Skäl", "Av (funktion)", "Datum"),
    brief=("Förening", "Vad", "Datum"),
)
_MARKED: Final = {
    DeviationAct.GAP_ACCEPTED: CaseMarkKind.GAP_ACCEPTED,
    DeviationAct.CLOSED_UNREPORTED: CaseMarkKind.CLOSED_UNREPORTED,
}


def deviation_rows(session: Session, selection: RegisterSelection) -> list[DeviationRow]:
    """The acts in the order they were done."""
    acts = _acts(selection, session.person)
    wanted = select(acts).order_by(acts.c.key)
    if selection.keys is not None:
        wanted = wanted.where(acts.c.key.in_(selection.keys))
    found = session.execute(wanted).all()
    cases = {
        case.id: (case, dnr or "")
        for case, dnr in session.execute(
            select(Case, Round.dnr)
            .outerjoin(Round, Round.id == Case.round_id)
            .where(Case.id.in_({row.case_id for row in found if row.case_id is not None}))
        )
    }
    decider = decider_words(session)
    decided = {
        (row.case_id, row.decided_at): decider(row)
        for row in session.scalars(select(Decision).where(Decision.case_id.in_(cases)).order_by(Decision.id))
    }
    return [
        DeviationRow(
            DeviationAct(row.act),
            row.at,
            decided.get((row.case_id, row.at)) or function_in_words(row.function),
            _reason_in_words(row.reason),
            *cases.get(row.case_id, (None, "")),
        )
        for row in found
    ]


def _reason_in_words(reason: str) -> str:
    """Why; of a gate the trail says its name too: 'gate: name, on: False, why'."""
    return reason.removeprefix("gate: ").replace(", on: False, ", ": ") if reason.startswith("gate: ") else reason


def deviation_keys(selection: RegisterSelection, by: Person) -> Select[int]:
    """The acts, the newest first, by the entry of the trail that tells of each."""
    acts = _acts(selection, by)
    return select(acts.c.key).order_by(acts.c.key.desc())


def _acts(selection: RegisterSelection, by: Person) -> Any:  # noqa: ANN401 - a subquery
    """Each act once in each case: what one person did at one moment for one reason."""
    in_cases = (_of_cases(act, source, selection, by) for act, source in _sources(selection).items())
    each = union_all(*in_cases, _of_board(selection, by)).subquery()
    return (
        select(
            func.min(each.c.key).label("key"),
            each.c.act,
            each.c.at,
            each.c.function,
            each.c.reason,
            each.c.case_id,
        )
        .group_by(each.c.act, each.c.at, each.c.function, each.c.reason, each.c.case_id)
        .subquery()
    )


def _of_cases(act: DeviationAct, source: Any, selection: RegisterSelection, by: Person) -> Any:  # noqa: ANN401 - a select
    """What was done in cases that a person may see, with its entry in the trail."""
    reason, told, done = source
    return (
        select(
            _key(act),
            literal(act.value).label("act"),
            TrailEntry.at.label("at"),
            TrailEntry.by_role.label("function"),
            reason.label("reason"),
            Case.id.label("case_id"),
        )
        .select_from(told)
        .join(Case, Case.id == TrailEntry.case_id)
        .outerjoin(Association, Association.id == Case.association_id)
        .where(
            Case.board_id == by.board_id,
            done,
            seen_by(by, Action.READ_REGISTERS),
            *on_moments(selection, TrailEntry.at),
        )
        .where(*cases_chosen(selection))
    )


def _of_board(selection: RegisterSelection, by: Person) -> Any:  # noqa: ANN401 - a select of as many columns
    """Gates that the board has switched off: of no case."""
    of_all = [] if not selection.text.strip() else [literal(value=False)]
    return select(
        _key(DeviationAct.GATE_OFF),
        literal(DeviationAct.GATE_OFF.value).label("act"),
        TrailEntry.at.label("at"),
        TrailEntry.by_role.label("function"),
        TrailEntry.reason.label("reason"),
        literal(None, Case.id.type).label("case_id"),
    ).where(
        TrailEntry.board_id == by.board_id,
        TrailEntry.action == "order_changed",
        TrailEntry.reason.like("gate: %, on: False, %"),
        *on_moments(selection, TrailEntry.at),
        *of_all,
    )


def _key(act: DeviationAct) -> ColumnElement[int]:
    """One entry may tell of several acts: a decision by exception, and against the group."""
    return (cast(TrailEntry.id, BigInteger) * len(DeviationAct) + list(DeviationAct).index(act)).label("key")


def _marks(act: DeviationAct) -> Any:  # noqa: ANN401 - what is told, joined to what, where
    kind = _MARKED[act]
    told = (TrailEntry.case_id == CaseMark.case_id) & (TrailEntry.action == f"marked_{kind.value}")
    source = CaseMark.__table__.join(TrailEntry.__table__, told & (TrailEntry.at == CaseMark.at))
    return CaseMark.text, source, (CaseMark.kind == kind) & CaseMark.withdrawn_at.is_(None)


def _entries(model: Any, case_id: Any, action: str) -> Any:  # noqa: ANN401 - a table and its column
    """The table joined to the entries that tell of its rows."""
    of_row = (TrailEntry.object_type == model.__tablename__) & (TrailEntry.object_id == model.id)
    told = (TrailEntry.case_id == case_id) & (TrailEntry.action == action) & of_row
    return model.__table__.join(TrailEntry.__table__, told)


def _decisions_against_group() -> Any:  # noqa: ANN401 - as of the marks
    return Decision.against_group, _entries(Decision, Decision.case_id, "decided"), Decision.against_group != ""


def _decisions_by_exception() -> Any:  # noqa: ANN401 - as of the marks
    return Decision.exception, _entries(Decision, Decision.case_id, "decided"), Decision.exception != ""


def _decisions_of_chair() -> Any:  # noqa: ANN401 - as of the marks
    return Decision.urgent_because, _entries(Decision, Decision.case_id, "decided"), Decision.urgent_because != ""


def _hearings_by_mouth() -> Any:  # noqa: ANN401 - as of the marks
    source = _entries(Communication, Communication.case_id, "heard_orally")
    return Communication.why_oral, source, Communication.way == "oral"


def _claims_without_reservation() -> Any:  # noqa: ANN401 - as of the marks
    source = _entries(Reclaim, Reclaim.case_id, "reclaim_opened")
    return Reclaim.without_reservation, source, Reclaim.without_reservation != ""


def _own_attests() -> Any:  # noqa: ANN401 - as of the marks
    of_row = (TrailEntry.object_type == PaymentAttest.__tablename__) & (TrailEntry.object_id == PaymentAttest.id)
    source = (
        PaymentAttest.__table__.join(Payment.__table__, Payment.id == PaymentAttest.payment_id)
        .join(Decision.__table__, Decision.id == Payment.decision_id)
        .join(TrailEntry.__table__, (TrailEntry.case_id == Payment.case_id) & of_row)
    )
    return literal(""), source, PaymentAttest.by_user_id == Decision.by_user_id


def _against_order(*, unattested: bool) -> Any:  # noqa: ANN401 - as of the marks
    """Each time somebody let it be paid in spite of the order: the entry itself says why and of what."""
    source = _entries(Payment, Payment.case_id, "payment_against_order")
    is_attest = Payment.against.cast(Text).contains(f'"{PaymentOverride.UNATTESTED}"')
    return TrailEntry.reason, source, is_attest if unattested else ~is_attest


def _despite_stop() -> Any:  # noqa: ANN401 - as of the marks
    source = _entries(Payment, Payment.case_id, "paid")
    return Payment.verification, source, Payment.stopped_on.is_not(None) & Payment.paid_on.is_not(None)


def _written_off() -> Any:  # noqa: ANN401 - as of the marks
    told = (TrailEntry.object_type == LedgerEntry.__tablename__) & (TrailEntry.object_id == LedgerEntry.id)
    source = LedgerEntry.__table__.join(TrailEntry.__table__, told & (TrailEntry.action == "reclaim_written_off"))
    return LedgerEntry.text, source, LedgerEntry.kind == LedgerKind.WRITE_OFF


def _decisions_of_delegates(selection: RegisterSelection) -> Any:  # noqa: ANN401 - as of the marks
    """Decisions of delegates of every kind that the board has not been told of two months after."""
    late = false() if selection.on is None else Decision.decided_on < selection.on - REPORTED_WITHIN
    same_act = (TrailEntry.at == Decision.decided_at) & (TrailEntry.by_user_id == Decision.by_user_id)
    source = Decision.__table__.join(TrailEntry.__table__, (TrailEntry.case_id == Decision.case_id) & same_act)
    return literal(""), source, waits_for_report() & late


def _sources(selection: RegisterSelection) -> dict[DeviationAct, Any]:
    """Act -> why it was done, what tells of it, and which rows it is."""
    return {
        DeviationAct.PAID_AGAINST_ORDER: _against_order(unattested=False),
        DeviationAct.PAID_UNATTESTED: _against_order(unattested=True),
        DeviationAct.PAID_DESPITE_STOP: _despite_stop(),
        DeviationAct.WRITTEN_OFF: _written_off(),
        DeviationAct.GAP_ACCEPTED: _marks(DeviationAct.GAP_ACCEPTED),
        DeviationAct.CLOSED_UNREPORTED: _marks(DeviationAct.CLOSED_UNREPORTED),
        DeviationAct.AGAINST_GROUP: _decisions_against_group(),
        DeviationAct.BY_EXCEPTION: _decisions_by_exception(),
        DeviationAct.URGENT: _decisions_of_chair(),
        DeviationAct.HEARD_ORALLY: _hearings_by_mouth(),
        DeviationAct.UNRESERVED_RECLAIM: _claims_without_reservation(),
        DeviationAct.ATTESTED_OWN: _own_attests(),
        DeviationAct.UNREPORTED: _decisions_of_delegates(selection),
    }
