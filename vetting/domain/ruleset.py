"""Rule sets: read from data, resolved against the library and the sets they build on, fingerprinted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from vetting.domain.conditions import Condition, bound, parse_condition
from vetting.domain.conditions.parsing import nearest
from vetting.domain.criteria import (
    CaseKind,
    Criterion,
    Source,
    fingerprint_of,
    parse_criterion,
    parse_source,
)
from vetting.domain.fields import Fields, list_at, mapping_at
from vetting.domain.problem import Faults
from vetting.domain.words import NO_WORDS, Words, joined, same

if TYPE_CHECKING:
    from vetting.domain.facts import Catalogue
    from vetting.domain.problem import Path

ALL_BOARDS: Final = "all"
SHIPPED_VERSION: Final = 1
SET_KEYS: Final = (
    "id", "board", "kinds", "title", "source", "adopted", "valid", "builds_on", "criteria", "gates", "refer",
)  # fmt: skip
USE_KEYS: Final = (
    "use", "kinds", "settings", "sources", "if_not_met", "on_running_support", "valid_for_months", "guard",
    "label", "question", "moment", "as_of",
)  # fmt: skip


class Must(StrEnum):
    """Whether a board can switch a gate off."""

    ALWAYS = "always"
    DEFAULT_ON = "default_on"
    BY_RULE_SET = "by_rule_set"


@dataclass(frozen=True, slots=True)
class Gate:
    """What must have happened before a step (rules/gates.yaml)."""

    id: str
    label: Words
    blocks: str
    legal: str
    must: Must
    computed_from: Words


GATE_KEYS: Final = ("label", "blocks", "legal", "must", "computed_from", "sources")


def parse_gates(data: object, faults: Faults) -> dict[str, Gate]:
    """All gates by id."""
    gates: dict[str, Gate] = {}
    for gate_id, entry in (mapping_at(data, (), faults) or {}).items():
        found = mapping_at(entry, (gate_id,), faults)
        if found is None:
            continue
        fields = Fields(found, (gate_id,), faults)
        fields.refuse_unknown(GATE_KEYS)
        gates[gate_id] = Gate(
            gate_id,
            fields.words("label"),
            fields.text("blocks"),
            fields.text("legal", required=False),
            fields.one_of("must", Must),
            fields.words("computed_from", required=False),
        )
    return gates


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


@dataclass(frozen=True, slots=True)
class Refer:
    """Which grant applications go to the reference group: all, those of a condition, or none."""

    everything: bool = False
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Use:
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
    sources: tuple[Source, ...]
    adopted: Adoption
    valid: Validity
    builds_on: tuple[str, ...]
    uses: tuple[Use, ...]
    gates: tuple[str, ...]
    refer: Refer
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RuleSet:
    """A resolved set: every criterion whole, settings in place."""

    id: str
    board: str
    kinds: frozenset[CaseKind]
    title: Words
    sources: tuple[Source, ...]
    adopted: Adoption
    valid: Validity
    builds_on: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    gates: tuple[Gate, ...]
    refer: Refer
    version: int
    fingerprint: str
    catalogue: Catalogue = field(repr=False)

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
    fields = Fields(found, (), faults)
    fields.refuse_unknown(SET_KEYS)
    draft = RuleSetDraft(
        id=fields.text("id"),
        board=fields.text("board"),
        kinds=fields.several_of("kinds", CaseKind),
        title=fields.words("title"),
        sources=_set_sources(fields),
        adopted=_adoption(fields),
        valid=_validity(fields),
        builds_on=fields.texts("builds_on"),
        uses=_uses(fields, catalogue),
        gates=fields.texts("gates"),
        refer=_refer(fields, catalogue),
        data=found,
    )
    return draft if len(faults) == before else None


def _set_sources(fields: Fields) -> tuple[Source, ...]:
    if "source" not in fields.data:
        fields.missing("source")
        return ()
    data = fields.data["source"]
    items = data if isinstance(data, list) else [data]
    found = [parse_source(item, fields.at("source"), fields.faults) for item in items]
    return tuple(source for source in found if source)


def _adoption(fields: Fields) -> Adoption:
    if fields.data.get("adopted") is None:
        return Adoption()
    found = mapping_at(fields.data["adopted"], fields.at("adopted"), fields.faults)
    inner = Fields(found or {}, fields.at("adopted"), fields.faults)
    inner.refuse_unknown(("body", "on", "reference"))
    on = inner.data.get("on")
    return Adoption(
        inner.text("body", required=False),
        on.isoformat() if isinstance(on, date) else str(on or ""),
        inner.text("reference", required=False),
    )


def _validity(fields: Fields) -> Validity:
    if fields.data.get("valid") is None:
        return Validity()
    found = mapping_at(fields.data["valid"], fields.at("valid"), fields.faults)
    inner = Fields(found or {}, fields.at("valid"), fields.faults)
    inner.refuse_unknown(("from", "to"))
    valid = Validity(inner.day("from"), inner.day("to"))
    if valid.first and valid.last and valid.last < valid.first:
        fields.faults.add(
            inner.at("to"),
            Words("Giltigheten slutar innan den börjar.", "The validity ends before it begins."),
            Words("Rätta datumen.", "Mend the dates."),
        )
    return valid


def _uses(fields: Fields, catalogue: Catalogue) -> tuple[Use, ...]:
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
            Fields(found, path, fields.faults).refuse_unknown(USE_KEYS)
            uses.append(Use(path, found, None))
        else:
            uses.append(Use(path, found, parse_criterion(found, path, fields.faults, catalogue)))
    return tuple(uses)


def _refer(fields: Fields, catalogue: Catalogue) -> Refer:
    data = fields.data.get("refer")
    if data is None or data == "none":
        return Refer()
    if data == "all":
        return Refer(everything=True)
    return Refer(condition=parse_condition(data, fields.at("refer"), fields.faults, catalogue))


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Everything a rules folder holds: facts, library, gates and sets, as far as it could be read."""

    catalogue: Catalogue
    library: Mapping[str, Criterion]
    gates: Mapping[str, Gate]
    drafts: Mapping[str, RuleSetDraft]


def resolve(draft: RuleSetDraft, book: Rulebook, faults: Faults) -> RuleSet | None:
    """The set with its criteria whole, or None with the faults noted."""
    before = len(faults)
    merged: dict[str, Criterion] = {}
    gates: dict[str, Gate] = {}
    refer = draft.refer
    for base in _bases(draft, book, faults):
        resolved = resolve(base, book, Faults())
        if resolved is None:
            continue
        for criterion in resolved.criteria:
            _merge(merged, criterion, faults)
        gates |= {gate.id: gate for gate in resolved.gates}
        refer = refer if refer != Refer() else resolved.refer
    for use in draft.uses:
        own = _resolved_use(use, book, faults)
        if own is not None:
            merged[own.id] = _with_settings(own, use, book.catalogue, faults)
    gates |= {gate.id: gate for gate in _gates(draft, book, faults)}
    if len(faults) > before:
        return None
    _check_abouts(merged, book, faults)
    criteria = tuple(merged.values())
    return RuleSet(
        id=draft.id,
        board=draft.board,
        kinds=draft.kinds,
        title=draft.title,
        sources=draft.sources,
        adopted=draft.adopted,
        valid=draft.valid,
        builds_on=draft.builds_on,
        criteria=criteria,
        gates=tuple(gates.values()),
        refer=refer,
        version=SHIPPED_VERSION,
        fingerprint=_fingerprint(draft, criteria, gates, book.catalogue),
        catalogue=book.catalogue,
    )


def _fingerprint(
    draft: RuleSetDraft, criteria: tuple[Criterion, ...], gates: Mapping[str, Gate], catalogue: Catalogue
) -> str:
    head = {key: value for key, value in draft.data.items() if key != "criteria"}
    read = sorted({fact for criterion in criteria for fact in criterion.facts})
    return fingerprint_of(
        {
            "set": head,
            "criteria": {criterion.id: criterion.fingerprint for criterion in criteria},
            "sources": {criterion.id: [astuple(source) for source in criterion.sources] for criterion in criteria},
            "kinds": {criterion.id: sorted(criterion.kinds) for criterion in criteria},
            "order": [criterion.id for criterion in criteria],
            "gates": sorted(gates),
            "facts": {fact: [catalogue[fact].type, sorted(catalogue[fact].options)] for fact in read},
        }
    )


def _bases(draft: RuleSetDraft, book: Rulebook, faults: Faults) -> list[RuleSetDraft]:
    bases = []
    for place, name in enumerate(draft.builds_on):
        path: Path = ("builds_on", place)
        if name not in book.drafts:
            faults.add(
                path,
                Words(f"Regeluppsättningen '{name}' finns inte.", f"There is no rule set '{name}'."),
                nearest(name, tuple(book.drafts)),
            )
        elif draft.id in _reached(name, book):
            faults.add(
                path,
                Words(f"'{draft.id}' bygger på sig själv genom '{name}'.",
                      f"'{draft.id}' builds on itself through '{name}'."),
                Words("Ta bort den ena.", "Remove one of them."),
            )  # fmt: skip
        else:
            bases.append(book.drafts[name])
    return bases


def _reached(name: str, book: Rulebook) -> set[str]:
    reached: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in reached or current not in book.drafts:
            continue
        reached.add(current)
        waiting.extend(book.drafts[current].builds_on)
    return reached


def _merge(merged: dict[str, Criterion], criterion: Criterion, faults: Faults) -> None:
    """Adds a base's criterion; the same one from two bases applies to the kinds of both."""
    known = merged.get(criterion.id)
    if known is None:
        merged[criterion.id] = criterion
        return
    if known.kinds & criterion.kinds and known.fingerprint != criterion.fingerprint:
        faults.add(
            ("builds_on",),
            Words(f"Två av dem säger olika om '{criterion.id}'.",
                  f"Two of them say different things about '{criterion.id}'."),
            Words("Skriv kriteriet i den här uppsättningen, så gäller det.",
                  "Write the criterion in this set, then that holds."),
        )  # fmt: skip
        return
    sources = tuple(dict.fromkeys((*known.sources, *criterion.sources)))
    merged[criterion.id] = replace(known, kinds=known.kinds | criterion.kinds, sources=sources)


def _resolved_use(use: Use, book: Rulebook, faults: Faults) -> Criterion | None:
    if use.own is not None:
        return use.own
    if "use" not in use.data:
        return None
    name = use.data["use"]
    base = book.library.get(name) if isinstance(name, str) else None
    if base is None:
        faults.add(
            (*use.path, "use"),
            Words(f"Kriteriet '{name}' finns inte i biblioteket.",
                  f"There is no criterion '{name}' in the library."),
            nearest(name, book.library),
        )  # fmt: skip
        return None
    return _changed(base, use, book.catalogue, faults)


def _changed(base: Criterion, use: Use, catalogue: Catalogue, faults: Faults) -> Criterion | None:
    """The library's criterion with what the set changes, read again as a whole."""
    changes = {key: value for key, value in use.data.items() if key not in {"use", "kinds", "settings"}}
    data = {**base.data, **changes}
    if "kinds" in use.data:
        data["applies_to"] = use.data["kinds"]
    given = use.data.get("settings", {})
    if isinstance(given, Mapping):
        unknown = [name for name in given if name not in base.settings_needed]
        for name in unknown:
            faults.add(
                (*use.path, "settings", name),
                Words(f"'{base.id}' har ingen inställning '{name}'.", f"'{base.id}' has no setting '{name}'."),
                nearest(name, tuple(base.settings_needed)),
            )
        known = base.data.get("settings", {})
        data["settings"] = {**known, **{k: v for k, v in given.items() if k not in unknown}} if known else known
        if not data["settings"]:
            data.pop("settings")
    local = Faults()
    changed = parse_criterion(data, (), local, catalogue)
    for fault in local.found:
        faults.add(_in_use(use, fault.path), fault.what, fault.remedy)
    return changed


def _with_settings(criterion: Criterion, use: Use, catalogue: Catalogue, faults: Faults) -> Criterion:
    """The criterion with its settings in its conditions; left as it is while one of them is not given."""
    if not criterion.settings_needed or not criterion.settings_needed <= criterion.settings.keys():
        return criterion

    def set_up(condition: Condition | None) -> Condition | None:
        return condition and bound(condition, criterion.settings, use.path, faults, catalogue)

    ask = criterion.ask and replace(criterion.ask, condition=set_up(criterion.ask.condition))
    return replace(criterion, condition=set_up(criterion.condition), only_if=set_up(criterion.only_if), ask=ask)


def _in_use(use: Use, path: Path) -> Path:
    key = "kinds" if path[:1] == ("applies_to",) else path[0] if path else ""
    return (*use.path, key, *path[1:]) if key in use.data else use.path


def _gates(draft: RuleSetDraft, book: Rulebook, faults: Faults) -> list[Gate]:
    found = []
    for place, name in enumerate(draft.gates):
        if name in book.gates:
            found.append(book.gates[name])
        else:
            faults.add(
                ("gates", place),
                Words(f"Spärren '{name}' finns inte.", f"There is no gate '{name}'."),
                nearest(name, book.gates),
            )
    return found


def _check_abouts(merged: Mapping[str, Criterion], book: Rulebook, faults: Faults) -> None:
    known = {**book.library, **merged}
    for criterion in merged.values():
        for name in criterion.about.criteria if criterion.about else ():
            if name not in known:
                faults.add(
                    ("criteria",),
                    Words(f"Signalen '{criterion.id}' pekar på '{name}', som inte finns.",
                          f"The signal '{criterion.id}' points at '{name}', which does not exist."),
                    nearest(name, known),
                )  # fmt: skip


def overlapping(drafts: Mapping[str, RuleSetDraft]) -> list[tuple[str, str]]:
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
        return Words("Inte antagen av någon nämnd. Ett exempel.", "Not adopted by any board. An example.")
    tail = joined((same(ruleset.adopted.on), same(ruleset.adopted.reference)), same(", "))
    body = same(f" {ruleset.adopted.body} ") + (tail if tail.sv else NO_WORDS)
    return Words("Antagen av", "Adopted by") + body
