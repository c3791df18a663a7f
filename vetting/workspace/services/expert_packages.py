"""The material that an expert is sent."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Final

from vetting import casework
from vetting.casework.models.documents import DocumentContent
from vetting.casework.models.special_reviews import (
    ExpertOpinion,
)
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import _
from vetting.people import paper_docx, require_permission
from vetting.workspace.services.case_files import case_file

if TYPE_CHECKING:
    from vetting.kernel.store.session import WritingSession
    from vetting.kernel.text import Language


def expert_package(session: WritingSession, number: str, key: int, *, language: Language) -> bytes:
    """What goes to the expert: the question with the note on secrecy, the officer's report, the chosen papers.

    That it was fetched is noted: it leaves the board.

    Raises:
        Refused: there is no such question in a case of this person's.
    """
    require_permission(session.person, Action.HANDLE)
    file = case_file(session, number, on=session.today)
    row = session.get(ExpertOpinion, key)
    if row is None or row.case_id != file.case.id:
        raise Refused(Obstacle.MISSING)
    report = casework.report_of(session, file, on=session.today, outside=True)
    told = "\n".join(
        [row.asked_of, "", row.question, "", SECRECY.to(language), row.secrecy, "", row.due_on.isoformat()]
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0-fraga.txt", told + "\n")
        archive.writestr("1-tjansteutlatande.docx", paper_docx(session, file.case.board_id, report, language))
        for place, document in enumerate((one for one in file.documents if one.id in row.documents), start=2):
            content = session.get_one(DocumentContent, document.id).content
            archive.writestr(f"{place}-{document.name.replace('/', '_')}", content)
    session.note("expert_package_fetched", row, case_id=file.case.id)
    return out.getvalue()


SECRECY: Final = _("Sekretess:")
