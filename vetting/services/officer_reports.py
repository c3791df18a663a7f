"""The officer's report of a case, gathered from its file; and reasons drafted from its control points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.domain import officer_reports as parts
from vetting.domain import reasons
from vetting.domain.events import ANSWER_WORDS
from vetting.domain.evidence import Answer
from vetting.domain.money import kronor
from vetting.domain.officer_reports import Report, Section
from vetting.domain.passage import GROUND_WORDS, RESERVATION_WORDS, Ground, Outcome, Reservation, outcome_words
from vetting.domain.people import function_in_words
from vetting.domain.reviews import ADVICE_WORDS, Advice
from vetting.domain.screening import Result
from vetting.domain.words import Words, day, lower_first, same
from vetting.services import earlier_answers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from vetting.domain.people import Person
    from vetting.domain.screening import Finding, Screening
    from vetting.services.case_files import CaseFile

MET: Final = Words("Följande krav är prövade och uppfyllda: ", "These requirements were tried and are met: ")


def drafted(screening: Screening | None) -> Words:
    """The reasons of an approval, from the points that were tried and met; empty where none was."""
    met = [item.criterion.label for item in screening.findings if item.result is Result.MET] if screening else []
    if not met:
        return same("")
    names = Words(", ".join(label.sv.lower() for label in met), ", ".join(label.en.lower() for label in met))
    return MET + names + same(".")


def report(session: Session, file: CaseFile, *, by: Person, outside: bool = False) -> Report:
    """The report as it stands now. outside: for somebody beyond the board, who is told of no other association."""
    case = file.case
    against = [f for f in file.screening.findings if f.criterion.id in file.situation.not_met] if file.screening else []
    dnr = case.dnr or (file.round.dnr if file.round else "")
    top = [same(file.board.name), same(" · ".join(filter(None, (case.number, dnr)))), same(case.name)]
    sections = [
        Section(parts.PROPOSAL, _proposal(file)),
        Section(parts.CASE, _about(file)),
        Section(parts.CHECKED, _checked(file), listed=True),
        Section(parts.AGAINST, _against(file, against), listed=True),
        Section(parts.FOR, _for(file, against), listed=True),
        Section(parts.WEIGHED, _weighed(file, against), listed=True),
        Section(parts.HEARD, _heard(file)),
        Section(parts.GROUP, _group(file)),
        Section(parts.ALIKE, [] if outside else _alike(session, file, against, by), listed=True),
        Section(parts.REASONS, [same(line) for line in file.draft.reasons.splitlines()] if file.draft else []),
        Section(parts.RULES, _rules(file)),
    ]
    title = Words("Tjänsteutlåtande", "Officer's report")
    return Report(title, top, [section for section in sections if section.lines], function_in_words(by.function))


def _proposal(file: CaseFile) -> list[Words]:
    draft = file.draft
    if draft is None:
        return [Words("Inget förslag är skrivet än.", "No proposal has been written yet.")]
    amount = same(" ") + kronor(draft.amount) if draft.amount else same("")
    found = [outcome_words(file.kind, Outcome(draft.outcome)) + amount]
    found += [GROUND_WORDS[Ground(name)] for name in draft.grounds]
    found += [same(line) for line in draft.conditions]
    if draft.amount:
        found += [RESERVATION_WORDS[Reservation(name)] for name in draft.reservations]
    return found


def _about(file: CaseFile) -> list[Words]:
    case = file.case
    found = [Words("Inkom ", "Received ") + day(case.received_on) + same(".")]
    if case.purpose:
        found.append(Words("Ändamål: ", "Purpose: ") + same(case.purpose))
    if case.amount_applied:
        found.append(Words("Sökt belopp: ", "Amount applied for: ") + kronor(case.amount_applied))
    return found


def _checked(file: CaseFile) -> list[Words]:
    findings = file.screening.findings if file.screening else ()
    return [
        item.criterion.label + same(": ") + lower_first(reasons.result_in_words(item))
        for item in findings
        if reasons.was_checked(item)
    ]


def _against(file: CaseFile, against: Sequence[Finding]) -> list[Words]:
    found = []
    for item in against:
        why = reasons.why(item, file.screening) if file.screening else same("")
        own = file.reasons.get(item.criterion.id, "")
        found.append(item.criterion.label + same(": ") + why + same(f" {own}" if own else ""))
        found += [
            same(f"{row.act} ({row.role}, {row.happened}; {', '.join(filter(None, (row.source, row.place)))})")
            for row in file.evidence.get(item.criterion.id, ())
            if row.may_be_shown
        ]
    return found


def _for(file: CaseFile, against: Sequence[Finding]) -> list[Words]:
    return [
        same(row.speaks_for) for item in against for row in file.evidence.get(item.criterion.id, ()) if row.speaks_for
    ]


def _weighed(file: CaseFile, against: Sequence[Finding]) -> list[Words]:
    rows = [row for item in against for row in file.evidence.get(item.criterion.id, ())]
    return [same(text) for row in rows for text in (row.special_reasons, row.proportionality) if text]


def _heard(file: CaseFile) -> list[Words]:
    found = []
    for row in file.communications:
        found.append(Words("Skickat ", "Sent ") + day(row.sent_on) + Words(", svar senast ", ", reply by ")
                     + day(row.reply_by) + same("."))  # fmt: skip
        if row.replied_on:
            found.append(Words("Svar ", "Reply ") + day(row.replied_on) + same(f": {row.reply}"))
        texts = dict.fromkeys([row.handled, *row.met.values()])
        found += [Words("Bemötande: ", "How it was met: ") + same(text) for text in texts if text]
    return found


def _group(file: CaseFile) -> list[Words]:
    found = []
    for review in file.reviews:
        if review.outcome:
            found.append(ADVICE_WORDS[Advice(review.outcome)] + same(". ") + same(review.opinion))
            found += [Words("Avvikande mening: ", "Dissent: ") + same(review.dissent)] if review.dissent else []
    if file.draft is not None and file.draft.against_group:
        found.append(
            Words("Varför förslaget går emot: ", "Why the proposal departs: ") + same(file.draft.against_group)
        )
    return found


def _alike(session: Session, file: CaseFile, against: Sequence[Finding], by: Person) -> list[Words]:
    found = []
    for item in against:
        found += [
            item.criterion.label + same(f": {one.number}, ") + ANSWER_WORDS[one.answer]
            for one in earlier_answers.cases_of(session, item.criterion.id, file.case, by)
            if one.answer in {Answer.NOT_MET, Answer.MET}
        ]
    return found


def _rules(file: CaseFile) -> list[Words]:
    if file.screening is None:
        return []
    version = file.screening.ruleset.version
    return [file.screening.ruleset.title + Words(f", version {version}.", f", version {version}.")]
