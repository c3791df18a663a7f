"""An invented day's mail: what came in, was drawn up and went out in some of last year's cases, and a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import select

from vetting.casework.domain.cases import CaseState
from vetting.casework.domain.document_statuses import MAIL, DocumentStatus
from vetting.casework.models.cases import Case
from vetting.casework.services import document_statuses, documents
from vetting.casework.services.document_statuses import NewDocumentStatus
from vetting.casework.services.documents import NewDocument
from vetting.formats.written_documents import document_pdf
from vetting.kernel.dates import day_here
from vetting.kernel.roles import Role
from vetting.kernel.text import OFFICIAL, day_in_words, same_in_both
from vetting.kernel.written_documents import WrittenDocument
from vetting.operations.demonstration.acting import acting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession


class _Paper(NamedTuple):
    place: int
    """Which of the cases, in their order."""
    status: DocumentStatus
    title: str
    text: str


IN, HERE, OUT, DRAFT = (
    DocumentStatus.ARRIVED,
    DocumentStatus.DRAWN_UP,
    DocumentStatus.SENT,
    DocumentStatus.WORKING,
)
PAPERS: Final = (
    _Paper(0, IN, "Redovisning av bidraget", "Bidraget gick till lokalhyra, ledare och material."),
    _Paper(0, IN, "Verksamhetsberättelse", "Föreningen har haft öppet två kvällar i veckan under året."),
    _Paper(1, IN, "Fråga om mer tid för redovisningen", "Kassören är sjuk. Kan vi lämna redovisningen om två veckor?"),
    _Paper(1, HERE, "Anteckning efter samtal", "Ordföranden ringde om redovisningen. Vi kom överens om två veckor."),
    _Paper(1, OUT, "Svar om mer tid", "Ni får två veckor till. Skicka redovisningen till adressen i brevet."),
    _Paper(2, IN, "Kvitton för läger", "Hyra av buss och stugor. Kvittona är numrerade i tidsordning."),
    _Paper(2, IN, "Ny firmatecknare", "Styrelsen har valt ordföranden och kassören att teckna firman var för sig."),
    _Paper(3, IN, "Nytt bankgiro", "Föreningen har bytt bankgiro. Protokollsutdrag följer med."),
    _Paper(3, HERE, "Anteckning om kontroll av bankgiro", "Numret är kontrollerat mot bankgirots register."),
    _Paper(3, DRAFT, "Utkast till svar om bankgiro", "Tack. Vi har noterat det nya numret och"),
    _Paper(4, IN, "Revisorns yttrande", "Räkenskaperna är i ordning. Jag har inget att anmärka."),
    _Paper(4, IN, "Protokoll från årsmötet", "Årsmötet gav styrelsen ansvarsfrihet."),
)
"""Twelve papers in five cases."""


def receive_mail(session: WritingSession, board_id: int, staff: Mapping[Role, Person]) -> None:
    """Puts the papers of the day in the last cases that are being followed up."""
    wanted = select(Case).where(Case.board_id == board_id, Case.state == CaseState.REPORTING)
    found = session.scalars(wanted.order_by(Case.id.desc()).limit(5)).all()
    on = day_here(session.now)
    for paper in PAPERS:
        case = found[paper.place]
        top = [same_in_both(f"{case.number}, {case.name}"), day_in_words(on)]
        written = WrittenDocument(same_in_both(paper.title), [*top, same_in_both(paper.text)], [], [])
        new = NewDocument(
            name=f"{paper.title.lower().replace(' ', '-')}.pdf",
            media_type="application/pdf",
            content=document_pdf(written, OFFICIAL),
            state=HERE if paper.status is OUT else paper.status,
            title=paper.title,
            party=case.name if paper.status is IN else "",
            type="",
            dated=on,
            arrived_on=on,
        )
        kept = documents.add_document(acting(session, staff[Role.CASEWORKER], session.now), case.number, new)
        if paper.status is OUT:
            went = NewDocumentStatus(status=OUT, title=paper.title, party=case.name, way=MAIL, on=on)
            document_statuses.set_status(acting(session, staff[Role.REGISTRAR], session.now), kept.id, went)
