"""Forms of documents that come in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from vetting.casework import NewDocument, PostFiling, handed_in_document
from vetting.casework.domain.document_statuses import CHOSEN, DocumentStatus
from vetting.engine.cells import shorten_cell_text
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.organisation_numbers import mask_personal_numbers, read_number
from vetting.kernel.text import Words, _
from vetting.web import visitor
from vetting.web.forms import (
    NO_FILE,
    CarriedField,
    ChoiceField,
    DayField,
    FileUploadField,
    HandedInFilesField,
    PostedForm,
    RoundChoiceField,
    TextField,
    TickField,
    TypedField,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


class DocumentForm(PostedForm):
    """A document into a case."""

    creates = True
    receipt: Words = _("Handlingen är tillagd.")
    file = FileUploadField(
        _("Fil"),
        hint=_("PDF, Word, Excel, OpenDocument, bild eller text. Högst 10 MB."),
        needs=NO_FILE,
    )
    type = ChoiceField(_("Vad det är"), blank=_("Annan handling"))
    state = ChoiceField(_("Handlingens status"), options=CHOSEN, short=True)
    dated = DayField(_("Handlingens datum"))
    arrived_on = DayField(_("Kom in"), default=visitor.today)

    def command(self, *, today: date) -> NewDocument:
        """The document.

        Raises:
            UnreadableError: it is of a kind that is not kept.
        """
        found = handed_in_document(
            self.file,
            state=DocumentStatus(self.state.data or DocumentStatus.ARRIVED),
            dated=self.dated.data,
            arrived_on=self.arrived_on.data or today,
            type_=self.type.data,
        )
        if found is None:
            raise TypeError
        return found


class ReturnedMailForm(PostedForm):
    """The case of a mail that came back."""

    case = TextField(_("Ärendet det gällde"), short=True)

    def tell_marked(self, *, letter: bool, address: bool) -> None:
        """What the receipt says: only what was marked is."""
        marked = _("Brevet är markerat som återkommet. ") if letter else _("Inget skickat brev stämmer med mejlet. ")
        failing = (
            _("Adressen är markerad som att den inte fungerar, tills någon har åtgärdat det.")
            if address
            else _("Ingen adress är markerad.")
        )
        self.receipt = _("Mejlet ligger i ärendet. ") + marked + failing


LONGEST_ASSOCIATION: Final = 200


class FilingForm(PostedForm):
    """Where a mail and its files go. part-<key>: whether a file goes along; type-<key>: what paper it is."""

    case = CarriedField()
    name = TextField(_("Föreningens namn"))
    number = TextField(_("Organisationsnummer"), short=True)
    round_id = RoundChoiceField(_("Omgång"), blank=_("Ingen omgång"))
    doubled_because = TextField(_("Varför ska ärendet läggas upp en gång till?"))
    received_on = DayField(_("Inkom"))

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - the signature is WTForms'
        """The number is looked at where it is a new case's."""
        if self.case.data in {"", NEW} and self.number.data and not read_number(self.number.data).digits:
            self.number.refuse(*_wrong_number(self.number.data))
        return super().validate(extra_validators)

    def command(self, today: date) -> PostFiling:
        ticked = [key for key, field in self.named(PART).items() if field.data]
        types = self.named(PART_TYPE)
        return PostFiling(
            case="" if self.case.data == NEW else self.case.data,
            name=self.name.data[:LONGEST_ASSOCIATION],
            number=read_number(self.number.data).digits,
            round_id=self.round_id.data,
            scheme_id=self.round_id.scheme_id,
            received_on=self.received_on.data or today,
            types={int(key): types[key].data if key in types else "" for key in ticked},
            doubled_because=self.doubled_because.data,
        )

    def part(self, key: int) -> tuple[TypedField, TypedField]:
        """Whether a file goes along, and what it is."""
        return self.named(PART)[str(key)], self.named(PART_TYPE)[str(key)]


def _wrong_number(said: str) -> tuple[Words, Words]:
    """Problem and remedy for a typed text that is no organisation number."""
    shown = shorten_cell_text(mask_personal_numbers(said))
    return (
        _("”{shown}” är inget organisationsnummer.", shown=shown),
        _("Tio siffror, till exempel 802999-0234. Eller lämna det tomt."),
    )


def filing_form(parts: Iterable[int]) -> type[FilingForm]:
    """The form of what came in. parts: the keys of its files."""
    keys = [str(key) for key in parts]
    own: dict[str, object] = {PART + key: TickField() for key in keys}
    own |= {PART_TYPE + key: ChoiceField(blank=_("Annan handling")) for key in keys}
    return type(FilingForm.__name__, (FilingForm,), own)


PART: Final = "part-"


PART_TYPE: Final = "type-"


NEW: Final = "ny"
"""What is chosen for a case that is not there yet."""


class HandedInFilesForm(PostedForm):
    """A saved mail, or the files that came; kind: of case, case: the one they belong to, where that is known."""

    kind = CarriedField()
    case = CarriedField()
    files = HandedInFilesField(
        _("Sparat mejl, eller filer"),
        hint=_("Mejl sparade som .eml eller .msg, eller de filer som kom. Flera går bra."),
    )

    @property
    def case_kind(self) -> CaseKind:
        """Of which kind of case; a grant where nothing is said."""
        return CaseKind(self.kind.data) if self.kind.data in list(CaseKind) else CaseKind.GRANT
