"""What differs between two versions of a rule set, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from vetting.engine.amounts import amount_in_words
from vetting.engine.application_forms import ApplicationForm
from vetting.engine.written_rules import KIND_HEADINGS, about_criterion
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.text import NO_WORDS, Words, _, day_in_words, in_context, join_words, lower_first, same_in_both
from vetting.rules.domain.language_reference import TYPE_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vetting.engine.criteria import Criterion
    from vetting.engine.facts import FactDefinition
    from vetting.engine.ruleset import RuleSet


class RuleDifference(NamedTuple):
    """One thing that is not the same: what it is about, what stood there, what stands there now."""

    about: Words
    before: Words
    after: Words
    decides: bool = True
    """Whether it can give a case another result."""


def rule_differences_of(old: RuleSet | None, new: RuleSet) -> tuple[RuleDifference, ...]:
    """Everything that is not the same; of a first version all its criteria."""
    return tuple(_all(old, new))


def removed_safeguards(old: RuleSet, new: RuleSet, kind: CaseKind) -> tuple[Words, ...]:
    """What protects in one set and is gone in another, in words: value criteria, gates, the reference group."""
    kept = {item.id for item in new.for_kind(kind) if item.value_criterion}
    gates = {gate.id for gate in new.gates}
    found = [
        _("Värdekriteriet ”") + item.label + same_in_both("”")
        for item in old.for_kind(kind)
        if item.value_criterion and item.id not in kept
    ]
    found += [_("Spärren ”") + gate.label + same_in_both("”") for gate in old.gates if gate.id not in gates]
    hears, heard = (each.refer.everything or each.refer.condition is not None for each in (new, old))
    if heard and not hears:
        found.append(_("Att referensgruppen hörs"))
    return tuple(found)


def _all(old: RuleSet | None, new: RuleSet) -> Iterator[RuleDifference]:
    for kind in CaseKind:
        if old is not None and kind not in new.kinds and old.id != new.id:
            continue  # another set's: whoever it judges is judged by it as before
        before = {item.id: item for item in old.for_kind(kind)} if old else {}
        after = {item.id: item for item in new.for_kind(kind)}
        for name in [*before, *(name for name in after if name not in before)]:
            yield from _criterion(before.get(name), after.get(name), old, new, kind)
    yield from _difference_if_any(_("Så räknas beloppet"), _amount_said(old) if old else NO_WORDS, _amount_said(new))
    if old is None:
        return
    yield from _lists(old, new)
    yield from _difference_if_any(_("Spärrar"), _gates(old), _gates(new))
    yield from _difference_if_any(_("Till referensgruppen"), _refer(old), _refer(new))
    yield from _difference_if_any(_("Titel"), old.title, new.title, decides=False)
    yield from _difference_if_any(in_context("in time", "Gäller"), _valid(old), _valid(new), decides=False)
    yield from _difference_if_any(_("Antagen"), _adoption_in_words(old), _adoption_in_words(new), decides=False)
    for name, fact in new.own_facts.items():
        before_it = old.own_facts.get(name)
        about = _("Ny uppgift") if before_it is None else _("Uppgift")
        yield from _difference_if_any(about, _fact_said(before_it) if before_it else NO_WORDS, _fact_said(fact))
    yield from _form(old, new)


def _fact_said(fact: FactDefinition) -> Words:
    """What it is called, of what type it is, its choices or columns, and the help below it."""
    more = [item.label for item in fact.fields.values()] or list(fact.options.values())
    chosen = same_in_both(" (") + join_words(more, ", ") + same_in_both(")") if more else NO_WORDS
    helped = same_in_both(". ") + fact.help if fact.help.sv else NO_WORDS
    return fact.label + same_in_both(": ") + lower_first(TYPE_WORDS[fact.type]) + chosen + helped


def _form(old: RuleSet, new: RuleSet) -> Iterator[RuleDifference]:
    """What whoever applies meets in another way: the words above the form, its headings and its help."""
    before, after = old.form or ApplicationForm(), new.form or ApplicationForm()
    asked = _("Ansökningsformuläret: ")
    yield from _difference_if_any(asked + _("inledning"), before.intro, after.intro, decides=False)
    was, now = _form_parts(old, before), _form_parts(new, after)
    for heading in dict.fromkeys([*was, *now]):
        about = asked + heading
        yield from _difference_if_any(about, was.get(heading, NO_WORDS), now.get(heading, NO_WORDS), decides=False)
    for name in dict.fromkeys([*before.help, *after.help]):
        known = new.catalogue.get(name) or old.catalogue[name]
        told = before.help.get(name, NO_WORDS), after.help.get(name, NO_WORDS)
        yield from _difference_if_any(asked + lower_first(known.label), *told, decides=False)


def _form_parts(ruleset: RuleSet, form: ApplicationForm) -> dict[Words, Words]:
    """Heading -> what is said below it, and its questions in their order."""
    return {
        part.heading: join_words(
            [
                *([part.help] if part.help.sv else []),
                join_words((ruleset.catalogue[name].label for name in part.facts), "; "),
            ],
            " ",
        )
        for part in form.parts
    }


def _difference_if_any(about: Words, before: Words, after: Words, *, decides: bool = True) -> Iterator[RuleDifference]:
    if before != after:
        yield RuleDifference(about, before, after, decides)


def _criterion(
    before: Criterion | None, after: Criterion | None, old: RuleSet | None, new: RuleSet, kind: CaseKind
) -> Iterator[RuleDifference]:
    heading = KIND_HEADINGS[kind] + same_in_both(": ")
    if before is None and after is not None:
        yield RuleDifference(heading + after.label, NO_WORDS, join_words(about_criterion(after, new)))
    elif after is None and before is not None and old is not None:
        yield RuleDifference(heading + before.label, join_words(about_criterion(before, old)), NO_WORDS)
    elif before is not None and after is not None and old is not None:
        yield from _difference_if_any(heading + after.label + _(", rubrik"), before.label, after.label, decides=False)
        was, now = list(about_criterion(before, old)), list(about_criterion(after, new))
        gone = [line for line in was if line not in now]
        come = [line for line in now if line not in was]
        if gone or come:
            decides = before.fingerprint != after.fingerprint
            yield RuleDifference(heading + after.label, join_words(gone), join_words(come), decides)
        elif before.fingerprint != after.fingerprint:
            wording = _("Annan ordning eller form i villkoret.")
            yield RuleDifference(heading + after.label, NO_WORDS, wording)


def _lists(old: RuleSet, new: RuleSet) -> Iterator[RuleDifference]:
    for name in sorted({*old.lists, *new.lists}):
        was = set(old.lists[name].words) if name in old.lists else set()
        now = set(new.lists[name].words) if name in new.lists else set()
        if was != now:
            yield RuleDifference(
                _("Listan {name}", name=name),
                same_in_both(", ".join(sorted(was - now))),
                same_in_both(", ".join(sorted(now - was))),
            )


def _amount_said(ruleset: RuleSet) -> Words:
    return amount_in_words(ruleset.amount, ruleset.catalogue) if ruleset.amount is not None else NO_WORDS


def _gates(ruleset: RuleSet) -> Words:
    return join_words((gate.label for gate in ruleset.gates), "; ")


def _refer(ruleset: RuleSet) -> Words:
    if ruleset.refer.everything:
        return _("alla ansökningar")
    if ruleset.refer.condition is None:
        return _("inga")
    return _("när ett villkor gäller: ") + same_in_both(str(ruleset.refer.data))


def _valid(ruleset: RuleSet) -> Words:
    first, last = ruleset.valid.first, ruleset.valid.last
    return join_words((day_in_words(item) if item else same_in_both("…") for item in (first, last)), " – ")


def _adoption_in_words(ruleset: RuleSet) -> Words:
    adopted = ruleset.adopted
    return same_in_both(" ".join(part for part in (adopted.body, adopted.on, adopted.reference) if part))
