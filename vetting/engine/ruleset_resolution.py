"""A rule set made whole: its criteria from the library and the sets it builds on, settings in place, fingerprinted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from vetting.engine.amounts import keys_as_texts
from vetting.engine.conditions import Condition, bind_settings, facts_read
from vetting.engine.conditions.parsing import ConditionNames, suggest_names
from vetting.engine.conditions.wording import APPLICATION_DAYS
from vetting.engine.criteria import Criterion, CriterionKind, RequirementSource, fingerprint_of, parse_criterion
from vetting.engine.ruleset import CriterionEntry, ReferralRule, RuleSet, RuleSetDraft
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Faults
from vetting.kernel.text import _

if TYPE_CHECKING:
    from vetting.engine.amounts import AmountRule
    from vetting.engine.application_forms import ApplicationForm
    from vetting.engine.facts import Catalogue
    from vetting.engine.gate_definitions import Gate
    from vetting.engine.word_lists import WordList
    from vetting.kernel.problem import Path

# Of every set in a file, however often it is changed: the fingerprint shows a changed text.
# Numbers above 1 come with publishing only.
SHIPPED_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Everything a rules folder holds: facts, library, gates and sets, as far as it could be read."""

    catalogue: Catalogue
    library: Mapping[str, Criterion]
    gates: Mapping[str, Gate]
    drafts: Mapping[str, RuleSetDraft]
    lists: Mapping[str, WordList] = field(default_factory=dict)
    resolved: dict[str, RuleSet | None] = field(default_factory=dict)
    """Sets that have been made whole already, by id."""
    common: RuleSet | None = None
    """What every grant of the board is judged by, that a grant scheme's own rules are put together with."""


CriterionPlace = tuple[str, CaseKind]
"""A criterion's id and the kind of case it is asked of: there it has one meaning."""


@dataclass(slots=True)
class _CriteriaGathering:
    """The criteria of a set while they are gathered, each in its places."""

    places: dict[CriterionPlace, Criterion] = field(default_factory=dict)
    common: set[CriterionPlace] = field(default_factory=set)
    conflicts: set[CriterionPlace] = field(default_factory=set)
    own: set[CriterionPlace] = field(default_factory=set)

    def take_common(self, ruleset: RuleSet, kinds: frozenset[CaseKind]) -> None:
        """From the board's common rules, which go before the sets that are built on."""
        for criterion in ruleset.criteria:
            for kind in criterion.kinds & kinds:
                self.common.add((criterion.id, kind))
                self.places[criterion.id, kind] = criterion

    def leave_out(self, name: str) -> bool:
        """Whether there was such a criterion, inherited and not the set's own: now it is asked no longer."""
        places = [place for place in self.places if place[0] == name and place not in self.own]
        for place in places:
            del self.places[place]
            self.conflicts.discard(place)
        return bool(places)

    def inherit(self, criterion: Criterion) -> None:
        """From a set that is built on; two that disagree are a conflict until the set itself settles it."""
        for kind in criterion.kinds:
            place = (criterion.id, kind)
            known = self.places.get(place)
            if place in self.common and known is not None and known.fingerprint != criterion.fingerprint:
                continue
            if known is not None and known.fingerprint != criterion.fingerprint:
                self.conflicts.add(place)
            elif known is not None:
                sources = tuple(dict.fromkeys((*known.sources, *criterion.sources)))
                self.places[place] = replace(known, sources=sources)
            else:
                self.places[place] = criterion

    def add_own(self, criterion: Criterion, use: CriterionEntry, faults: Faults) -> None:
        """What the set itself says goes before; for other kinds the inherited meaning stays."""
        for kind in sorted(criterion.kinds):
            place = (criterion.id, kind)
            if place in self.own:
                faults.add(
                    use.path,
                    _("'{id}' står två gånger.", id=criterion.id),
                    _("Ta bort den ena, eller ge dem olika 'kinds'."),
                )
            self.own.add(place)
            self.conflicts.discard(place)
            self.places[place] = criterion

    def criteria(self) -> tuple[Criterion, ...]:
        """Once each where the meaning and the sources are the same for several kinds."""
        whole: dict[tuple[str, str, tuple[RequirementSource, ...]], Criterion] = {}
        for (name, kind), criterion in self.places.items():
            key = (name, criterion.fingerprint, criterion.sources)
            known = whole.get(key)
            whole[key] = replace(criterion, kinds=frozenset({kind}) | (known.kinds if known else frozenset()))
        return tuple(whole.values())


def resolve_rule_set(draft: RuleSetDraft, book: Rulebook, faults: Faults) -> RuleSet | None:
    """The set with its criteria whole, or None with the faults noted."""
    before = len(faults)
    gathered = _CriteriaGathering()
    gates: dict[str, Gate] = {}
    refer = draft.refer
    amount, form = draft.amount, draft.form
    own_facts: Catalogue = {}
    lists = dict(book.lists)
    common = book.common if book.common is not None and book.common.id != draft.id else None
    alone = replace(book, common=None)
    if common is not None:
        gathered.take_common(common, draft.kinds)
        gates |= {gate.id: gate for gate in common.gates}
        own_facts |= common.own_facts
        lists |= common.lists
        amount, form = amount or common.amount, form or common.form
        refer = draft.refer or common.refer
    for place, base in _bases(draft, book, faults):
        if base.id not in book.resolved:
            book.resolved[base.id] = resolve_rule_set(base, alone, Faults())
        resolved = book.resolved[base.id]
        if resolved is None:
            faults.add(
                ("builds_on", place), _("Regeluppsättningen '{id}' har fel.", id=base.id), _("Rätta den filen först.")
            )
            continue
        for criterion in resolved.criteria:
            gathered.inherit(criterion)
        gates |= {gate.id: gate for gate in resolved.gates}
        amount, form = amount or resolved.amount, form or resolved.form
        own_facts |= resolved.own_facts
        lists |= resolved.lists
        if refer in {None, ReferralRule()} and draft.refer is None and resolved.refer != ReferralRule():
            refer = resolved.refer
    own_facts |= draft.facts
    lists |= draft.lists
    catalogue = {**book.catalogue, **own_facts}
    words = {name: found.words for name, found in lists.items()}
    for use in draft.uses:
        own = _resolved_use(use, book, catalogue, faults)
        if own is not None:
            _check_kinds(own, use, draft, faults)
            _check_lists(own, use, words, faults)
            gathered.add_own(
                with_settings(own, ConditionNames(own.settings, words, use.path, faults), catalogue), use, faults
            )
    for place, name in enumerate(draft.leaves_out):
        if not gathered.leave_out(name):
            faults.add(
                ("leaves_out", place),
                _("'{name}' ärvs inte: det finns inget att ta bort.", name=name),
                suggest_names(name, tuple(known for known, _kind in gathered.places)),
            )
    gates |= {gate.id: gate for gate in _gates(draft, book, faults)}
    _tell_conflicts(gathered, faults)
    criteria = gathered.criteria()
    _check_abouts(criteria, book, faults)
    if len(faults) > before:
        return None
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
        refer=refer or ReferralRule(),
        version=SHIPPED_VERSION,
        fingerprint=_fingerprint(
            draft, common, criteria, gates, refer or ReferralRule(), catalogue, words, amount=amount, form=form
        ),
        catalogue=catalogue,
        own_facts=own_facts,
        lists=lists,
        amount=amount,
        form=form,
        routine=draft.routine,
    )


def _fingerprint(
    draft: RuleSetDraft,
    common: RuleSet | None,
    criteria: tuple[Criterion, ...],
    gates: Mapping[str, Gate],
    refer: ReferralRule,
    catalogue: Catalogue,
    lists: Mapping[str, tuple[str, ...]],
    *,
    amount: AmountRule | None,
    form: ApplicationForm | None,
) -> str:
    """SHA-256 of everything that decides: the resolved criteria, gates and referral, and the facts they read."""
    beside = {"criteria", "refer", "routine", "lists", "amount", "form"}
    head = {key: value for key, value in draft.data.items() if key not in beside}
    referring = facts_read(refer.condition) if refer.condition else ()
    read = {
        *referring,
        *(amount.facts if amount else ()),
        *APPLICATION_DAYS,
        *(fact for criterion in criteria for fact in criterion.facts),
    }
    used = frozenset().union(*(criterion.lists for criterion in criteria))
    return fingerprint_of(
        {
            **({"lists": {name: sorted(lists[name]) for name in sorted(used & lists.keys())}} if used else {}),
            **({"amount": keys_as_texts(amount.data)} if amount is not None else {}),
            **({"form": form.data} if form is not None else {}),
            **({"common": common.fingerprint} if common is not None else {}),
            "set": head,
            "criteria": [
                [criterion.id, sorted(criterion.kinds), criterion.fingerprint, [astuple(s) for s in criterion.sources]]
                for criterion in criteria
            ],
            "gates": [astuple(gates[name]) for name in sorted(gates)],
            "refer": [refer.everything, draft.data.get("refer"), sorted(referring)],
            "facts": {fact: _what_decides(fact, catalogue) for fact in sorted(read) if fact in catalogue},
        }
    )


def _what_decides(fact: str, catalogue: Catalogue) -> list[Any]:
    definition = catalogue[fact]
    limits = [definition.smallest, definition.largest]
    told = [definition.type, sorted(definition.options), definition.supplied_by, limits]
    fields = [[name, item.type, sorted(item.options)] for name, item in definition.fields.items()]
    return [*told, fields] if fields else told


def _bases(draft: RuleSetDraft, book: Rulebook, faults: Faults) -> list[tuple[int, RuleSetDraft]]:
    bases = []
    for place, name in enumerate(draft.builds_on):
        path: Path = ("builds_on", place)
        if name not in book.drafts:
            faults.add(
                path, _("Regeluppsättningen '{name}' finns inte.", name=name), suggest_names(name, tuple(book.drafts))
            )
        elif name in draft.builds_on[:place]:
            faults.add(path, _("'{name}' står två gånger.", name=name), _("Ta bort den ena."))
        elif draft.id in _reachable_sets(name, book):
            faults.add(
                path, _("'{id}' bygger på sig själv genom '{name}'.", id=draft.id, name=name), _("Ta bort den ena.")
            )
        else:
            bases.append((place, book.drafts[name]))
    return bases


def _reachable_sets(name: str, book: Rulebook) -> set[str]:
    reached: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in reached or current not in book.drafts:
            continue
        reached.add(current)
        waiting.extend(book.drafts[current].builds_on)
    return reached


def _check_kinds(criterion: Criterion, use: CriterionEntry, draft: RuleSetDraft, faults: Faults) -> None:
    outside = sorted(criterion.kinds - draft.kinds)
    if outside and ("kinds" in use.data or "applies_to" in use.data):
        faults.add(
            use.path,
            _("'{name}' gäller {kind}, men uppsättningen gör det inte.", name=criterion.id, kind=outside[0]),
            _("Lägg till det i uppsättningens 'kinds' eller ta bort det här."),
        )


def _check_lists(
    criterion: Criterion, use: CriterionEntry, lists: Mapping[str, tuple[str, ...]], faults: Faults
) -> None:
    for name in sorted(criterion.lists - lists.keys()):
        faults.add(
            use.path,
            _("Listan '{name}' finns inte.", name=name),
            suggest_names(name, tuple(lists)) if lists else _("Lägg till den under 'lists': {name}.", name=name),
        )


def _resolved_use(use: CriterionEntry, book: Rulebook, catalogue: Catalogue, faults: Faults) -> Criterion | None:
    if use.own is not None:
        return use.own
    if "use" not in use.data:
        return None
    name = use.data["use"]
    base = book.library.get(name) if isinstance(name, str) else None
    if base is None:
        faults.add(
            (*use.path, "use"),
            _("Kriteriet '{name}' finns inte i biblioteket.", name=name),
            suggest_names(name, book.library),
        )
        return None
    return _apply_changes(base, use, catalogue, faults)


def _apply_changes(base: Criterion, use: CriterionEntry, catalogue: Catalogue, faults: Faults) -> Criterion | None:
    """The library's criterion with what the set changes, read again as a whole."""
    changes = {key: value for key, value in use.data.items() if key not in {"use", "kinds", "settings"}}
    data = {**base.data, **changes}
    if "kinds" in use.data:
        data["applies_to"] = use.data["kinds"]
    given = use.data.get("settings", {})
    if isinstance(given, Mapping) and given:
        data["settings"] = {**base.data.get("settings", {}), **_known_settings(base, use, given, faults)}
    local = Faults()
    changed = parse_criterion(data, (), local, catalogue)
    for fault in local.found:
        faults.add(_in_use(use, fault.path), fault.what, fault.remedy)
    return changed


def _known_settings(base: Criterion, use: CriterionEntry, given: Mapping[str, Any], faults: Faults) -> dict[str, Any]:
    known = base.data.get("settings", {})
    for name in given:
        if name not in known:
            faults.add(
                (*use.path, "settings", name),
                _("'{id}' har ingen inställning '{name}'.", id=base.id, name=name),
                suggest_names(name, tuple(known)),
            )
    return {name: value for name, value in given.items() if name in known}


def with_settings(criterion: Criterion, given: ConditionNames, catalogue: Catalogue) -> Criterion:
    """The criterion with its settings and lists in its conditions; left as it is while a setting is not given."""
    needed = criterion.settings_needed
    if not (needed or criterion.lists) or not needed <= given.settings.keys():
        return criterion

    def set_up(condition: Condition | None) -> Condition | None:
        return condition and bind_settings(condition, given, catalogue)

    ask = criterion.ask and replace(criterion.ask, condition=set_up(criterion.ask.condition))
    steps = tuple(replace(step, when=set_up(step.when)) for step in criterion.reduction)
    return replace(
        criterion,
        condition=set_up(criterion.condition),
        only_if=set_up(criterion.only_if),
        ask=ask,
        reduction=steps,
    )


def _in_use(use: CriterionEntry, path: Path) -> Path:
    key = "kinds" if path[:1] == ("applies_to",) else path[0] if path else ""
    return (*use.path, key, *path[1:]) if key in use.data else use.path


def _gates(draft: RuleSetDraft, book: Rulebook, faults: Faults) -> list[Gate]:
    found = []
    for place, name in enumerate(draft.gates):
        if name in book.gates:
            found.append(book.gates[name])
        else:
            faults.add(("gates", place), _("Spärren '{name}' finns inte.", name=name), suggest_names(name, book.gates))
    return found


def _tell_conflicts(gathered: _CriteriaGathering, faults: Faults) -> None:
    for name in sorted({name for name, _unused in gathered.conflicts}):
        faults.add(
            ("builds_on",),
            _("Två av uppsättningarna som denna bygger på säger olika om '{name}'.", name=name),
            _("Skriv kriteriet i den här uppsättningen, så gäller det."),
        )


def _check_abouts(criteria: tuple[Criterion, ...], book: Rulebook, faults: Faults) -> None:
    """A signal may name a criterion that this set leaves out, but not one that nobody can be asked."""
    known = {**book.library, **{criterion.id: criterion for criterion in criteria}}
    for criterion in criteria:
        for name in criterion.about.criteria if criterion.about else ():
            if name not in known:
                faults.add(
                    ("criteria",),
                    _("Signalen '{id}' pekar på '{name}', som inte finns.", id=criterion.id, name=name),
                    suggest_names(name, known),
                )
            elif known[name].kind is not CriterionKind.ASSESSMENT:
                faults.add(
                    ("criteria",),
                    _("Signalen '{id}' pekar på '{name}', som ingen person bedömer.", id=criterion.id, name=name),
                    _("Peka på en bedömning."),
                )
