"""The forms of lists: tried without an account, handed in, mapped, looked through."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Final

from vetting.formats.csv_reading import TWICE, words_by_encoding
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import UnreadableValueError
from vetting.kernel.text import NO_WORDS, Words, _, same_in_both
from vetting.lists.domain.column_suggestions import grouped_choices
from vetting.lists.services.name_conflicts import RowSubject
from vetting.rules.domain.layouts import FOREIGN, KIND_WORDS
from vetting.web.forms import (
    NO_FILE,
    NOTHING_CHOSEN,
    CarriedField,
    ChoiceField,
    FileUploadField,
    KeyField,
    ListFileField,
    PostedForm,
    RoundChoiceField,
    SeveralField,
    ShownChoiceField,
    TextField,
    TypedField,
    file_name,
    is_key,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vetting.engine.facts import Catalogue
    from vetting.engine.ruleset import RuleSet
    from vetting.lists.domain.column_suggestions import UnknownList

DETECT: Final = "auto"
COLUMN, ROW = "column-", "row-"


class CarriedFileField(TypedField):
    """A file that a result page carries along."""

    shape = "hidden"
    data: bytes | None

    def read(self, raw: str) -> bytes:
        try:
            return base64.b64decode(raw, validate=True)
        except (binascii.Error, ValueError):
            raise UnreadableValueError(*NO_FILE) from None

    @staticmethod
    def _raw(values: Sequence[object]) -> str:
        return values[0] if values and isinstance(values[0], str) else ""


class ChosenColumnsForm(PostedForm):
    """Columns of which a person has said what they are. column-<n>: what the column is; nothing is not read."""

    @property
    def chosen(self) -> dict[str, str]:
        """Column -> what it is."""
        return {column: field.data for column, field in self.named(COLUMN).items() if field.data}


ENCODING_WORDS: Final = {
    "utf-8": same_in_both("UTF-8"),
    "cp1252": same_in_both("Windows (Windows-1252)"),
    "cp850": same_in_both("MS-DOS (CP850)"),
    "mac_roman": same_in_both("Macintosh (MacRoman)"),
    TWICE: _("UTF-8 som har sparats två gånger"),
}


class EncodingField(ShownChoiceField):
    """How a text is encoded, with how its words read then; nothing is chosen beforehand."""

    def show_words(self, data: bytes) -> None:
        """Offers the encodings that a text may be in, each with the first words that are not plain letters."""
        words = words_by_encoding(data)
        self.options = {encoding: ENCODING_WORDS[encoding] for encoding in words}
        self.means = {encoding: same_in_both(mask_personal_numbers(said) or "–") for encoding, said in words.items()}


class EncodingForm(PostedForm):
    """How a file is encoded whose letters are not believed."""

    encoding = EncodingField(
        _("Hur ska bokstäverna läsas?"),
        options=ENCODING_WORDS,
        needs=(_("Inget är valt."), _("Välj det där orden är rätt.")),
    )


class TrialForm(ChosenColumnsForm):
    """Which rules, which file, and what the list holds; name, content: of a list that a result page carries."""

    doubted = False
    """Whether the letters of the list are not believed: then it is asked how it is encoded."""
    unknown: UnknownList | None = None
    """The list, where nobody knows its headings: then it is asked what its columns are."""
    choices: Sequence[tuple[Words, Mapping[str, Words]]] = ()
    """Facts that its columns can be, in groups."""
    encoding = EncodingField(_("Hur ska bokstäverna läsas?"), options=ENCODING_WORDS)
    rules = ChoiceField(
        _("Regeluppsättning"),
        hint=_("Regeluppsättningar med grundkrav prövar både handlingsplanens krav och vanliga formkrav."),
        blank=_("Välj …"),
        needs=(_("Ingen regeluppsättning är vald."), _("Välj en regeluppsättning.")),
    )
    file = ListFileField(
        _("Lista (Excel eller CSV)"),
        hint=_("Excel (.xlsx) eller CSV, högst 5 MB. Rubrikraden hittas även om det står annat ovanför."),
    )
    kind = ShownChoiceField(
        _("Vad innehåller listan?"),
        options={
            DETECT: _("Avgörs av rubrikerna"),
            CaseKind.GRANT: _("Ansökningar"),
            CaseKind.BOOKING: _("Bokningar"),
        },
        needs=NOTHING_CHOSEN,
    )
    name = CarriedField()
    content = CarriedFileField()

    def offer(self, rulesets: Mapping[str, RuleSet]) -> None:
        """The choices: rule sets by title, those to start with first; another is told."""
        ordered = sorted(rulesets.values(), key=lambda item: (not item.id.endswith("-med-grundkrav"), item.title.sv))
        self.rules.options = {item.id: item.title for item in ordered}
        if self.rules.data and self.rules.data not in rulesets:
            self.rules.refuse(_("Regeluppsättningen finns inte."), _("Välj en i listan."))
        if self.rules.raw_data is not None and not self.file.data and not self.content.data:
            self.file.refuse(*NO_FILE)

    def list_file(self) -> tuple[bytes, str]:
        """The file's bytes, held in memory only, and its name for messages: of the upload, else the one carried."""
        if self.file.data is not None:
            return self.file.content, self.file.name_of_file
        return self.content.data or b"", file_name(self.name.data)

    def _carry(self, data: bytes, name: str) -> None:
        """Sends the list along with the form: a question about it is left."""
        self.content.raw_data, self.name.data = [base64.b64encode(data).decode()], name

    def ask_encoding(self, data: bytes, name: str) -> None:
        """The form asks how the list is encoded."""
        self._carry(data, name)
        self.doubted = True
        self.encoding.show_words(data)

    def ask_columns(self, data: bytes, name: str, found: UnknownList, catalogue: Catalogue) -> None:
        """The form asks what the columns of the list are."""
        self._carry(data, name)
        self.unknown = found
        self.choices = grouped_choices(found.suggestion.kind, catalogue)

    @property
    def chosen(self) -> dict[str, str]:
        """Column -> what it is, of the list that goes along: one that was chosen anew is another."""
        return {} if self.file.data is not None else super().chosen

    @property
    def picked(self) -> Mapping[int, str]:
        """Column -> what it is: as chosen, else as guessed."""
        chosen = {int(column): fact for column, fact in self.chosen.items()}
        return chosen or (self.unknown.suggestion.facts if self.unknown is not None else {})


def trial_form(columns: Iterable[str]) -> type[TrialForm]:
    """The form with what some columns are. column-<n>: the fact; nothing is not read."""
    return type(TrialForm.__name__, (TrialForm,), {COLUMN + key: CarriedField() for key in columns if is_key(key)})


class ListForm(PostedForm):
    """A list that is handed in to be looked at."""

    file = FileUploadField(
        _("Fil"), hint=_("Excel (.xlsx, .xlsm, .xls), OpenDocument (.ods) eller CSV."), needs=NO_FILE
    )
    round_id = RoundChoiceField(
        _("Omgång"), hint=_("För ansökningar i en omgång. Lämna annars tomt."), blank=_("Ingen omgång")
    )


class ColumnsForm(ChosenColumnsForm):
    """What a person says that the columns are. column-<n>: what the column is; nothing is not read."""

    kind = ChoiceField(options={kind: KIND_WORDS[kind] for kind in FOREIGN}, needs=NOTHING_CHOSEN)
    sheet = CarriedField()
    row = KeyField(needs=NOTHING_CHOSEN)
    name = TextField(
        _("Spara kolumnerna under ett namn"),
        short=True,
        hint=_("Till exempel namnet på systemet som listan kommer från. Lämna tomt om den bara kommer en gång."),
    )

    def command(self) -> dict[str, object]:
        """Kind, sheet, row of the headings and columns, as a staged file keeps them."""
        return {"kind": self.kind.data, "sheet": self.sheet.data, "row": self.row.data, "facts": self.chosen}


def columns_form(columns: Iterable[str]) -> type[ColumnsForm]:
    """The form of a file with some columns."""
    return type(ColumnsForm.__name__, (ColumnsForm,), {COLUMN + key: ChoiceField() for key in columns if is_key(key)})


class ConfirmImportForm(PostedForm):
    """What lies ready goes in."""

    good_only = CarriedField()


class RowSubjectsForm(PostedForm):
    """Who rows are about whose number and name do not belong together. row-<key>: one of them."""

    receipt: Words = _("Valen är sparade.")

    def command(self) -> dict[int, RowSubject]:
        """Row -> who it is about, of those that are answered."""
        return {int(key): RowSubject(field.data) for key, field in self.named(ROW).items() if field.data}


def row_subjects_form(keys: Iterable[str]) -> type[RowSubjectsForm]:
    """The form of some rows."""
    options = dict.fromkeys(RowSubject, NO_WORDS)
    return type(
        RowSubjectsForm.__name__,
        (RowSubjectsForm,),
        {ROW + key: ChoiceField(options=options) for key in keys if is_key(key)},
    )


class CalledOffForm(PostedForm):
    """Bookings that the booker has called off."""

    number = SeveralField(_("Bokningar"))


class OutsideListForm(PostedForm):
    """A list of what was decided outside the program. giver: empty of the board's own decisions."""

    file = ListFileField(
        _("Lista i Excel"),
        hint=_("Rubriker: Förening, Org.nr, År, Bidragsform, Ändamål, Sökt, Beviljat, Använt, Utfall."),
        needs=NO_FILE,
    )
    giver = TextField(_("Vems beslut"), hint=_("Lämna tomt för nämndens egna. Skriv annars den andra nämndens namn."))
