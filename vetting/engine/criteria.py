"""A criterion: what is asked of whom and when, how it is answered, and what follows before and after a decision."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from vetting.engine.conditions import Condition, counts_back, facts_read, parse_condition, settings_used
from vetting.engine.conditions.parsing import known_fact, lists_used
from vetting.engine.conditions.tree import leaves_of
from vetting.engine.facts import Catalogue, FactLevel, FactType
from vetting.engine.rule_file_fields import FieldReader, list_at, mapping_at, refuse_odd_name
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.money import KRONA
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from vetting.engine.facts import Value
    from vetting.kernel.problem import Faults, Path


class CriterionKind(StrEnum):
    """How a criterion is answered."""

    AUTOMATIC = "automatic"
    DOCUMENT = "document"
    DECLARATION = "declaration"
    HISTORY = "history"
    ASSESSMENT = "assessment"
    SIGNAL = "signal"


ANSWERED_BY_PERSON: Final = frozenset({CriterionKind.SIGNAL, CriterionKind.ASSESSMENT})
"""What a person answers; the rest is computed."""


class ReviewMoment(StrEnum):
    """When it is asked: before a decision, while support runs, or both."""

    BEFORE = "before"
    RUNNING = "running"
    BOTH = "both"


class Consequence(StrEnum):
    """What is proposed when it is not met before a decision."""

    COMPLETE = "complete"
    ASSESS = "assess"
    REFUSE = "refuse"
    DISMISS = "dismiss"
    """The application is not taken up: it came too late, or whoever applies may not apply."""
    REDUCE = "reduce"
    """Less is granted, by steps; the proposal stays what it is."""
    FULL_PRICE = "full_price"


MUSTS: Final = frozenset({Consequence.REFUSE, Consequence.DISMISS})
"""What the rules leave nobody to weigh."""
SPEAKS_AGAINST: Final = MUSTS | {Consequence.ASSESS}
"""What is missing is something to complete, and a rate is no refusal: neither speaks against anybody."""
OF_GRANTS: Final = frozenset({Consequence.DISMISS, Consequence.REDUCE})
"""Consequences that only an application can have."""


class RunningConsequence(StrEnum):
    """What is proposed when it is not met while support runs."""

    NONE = "none"
    ASSESS = "assess"
    PAUSE_PAYMENT = "pause_payment"
    RECLAIM = "reclaim"


class AssessmentPromptTime(StrEnum):
    """When a person is asked to assess."""

    ALWAYS = "always"
    NEW_OR_AGAINST = "when_new_or_against"
    AGAINST = "when_against"
    CONDITION = "condition"


class UnknownPromptEffect(StrEnum):
    """What happens when the asking condition cannot be told."""

    NOTE = "note"
    ASK = "ask"


class AsOfDay(StrEnum):
    """The day that lengths of time are counted back from."""

    APPLICATION = "application"
    TODAY = "today"


AS_OF_WORDS: Final[Mapping[AsOfDay, Words]] = {
    AsOfDay.APPLICATION: _("ansökningsdagen"),
    AsOfDay.TODAY: _("dagens datum"),
}


class CriterionOrigin(StrEnum):
    """Where a criterion comes from."""

    SEED = "seed"
    LAW = "law"
    GUIDELINE = "guideline"
    PRACTICE = "practice"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class ReductionStep:
    """How much less is granted, and when: a share of the amount, or a sum in öre.

    when: the condition of the step; the first whose condition holds is used. None in the last: in every other case.
    """

    when: Condition | None
    share: Fraction | None = None
    amount: int | None = None

    def of(self, granted: int) -> int:
        """What is taken off an amount, in öre: of a share whole kronor, the rest left to the applicant; at most all."""
        taken = self.amount if self.share is None else int(granted * self.share) // KRONA * KRONA
        return min(granted, taken or 0)


@dataclass(frozen=True, slots=True)
class AssessmentPrompt:
    """When an assessment is asked for."""

    when: AssessmentPromptTime
    condition: Condition | None = None
    if_unknown: UnknownPromptEffect = UnknownPromptEffect.NOTE


@dataclass(frozen=True, slots=True)
class SignalTarget:
    """What a signal speaks to.

    criteria: those it makes a person be asked about. as_new: all value criteria, as for a new
    association. fact: a fact that names the criteria.
    """

    criteria: tuple[str, ...] = ()
    as_new: bool = False
    fact: str | None = None

    def named(self, values: Mapping[str, Value]) -> tuple[str, ...]:
        """The criteria it names, itself or through its fact."""
        if self.fact is None:
            return self.criteria
        given = values.get(self.fact)
        return tuple(str(name) for name in given) if isinstance(given, tuple) else ()


@dataclass(frozen=True, slots=True)
class RequirementSource:
    """Where a requirement is written."""

    document: str
    place: str = ""
    quote: str = ""
    url: str = ""
    clause: str = ""

    def line(self) -> str:
        """'Farsta … 2021, Ansvar: ”…”'."""
        place = f", {self.place}" if self.place else ""
        quote = f": ”{self.quote}”" if self.quote else ""
        return f"{self.document}{place}{quote}"


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One criterion, from the library or a board's own."""

    id: str
    label: Words
    kinds: frozenset[CaseKind]
    level: FactLevel
    kind: CriterionKind
    moment: ReviewMoment
    condition: Condition | None = None
    only_if: Condition | None = None
    question: Words
    ask: AssessmentPrompt | None = None
    about: SignalTarget | None = None
    value_criterion: bool = False
    shown_facts: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    if_not_met: Consequence
    reduction: tuple[ReductionStep, ...] = ()
    on_running_support: RunningConsequence
    sources: tuple[RequirementSource, ...]
    legal: str = ""
    guard: Words
    valid_for_months: int | None = None
    as_of: AsOfDay = AsOfDay.APPLICATION
    status: CriterionOrigin
    lists: frozenset[str] = frozenset()
    """The lists its conditions name; they stay named here when the words have taken their place."""
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @cached_property
    def settings_needed(self) -> frozenset[str]:
        """The settings its conditions name."""
        return frozenset().union(*(settings_used(condition) for condition in self.conditions))

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """Every condition it holds."""
        asking = self.ask.condition if self.ask else None
        steps = (step.when for step in self.reduction)
        return tuple(item for item in (self.condition, self.only_if, asking, *steps) if item)

    @cached_property
    def facts(self) -> tuple[str, ...]:
        """The facts its conditions read, once each."""
        return tuple(dict.fromkeys(fact for item in self.conditions for fact in facts_read(item)))

    @cached_property
    def papers(self) -> tuple[str, ...]:
        """The papers its own condition reads."""
        leaves = leaves_of(self.condition) if self.condition is not None else ()
        return tuple(dict.fromkeys(leaf.comparison.fact for leaf in leaves if leaf.type is FactType.DOCUMENT))

    @cached_property
    def is_about_a_paper(self) -> bool:
        """Whether it asks that a paper is there and something more of it, as its age."""
        if self.kind is CriterionKind.DOCUMENT or self.if_not_met is not Consequence.COMPLETE or not self.papers:
            return False
        return self.condition is not None and any(
            leaf.type is not FactType.DOCUMENT for leaf in leaves_of(self.condition)
        )

    @cached_property
    def own_words(self) -> tuple[str, ...]:
        """What the rule itself says: its label, its question, and what it quotes."""
        quoted = (text for source in self.sources for text in (source.quote, source.place, source.document))
        return (*self.label, *self.question, *quoted)

    @cached_property
    def facts_and_shown(self) -> tuple[str, ...]:
        """The facts its conditions read, and those that are shown to whoever assesses."""
        return (*self.facts, *self.shown_facts)

    @cached_property
    def counts_back(self) -> bool:
        """Whether it reads the as_of day."""
        return any(counts_back(item) for item in self.conditions)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of what it asks, settings included; does not depend on the order of keys.

        Where it is written (sources) and which cases it applies to do not change what it asks: an
        assessment stays good when only those do.
        """
        asks = {key: value for key, value in self.data.items() if key not in {"sources", "applies_to"}}
        return fingerprint_of({**asks, "settings": dict(self.settings)})


def fingerprint_of(data: object) -> str:
    """SHA-256 of plain data in one canonical form: sorted keys, UTF-8, dates as ISO text."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_as_text)
    return hashlib.sha256(text.encode()).hexdigest()


def _as_text(value: object) -> str | list[str]:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Words):
        return [value.sv, value.en]
    raise TypeError(value)


CRITERION_KEYS: Final = (
    "id",
    "label",
    "applies_to",
    "level",
    "kind",
    "moment",
    "condition",
    "only_if",
    "question",
    "ask",
    "about",
    "value_criterion",
    "shown_facts",
    "evidence",
    "settings",
    "if_not_met",
    "reduction",
    "on_running_support",
    "sources",
    "legal",
    "guard",
    "valid_for_months",
    "as_of",
    "status",
)
_WITH_CONDITION = frozenset(CriterionKind) - {CriterionKind.ASSESSMENT}


def parse_criterion(data: object, path: Path, faults: Faults, catalogue: Catalogue) -> Criterion | None:
    """A criterion from plain data, or None with the faults noted."""
    found = mapping_at(data, path, faults)
    if found is None:
        return None
    before = len(faults)
    fields = FieldReader(found, path, faults)
    fields.refuse_unknown(CRITERION_KEYS)
    kind = fields.one_of("kind", CriterionKind)
    value_criterion = fields.yes_no("value_criterion")
    criterion = Criterion(
        id=fields.text("id"),
        label=fields.words("label"),
        kinds=fields.several_of("applies_to", CaseKind),
        level=fields.one_of("level", FactLevel),
        kind=kind,
        moment=fields.one_of("moment", ReviewMoment),
        condition=_condition(fields, "condition", catalogue, required=kind in _WITH_CONDITION),
        only_if=_condition(fields, "only_if", catalogue, required=False),
        question=fields.words("question", required=kind is CriterionKind.ASSESSMENT),
        ask=_ask(fields, catalogue, value_criterion=value_criterion) if _is_assessment(kind, fields) else None,
        about=_about(fields, catalogue) if "about" in found else None,
        value_criterion=value_criterion,
        shown_facts=_shown_facts(fields, catalogue),
        evidence=fields.texts("evidence"),
        settings=_settings(fields),
        if_not_met=fields.one_of("if_not_met", Consequence),
        reduction=_reduction(fields, catalogue),
        on_running_support=fields.one_of("on_running_support", RunningConsequence, RunningConsequence.NONE),
        sources=_sources(fields),
        legal=fields.text("legal", required=False),
        guard=fields.words("guard", required=False),
        valid_for_months=fields.whole_number("valid_for_months"),
        as_of=fields.one_of("as_of", AsOfDay, AsOfDay.APPLICATION),
        status=fields.one_of("status", CriterionOrigin, CriterionOrigin.OWN),
        data=found,
    )
    if criterion.id:
        refuse_odd_name(criterion.id, fields.at("id"), faults)
    _check_whole(criterion, fields)
    named = frozenset().union(*(lists_used(condition) for condition in criterion.conditions))
    criterion = replace(criterion, lists=named)
    return criterion if len(faults) == before else None


def _is_assessment(kind: CriterionKind, fields: FieldReader) -> bool:
    if kind is CriterionKind.ASSESSMENT:
        return True
    if "ask" in fields.data:
        fields.faults.add(fields.at("ask"), _("'ask' hör bara till bedömningar."), _("Ta bort fältet."))
    return False


def _condition(fields: FieldReader, key: str, catalogue: Catalogue, *, required: bool) -> Condition | None:
    if key not in fields.data:
        if required:
            fields.missing(key)
        return None
    return parse_condition(fields.data[key], fields.at(key), fields.faults, catalogue)


def _ask(fields: FieldReader, catalogue: Catalogue, *, value_criterion: bool) -> AssessmentPrompt:
    data = fields.data.get("ask")
    if data is None:
        return AssessmentPrompt(AssessmentPromptTime.NEW_OR_AGAINST if value_criterion else AssessmentPromptTime.ALWAYS)
    if not isinstance(data, Mapping):
        return AssessmentPrompt(fields.one_of("ask", AssessmentPromptTime))
    inner = FieldReader(data, fields.at("ask"), fields.faults)
    inner.refuse_unknown(("when", "if_unknown"))
    condition = _condition(inner, "when", catalogue, required=True)
    return AssessmentPrompt(
        AssessmentPromptTime.CONDITION,
        condition,
        inner.one_of("if_unknown", UnknownPromptEffect, UnknownPromptEffect.NOTE),
    )


def _about(fields: FieldReader, catalogue: Catalogue) -> SignalTarget:
    data = fields.data["about"]
    if data == "as_new":
        return SignalTarget(as_new=True)
    if isinstance(data, Mapping) and set(data) == {"fact"}:
        definition = known_fact(data["fact"], (*fields.at("about"), "fact"), fields.faults, catalogue)
        return SignalTarget(fact=definition.id if definition else None)
    return SignalTarget(criteria=fields.texts("about"))


def _reduction(fields: FieldReader, catalogue: Catalogue) -> tuple[ReductionStep, ...]:
    if "reduction" not in fields.data:
        return ()
    entries = list_at(fields.data["reduction"], fields.at("reduction"), fields.faults)
    found = []
    for place, entry in enumerate(entries):
        path = (*fields.at("reduction"), place)
        data = mapping_at(entry, path, fields.faults)
        if data is not None:
            step = FieldReader(data, path, fields.faults)
            step.refuse_unknown(("when", "share", "amount"))
            found.append(_reduction_step(step, catalogue, is_last=place == len(entries) - 1))
    return tuple(step for step in found if step is not None)


def _reduction_step(step: FieldReader, catalogue: Catalogue, *, is_last: bool) -> ReductionStep | None:
    when = _condition(step, "when", catalogue, required=not is_last)
    share, amount = step.data.get("share"), step.data.get("amount")
    if (share is None) == (amount is None):
        step.faults.add(
            step.path, _("Avdraget ska vara en andel eller ett belopp."), _("Skriv 'share: 0.1' eller 'amount: 5000'.")
        )
        return None
    given = share if share is not None else amount
    if isinstance(given, bool) or not isinstance(given, int | float) or given <= 0:
        key = "share" if share is not None else "amount"
        step.faults.add(step.at(key), _("'{given}' är inget avdrag.", given=given), _("Skriv ett tal större än noll."))
        return None
    if share is not None and share > 1:
        step.faults.add(step.at("share"), _("Avdraget är större än hela beloppet."), _("Skriv 10 % som 'share: 0.1'."))
        return None
    if share is not None:
        return ReductionStep(when, share=Fraction(str(share)))
    return ReductionStep(when, amount=round(given * KRONA))


def _shown_facts(fields: FieldReader, catalogue: Catalogue) -> tuple[str, ...]:
    names = fields.texts("shown_facts")
    for place, name in enumerate(names):
        known_fact(name, (*fields.at("shown_facts"), place), fields.faults, catalogue)
    return names


def _settings(fields: FieldReader) -> Mapping[str, Any]:
    """The settings with the values they ship with; one without a value is for the board to give."""
    data = fields.data.get("settings", {})
    found = mapping_at(data, fields.at("settings"), fields.faults) or {}
    return {name: value for name, value in found.items() if value is not None}


def _sources(fields: FieldReader) -> tuple[RequirementSource, ...]:
    if "sources" not in fields.data:
        fields.missing("sources")
        return ()
    found = list_at(fields.data["sources"], fields.at("sources"), fields.faults)
    sources = [parse_source(item, (*fields.at("sources"), i), fields.faults) for i, item in enumerate(found)]
    if not sources and isinstance(fields.data["sources"], list):
        fields.missing("sources")
    return tuple(source for source in sources if source)


def parse_source(data: object, path: Path, faults: Faults) -> RequirementSource | None:
    """A source from plain data."""
    found = mapping_at(data, path, faults)
    if found is None:
        return None
    fields = FieldReader(found, path, faults)
    fields.refuse_unknown(("document", "place", "quote", "url", "clause"))
    return RequirementSource(
        fields.text("document"), *(fields.text(key, required=False) for key in ("place", "quote", "url", "clause"))
    )


def _check_whole(criterion: Criterion, fields: FieldReader) -> None:
    faults = fields.faults
    if criterion.kind is CriterionKind.ASSESSMENT:
        if not criterion.guard.sv:
            faults.add(
                fields.path,
                _("'guard' saknas: vad den som bedömer ska hålla sig till."),
                _("Lägg till till exempel: Åsikter räknas aldrig, bara agerande i verksamheten."),
            )
        if criterion.condition:
            faults.add(
                fields.at("condition"),
                _("En bedömning har ingen 'condition': en person svarar."),
                _("Välj kind: automatic, eller ta bort villkoret."),
            )
    if criterion.value_criterion and criterion.kind is not CriterionKind.ASSESSMENT:
        faults.add(
            fields.at("value_criterion"), _("Ett värdekriterium måste vara en bedömning."), _("Välj kind: assessment.")
        )
    if criterion.about and criterion.kind is not CriterionKind.SIGNAL:
        faults.add(fields.at("about"), _("'about' hör bara till signaler."), _("Ta bort fältet."))
    _check_consequence(criterion, fields)
    _check_settings(criterion, fields)


def _check_consequence(criterion: Criterion, fields: FieldReader) -> None:
    refuses = criterion.if_not_met in {Consequence.REFUSE, Consequence.DISMISS}
    if refuses and criterion.kind in {CriterionKind.DOCUMENT, CriterionKind.DECLARATION, CriterionKind.SIGNAL}:
        fields.faults.add(
            fields.at("if_not_met"),
            _("En handling, försäkran eller signal kan aldrig ge avslag."),
            _("Välj complete eller assess."),
        )
    if criterion.moment is not ReviewMoment.BEFORE and criterion.on_running_support is RunningConsequence.NONE:
        fields.faults.add(
            fields.at("moment"),
            _("Ett krav under bidragstiden behöver 'on_running_support'."),
            _("Välj assess, pause_payment eller reclaim."),
        )
    if criterion.if_not_met in OF_GRANTS and CaseKind.BOOKING in criterion.kinds:
        fields.faults.add(
            fields.at("if_not_met"),
            _("{consequence} gäller bara bidrag.", consequence=criterion.if_not_met.value),
            _("Välj complete, assess, refuse eller full_price."),
        )
    if criterion.if_not_met in OF_GRANTS and criterion.value_criterion:
        fields.faults.add(
            fields.at("if_not_met"),
            _("Ett värdekriterium kan inte leda till avvisning eller avdrag."),
            _("Välj refuse eller assess: en person bedömer."),
        )
    if (criterion.if_not_met is Consequence.REDUCE) != ("reduction" in fields.data):
        fields.faults.add(
            fields.at("reduction"),
            _("Avdrag behöver både 'if_not_met: reduce' och 'reduction'."),
            _("Skriv till exempel 'reduction: [{{share: 0.1}}]'."),
        )
    if criterion.if_not_met is Consequence.FULL_PRICE and CaseKind.GRANT in criterion.kinds:
        fields.faults.add(
            fields.at("if_not_met"), _("full_price gäller bara bokningar."), _("Välj complete, assess eller refuse.")
        )


def _check_settings(criterion: Criterion, fields: FieldReader) -> None:
    declared = fields.data.get("settings", {})
    names = declared if isinstance(declared, Mapping) else {}
    for name in sorted(criterion.settings_needed - set(names)):
        fields.faults.add(
            fields.at("condition"),
            _("Inställningen '{name}' är inte angiven under 'settings'.", name=name),
            _("Lägg till 'settings: {{{name}: …}}'.", name=name),
        )
    for name in sorted(set(names) - criterion.settings_needed):
        if _conditions_were_read(fields, criterion):
            fields.faults.add(
                (*fields.at("settings"), name),
                _("Inställningen '{name}' används inte.", name=name),
                _("Ta bort den eller använd den i villkoret."),
            )


def _conditions_were_read(fields: FieldReader, criterion: Criterion) -> bool:
    # Only then is a setting known to be unused.
    wanted = [key for key in ("condition", "only_if") if key in fields.data]
    return len(wanted) <= len(criterion.conditions)
