"""Paper forms made from rules: what the rules in force ask, as fields to fill in, and the declaration to sign."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple, assert_never

from vetting.engine.cells import rows_explained
from vetting.engine.criteria import CriterionKind, ReviewMoment
from vetting.engine.facts import LISTS, FactDefinition, FactSupplier, FactType
from vetting.engine.form_facts import ALWAYS, LONG_TEXTS, asked_of_applicant, form_sections
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.privacy import Privacy
from vetting.kernel.text import NO_WORDS, Words, _, in_context, join_words, same_in_both

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from vetting.engine.ruleset import RuleSet


class FormKind(StrEnum):
    """Forms that a board gives out."""

    APPLICATION = "application"
    BOOKING = "booking"
    REPORT = "report"

    @property
    def case(self) -> CaseKind:
        """The kind of case that it is about."""
        return CaseKind.BOOKING if self is FormKind.BOOKING else CaseKind.GRANT


FORM_WORDS: Final[Mapping[FormKind, Words]] = {
    FormKind.APPLICATION: _("Ansökan om bidrag"),
    FormKind.BOOKING: _("Bokningsförfrågan"),
    FormKind.REPORT: _("Redovisning av bidrag"),
}


class FieldShape(StrEnum):
    """How a field is filled in."""

    LINE = "line"
    TEXT = "text"
    DAY = "day"
    CHOICE = "choice"
    TICK = "tick"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One field: the fact that it gives, what it asks, and what can be answered."""

    fact: str
    label: Words
    help: Words = NO_WORDS
    shape: FieldShape
    options: tuple[Words, ...] = ()


class FormSection(NamedTuple):
    """Fields under a heading, with what is said of them all."""

    heading: Words
    fields: tuple[FormField, ...]
    help: Words = NO_WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperForm:
    """A form as data; a Word document and a PDF are made of it."""

    kind: FormKind
    title: Words
    board: str
    letterhead: str
    intro: Words
    sections: tuple[FormSection, ...]
    papers: tuple[FormField, ...]
    """Papers to send along, ticked by whoever sends them. What is ticked is said, not known."""
    declarations: tuple[FormField, ...]
    """What the association declares, each ticked and signed for."""
    signed: tuple[FormField, ...]
    """By whom, in which function, and when."""
    rules: Words
    information: tuple[Words, ...]
    """What the board says of personal data, a paragraph each; the first is its heading."""

    @property
    def issued_by(self) -> str:
        """The board, where the letterhead does not name it."""
        return "" if self.board in self.letterhead else self.board

    @property
    def parts(self) -> Iterator[FormSection]:
        """Everything to fill in, under its headings, in order; what has no field is left out."""
        groups = ((PAPERS, self.papers), (DECLARATION_HEADING, self.declarations), (SIGNATURE_HEADING, self.signed))
        for section in (*self.sections, *(FormSection(*group) for group in groups)):
            if section.fields:
                yield section


_YES_NO: Final = (_("Ja"), _("Nej"))
INTRO: Final = _(
    "Fyll i rutorna och skicka blanketten med handlingarna till nämnden. Lämna tomt det som inte går att svara på. "
    "Skriv inga personnummer."
)
PAPERS: Final = _("Handlingar som följer med")
DECLARATION_HEADING: Final = _("Föreningen försäkrar följande")
SIGNATURE_HEADING: Final = _("Underskrift")
BY_HAND: Final = _("Namnteckning")
RULES: Final = _("Blanketten följer ")
HERE: Final = _("Skriv här")
CHOOSE: Final = _("Välj")
TICK: Final = _("Sätt kryss i rutan för det som gäller.")
_APPLICANT: Final[Mapping[FormKind, Words]] = {
    FormKind.APPLICATION: _("Sökande"),
    FormKind.BOOKING: in_context("group of information", "Den som bokar"),
    FormKind.REPORT: _("Föreningen"),
}
_REPORTED: Final = _("Så har bidraget använts")
BOOKED: Final = ("event_title", "room", "event_starts_at", "event_ends_at")
"""What a booking cannot be without, though no rule reads it."""
REPORTED: Final = ("amount_reported",)
"""What a report says though no rule reads it."""
OF_THE_GRANT: Final = (
    FormField(fact="grant_number", label=_("Ärendenummer eller diarienummer i beslutet"), shape=FieldShape.LINE),
    FormField(fact="grant_amount", label=_("Beviljat belopp (kr)"), shape=FieldShape.LINE),
)
"""Which grant is reported; read by people only, as what follows."""
USED_FOR: Final = FormField(fact="used_for", label=_("Vad bidraget har använts till"), shape=FieldShape.TEXT)
"""Read by people only: it is no fact."""
SIGNATURE_FIELD: Final = "_signed"
SIGNATURE_WORDS: Final[Mapping[str, Words]] = {
    "signed_by_role": _("Funktion i föreningen"),
    "signed_on": _("Undertecknad den"),
}
SIGNATURE: Final = tuple(SIGNATURE_WORDS)
OF_THE_SIGNATURE: Final = ("_signed_on", "_signed_by_role")
LONG: Final = LONG_TEXTS | {"statutes_purpose"}
NOT_ON_PAPER: Final = frozenset({"statutes_text", "signed", "report_document"})
"""The statutes come as a paper, a form is signed by being signed, and a report is itself."""
WRITTEN_LISTS: Final = frozenset(
    {FactType.LIST_OF_TEXT, FactType.LIST_OF_PARTNERS, FactType.LIST_OF_SUPPORT, FactType.LIST_OF_ROWS}
)
SEVERAL: Final = _("Skilj flera åt med semikolon.")
MOMENT: Final = _("Dag och klockslag, till exempel 2026-05-03 18:00.")
DAY: Final = _("Till exempel 2026-03-15.")


def paper_form(
    kind: FormKind,
    ruleset: RuleSet,
    *,
    board: str,
    letterhead: str,
    information: tuple[Words, ...] = (),
    of: str = "",
) -> PaperForm:
    """The form of a kind under a rule set: what a rule in force reads and an applicant can give, nothing sealed.

    information: what the board says of personal data, heading first. of: the grant scheme that it is for, by name.
    """
    declared = _declaration_fields(ruleset, kind.case) if kind is not FormKind.REPORT else {}
    apart = {*ALWAYS, *declared, *SIGNATURE, *NOT_ON_PAPER}
    sections = [FormSection(_APPLICANT[kind], tuple(field_of(ruleset.catalogue[name]) for name in ALWAYS))]
    papers: list[FormField] = []
    for heading, help_, facts in _sections_of(kind, ruleset):
        left = [fact for fact in facts if fact.id not in apart and not fact.id.endswith(OF_THE_SIGNATURE)]
        papers += [field_of(fact) for fact in left if fact.type is FactType.DOCUMENT]
        rest = tuple(
            field_of(asked_of_applicant(fact, kind.case)) for fact in left if fact.type is not FactType.DOCUMENT
        )
        if kind is FormKind.REPORT:
            rest = (*OF_THE_GRANT, USED_FOR, *rest)
        if rest:
            sections.append(FormSection(heading, rest, help_))
    return PaperForm(
        kind=kind,
        title=FORM_WORDS[kind] + same_in_both(f": {of}") if of else FORM_WORDS[kind],
        board=board,
        letterhead=letterhead,
        intro=_intro(kind, ruleset),
        sections=tuple(sections),
        papers=tuple(papers),
        declarations=tuple(declared.values()),
        rules=ruleset.title,
        information=information,
        signed=tuple(
            FormField(fact=name, label=label, help=_help(fact), shape=_shape(fact)[0])
            for name, label in SIGNATURE_WORDS.items()
            if (fact := ruleset.catalogue.get(name)) is not None
        ),
    )


def _intro(kind: FormKind, ruleset: RuleSet) -> Words:
    """What the board says of its form, and how every form is filled in."""
    own = ruleset.form.intro if ruleset.form is not None and kind is not FormKind.REPORT else NO_WORDS
    return own + same_in_both(" ") + INTRO if own.sv else INTRO


def _sections_of(kind: FormKind, ruleset: RuleSet) -> list[tuple[Words, Words, list[FactDefinition]]]:
    """Each heading, what is said of it, and its facts."""
    match kind:
        case FormKind.APPLICATION | FormKind.BOOKING:
            found = form_sections(ruleset, kind.case, BOOKED if kind is FormKind.BOOKING else ())
            return [(part.heading, part.help, list(_on_paper(part.facts))) for part in found]
        case FormKind.REPORT:
            beyond = [ruleset.catalogue[name] for name in REPORTED if name in ruleset.catalogue]
            reported = {fact.id: fact for fact in (*beyond, *_report_facts(ruleset))}
            return [(_REPORTED, NO_WORDS, list(_on_paper(reported.values())))]
    assert_never(kind)


def _on_paper(facts: Iterable[FactDefinition]) -> Iterator[FactDefinition]:
    for fact in facts:
        given = fact.supplied_by is FactSupplier.APPLICANT and fact.privacy is not Privacy.SEALED
        if given and (fact.type not in LISTS or fact.type in WRITTEN_LISTS):
            yield fact


def _report_facts(ruleset: RuleSet) -> list[FactDefinition]:
    names: dict[str, None] = {}
    for criterion in ruleset.for_kind(CaseKind.GRANT):
        if criterion.moment is ReviewMoment.RUNNING:
            names |= dict.fromkeys(criterion.facts_and_shown)
    return [ruleset.catalogue[name] for name in names]


def _declaration_fields(ruleset: RuleSet, kind: CaseKind) -> dict[str, FormField]:
    """Fact -> the sentence that the association signs, of each declaration that can be ticked."""
    found: dict[str, FormField] = {}
    for criterion in ruleset.for_kind(kind):
        if criterion.kind is CriterionKind.DECLARATION and criterion.moment is not ReviewMoment.RUNNING:
            for name in criterion.facts_and_shown:
                if name.endswith(SIGNATURE_FIELD):
                    found.setdefault(name, FormField(fact=name, label=criterion.label, shape=FieldShape.TICK))
    return found


def field_of(fact: FactDefinition) -> FormField:
    """The field of a fact."""
    shape, options = _shape(fact)
    return FormField(fact=fact.id, label=_label(fact), help=_help(fact), shape=shape, options=options)


def _label(fact: FactDefinition) -> Words:
    if fact.type is FactType.MONEY:
        return fact.label + _(" (kr)")
    unit = fact.unit
    return fact.label + _(" ({unit})", unit=unit) if unit.sv else fact.label


def _help(fact: FactDefinition) -> Words:
    if fact.type is FactType.LIST_OF_ROWS:
        return join_words((words for words in (fact.help, rows_explained(fact)) if words.sv), " ")
    if fact.help.sv:
        return fact.help
    if fact.type in LISTS:
        return SEVERAL
    return {FactType.DATETIME: MOMENT, FactType.DATE: DAY}.get(fact.type, NO_WORDS)


def _shape(fact: FactDefinition) -> tuple[FieldShape, tuple[Words, ...]]:
    match fact.type:
        case FactType.DATE:
            return FieldShape.DAY, ()
        case FactType.YES_NO:
            return FieldShape.CHOICE, _YES_NO
        case FactType.CHOICE:
            return FieldShape.CHOICE, tuple(fact.options.values())
        case FactType.DOCUMENT:
            return FieldShape.TICK, ()
        case _ if fact.id in LONG or fact.type in LISTS:
            return FieldShape.TEXT, ()
        case _:
            return FieldShape.LINE, ()
