"""The form by which a system gets a token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.api.domain.rights import RIGHT_WORDS, SystemRight
from vetting.api.services.systems import NewSystem
from vetting.casework import NewDocument
from vetting.formats.document_types import media_type
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.text import _
from vetting.web.forms import DayField, FileUploadField, PostedForm, SeveralField, TextField, WholeNumberField

if TYPE_CHECKING:
    from datetime import date

    from vetting.kernel.text import Words

LONGEST_NAME: Final = 120
FILE_FIELD: Final = _("Skicka filen som multipart/form-data i fältet file.")
DAY_NEEDED: Final = (_("Sista dagen saknas."), _("Skriv det så här: 2026-03-15."))


class NewSystemForm(PostedForm):
    """What the system is called, what it may do, until when and how often."""

    receipt: Words = _("Nyckeln är gjord.")
    name = TextField(_("Systemets namn"), hint=_("Till exempel E-tjänsten för föreningsbidrag."))
    rights = SeveralField(_("Systemet får"), options=RIGHT_WORDS)
    per_minute = WholeNumberField(_("Frågor i minuten, högst"))
    last_day = DayField(_("Gäller till och med"), hint=_("Högst två år framåt."), needs=DAY_NEEDED)

    def command(self) -> NewSystem:
        return NewSystem(
            name=self.name.data,
            rights=tuple(SystemRight(name) for name in self.rights.data),
            per_minute=self.per_minute.data or 0,
            last_day=self.last_day.day,
        )


class SentPaperForm(PostedForm):
    """A paper that a system sends: multipart/form-data."""

    file = FileUploadField(_("Fil"), needs=(_("Ingen fil är vald."), FILE_FIELD))
    type = TextField(_("Typ"))
    dated = DayField(_("Daterad"))

    def document(self, arrived_on: date) -> NewDocument:
        """The paper.

        Raises:
            UnreadableError: it is of a kind that is not kept.
            Refused: it is empty.
        """
        content, name = self.file.content, self.file.name_of_file[:LONGEST_NAME]
        if not content:
            raise Refused(Obstacle.INVALID, Problem("file", _("Filen är tom."), _("Skicka filen på nytt.")))
        return NewDocument(
            name=name,
            media_type=media_type(content, name),
            content=content,
            type=self.type.data[:LONGEST_NAME],
            dated=self.dated.data,
            arrived_on=arrived_on,
        )


class RenewedSystemForm(PostedForm):
    """A new token for a system that is there."""


class AgreedSystemForm(PostedForm):
    """A yes to what a system was given."""

    receipt: Words = _("Nyckeln är godkänd.")


class EndedSystemForm(PostedForm):
    """A token that is ended."""

    receipt: Words = _("Nyckeln är avslutad.")
