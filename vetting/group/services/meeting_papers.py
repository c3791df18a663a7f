"""The call and papers of a meeting, one bookmarked PDF for each member: without the cases they stepped aside in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from vetting.cases.services import frozen_bases
from vetting.documents.models.documents import DocumentText
from vetting.engine import reasons
from vetting.formats.typesetting import typeset
from vetting.group.services.meetings import agenda, has_declared
from vetting.kernel.dates import HERE
from vetting.kernel.decision_outcomes import outcome_words
from vetting.kernel.money import kronor
from vetting.kernel.text import Words, _, clock_in_words, day_in_words, in_context
from vetting.office.services.case_files import case_file

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from vetting.cases.services.frozen_bases import BasisContent
    from vetting.documents.models.documents import Document
    from vetting.group.models.meetings import Meeting, Review
    from vetting.kernel.roles import Person
    from vetting.kernel.text import Language
    from vetting.office.services.case_files import CaseFile
    from vetting.rules.services.rulebook import Rules

MOST_OF_A_PAPER: Final = 20_000
"""Characters of one paper: the rest is read in the case."""
_TITLE: Final = _("Kallelse och handlingar")
_AGENDA: Final = _("Dagordning")
_POINTS: Final = _("Kontrollpunkter")
_FACTS: Final = in_context("in a sentence", "Ansökan")
_PROPOSAL: Final = _("Handläggarens förslag")
_NO_PROPOSAL: Final = _("Inget förslag är skrivet än.")
_SCAN: Final = _("Handlingen är en bild. Öppna den i ärendet.")
_UNREAD: Final = _("Texten är inte läst än. Öppna handlingen i ärendet.")
_CUT: Final = _("Resten läses i ärendet.")
_ADVISES: Final = _("Gruppen ger råd. Nämnden eller delegaten beslutar.")


def meeting_documents(
    session: Session, meeting: Meeting, *, rules: Rules, by: Person, on: date, language: Language
) -> bytes:
    """The PDF for one member.

    Raises:
        Refused: the member has not answered on conflicts of interest for the list.
    """
    has_declared(session, meeting, by)
    items = agenda(session, meeting, by)
    here = meeting.starts_at.astimezone(HERE)
    when = f"{day_in_words(here.date()).to(language)} {clock_in_words(here).to(language)}"
    files = [(review, case_file(session, case.number, rules=rules, by=by, on=on)) for review, case in items]
    closed = frozen_bases.of_meeting(session, [review for review, _unused in items])
    return typeset(
        "meeting_papers",
        {
            "title": f"{_TITLE.to(language)}, {when}",
            "language": language,
            "header": f"{by.board} · {by.name}",
            "lines": [by.board, " · ".join(filter(None, (when, meeting.place))), _ADVISES.to(language)],
            "agenda_heading": _AGENDA.to(language),
            "agenda": [f"{file.case.name}, {file.case.number}" for _unused, file in files],
            "cases": [
                _as_closed(session, review, file, closed[review.id], language)
                if review.id in closed
                else _case(session, review, file, language)
                for review, file in files
            ],
        },
    )


def _case(session: Session, review: Review, file: CaseFile, language: Language) -> dict[str, Any]:
    case, screening = file.case, file.screening
    amount = kronor(case.amount_applied).to(language) if case.amount_applied else ""
    points = [
        f"{item.criterion.label.to(language)}: {reasons.result_in_words(item).to(language)}"
        for item in (screening.findings if screening else ())
        if reasons.was_checked(item)
    ]
    given: dict[Words, Words] = {}
    if screening is not None:
        for item in screening.findings:
            given |= dict(reasons.shown_facts(item, screening))
    facts = [f"{label.to(language)}: {value.to(language)}" for label, value in given.items()]
    return {
        "heading": f"{case.name}, {case.number}",
        "lines": [line for line in (review.question, " · ".join(filter(None, (amount, case.purpose)))) if line],
        "parts": [
            {"heading": _PROPOSAL.to(language), "list": False, "lines": _proposal(file, language)},
            {"heading": _POINTS.to(language), "list": True, "lines": points or ["–"]},
            {"heading": _FACTS.to(language), "list": True, "lines": facts or ["–"]},
        ],
        "papers": [_paper(session, document, language) for document in file.documents],
    }


def _as_closed(
    session: Session, review: Review, file: CaseFile, kept: BasisContent, language: Language
) -> dict[str, Any]:
    """As the papers were when the meeting was closed, word for word."""
    points = [f"{point['label'][language]}: {point['state'][language]}" for point in kept.points if point["checked"]]
    facts = [f"{label[language]}: {value[language]}" for label, value in kept.facts]
    case = file.case
    amount = kronor(case.amount_applied).to(language) if case.amount_applied else ""
    return {
        "heading": f"{kept.lines[-1][language]}, {case.number}",
        "lines": [line for line in (review.question, " · ".join(filter(None, (amount, case.purpose)))) if line],
        "parts": [
            {"heading": _PROPOSAL.to(language), "list": False, "lines": [line[language] for line in kept.proposed]},
            {"heading": _POINTS.to(language), "list": True, "lines": points or ["–"]},
            {"heading": _FACTS.to(language), "list": True, "lines": facts or ["–"]},
        ],
        "papers": [_paper(session, document, language) for document in file.documents if document.id in kept.documents],
    }


def _proposal(file: CaseFile, language: Language) -> list[str]:
    if file.draft is None:
        return [_NO_PROPOSAL.to(language)]
    outcome = outcome_words(file.kind, file.draft.outcome).to(language)
    amount = f", {kronor(file.draft.amount).to(language)}" if file.draft.amount else ""
    return [f"{outcome}{amount}.", *file.draft.reasons.splitlines(), *file.draft.conditions]


def _paper(session: Session, document: Document, language: Language) -> dict[str, Any]:
    found = session.get(DocumentText, document.id)
    text = "\n".join(found.texts) if found is not None and found.state == "read" else ""
    lines = [line for line in text[:MOST_OF_A_PAPER].splitlines() if line.strip()]
    if not lines:
        lines = [(_UNREAD if found is None else _SCAN).to(language)]
    elif len(text) > MOST_OF_A_PAPER:
        lines.append(_CUT.to(language))
    return {"heading": document.name, "lines": lines}
