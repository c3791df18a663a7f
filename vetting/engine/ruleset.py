"""Rule sets: read from data, resolved against the library and the sets they build on, fingerprinted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from vetting.engine.amounts import AmountRule, parse_amount_rule
from vetting.engine.application_forms import ApplicationForm, parse_application_form
from vetting.engine.conditions import Condition, parse_condition, settings_used
from vetting.engine.criteria import Criterion, RequirementSource, ReviewMoment, parse_criterion, parse_source
from vetting.engine.fact_catalogue import parse_catalogue
from vetting.engine.prepared_rules import PreparedRules, prepare_rules
from vetting.engine.rule_file_fields import FieldReader, list_at, mapping_at, refuse_odd_name
from vetting.engine.word_lists import WordList, parse_lists
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.text import NO_WORDS, Words, _, join_words, same_in_both

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.engine.facts import Catalogue
    from vetting.engine.gate_definitions import Gate
    from vetting.kernel.problem import Faults, Path

ALL_BOARDS: Final = "all"
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}")
SET_KEYS: Final = (
    "id",
    "board",
    "kinds",
    "title",
    "source",
    "adopted",
    "valid",
    "builds_on",
    "leaves_out",
    "criteria",
    "gates",
    "refer",
    "facts",
    "lists",
    "amount",
    "form",
    "routine",
)
ROUTINE_KEYS: Final = ("owner", "steps", "anchored", "review_on")
USE_KEYS: Final = (
    "use",
    "kinds",
    "settings",
    "sources",
    "condition",
    "only_if",
    "if_not_met",
    "reduction",
    "on_running_support",
    "valid_for_months",
    "guard",
    "label",
    "question",
    "moment",
    "as_of",
    "legal",
)


@dataclass(frozen=True, slots=True)
class Validity:
    """From which day to which a set holds; both ends open unless given."""

    first: date | None = None
    last: date | None = None

    def overlaps(self, other: Validity) -> bool:
        """Whether a day lies in both."""
        first = max(self.first or date.min, other.first or date.min)
        last = min(self.last or date.max, other.last or date.max)
        return first <= last


@dataclass(frozen=True, slots=True)
class Adoption:
    """Which body adopted the rules, and when; a bare year where the day is not known."""

    body: str = ""
    on: str = ""
    reference: str = ""

    @property
    def whole(self) -> bool:
        """Whether it says who, when and under which number."""
        return bool(self.body and self.on and self.reference)


@dataclass(frozen=True, slots=True)
class ReferralRule:
    """Which grant applications go to the reference group: all, those of a condition, or none."""

    everything: bool = False
    condition: Condition | None = None
    data: Any = field(default=None, compare=False, repr=False)
    """The condition as it is written."""


@dataclass(frozen=True, slots=True)
class Routine:
    """How the board works by its rules, for the printed routine; no rule reads it.

    owner: who owns them. steps: what is done, and by whom. anchored: where it is written.
    """

    owner: str = ""
    steps: tuple[str, ...] = ()
    anchored: str = ""
    review_on: date | None = None


@dataclass(frozen=True, slots=True)
class CriterionEntry:
    """One entry of a set's criteria: from the library with changes, or a board's own."""

    path: Path
    data: Mapping[str, Any]
    own: Criterion | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSetDraft:
    """A set as its file says it, before library and other sets are looked up."""

    id: str
    board: str
    kinds: frozenset[CaseKind]
    title: Words
    sources: tuple[RequirementSource, ...]
    adopted: Adoption
    valid: Validity
    builds_on: tuple[str, ...]
    leaves_out: tuple[str, ...] = ()
    """Criteria of the sets it builds on, and of the common rules, that it does not ask."""
    uses: tuple[CriterionEntry, ...]
    gates: tuple[str, ...]
    refer: ReferralRule | None
    facts: Catalogue
    """The board's own facts."""
    lists: Mapping[str, WordList]
    amount: AmountRule | None = None
    """How the amount is worked out; None where the set says nothing of it."""
    form: ApplicationForm | None = None
    """The form that an application is asked by; None where the set says nothing of it."""
    routine: Routine
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RuleSet:
    """A resolved set: every criterion whole, settings in place."""

    id: str
    board: str
    kinds: frozenset[CaseKind]
    title: Words
    sources: tuple[RequirementSource, ...]
    adopted: Adoption
    valid: Validity
    builds_on: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    gates: tuple[Gate, ...]
    refer: ReferralRule
    version: int
    fingerprint: str
    catalogue: Catalogue = field(repr=False)
    own_facts: Catalogue = field(default_factory=dict, repr=False)
    """The facts that are not in the installation's catalogue, its own and those of the sets it builds on."""
    lists: Mapping[str, WordList] = field(default_factory=dict, repr=False)
    amount: AmountRule | None = None
    form: ApplicationForm | None = None
    routine: Routine = field(default_factory=Routine)
    _prepared: dict[tuple[CaseKind, ReviewMoment], PreparedRules] = field(default_factory=dict, init=False, repr=False)

    def prepared(self, kind: CaseKind, moment: ReviewMoment) -> PreparedRules:
        """What is asked of one kind of case at one moment, made ready the first time it is."""
        ready = self._prepared.get((kind, moment))
        if ready is None:
            asked = [item for item in self.for_kind(kind) if item.moment in {moment, ReviewMoment.BOTH}]
            ready = prepare_rules(asked, self.refer, self.catalogue, kind)
            self._prepared[kind, moment] = ready
        return ready

    def for_kind(self, kind: CaseKind) -> tuple[Criterion, ...]:
        """The criteria that apply to one kind of case, in the set's order."""
        return tuple(criterion for criterion in self.criteria if kind in criterion.kinds)

    def in_force(self, on: date) -> bool:
        """Whether the set's dates hold that day."""
        return self.valid.overlaps(Validity(on, on))


def parse_ruleset(data: object, faults: Faults, catalogue: Catalogue) -> RuleSetDraft | None:
    """A set from plain data, or None with the faults noted."""
    found = mapping_at(data, (), faults)
    if found is None:
        return None
    before = len(faults)
    fields = FieldReader(found, (), faults)
    fields.refuse_unknown(SET_KEYS)
    own_facts = _own_facts(fields, catalogue)
    catalogue = {**catalogue, **own_facts}
    draft = RuleSetDraft(
        id=fields.text("id"),
        board=fields.text("board"),
        kinds=fields.several_of("kinds", CaseKind),
        title=fields.words("title"),
        sources=_set_sources(fields),
        adopted=_adoption(fields),
        valid=_validity(fields),
        builds_on=fields.texts("builds_on"),
        leaves_out=fields.texts("leaves_out"),
        uses=_uses(fields, catalogue),
        gates=fields.texts("gates"),
        refer=_refer(fields, catalogue),
        facts=own_facts,
        lists=parse_lists(found["lists"], ("lists",), faults) if "lists" in found else {},
        amount=parse_amount_rule(found["amount"], ("amount",), faults, catalogue) if "amount" in found else None,
        form=parse_application_form(found["form"], ("form",), faults, catalogue) if "form" in found else None,
        routine=_routine(fields),
        data=found,
    )
    return draft if len(faults) == before else None


def _own_facts(fields: FieldReader, catalogue: Catalogue) -> Catalogue:
    """The facts a board adds; what the installation already has is not said again."""
    if "facts" not in fields.data:
        return {}
    found = parse_catalogue(fields.data["facts"], fields.faults, ("facts",))
    own = {name: replace(item, of_board=True) for name, item in found.items()}
    for name in own:
        refuse_odd_name(name, ("facts", name), fields.faults)
        if name in catalogue:
            fields.faults.add(
                ("facts", name),
                _("Uppgiften '{name}' finns redan.", name=name),
                _("Använd den som finns, eller ge din ett annat namn."),
            )
    return own


def _routine(fields: FieldReader) -> Routine:
    if fields.data.get("routine") is None:
        return Routine()
    found = mapping_at(fields.data["routine"], fields.at("routine"), fields.faults)
    inner = FieldReader(found or {}, fields.at("routine"), fields.faults)
    inner.refuse_unknown(ROUTINE_KEYS)
    return Routine(
        inner.text("owner", required=False),
        inner.texts("steps"),
        inner.text("anchored", required=False),
        inner.day("review_on"),
    )


def _set_sources(fields: FieldReader) -> tuple[RequirementSource, ...]:
    if "source" not in fields.data:
        fields.missing("source")
        return ()
    data = fields.data["source"]
    items = data if isinstance(data, list) else [data]
    found = [parse_source(item, fields.at("source"), fields.faults) for item in items]
    return tuple(source for source in found if source)


def _adoption(fields: FieldReader) -> Adoption:
    if fields.data.get("adopted") is None:
        return Adoption()
    found = mapping_at(fields.data["adopted"], fields.at("adopted"), fields.faults)
    inner = FieldReader(found or {}, fields.at("adopted"), fields.faults)
    inner.refuse_unknown(("body", "on", "reference"))
    on = inner.data.get("on")
    if on is not None and not isinstance(on, date) and not _YEAR.fullmatch(str(on)):
        inner.faults.add(
            inner.at("on"), _("'{on}' är varken ett datum eller ett år.", on=on), _("Skriv dagen så här: 2026-03-15.")
        )
    return Adoption(
        inner.text("body", required=False),
        on.isoformat() if isinstance(on, date) else str(on or ""),
        inner.text("reference", required=False),
    )


def _validity(fields: FieldReader) -> Validity:
    if fields.data.get("valid") is None:
        return Validity()
    found = mapping_at(fields.data["valid"], fields.at("valid"), fields.faults)
    inner = FieldReader(found or {}, fields.at("valid"), fields.faults)
    inner.refuse_unknown(("from", "to"))
    valid = Validity(inner.day("from"), inner.day("to"))
    if valid.first and valid.last and valid.last < valid.first:
        fields.faults.add(inner.at("to"), _("Giltigheten slutar innan den börjar."), _("Rätta datumen."))
    return valid


def _uses(fields: FieldReader, catalogue: Catalogue) -> tuple[CriterionEntry, ...]:
    if "criteria" not in fields.data:
        fields.missing("criteria")
        return ()
    uses = []
    for place, entry in enumerate(list_at(fields.data["criteria"], fields.at("criteria"), fields.faults)):
        path: Path = ("criteria", place)
        found = mapping_at(entry, path, fields.faults)
        if found is None:
            continue
        if "use" in found:
            FieldReader(found, path, fields.faults).refuse_unknown(USE_KEYS)
            uses.append(CriterionEntry(path, found, None))
        else:
            uses.append(CriterionEntry(path, found, parse_criterion(found, path, fields.faults, catalogue)))
    return tuple(uses)


def _refer(fields: FieldReader, catalogue: Catalogue) -> ReferralRule | None:
    """None when the set says nothing: then it takes over what the sets it builds on say."""
    data = fields.data.get("refer")
    if data is None:
        return None
    if data == "none":
        return ReferralRule()
    if data == "all":
        return ReferralRule(everything=True)
    condition = parse_condition(data, fields.at("refer"), fields.faults, catalogue)
    if condition and settings_used(condition):
        fields.faults.add(fields.at("refer"), _("'refer' kan inte ha inställningar."), _("Skriv värdet i villkoret."))
    return ReferralRule(condition=condition, data=data)


def overlapping_sets(drafts: Mapping[str, RuleSetDraft]) -> list[tuple[str, str]]:
    """Pairs of sets of one board (not 'all') and a common kind whose dates overlap."""
    own = [draft for draft in drafts.values() if draft.board != ALL_BOARDS]
    return [
        (one.id, other.id)
        for place, one in enumerate(own)
        for other in own[place + 1 :]
        if one.board == other.board and one.kinds & other.kinds and one.valid.overlaps(other.valid)
    ]


def adoption_in_words(ruleset: RuleSet) -> Words:
    """'Antagen av Farsta stadsdelsnämnd 2021', or that nobody has adopted it."""
    if not ruleset.adopted.body:
        return _("Inte antagen av någon nämnd. Ett exempel.")
    tail = join_words((same_in_both(ruleset.adopted.on), same_in_both(ruleset.adopted.reference)), ", ")
    body = same_in_both(f" {ruleset.adopted.body} ") + (tail if tail.sv else NO_WORDS)
    return _("Antagen av") + body
