"""The forms of rules: a draft begun, written in and handed over, its parts, a version moved to or withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from vetting.engine.amounts import FIGURE_WORDS, AmountOf, PartKind
from vetting.engine.application_forms import MOST_PARTS
from vetting.engine.conditions.comparisons import COMPARISONS, MEASURE_WORDS, FactMeasure
from vetting.engine.criteria import AS_OF_WORDS, RunningConsequence
from vetting.engine.facts import DAYS, NUMBERS, OF_A_ROW, FactSupplier, FactType
from vetting.engine.form_facts import LEVEL_WORDS
from vetting.engine.list_items import fields_of, summable_fields
from vetting.engine.proposal import PROPOSAL_WORDS
from vetting.engine.reasons import ANSWER_WORDS, RESULT_WORDS
from vetting.engine.written_rules import CONSEQUENCES, CRITERION_KINDS, KIND_HEADINGS, MOMENTS, RUNNING
from vetting.formats.yaml_reading import LARGEST_BYTES, too_large
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.text import NO_WORDS, Words, _, lower_first, same_in_both
from vetting.rules.domain.condition_rows import MOST_ROWS, PARTS
from vetting.rules.domain.language_reference import SUPPLIER_WORDS, TYPE_WORDS
from vetting.rules.domain.library_settings import setting_as_typed
from vetting.rules.services.drafts import NewAdoption, NewRuleDraft, RuleDraftChange
from vetting.rules.services.publishing import PublicationApproval
from vetting.rules.services.rule_trials import CaseSelection
from vetting.rules.services.typed_cases import CASE_ANSWERS, CASE_FACTS, CASE_RESULTS
from vetting.rules.services.typed_forms import HEADING, HELP, HELPED, PART, PLACE
from vetting.rules.services.typed_parts import (
    AMOUNT_ROWS,
    COLUMN_ROWS,
    REDUCTION_ROWS,
    ROW_PARTS,
    SHOWN,
    SHOWN_ROWS,
    slug,
)
from vetting.web.forms import (
    NOTHING_CHOSEN,
    CarriedField,
    ChoiceField,
    DayField,
    FileUploadField,
    FormsOfPage,
    KeyField,
    PostedForm,
    SeveralField,
    TextField,
    TickField,
    TypedField,
    UnmaskedField,
    WholeNumberField,
    is_key,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from vetting.engine.facts import Catalogue, FactDefinition
    from vetting.rules.domain.library_settings import LibrarySetting

ISO_DAY: Final = _("ÅÅÅÅ-MM-DD")
NOBODY: Final = same_in_both("–")
ROUND: Final = "round-"
SETTING: Final = "setting-"


class RuleFileField(TypedField):
    """A file of rules as it is written, every line of it."""

    data: str

    def read(self, raw: str) -> str:
        """The text."""
        return raw

    @property
    def typed(self) -> str:
        """As it was written."""
        return self._raw(self.raw_data) if self.raw_data is not None else str(self.object_data or "")

    @staticmethod
    def _raw(values: Sequence[object]) -> str:
        return values[0].replace("\r\n", "\n") if values and isinstance(values[0], str) else ""


class UnseenField(UnmaskedField):
    """A text that is carried along unseen, as it was written."""

    shape = "hidden"


class NewRulesForm(PostedForm):
    """A draft: from nothing, on a set that comes with the program, or from a version. read: the warning is read."""

    receipt: Words = _("Utkastet är påbörjat.")
    title = TextField(_("Vad reglerna heter"), hint=_("Till exempel Riktlinjer för kulturstöd 2027."))
    ruleset = TextField(
        _("Kort namn"),
        short=True,
        hint=_("Små bokstäver, siffror och bindestreck. Lämnas det tomt bildas det av vad reglerna heter."),
    )
    builds_on = ChoiceField(
        _("Bygg på"),
        hint=_("Det som ni skriver gäller före det som ni bygger på."),
        blank=_("Ingenting: börja med ett tomt utkast"),
    )
    only = ChoiceField(
        _("Bara för"),
        blank=_("Allt: de gemensamma reglerna"),
        hint=_(
            "De gemensamma reglerna gäller också för det som har egna regler. Bara bidragsformer utan egna regler och "
            "utan omgång, och uthyrningsformer utan egna regler, kan väljas."
        ),
    )
    kinds = SeveralField(
        _("Gäller"),
        options=KIND_HEADINGS,
        hint=_("Om ni bygger på andra regler gäller utkastet samma slags ärenden som de."),
    )
    body = TextField(_("Antagna av"))
    on = DayField(_("Dag"), hint=ISO_DAY)
    reference = TextField(_("Diarienummer"), short=True)
    read = TickField(_("Jag har läst varningen, och vår nämnd har antagit reglerna."))
    version = KeyField()

    @property
    def only_for(self) -> tuple[CaseKind, int] | None:
        """What the rules are only for: the kind of case, and the key of the grant scheme or the kind of letting."""
        kind, _dot, key = self.only.data.partition(".")
        return (CaseKind(kind), int(key)) if kind in list(CaseKind) and is_key(key) else None

    def command(self, *, of_others: bool) -> NewRuleDraft:
        """The draft. of_others: what it builds on was adopted by another board.

        Raises:
            Refused: the own board's adoption is not whole, or is lacking where it must be said.
        """
        said = (self.body.data, self.on.data, self.reference.data)
        if any(said) and not all(said):
            raise Refused(
                Obstacle.INVALID,
                Problem(
                    "on", _("Organ, dag och diarienummer behövs alla tre."), _("Fyll i dem, eller lämna alla tomma.")
                ),
            )
        if of_others and not (all(said) and self.read.data):
            raise Refused(
                Obstacle.INVALID,
                Problem(
                    "body",
                    _("Reglerna är antagna av en annan nämnd, vid en annan tid."),
                    _("Skriv när er nämnd antog dem, och kryssa i att du har läst varningen."),
                ),
            )
        adopted = (
            NewAdoption(body=self.body.data, on=self.on.day, reference=self.reference.data) if self.on.data else None
        )
        return NewRuleDraft(
            ruleset=self.ruleset.data or slug(self.title.data),
            title=self.title.data,
            builds_on=self.builds_on.data,
            version=self.version.data,
            adopted=adopted,
            kinds=self.kinds.data or (CaseKind.GRANT.value,),
            only=self.only_for[0] if self.only_for is not None else None,
        )


class RuleFilesForm(PostedForm):
    """A draft from files, kept byte for byte."""

    receipt: Words = _("Utkastet är påbörjat.")
    rules_file = FileUploadField(_("Regler (YAML)"))
    cases_file = FileUploadField(_("Typfall (YAML)"))

    def command(self) -> tuple[bytes, bytes]:
        """The rules and their worked cases.

        Raises:
            UnreadableError: a file is larger than any rules are.
        """
        contents = self.rules_file.content, self.cases_file.content
        for content in contents:
            if len(content) > LARGEST_BYTES:
                raise too_large("rules_file", len(content))
        return contents


class FormsOfNewRules(FormsOfPage):
    """The forms of the page where a draft is begun."""

    def new(self, sets: Mapping[str, Words], chosen: str, only: Mapping[str | int, Words]) -> NewRulesForm:
        """A draft. sets: what it can build on; chosen: the one that is asked for; only: what it can be for alone."""
        form = self.form(NewRulesForm, known={"kinds": (CaseKind.GRANT,), "builds_on": chosen})
        form.builds_on.options = sets
        form.only.options = only
        return form

    def files(self) -> RuleFilesForm:
        """A draft from files."""
        return self.form(RuleFilesForm)


class RuleTextForm(PostedForm):
    """Both files of a draft as they are written."""

    receipt: Words = _("Texten är sparad.")
    version = KeyField()
    text = RuleFileField(
        _("Regler"), hint=_("Texten sparas även om något är fel. Felen visas med radnummer på utkastets sida.")
    )
    cases = RuleFileField(_("Typfall"))

    def command(self, draft_id: int, *, text: str, cases: str) -> RuleDraftChange:
        """The change; text and cases: what was written, with its lines ended as they are kept."""
        return RuleDraftChange(key=draft_id, version=self.version.key, text=text, cases=cases)


class DraftStepForm(PostedForm):
    """What is done with a draft as it was seen."""

    version = KeyField()


class FillCasesForm(DraftStepForm):
    """The worked cases that the rules make, and what later criteria need in those there are."""

    receipt: Words = _("Typfallen är ifyllda. Läs och godta dem som är nya eller har fått nya värden.")


class GiveBackForm(DraftStepForm):
    """What is to be changed in a draft that was handed over."""

    receipt: Words = _("Utkastet är lämnat tillbaka.")
    because = TextField(_("Vad som behöver ändras"), rows=2)


class TakeFromLibraryForm(DraftStepForm):
    """A criterion of the library."""

    use = ChoiceField(
        _("Ta ett kriterium ur biblioteket"),
        blank=_("Välj"),
        needs=(_("Inget kriterium är valt."), _("Välj ett ur listan.")),
    )


class SearchLibraryForm(PostedForm):
    """Conditions to be looked for in the library; it is only read."""

    villkor = TextField(
        _("Villkor"),
        hint=_("Skriv eller klistra in ett villkor, eller flera med ett på varje rad."),
        rows=4,
    )


class TryDraftForm(PostedForm):
    """The cases that a draft is tried on."""

    which = ChoiceField(_("Ärenden att pröva på"), blank=_("alla ärenden"))
    year = WholeNumberField(_("Inkomna år"), hint=_("Lämna tomt för alla år."))

    def command(self) -> CaseSelection:
        """The cases: of a round, of a year, or all.

        Raises:
            Refused: it names no round.
        """
        key = self.which.data.removeprefix(ROUND)
        if key and not is_key(key):
            raise Refused(Obstacle.INVALID, Problem("which", *NOTHING_CHOSEN))
        return CaseSelection(round_id=int(key) if key else None, year=self.year.data)


class FormsOfDraft(FormsOfPage):
    """The forms of a draft's page. version: of the draft."""

    def __init__(self, refused: PostedForm | None, version: int) -> None:
        super().__init__(refused)
        self.version = version

    def take(self, library: Mapping[str, Words]) -> TakeFromLibraryForm:
        """A criterion of the library."""
        form = self.form(TakeFromLibraryForm, known={"version": self.version})
        form.use.options = library
        return form

    def try_out(self, rounds: Mapping[int, Words]) -> TryDraftForm:
        """The cases to try it on. rounds: their names."""
        form = self.form(TryDraftForm, "try")
        form.which.options = {f"{ROUND}{key}": words for key, words in rounds.items()}
        return form

    def give_back(self) -> GiveBackForm:
        """Back to whoever wrote it."""
        return self.form(GiveBackForm, "back", {"version": self.version})


class PublishForm(DraftStepForm):
    """A draft becomes a version that nobody can change."""

    receipt: Words = _("Reglerna är publicerade.")
    taken_away_read = TickField(_("Jag har läst vilka skydd som tas bort, och det är avsiktligt"))
    warnings_read = TickField(_("Jag har läst varningarna"))

    def command(self, draft_id: int) -> PublicationApproval:
        """The approval of a draft."""
        return PublicationApproval(
            key=draft_id,
            version=self.version.key,
            warnings_read=self.warnings_read.data,
            taken_away_read=self.taken_away_read.data,
        )


class WithdrawVersionForm(PostedForm):
    """Why a version takes no new cases."""

    receipt: Words = _("Versionen är återkallad.")
    because = TextField(_("Varför versionen inte ska gälla"), rows=2)


class MoveCasesForm(PostedForm):
    """Open cases to another version."""

    number = SeveralField(_("Ärenden"))


class DraftPartForm(DraftStepForm):
    """A part of a draft: its fields are the words of a rule file, as a person types them."""

    @property
    def texts(self) -> dict[str, str]:
        """Field -> what was typed in it."""
        found = {}
        for field in self.fields:
            text = ("1" if field.data else "") if field.shape == "tick" else str(field.data or "")
            found[field.short_name] = text.replace("\r\n", "\n")
        return found


ROW_MEASURE_WORDS: Final[Mapping[str, Words]] = {
    FactMeasure.COUNT: _("antal i listan"),
    FactMeasure.SUM: _("summan i listan"),
    FactMeasure.SHARE: _("andel av"),
    FactMeasure.PLUS: _("tillsammans med"),
    FactMeasure.MINUS: _("minus"),
}


def shown_parts(form: PostedForm, place: str) -> list[tuple[TypedField, TypedField, TypedField]]:
    """The fields of what is asked of each thing in a list."""
    return [
        (
            form.named(f"where{ending}-")[place],
            form.named(f"test{ending}-")[place],
            form.named(f"against{ending}-")[place],
        )
        for ending in PARTS
    ]


def add_list_parts(form: type[PostedForm], place: str) -> None:
    """Gives a form the fields of what is asked of each thing in a list."""
    for ending in PARTS:
        setattr(form, f"where{ending}-{place}", ChoiceField(_("Bara de rader där"), blank=_("alla rader")))
        comparison = ChoiceField(_("Jämförelse"), options=dict.fromkeys(COMPARISONS, NO_WORDS))
        setattr(form, f"test{ending}-{place}", comparison)
        setattr(form, f"against{ending}-{place}", UnmaskedField(_("Värde")))


class CriterionForm(DraftPartForm):
    """A criterion. look: only the sentence is asked for. Of the rows of its conditions: see `condition_row`."""

    label_sv = UnmaskedField(
        _("Vad som krävs"),
        hint=_("En mening om kravet, inte om föreningen. Till exempel: Föreningen har minst 20 medlemmar."),
    )
    label_en = UnmaskedField(_("Samma på engelska (frivilligt)"))
    kind = ChoiceField(
        _("Hur det besvaras"),
        options=CRITERION_KINDS,
        hint=_("Det som är ett tal, ett datum, ja eller nej, ett val eller en handling prövas mot uppgifterna."),
    )
    level = ChoiceField(_("Vad det handlar om"), options=LEVEL_WORDS)
    applies_grant = TickField(KIND_HEADINGS[CaseKind.GRANT])
    applies_booking = TickField(KIND_HEADINGS[CaseKind.BOOKING])
    moment = ChoiceField(_("När det prövas"), options=MOMENTS)
    if_not_met = ChoiceField(_("Om det inte är uppfyllt"), options=CONSEQUENCES)
    on_running_support = ChoiceField(
        _("För löpande stöd"),
        options={name: words for name, words in RUNNING.items() if name is not RunningConsequence.NONE},
        hint=_("Bara när det prövas under bidragstiden."),
        blank=_("Ingenting"),
    )
    as_of = ChoiceField(_("Tider räknas från"), options=AS_OF_WORDS)
    question_sv = UnmaskedField(_("Fråga till den som bedömer"), rows=2, hint=_("Bara för en bedömning."))
    question_en = UnseenField()
    guard_sv = UnmaskedField(
        _("Att hålla sig till"),
        rows=2,
        hint=_("Skriv att bara agerande och uttalanden räknas, aldrig åsikter."),
    )
    guard_en = UnseenField()
    value_criterion = TickField(_("Värdekriterium: ”ej uppfyllt” kräver ett agerande eller uttalande"))
    valid_for_months = UnmaskedField(_("Bedömningen gäller i (månader)"), short=True)
    document = UnmaskedField(_("Källa: dokument"))
    place = UnmaskedField(_("Paragraf eller rubrik"), short=True)
    quote = UnmaskedField(_("Citat"), rows=2)
    legal = UnmaskedField(_("Lagstöd"))
    look = CarriedField()
    more = CarriedField()
    reduction_yaml = UnmaskedField(_("Avdragets steg, som text"), rows=3, hint=_("Skrivs i stället för raderna."))

    def condition_row(self, which: str, number: int) -> list[TypedField]:
        """The fields of a row in the order of `ROW_PARTS`; which: condition or only_if."""
        return [self.named(f"{part}-{which}-")[str(number)] for part in ROW_PARTS]

    def list_parts(self, which: str, number: int) -> list[tuple[TypedField, TypedField, TypedField]]:
        """Of a row about a list: the fields of what is asked of each thing, those filled in and one more."""
        return shown_parts(self, f"{which}-{number}")

    def rows_shown(self, which: str) -> range:
        """The rows that are filled in, and one more; four more where that is asked for."""
        filled = [number for number in range(MOST_ROWS) if self.condition_row(which, number)[0].typed]
        more = 4 if self.more.data == which else 1
        return range(min(MOST_ROWS, max(filled, default=-1) + 1 + more))

    def shown_rows(self) -> list[TypedField]:
        """The facts that whoever assesses is shown."""
        named = self.named(SHOWN)
        return [named[str(number)] for number in range(SHOWN_ROWS)]

    def reduction_rows(self) -> list[tuple[TypedField, TypedField]]:
        """Days late and how much less, a row each."""
        days, off = self.named("days-"), self.named("off-")
        return [(days[str(number)], off[str(number)]) for number in range(REDUCTION_ROWS)]


for _which in ("condition", "only_if"):
    setattr(
        CriterionForm,
        f"{_which}_group",
        ChoiceField(
            _("Gäller när"),
            options={"all": _("alla rader gäller"), "any": _("minst en rad gäller")},
        ),
    )
    setattr(
        CriterionForm,
        f"{_which}_yaml",
        UnmaskedField(
            _("Ett mer sammansatt villkor, som text"),
            rows=3,
            hint=_("Skrivs i stället för raderna, till exempel {not: {fact: bankrupt, equal: true}}."),
        ),
    )
    for _number in range(MOST_ROWS):
        setattr(CriterionForm, f"fact-{_which}-{_number}", ChoiceField(_("Uppgift"), blank=NOBODY))
        setattr(
            CriterionForm,
            f"comparison-{_which}-{_number}",
            ChoiceField(_("Jämförelse"), options=dict.fromkeys(COMPARISONS, NO_WORDS)),
        )
        setattr(CriterionForm, f"value-{_which}-{_number}", UnmaskedField(_("Värde")))
        setattr(CriterionForm, f"other-{_which}-{_number}", ChoiceField(_("eller en annan uppgift"), blank=NOBODY))
        setattr(
            CriterionForm,
            f"measure-{_which}-{_number}",
            ChoiceField(_("räknas som"), blank=_("värdet"), options=ROW_MEASURE_WORDS),
        )
        setattr(CriterionForm, f"of-{_which}-{_number}", ChoiceField(_("och uppgiften"), blank=NOBODY))
        add_list_parts(CriterionForm, f"{_which}-{_number}")
for _number in range(REDUCTION_ROWS):
    setattr(CriterionForm, f"days-{_number}", UnmaskedField(_("Högst antal dagar för sent"), short=True))
    setattr(CriterionForm, f"off-{_number}", UnmaskedField(_("Avdrag"), short=True))

for _number in range(SHOWN_ROWS):
    setattr(CriterionForm, f"{SHOWN}{_number}", ChoiceField(_("Underlag"), blank=NOBODY))

FIRST_CRITERION: Final = {
    "kind": "automatic",
    "level": "association",
    "if_not_met": "complete",
    "as_of": "application",
    "condition_group": "all",
    "only_if_group": "all",
} | {f"comparison-{which}-{number}": "equal" for which in ("condition", "only_if") for number in range(MOST_ROWS)}
"""What stands in the fields of a criterion where nothing is written."""


class AmountForm(DraftPartForm):
    """How the amount is worked out: parts in rows, and what holds for the whole. look: only the sentence."""

    of = ChoiceField(
        _("Delarna"),
        options={AmountOf.SUM: _("läggs ihop"), AmountOf.LEAST: _("den lägsta av dem gäller")},
        default=AmountOf.SUM,
    )
    at_most = UnmaskedField(_("Högst (kr)"), short=True)
    at_least = UnmaskedField(_("Minst (kr)"), short=True)
    rounding = UnmaskedField(_("Avrundas nedåt till hela (kr)"), short=True, hint=_("Lämna tomt för hela kronor."))
    year = UnmaskedField(_("År"), short=True)
    figure = UnmaskedField(_("Prisbasbelopp det året (kr)"), short=True)
    look = CarriedField()

    def list_parts(self, number: int) -> list[tuple[TypedField, TypedField, TypedField]]:
        """Of a part that is counted from a list: the fields of what is asked of each thing."""
        return shown_parts(self, str(number))

    def part_rows(self) -> list[tuple[TypedField, ...]]:
        """Kind, fact, number and ceiling of each part."""
        named = [self.named(f"{name}-") for name in ("kind", "fact", "number", "ceiling")]
        return [tuple(fields[str(number)] for fields in named) for number in range(AMOUNT_ROWS)]


for _number in range(AMOUNT_ROWS):
    setattr(
        AmountForm,
        f"kind-{_number}",
        ChoiceField(
            _("Räknas på"),
            blank=NOBODY,
            options={
                PartKind.PER: _("kronor för varje"),
                PartKind.SHARE: _("andel av ett belopp"),
                PartKind.FIXED: _("fast belopp"),
                PartKind.FIGURE: FIGURE_WORDS["prisbasbelopp"],
            },
        ),
    )
    setattr(AmountForm, f"fact-{_number}", ChoiceField(_("Uppgift"), blank=NOBODY))
    setattr(AmountForm, f"number-{_number}", UnmaskedField(_("Kronor, procent eller antal"), short=True))
    setattr(AmountForm, f"ceiling-{_number}", UnmaskedField(_("Högst (kr)"), short=True))
    add_list_parts(AmountForm, str(_number))


class LibrarySettingsForm(DraftPartForm):
    """The values that a criterion of the library takes, and its legal basis. setting-<name>: one of the values."""


def library_settings_form(
    settings: Iterable[LibrarySetting], legal: str, entry: Mapping[str, Any]
) -> type[LibrarySettingsForm]:
    """The form of a criterion with some settings, each with its value in the library.

    legal: the library's legal basis. entry: the criterion as the board has written it.
    """
    now = entry.get("settings") or {}
    fields: dict[str, object] = {
        SETTING + item.name: UnmaskedField(
            item.words,
            short=True,
            hint=_("Lämna tomt för {value}.", value=item.usual)
            if item.usual
            else _("Lämna tomt om kriteriet inte ska prövas."),
            default=setting_as_typed(now.get(item.name), item.comparison),
        )
        for item in settings
    }
    usual = _("Lämna tomt för {value}.", value=legal) if legal else _("Med kapitel och paragraf.")
    fields["legal"] = UnmaskedField(_("Lagstöd"), short=True, hint=usual, default=str(entry.get("legal") or ""))
    return type(LibrarySettingsForm.__name__, (LibrarySettingsForm,), fields)


class ApplicationFormForm(DraftPartForm):
    """The application form: what stands first, its headings, and of each question its heading, place and help."""

    receipt: Words = _("Formuläret är sparat.")
    intro_sv = UnmaskedField(_("Inledning"), rows=3, hint=_("Står överst i formuläret och på blanketten."))

    def headings_shown(self) -> list[tuple[TypedField, TypedField]]:
        """The headings that are filled in, and two more."""
        named, helped = self.named(HEADING), self.named(HELPED)
        rows = [(named[str(number)], helped[str(number)]) for number in range(MOST_PARTS)]
        filled = [number for number, (heading, _helped) in enumerate(rows) if heading.typed]
        return rows[: max(filled, default=-1) + 3]

    def question(self, fact: str) -> tuple[TypedField, TypedField, TypedField]:
        """Heading, place and help of a question."""
        part, place, helped = (self.named(name)[fact] for name in (PART, PLACE, HELP))
        return part, place, helped

    def offer_headings(self, facts: Iterable[str]) -> None:
        """The headings that are written can be chosen for each question."""
        named = self.named(HEADING)
        written = {str(number): named[str(number)].typed for number in range(MOST_PARTS)}
        offered = {number: same_in_both(text) for number, text in written.items() if text}
        for fact in facts:
            self.question(fact)[0].options = offered


for _number in range(MOST_PARTS):
    setattr(ApplicationFormForm, f"{HEADING}{_number}", UnmaskedField(_("Rubrik")))
    setattr(ApplicationFormForm, f"{HELPED}{_number}", UnmaskedField(_("Text under rubriken")))


def application_form_form(facts: Iterable[str]) -> type[ApplicationFormForm]:
    """The form of a page with some questions."""
    fields: dict[str, object] = {}
    for fact in facts:
        fields[f"{PART}{fact}"] = ChoiceField(_("Rubrik"), blank=_("Efter ämne"))
        fields[f"{PLACE}{fact}"] = UnmaskedField(_("Plats"), short=True)
        fields[f"{HELP}{fact}"] = UnmaskedField(_("Hjälptext"))
    return type(ApplicationFormForm.__name__, (ApplicationFormForm,), fields)


class OwnFactForm(DraftPartForm):
    """A fact of the board's own."""

    label_sv = UnmaskedField(_("Vad uppgiften heter"), hint=_("Blir rubriken i formuläret."))
    type = ChoiceField(
        _("Typ av uppgift"),
        options={
            kind: words
            for kind, words in TYPE_WORDS.items()
            if kind not in {FactType.LIST_OF_CASES, FactType.LIST_OF_DOCUMENTS}
        },
        default=FactType.YES_NO,
    )
    level = ChoiceField(_("Vad uppgiften handlar om"), options=LEVEL_WORDS, default="activity")
    supplied_by = ChoiceField(
        _("Vem som lämnar uppgiften"),
        options={name: words for name, words in SUPPLIER_WORDS.items() if name is not FactSupplier.COMPUTED},
        default=FactSupplier.APPLICANT,
    )
    help_sv = UnmaskedField(_("Hjälp under fältet"))
    smallest = UnmaskedField(_("Minst"), short=True)
    largest = UnmaskedField(_("Högst"), short=True)
    options = UnmaskedField(_("Val, ett på varje rad"), rows=4, hint=_("Bara för val."))
    reworded = TickField(
        _("En ändrad rad är samma val med nya ord"),
        hint=_("Annars tas det gamla valet bort och ett nytt läggs till."),
    )

    def columns_shown(self) -> list[tuple[TypedField, TypedField]]:
        """The columns of a list: what each is called, and what it holds."""
        named, holds = self.named("column-"), self.named("holds-")
        return [(named[str(number)], holds[str(number)]) for number in range(COLUMN_ROWS)]


for _number in range(COLUMN_ROWS):
    setattr(OwnFactForm, f"column-{_number}", UnmaskedField(_("Kolumn")))
    setattr(
        OwnFactForm,
        f"holds-{_number}",
        ChoiceField(
            _("Innehåll"),
            options={kind: words for kind, words in TYPE_WORDS.items() if kind in OF_A_ROW - {FactType.CHOICE}},
        ),
    )


class ListEntryForm(DraftPartForm):
    """A word of a named list; the list is begun with its first."""

    list = ChoiceField(_("Lista"), blank=_("En ny lista"))
    label_sv = UnmaskedField(_("Vad en ny lista heter"))
    entry = UnmaskedField(_("Ord eller fras"), hint=_("Med * efter hittas alla ord som börjar så."))
    why = UnmaskedField(_("Varför"), rows=2)
    source = UnmaskedField(_("Var det kommer ifrån"))
    review_on = UnmaskedField(_("Ses över"), short=True, hint=ISO_DAY)


FIRST_FACTS: Final = 6
ROWS_AFTER: Final = 2
MORE_ROWS: Final = 18
"""Empty rows for the first facts of a case, after what is said, and where more are asked for."""


class WorkedCaseForm(DraftPartForm):
    """A worked case: facts in rows, and what it comes to."""

    name = UnmaskedField(_("Vad fallet visar"), hint=_("Till exempel: Fjorton medlemmar räcker inte."))
    kind = ChoiceField(_("Slag"), options=KIND_HEADINGS)
    on = UnmaskedField(_("Dag då fallet prövas"), short=True, hint=ISO_DAY)
    proposal = ChoiceField(_("Förslag"), options=PROPOSAL_WORDS)
    amount = UnmaskedField(
        _("Belopp enligt reglerna, före avdrag, kronor"),
        short=True,
        hint=_("Lämna tomt om beloppet inte ska kontrolleras i det här fallet."),
    )
    left = UnmaskedField(
        _("Sökt belopp efter avdrag, kronor"), short=True, hint=_("Kräver att sökt belopp står i fallet.")
    )
    more = CarriedField()

    def fact_rows(self) -> Iterable[tuple[TypedField, TypedField]]:
        """A fact and its value, a row each."""
        return self._rows("fact-", "value-", CASE_FACTS)

    def answer_rows(self) -> Iterable[tuple[TypedField, TypedField]]:
        """A criterion that a person assesses and the answer, a row each."""
        return self._rows("assessed-", "answer-", CASE_ANSWERS)

    def result_rows(self) -> Iterable[tuple[TypedField, TypedField]]:
        """A criterion and its result, a row each."""
        return self._rows("criterion-", "result-", CASE_RESULTS)

    def _rows(self, first: str, second: str, most: int) -> list[tuple[TypedField, TypedField]]:
        named, beside = self.named(first), self.named(second)
        return [(named[str(number)], beside[str(number)]) for number in range(most)]

    def facts_shown(self) -> RowsShown:
        """The facts that the case says, and rows for more."""
        return _rows_shown(self.fact_rows(), asked=self.more.data == "facts", first=FIRST_FACTS)

    def answers_shown(self) -> RowsShown:
        """The answers that the case says, and rows for more."""
        return _rows_shown(self.answer_rows(), asked=self.more.data == "answers")

    def results_shown(self) -> RowsShown:
        """The results that the case says, and rows for more."""
        return _rows_shown(self.result_rows(), asked=self.more.data == "results")


class RowsShown(NamedTuple):
    """Rows of a name and what is said of it: those that say something, and empty ones."""

    said: list[tuple[TypedField, TypedField]]
    more: list[tuple[TypedField, TypedField]]


def _rows_shown(rows: Iterable[tuple[TypedField, TypedField]], *, asked: bool, first: int = ROWS_AFTER) -> RowsShown:
    known = list(rows)
    said = [row for row in known if row[0].typed]
    empty = known[max((place for place, row in enumerate(known) if row[0].typed), default=-1) + 1 :]
    return RowsShown(said, empty[: MORE_ROWS if asked else ROWS_AFTER if said else first])


for _number in range(CASE_FACTS):
    setattr(WorkedCaseForm, f"fact-{_number}", ChoiceField(_("Uppgift"), blank=NOBODY))
    setattr(WorkedCaseForm, f"value-{_number}", UnmaskedField(_("Värde")))
for _number in range(CASE_ANSWERS):
    setattr(WorkedCaseForm, f"assessed-{_number}", ChoiceField(_("Bedöms av en person"), blank=NOBODY))
    setattr(WorkedCaseForm, f"answer-{_number}", ChoiceField(_("Svar"), options=ANSWER_WORDS))
for _number in range(CASE_RESULTS):
    setattr(WorkedCaseForm, f"criterion-{_number}", ChoiceField(_("Kriterium"), blank=NOBODY))
    setattr(
        WorkedCaseForm,
        f"result-{_number}",
        ChoiceField(_("Resultat"), options=RESULT_WORDS),
    )


class AboutRulesForm(DraftPartForm):
    """Title, adoption, validity and the written routine of the whole. until: the last day, written `to`."""

    title = TextField(_("Vad reglerna heter"))
    body = TextField(_("Antagna av"))
    on = DayField(_("Antagna den"), hint=ISO_DAY)
    reference = TextField(_("Diarienummer"), short=True)
    valid_from = DayField(_("Gäller från"), hint=_("Lämna tomt för att gälla från den dag de publiceras."))
    valid_to = DayField(_("Gäller till"), hint=_("Lämna tomt för att gälla tills vidare."))
    steps = TextField(_("Rutinens steg, ett på varje rad, med vem som gör vad"), rows=5)
    owner = TextField(_("Ansvarig för reglerna"))
    anchored = TextField(_("Var rutinen är förankrad"))
    review_on = DayField(_("Ses över"), hint=ISO_DAY)

    def command(self) -> dict[str, dict[str, object]]:
        """Part of the file -> what is said in it; what is blank is left out."""
        return {
            "adopted": _without_blanks({"body": self.body.data, "on": self.on.data, "reference": self.reference.data}),
            "valid": _without_blanks({"from": self.valid_from.data, "to": self.valid_to.data}),
            "routine": _without_blanks(
                {
                    "owner": self.owner.data,
                    "steps": [line.strip() for line in self.steps.data.splitlines() if line.strip()],
                    "anchored": self.anchored.data,
                    "review_on": self.review_on.data,
                }
            ),
        }


def _without_blanks(given: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in given.items() if value}


WITH_COLUMNS: Final = frozenset({FactType.LIST_OF_ROWS, FactType.LIST_OF_SUPPORT})
"""Lists whose things a row of a condition may count a part of."""


def offer_facts(form: CriterionForm, catalogue: Catalogue) -> None:
    """Puts the facts of a catalogue into the rows of conditions; amounts, days and numbers where one is compared."""
    compared = DAYS | NUMBERS
    of_all = {name: item.label for name, item in catalogue.items()}
    others = {name: item.label for name, item in catalogue.items() if item.type in compared}
    numbers = {name: item.label for name, item in catalogue.items() if item.type in NUMBERS}
    lists = [item for item in catalogue.values() if item.type in WITH_COLUMNS]
    columns = _columns(lists, lambda item: list(fields_of(item).values()))
    numbers |= _columns(lists, lambda item: added if len(added := summable_fields(item)) > 1 else [])
    for item in form.shown_rows():
        item.options = of_all
    for which in ("condition", "only_if"):
        for number in range(MOST_ROWS):
            fact, _comparison, _value, other, _measure, of = form.condition_row(which, number)
            fact.options, other.options, of.options = of_all, others, numbers
            _offer_columns(form, f"{which}-{number}", columns)


def _offer_columns(form: PostedForm, place: str, columns: Mapping[str, Words]) -> None:
    for ending in PARTS:
        form.named(f"where{ending}-")[place].options = columns


def offer_counted(form: AmountForm, catalogue: Catalogue) -> None:
    """What an amount can be counted from: numbers and amounts, how many a list has, the sum of a column of one."""
    found = {name: item.label for name, item in catalogue.items() if item.type in NUMBERS}
    lists = [item for item in catalogue.values() if item.type in WITH_COLUMNS]
    found |= {item.id: MEASURE_WORDS[FactMeasure.COUNT] + lower_first(item.label) for item in lists}
    sums = _columns(lists, summable_fields)
    found |= {name: MEASURE_WORDS[FactMeasure.SUM] + lower_first(words) for name, words in sums.items()}
    columns = _columns(lists, lambda item: list(fields_of(item).values()))
    for number, (_kind, fact, _value, _ceiling) in enumerate(form.part_rows()):
        fact.options = found
        _offer_columns(form, str(number), columns)


def _columns(
    lists: Iterable[FactDefinition], taken: Callable[[FactDefinition], list[FactDefinition]]
) -> dict[str, Words]:
    """'costs.amount' -> 'Kostnader: belopp', of the fields that are taken of some lists."""
    return {
        f"{item.id}.{field.id}": item.label + same_in_both(": ") + lower_first(field.label)
        for item in lists
        for field in taken(item)
    }
