"""The form of a document that is put into a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from vetting.documents.services.documents import ARRIVED, STATE_WORDS, NewDocument
from vetting.formats.document_types import media_type
from vetting.kernel.text import Words, _
from vetting.web.forms import ChoiceField, DayField, HandedInField, PostedForm
from vetting.web.view_moves import file_name

if TYPE_CHECKING:
    from datetime import date


def handed_in_document(
    field: HandedInField, *, state: str, dated: date | None, arrived_on: date, type_: str = ""
) -> NewDocument | None:
    """What was handed in, as a document; None where nothing was.

    Raises:
        UnreadableError: it is of a kind that is not kept.
    """
    if field.data is None:
        return None
    content, name = field.data.stream.read(), file_name(field.data.filename or "")
    return NewDocument(
        name=name,
        media_type=media_type(content, name),
        content=content,
        type=type_,
        dated=dated,
        arrived_on=arrived_on,
        state=state,
    )


class DocumentForm(PostedForm):
    """A document into a case."""

    receipt: ClassVar[Words] = _("Handlingen är tillagd.")
    file = HandedInField(
        _("Fil"),
        hint=_("PDF, Word, Excel, OpenDocument, bild eller text. Högst 10 MB."),
        needs=(_("Ingen fil är vald."), _("Välj en fil.")),
    )
    type = ChoiceField(_("Vad det är"), blank=_("Annan handling"))
    state = ChoiceField(_("I akten"), options=STATE_WORDS, short=True)
    dated = DayField(_("Handlingens datum"))
    arrived_on = DayField(_("Kom in"), hint=_("Tomt betyder i dag."))

    def command(self, *, today: date) -> NewDocument:
        """The document.

        Raises:
            UnreadableError: it is of a kind that is not kept.
        """
        found = handed_in_document(
            self.file,
            state=self.state.data or ARRIVED,
            dated=self.dated.data,
            arrived_on=self.arrived_on.data or today,
            type_=self.type.data,
        )
        if found is None:
            raise TypeError
        return found
