"""The call and papers of a meeting, one bookmarked PDF for each member: without the cases they stepped aside in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from vetting import casework
from vetting.casework import agenda, has_declared, officer_report
from vetting.casework.domain.officer_reports import GROUP
from vetting.casework.models.documents import DocumentText
from vetting.formats.typesetting import typeset
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import HERE
from vetting.kernel.money import kronor
from vetting.kernel.text import _, clock_in_words, day_in_words, in_context, join_words, same_in_both
from vetting.workspace.services.applications import all_facts_of, application_of
from vetting.workspace.services.case_files import case_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from vetting.casework import BasisContent
    from vetting.casework.models.documents import Document
    from vetting.casework.models.meetings import Meeting, Review
    from vetting.kernel.store.session import Session
    from vetting.kernel.text import Language, Words
    from vetting.workspace.services.case_files import CaseFile

MOST_OF_A_PAPER: Final = 20_000
"""Characters of one paper: the rest is read in the case."""
_TITLE: Final = _("Kallelse och handlingar")
_AGENDA: Final = _("Dagordning")
_FACTS: Final = in_context("in a sentence", "Ansökan")
_NOTHING_SAID: Final = _("Inga uppgifter ur ansökan finns i ärendet.")
_SCAN: Final = _("Handlingen är en bild. Öppna den i ärendet.")
_UNREAD: Final = _("Texten är inte inläst än. Öppna handlingen i ärendet.")
_CUT: Final = _("Resten läses i ärendet.")
_ASSESSED: Final = _("Vem som har bedömt")
_ADVISES: Final = _("Gruppen ger råd. Nämnden eller delegaten beslutar.")


def meeting_documents(session: Session, meeting: Meeting, *, on: date, language: Language) -> bytes:
    """The PDF for one member.

    Raises:
        Refused: the member has not answered on conflicts of interest for the list.
    """
    has_declared(session, meeting)
    items = agenda(session, meeting)
    here = meeting.starts_at.astimezone(HERE)
    when = f"{day_in_words(here.date()).to(language)} {clock_in_words(here).to(language)}"
    files = [(review, case_file(session, case.number, on=on)) for review, case in items]
    closed = casework.of_meeting(session, [review for review, _unused in items])
    return typeset(
        "meeting_papers",
        {
            "title": f"{_TITLE.to(language)}, {when}",
            "language": language,
            "header": f"{session.person.board} · {session.person.name}",
            "lines": [session.person.board, " · ".join(filter(None, (when, meeting.place))), _ADVISES.to(language)],
            "agenda_heading": _AGENDA.to(language),
            "agenda": [f"{file.case.name}, {file.case.number}" for _unused, file in files],
            "cases": [_case(session, review, file, closed.get(review.id), on, language) for review, file in files],
        },
    )


def _case(
    session: Session, review: Review, file: CaseFile, kept: BasisContent | None, on: date, language: Language
) -> dict[str, Any]:
    """A case as it is now; or, once the meeting is closed, as its papers were then, word for word."""
    case = file.case
    if kept is None:
        name, facts = case.name, all_facts_of(file.screening)
        report = officer_report(session, file, on=on)
        documents, assessed = file.documents, _assessors_of(file)
    else:
        name, facts = kept.lines[-1][language], kept.facts_in_words
        report = kept.report_for(session.person, casework.seen_cases(session, kept), outside=False)
        documents = [document for document in file.documents if document.id in kept.documents]
        assessed = kept.assessed
    lines = _in_lines([*_application(session, file, on), *facts], language) or [_NOTHING_SAID.to(language)]
    own = [{"heading": _FACTS.to(language), "list": True, "lines": lines}]
    told = [
        {
            "heading": part.heading.to(language),
            "list": part.listed,
            "lines": [line.to(language) for line in part.lines],
        }
        for part in report.sections
        if kept is None or part.heading != GROUP  # what this very meeting said of it
    ]
    if assessed:
        lines = [line.to(language) for line in assessed]
        told.append({"heading": _ASSESSED.to(language), "list": True, "lines": lines})
    return {
        "heading": f"{name}, {case.number}",
        "lines": [review.question],
        "parts": own + told,
        "papers": [_paper(session, document, language) for document in documents],
    }


def _application(session: Session, file: CaseFile, on: date) -> list[tuple[Words, Words]]:
    """What is applied for and how much, and what the board granted before: what the group gives its advice on."""
    case = file.case
    about = application_of(session, case, file.screening, on=on)
    found = [(_("Ändamål"), same_in_both(about.purpose))] if about.purpose else []
    found += [(_("Sökt belopp"), kronor(case.amount_applied))] if case.amount_applied is not None else []
    if case.kind is CaseKind.GRANT:
        years = [same_in_both(f"{one.year}: ") + kronor(one.amount) for one in about.years]
        found.append((_("Beviljat tidigare"), join_words(years, ", ") if years else _("inget av nämnden")))
    return found


def _assessors_of(file: CaseFile) -> list[Words]:
    findings = file.screening.findings if file.screening else ()
    return [
        item.criterion.label + same_in_both(f": {item.answer.by}, ") + day_in_words(item.answer.on)
        for item in findings
        if item.answer is not None
    ]


def _in_lines(facts: Iterable[tuple[Words, Words]], language: Language) -> list[str]:
    return [f"{label.to(language)}: {value.to(language)}" for label, value in facts]


def _paper(session: Session, document: Document, language: Language) -> dict[str, Any]:
    found = session.get(DocumentText, document.id)
    text = "\n".join(found.texts) if found is not None and found.state == "read" else ""
    lines = [line for line in text[:MOST_OF_A_PAPER].splitlines() if line.strip()]
    if not lines:
        lines = [(_UNREAD if found is None else _SCAN).to(language)]
    elif len(text) > MOST_OF_A_PAPER:
        lines.append(_CUT.to(language))
    return {"heading": document.name, "lines": lines}
