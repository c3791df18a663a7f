"""The officer's report of a case, gathered from its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from vetting.casework.domain import officer_reports as parts
from vetting.casework.domain.advice import ADVICE_WORDS, Advice
from vetting.casework.services.like_cases import like_cases
from vetting.engine import reasons
from vetting.engine.criteria import CriterionKind
from vetting.engine.results import CriterionResult, ResultAuthor
from vetting.grants.domain.instalments import plan_in_words
from vetting.kernel.dates import day_here
from vetting.kernel.decision_outcomes import (
    GROUND_WORDS,
    RESERVATION_WORDS,
    DecisionGround,
    Reservation,
    outcome_words,
)
from vetting.kernel.money import kronor
from vetting.kernel.roles import ROLE_WORDS, Role, function_in_words
from vetting.kernel.text import NO_WORDS, Words, _, day_in_words, lower_first, same_in_both, upper_first
from vetting.kernel.written_documents import DocumentSection, WrittenDocument
from vetting.people.models.people import User

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from vetting.casework.models.assessments import EvidenceRow
    from vetting.casework.models.cases import Case, Communication
    from vetting.casework.models.decisions import DecisionDraft
    from vetting.casework.models.meetings import Review
    from vetting.casework.models.paper_statuses import PaperStatuses
    from vetting.engine.results import Finding
    from vetting.engine.screening import Screening
    from vetting.grants.models.rounds import Round
    from vetting.kernel.case_kinds import CaseKind
    from vetting.kernel.store.session import Session
    from vetting.people.models.people import Board


class CaseLine(Words):
    """A line about another case."""

    __slots__ = ("case",)

    def __init__(self, words: Words, case: str) -> None:
        super().__init__(*words)
        self.case = case


TITLE: Final = _("Tjänsteutlåtande")


class ReportMaterial(Protocol):
    """What a report is made of: a case's file, or what is kept of a case when it is decided."""

    @property
    def case(self) -> Case: ...
    @property
    def board(self) -> Board: ...
    @property
    def round(self) -> Round | None: ...
    @property
    def kind(self) -> CaseKind: ...
    @property
    def screening(self) -> Screening | None: ...
    @property
    def not_met(self) -> Sequence[str]: ...
    @property
    def reasons(self) -> Mapping[str, str]: ...
    @property
    def evidence(self) -> Mapping[str, Sequence[EvidenceRow]]: ...
    @property
    def communications(self) -> Sequence[Communication]: ...
    @property
    def reviews(self) -> Sequence[Review]: ...
    @property
    def draft(self) -> DecisionDraft | None: ...
    @property
    def paper_standings(self) -> PaperStatuses: ...


def officer_report(session: Session, file: ReportMaterial, *, on: date, outside: bool = False) -> WrittenDocument:
    """The report as it stands that day, by whoever handles the case.

    outside: for somebody beyond the board, who is told of no other association.
    """
    case = file.case
    against = [f for f in _told_findings(file) if f.criterion.id in file.not_met]
    dnr = case.dnr or (file.round.dnr if file.round else "")
    top = [
        same_in_both(file.board.name),
        same_in_both(" · ".join(filter(None, (case.number, dnr)))),
        day_in_words(on),
        same_in_both(case.name),
    ]
    sections = [
        DocumentSection(parts.PROPOSAL, proposal_lines(file.draft, file.kind)),
        DocumentSection(parts.CASE, _about(file)),
        DocumentSection(parts.CHECKS_HEADING, _checks_in_words(file), listed=True),
        DocumentSection(parts.AGAINST, _against(file, against), listed=True),
        DocumentSection(parts.FOR, _for(file, against), listed=True),
        DocumentSection(parts.WEIGHING_HEADING, _weighing_in_words(file, against), listed=True),
        DocumentSection(parts.REPLY_HEADING, _hearing_in_words(file, on)),
        DocumentSection(parts.GROUP, _group(file)),
        DocumentSection(parts.ALIKE, [] if outside else _alike(session, file, against), listed=True),
        DocumentSection(
            parts.REASONS,
            [same_in_both(line) for line in file.draft.reasons_as_sent.splitlines()] if file.draft else [],
        ),
        DocumentSection(parts.RULES, _rules(file)),
    ]
    return WrittenDocument(
        TITLE, top, [section for section in sections if section.lines], _signature_lines(session, case)
    )


def _signature_lines(session: Session, case: Case) -> list[Words]:
    """The officer of the case by name and title; where it has none, whoever draws the report up."""
    officer = session.get(User, case.officer_id) if case.officer_id is not None else None
    if officer is None or officer.id == session.person.id:
        return [same_in_both(session.person.name), function_in_words(session.person.function)]
    return [same_in_both(officer.name), ROLE_WORDS[Role.CASEWORKER]]


def _told_findings(file: ReportMaterial) -> list[Finding]:
    """What was found of the requirements; signals are the office's own, and stand in no public paper."""
    found = file.screening.findings if file.screening else ()
    return [item for item in found if item.criterion.kind is not CriterionKind.SIGNAL]


def proposal_lines(draft: DecisionDraft | None, kind: CaseKind) -> list[Words]:
    """What is proposed: outcome and amount, grounds, conditions, reservations."""
    if draft is None:
        return [_("Inget förslag är skrivet än.")]
    amount = same_in_both(" ") + kronor(draft.amount) if draft.amount else same_in_both("")
    found = [outcome_words(kind, draft.outcome) + amount]
    found += [GROUND_WORDS[DecisionGround(name)] for name in draft.grounds]
    found += [same_in_both(line) for line in draft.conditions]
    if draft.amount:
        found += [RESERVATION_WORDS[Reservation(name)] for name in draft.reservations]
    if draft.instalments:
        found.append(_("Betalas ut: ") + plan_in_words(draft.instalments))
    return found


def _about(file: ReportMaterial) -> list[Words]:
    case = file.case
    found = [_("Inkom ") + day_in_words(case.received_on) + same_in_both(".")]
    if case.purpose:
        found.append(_("Ändamål: ") + same_in_both(case.purpose))
    if case.amount_applied:
        found.append(_("Sökt belopp: ") + kronor(case.amount_applied))
    return found


def _checks_in_words(file: ReportMaterial) -> list[Words]:
    return [
        item.criterion.label + same_in_both(": ") + lower_first(_result(item, file))
        for item in _told_findings(file)
        if reasons.was_checked(item)
    ]


def _result(item: Finding, file: ReportMaterial) -> Words:
    if item.result is CriterionResult.MET and item.author is not ResultAuthor.COMPUTED:
        return _("bedömt som uppfyllt")
    return reasons.result_in_words(item, file.paper_standings.of_types)


def _against(file: ReportMaterial, against: Sequence[Finding]) -> list[Words]:
    found = []
    for item in against:
        why = reasons.reason_for_finding(item, file.screening) if file.screening else same_in_both("")
        own = file.reasons.get(item.criterion.id, "")
        found.append(item.criterion.label + same_in_both(": ") + why + same_in_both(f" {own}" if own else ""))
        found += [
            same_in_both(f"{row.act} ({row.role}, {row.happened}; {', '.join(filter(None, (row.source, row.place)))})")
            for row in file.evidence.get(item.criterion.id, ())
            if row.may_be_shown
        ]
    return found


def _for(file: ReportMaterial, against: Sequence[Finding]) -> list[Words]:
    return [
        same_in_both(row.speaks_for)
        for item in against
        for row in file.evidence.get(item.criterion.id, ())
        if row.speaks_for
    ]


def _weighing_in_words(file: ReportMaterial, against: Sequence[Finding]) -> list[Words]:
    rows = [row for item in against for row in file.evidence.get(item.criterion.id, ())]
    return [same_in_both(text) for row in rows for text in (row.special_reasons, row.proportionality) if text]


def _hearing_in_words(file: ReportMaterial, on: date) -> list[Words]:
    found = []
    for row in file.communications:
        found.append(
            _("Skickat ")
            + day_in_words(row.sent_on)
            + _(", svar senast ")
            + day_in_words(row.reply_by)
            + same_in_both(".")
        )
        if row.replied_on:
            found.append(_("Svar ") + day_in_words(row.replied_on) + same_in_both(f": {row.reply}"))
        else:
            found.append(_("Inget svar kom.") if row.reply_by < on else _("Inget svar har kommit än."))
        texts = dict.fromkeys([row.handled, *row.met.values()])
        found += [_("Bemötande: ") + same_in_both(text) for text in texts if text]
    return found


def _group(file: ReportMaterial) -> list[Words]:
    found = []
    for review in file.reviews:
        if review.outcome:
            met = day_in_words(day_here(review.treated_at)) if review.treated_at else NO_WORDS
            day = same_in_both(" (") + met + same_in_both(")") if review.treated_at else NO_WORDS
            advice = upper_first(ADVICE_WORDS[Advice(review.outcome)])
            found.append(advice + day + same_in_both(". ") + same_in_both(review.opinion))
            found += [_("Avvikande mening: ") + same_in_both(review.dissent)] if review.dissent else []
    if file.draft is not None and file.draft.against_group:
        found.append(_("Varför förslaget går emot gruppen: ") + same_in_both(file.draft.against_group))
    return found


def _alike(session: Session, file: ReportMaterial, against: Sequence[Finding]) -> list[Words]:
    labels = {item.criterion.id: item.criterion.label for item in against}
    found = like_cases(session, file.case, file.draft, list(labels))
    return [
        CaseLine(labels[name] + same_in_both(f": {one.number}, ") + lower_first(one.ended), one.number)
        for name, some in found.items()
        for one in some
        if name in labels
    ]


def case_named(line: Words) -> str:
    """The number of the other case that a line of the report is about; empty where it is about none."""
    return line.case if isinstance(line, CaseLine) else ""


def _rules(file: ReportMaterial) -> list[Words]:
    if file.screening is None:
        return []
    version = file.screening.ruleset.version
    return [file.screening.ruleset.title + _(", version {version}.", version=version)]
