"""What the forms of pages are made of: fields that read as the cells of a list are read, and know how they are drawn.

A form is a class. It gives a frozen command of what was typed, and keeps what was typed beside what is wrong with it.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

from werkzeug.datastructures import FileStorage
from wtforms import Field, Form
from wtforms.validators import StopValidation

from vetting.engine.cells import read_cell
from vetting.engine.facts import FactDefinition, FactLevel, FactSupplier, FactType
from vetting.kernel.clock_times import NO_CLOCK, parse_clock
from vetting.kernel.dates import HERE
from vetting.kernel.decision_outcomes import (
    DecisionForm,
)
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Problem, UnreadableValueError
from vetting.kernel.tables import Cell, CellKind
from vetting.kernel.text import NO_WORDS, Words, _
from vetting.web import visitor
from vetting.web.preferences import visitor_language

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, time

    from werkzeug.datastructures import MultiDict
    from wtforms.form import BaseForm

    Posted = MultiDict[str, str] | MultiDict[str, object]
    Options = Mapping[Any, Words]


F = TypeVar("F", bound="PostedForm")
LONGEST_TEXT: Final = 20_000
LONGEST_KEY: Final = 15
LONGEST_NAME: Final = 120
LONGEST_LOGIN: Final = 1_000
"""Longer than any user name or password that is taken."""
ENGLISH_THOUSANDS: Final = re.compile(r"\d{1,3}(,\d{3})+(\.\d{1,2})?")
NOTHING_CHOSEN: Final = (_("Inget är valt."), _("Välj ett."))
NO_FILE: Final = (_("Ingen fil är vald."), _("Välj en fil."))


def is_key(text: str) -> bool:
    """Whether it can be the key of a row."""
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_KEY


def cut_text(value: str) -> str:
    """What was typed, at most as long as anybody writes."""
    return value[:LONGEST_TEXT].replace("\x00", "").strip()


def file_name(given: str) -> str:
    """The last part of an uploaded file's name, as it may be kept and shown: no folders, no marks that hide."""
    last = unicodedata.normalize("NFC", given).replace("\\", "/").split("/")[-1]
    return mask_personal_numbers("".join(c for c in last if c.isprintable()).strip()[-LONGEST_NAME:])


class TypedField(Field):
    """A field of a form: what was typed, the value of it, what is wrong with it, and how it is drawn.

    needs: what is wrong when it is blank, and what to do; without that it may be blank. rows: lines of a text that may
    be long. options: value -> what it is called, of a choice; blank: what the line is called that chooses none. heard:
    its words are only heard, where a heading says them already.
    """

    shape = "text"
    kind = "text"
    keyboard = ""
    fills_in = ""
    """What a browser that remembers fills in here."""
    placeholder = NO_WORDS

    def __init__(
        self,
        words: Words = NO_WORDS,
        *,
        hint: Words = NO_WORDS,
        short: bool = False,
        rows: int = 0,
        needs: tuple[Words, Words] | None = None,
        options: Options | None = None,
        blank: Words = NO_WORDS,
        heard: bool = False,
        **wtforms: object,
    ) -> None:
        super().__init__(**wtforms)  # type: ignore[arg-type] # what the form gives its fields when it is made
        self.words, self.hint, self.short, self.rows = words, hint, short, rows
        self.needs, self.blank, self.heard = needs, blank, heard
        self.options: Options = options or {}
        self.problems: list[Problem] = []
        self._wrong: tuple[Words, Words] | None = None

    def process_formdata(self, valuelist: Sequence[object]) -> None:
        """Reads what was posted; a field that was not there is blank."""
        raw, self.data = self._raw(valuelist), None
        try:
            self.data = self.read(raw)
        except UnreadableValueError as error:
            self._wrong = (error.what, error.remedy)
        else:
            self._wrong = self.needs if self.data is None or self.data == "" else None

    def pre_validate(self, form: BaseForm) -> None:  # noqa: ARG002 - the signature is WTForms'
        """Not valid where what was typed is nothing that the field is for."""
        if self._wrong is not None:
            self.problems.append(Problem(self.short_name, *self._wrong))
            raise StopValidation(self._wrong[0].sv)

    def refuse(self, what: Words, remedy: Words) -> None:
        """Something is wrong with it that the field cannot know of itself."""
        self._wrong = (what, remedy)

    def read(self, raw: str) -> object:
        """The value of what was typed.

        Raises:
            UnreadableValueError: it is not what the field is for.
        """
        return mask_personal_numbers(raw)

    @property
    def typed(self) -> str:
        """What stands in the field when it is drawn: as it was typed, or what is known."""
        if self.raw_data is not None:
            return mask_personal_numbers(self._raw(self.raw_data))
        return "" if self.object_data is None else str(self.object_data)

    @property
    def texts(self) -> list[str]:
        """All that was typed in it."""
        found = [mask_personal_numbers(self._raw([value])) for value in self.raw_data or ()]
        return [text for text in found if text]

    @staticmethod
    def _raw(values: Sequence[object]) -> str:
        return cut_text(values[0]) if values and isinstance(values[0], str) else ""


class TextField(TypedField):
    """A text; a personal number in it is masked."""

    data: str


class UnmaskedField(TextField):
    """A text where a personal number is refused by what reads it, rather than hidden."""

    def read(self, raw: str) -> str:
        """As it was typed."""
        return raw


class LinkField(TextField):
    """An address of the web."""

    kind = "url"


class AddressField(TextField):
    """An address of mail."""

    kind = "email"


class LoginField(UnmaskedField):
    """A user name exactly as it was typed; a password manager may fill it in."""

    fills_in = "username"

    @staticmethod
    def _raw(values: Sequence[object]) -> str:
        typed = values[0][:LONGEST_LOGIN] if values and isinstance(values[0], str) else ""
        return "" if "\0" in typed else typed  # it is in no name and no password, and PostgreSQL takes none


class SecretField(LoginField):
    """A password: exactly as it was typed, and never shown again."""

    kind = "password"
    fills_in = "current-password"

    @property
    def typed(self) -> str:
        """Nothing."""
        return ""


class CodeField(LoginField):
    """A code that works once: the browser offers what it was sent, and never keeps it."""

    fills_in = "one-time-code"

    @property
    def typed(self) -> str:
        """Nothing: another is needed next time."""
        return ""


class NewSecretField(SecretField):
    """A password that is about to be chosen."""

    fills_in = "new-password"


class CarriedField(TextField):
    """A text that is carried along unseen."""

    shape = "hidden"


class KeyField(TypedField):
    """The key or the version of a row, carried along unseen."""

    shape = "hidden"
    data: int | None

    def read(self, raw: str) -> int | None:
        """The key, or None for what is none."""
        return int(raw) if is_key(raw) else None

    @property
    def key(self) -> int:
        """The key, or that of no row."""
        return self.data or 0


class CellField(TypedField):
    """A value that is read as the cell of a list is: what means an amount there means the same amount here."""

    read_as: ClassVar[FactType]

    def __init__(self, words: Words = NO_WORDS, **own: object) -> None:
        super().__init__(words, **{"short": True, **own})  # type: ignore[arg-type] # as above

    def read(self, raw: str) -> object:
        """The value, or None for what says nothing."""
        definition = FactDefinition(
            id=self.short_name,
            type=self.read_as,
            label=self.words,
            level=FactLevel.APPLICATION,
            supplied_by=FactSupplier.STAFF,
        )
        found = read_cell(definition, Cell(CellKind.TEXT, raw), on=visitor.today())
        if found.told is not None:
            raise UnreadableValueError(*found.told)
        return found.value


class DayField(CellField):
    """A day."""

    read_as = FactType.DATE
    data: date | None

    @property
    def day(self) -> date:
        """The day of a field that needs one."""
        if self.data is None:
            raise TypeError(self.short_name)
        return self.data


class AmountField(CellField):
    """An amount in öre, typed in kronor."""

    read_as = FactType.MONEY
    keyboard = "decimal"
    data: int | None

    def read(self, raw: str) -> object:
        """The amount; in an English page commas part the thousands, as the page itself writes them."""
        in_english = ENGLISH_THOUSANDS.fullmatch(raw.strip()) is not None and visitor_language() == "en"
        return super().read(raw.replace(",", "") if in_english else raw)

    @property
    def typed(self) -> str:
        """As it was typed, or what is known in kronor."""
        if self.raw_data is not None or not isinstance(self.object_data, int):
            return super().typed
        whole, rest = divmod(self.object_data, 100)
        return f"{whole},{rest:02}" if rest else str(whole)


class WholeNumberField(CellField):
    """A whole number."""

    read_as = FactType.WHOLE_NUMBER
    keyboard = "numeric"
    data: int | None


class NumberField(CellField):
    """A number, whole or not."""

    read_as = FactType.NUMBER
    keyboard = "decimal"
    data: float | None


class MomentField(CellField):
    """A day and a time in Sweden, as a browser's own field gives them."""

    read_as = FactType.DATETIME
    shape = "moment"
    data: datetime | None

    def read(self, raw: str) -> object:
        """The moment, or None for what says nothing."""
        found = super().read(raw.replace("T", " ", 1))
        return found.replace(tzinfo=HERE) if isinstance(found, datetime) else None

    @property
    def typed(self) -> str:
        """As it was typed, or what is known by the clock here."""
        if self.raw_data is not None or not isinstance(self.object_data, datetime):
            return super().typed
        return self.object_data.astimezone(HERE).strftime("%Y-%m-%dT%H:%M")

    @property
    def moment(self) -> datetime:
        """The moment of a field that needs one."""
        if self.data is None:
            raise TypeError(self.short_name)
        return self.data


class ChoiceField(TypedField):
    """One of several values, in a list that opens."""

    shape = "select"
    data: str

    def process_formdata(self, valuelist: Sequence[object]) -> None:
        """Reads what was chosen; where nothing was, the field is named."""
        super().process_formdata(valuelist)
        if self._wrong == NOTHING_CHOSEN and self.words != NO_WORDS:
            self._wrong = (_("Inget är valt för ”{field}”.", field=self.words), NOTHING_CHOSEN[1])

    def read(self, raw: str) -> str:
        """The value; where the form itself knows the options it is one of them."""
        if raw and self.options and raw not in self.options:
            raise UnreadableValueError(*NOTHING_CHOSEN)
        return raw


class ShownChoiceField(ChoiceField):
    """One of a few values, all of them in sight. means: value -> what it means, in small under it."""

    shape = "radio"

    def __init__(self, words: Words = NO_WORDS, *, means: Options | None = None, **own: object) -> None:
        super().__init__(words, **own)  # type: ignore[arg-type] # as above
        self.means: Options = means or {}


class KeyChoiceField(KeyField):
    """One of several rows, in a list that opens."""

    shape = "select"


class YesNoField(TypedField):
    """Yes, no or no answer, all in sight."""

    shape = "radio"
    data: bool | None

    def __init__(self, words: Words = NO_WORDS, **own: object) -> None:
        super().__init__(words, options={"yes": _("Ja"), "no": _("Nej")}, **own)  # type: ignore[arg-type] # as above

    def read(self, raw: str) -> bool | None:
        """The answer; None when there is none."""
        return {"yes": True, "no": False}.get(raw)


class SeveralField(TypedField):
    """Any of several values, each with a box to tick."""

    shape = "ticks"
    data: tuple[str, ...]

    def process_formdata(self, valuelist: Sequence[object]) -> None:
        given = dict.fromkeys(cut_text(value) for value in valuelist if isinstance(value, str))
        self.data = tuple(value for value in given if value and (not self.options or value in self.options))
        self._wrong = None if self.data else self.needs

    @property
    def ticked(self) -> tuple[str, ...]:
        return self.data or ()

    @property
    def keys(self) -> tuple[int, ...]:
        """What was ticked, where the values are the keys of rows."""
        return tuple(int(value) for value in self.data if is_key(value))


class TickField(TypedField):
    """One box to tick."""

    shape = "tick"
    data: bool

    def process_formdata(self, valuelist: Sequence[object]) -> None:
        """Whether it is ticked."""
        self.data = bool(self._raw(valuelist))
        self._wrong = None if self.data else self.needs


class FileUploadField(TypedField):
    """A file. accepts: of what kind; camera: the one that a phone offers."""

    shape = "file"
    accepts = ""
    camera = ""
    data: FileStorage | None

    @property
    def name_of_file(self) -> str:
        """The name of the file, as it may be kept and shown; nothing where none was chosen."""
        return file_name(self.data.filename or "") if self.data is not None else ""

    @property
    def content(self) -> bytes:
        """What the file holds; nothing where none was chosen."""
        if self.data is None:
            return b""
        self.data.stream.seek(0)  # an act may be done again, from the beginning
        return self.data.stream.read()

    def process_formdata(self, valuelist: Sequence[object]) -> None:
        """The file, where one was chosen."""
        self.data = next((item for item in valuelist if isinstance(item, FileStorage) and item.filename), None)
        self._wrong = self.needs if self.data is None else None


class PhotoField(FileUploadField):
    """A photo, taken there and then where the browser has a camera."""

    accepts = "image/*"
    camera = "environment"


class HandedInFilesField(TypedField):
    """One file or several."""

    shape = "files"
    data: tuple[FileStorage, ...]

    def process_formdata(self, valuelist: Sequence[object]) -> None:
        """The files that were chosen."""
        self.data = tuple(item for item in valuelist if isinstance(item, FileStorage) and item.filename)
        self._wrong = None if self.data else self.needs


class WordFileField(FileUploadField):
    """A file of Word."""

    accepts = ".docx"


class PostedForm(Form):
    """A form of a page.

    given: what was posted; known: what stands in its fields before anything is typed. key: what the ids of its fields
    begin with, where a page has several forms.
    """

    receipt: Words = NO_WORDS
    """What the page says that is come to when it is done."""
    creates: bool = False
    """Whether it makes something: sent twice by the same page, as by a second press, it has made one."""

    def __init__(
        self, given: Posted | None = None, *, key: str = "", known: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(given, data=known)
        self.key = key
        self.undone_by = ""
        """An address with what takes it back, where one press does; the receipt offers it."""
        self.beside: tuple[Problem, ...] = ()
        """What is wrong that no field is to blame for."""
        for field in self:
            field.id = f"{key}-{field.short_name}" if key else field.short_name

    @property
    def fields(self) -> list[TypedField]:
        """The fields, as they stand in the form."""
        return [field for field in self if isinstance(field, TypedField)]

    def named(self, prefix: str) -> dict[str, TypedField]:
        """What follows a prefix in the names of fields -> the field, as they stand in the form."""
        return {
            field.short_name.removeprefix(prefix): field for field in self.fields if field.short_name.startswith(prefix)
        }

    @property
    def has_file(self) -> bool:
        """Whether a file is handed in with it."""
        return any(isinstance(field, FileUploadField | HandedInFilesField) for field in self)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All that is wrong: of each field under the id it has on the page, then what no field is to blame for."""
        found = [Problem(field.id, one.what, one.remedy) for field in self.fields for one in field.problems]
        return (*found, *self.beside)

    def carry(self, **known: object) -> None:
        """Puts what is known now into fields that are carried along unseen, whatever was posted."""
        for name, value in known.items():
            self[name].object_data, self[name].raw_data = value, None

    def tell(self, problems: Iterable[Problem]) -> None:
        """Notes why it was refused, each problem at its field."""
        named = {field.short_name: field for field in self.fields}
        for problem in problems:
            if problem.where in named:
                named[problem.where].problems.append(problem)
            else:
                self.beside = (*self.beside, problem)


class FormsOfPage:
    """The forms of a page: each as the page makes it, but for the one that was posted and refused."""

    def __init__(self, refused: PostedForm | None = None) -> None:
        self.refused = refused

    def form(
        self,
        form_type: type[F],
        key: str = "",
        known: Mapping[str, object] | None = None,
        made_as: type[F] | None = None,
    ) -> F:
        """The form with what is known, or the one of that kind and key that was refused, with the versions of now.

        made_as: the kind with the fields that it has now, where those differ.
        """
        if self.refused is None or self.refused.key != key or not isinstance(self.refused, form_type):
            return (made_as or form_type)(key=key, known=known)
        unseen = {field.short_name for field in self.refused.fields if field.shape == "hidden"}
        self.refused.carry(**{name: value for name, value in (known or {}).items() if name in unseen})
        return self.refused


class ListFileField(FileUploadField):
    """A list in Excel or CSV."""

    accepts = ".xlsx,.xlsm,.csv"


class AnswerForm(PostedForm):
    """A second person's yes or no."""

    answer = CarriedField()

    @property
    def is_yes(self) -> bool:
        """Whether it is a yes."""
        return self.answer.data == "yes"


class WishAnswerForm(AnswerForm):
    """The same, about something that can be asked for anew with another content."""

    seen = CarriedField()


class RoundChoiceField(KeyChoiceField):
    """The round that an application goes into; of a round for several grant schemes, which of them: '12', '12.3'."""

    scheme_id: int | None = None

    def read(self, raw: str) -> int | None:
        """The round's key, or None for what is none."""
        round_id, _point, scheme = raw.partition(".")
        self.scheme_id = super().read(scheme)
        return super().read(round_id)


MINUTES: Final = frozenset({"board", "committee"})


CHAIR: Final = "chair"


class DecidedForm(PostedForm):
    """In whose name it is decided: the paragraph of a meeting's minutes, or why the chair could not wait."""

    paragraph = TextField(_("Paragraf i protokollet"), short=True)
    urgent_because = TextField(_("Varför beslutet inte kan vänta till nämndens möte"), rows=2)

    def how_fields(self, makers: Collection[str]) -> list[TypedField]:
        """What is asked of somebody who may decide as one of these, each saying when where it is not the only one."""
        only = len(makers) == 1 or "delegate" not in makers
        self.paragraph.hint = NO_WORDS if only else _("När nämnden eller utskottet har beslutat.")
        self.urgent_because.hint = NO_WORDS if only else _("När ordföranden beslutar.")
        asked: list[TypedField] = [self.paragraph] if MINUTES & set(makers) else []
        return [*asked, self.urgent_because] if CHAIR in makers else asked

    def how(self) -> DecisionForm:
        """How it is decided."""
        return DecisionForm(paragraph=self.paragraph.data, urgent_because=self.urgent_because.data)


WRITE_IT = _("Skriv det så här: 2026-03-15.")


AS_DAY = _("ÅÅÅÅ-MM-DD")


class ClockField(TypedField):
    """A time of day."""

    data: time | None

    def __init__(self, words: Words = NO_WORDS, *, ends: bool = False, **own: object) -> None:
        super().__init__(words, **{"short": True, **own})  # type: ignore[arg-type] # what the form gives its fields
        self.ends = ends

    def read(self, raw: str) -> time | None:
        """The time, or None for what says nothing."""
        try:
            return parse_clock(raw, ends=self.ends) if raw else None
        except ValueError:
            raise UnreadableValueError(*NO_CLOCK) from None

    @property
    def clock(self) -> time:
        """The time of a field that needs one."""
        if self.data is None:
            raise TypeError(self.short_name)
        return self.data


NO_PICTURE = (_("Filen är ingen bild."), _("Välj ett foto, eller lägg handlingen i ärendet."))
