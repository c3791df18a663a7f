"""What a person should think over before rules are published; nothing here stops them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.engine.conditions.comparisons import YearlyDay, matching_entries
from vetting.engine.conditions.tree import leaves_of
from vetting.engine.criteria import Consequence, CriterionKind
from vetting.engine.facts import FactLevel
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.text import Words, _, day_in_words, same_in_both

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from vetting.engine.criteria import Criterion
    from vetting.engine.ruleset import RuleSet

OPINIONS: Final = (
    "åsikt*",
    "uppfattning*",
    "ideologi*",
    "livsåskådning*",
    "tro",
    "trosuppfattning*",
    "övertygelse*",
    "värdegrund*",
    "sympati*",
    "opinion*",
    "ståndpunkt*",
)
ACTS: Final = ("handling", "handlingar", "handlingen", "gjort", "gjorts", "uttalande*", "inträffat", "gärning*")
ONE_LIMIT: Final = ("at_most", "at_least")
INDEPENDENT: Final = ("obunden", "obundet", "obundna")
"""Words, found as the lists of signals find theirs."""


class RuleWarning(NamedTuple):
    """One thing to think over: about what, what it is, what could be done."""

    about: str
    what: Words
    remedy: Words


def rule_warnings_of(ruleset: RuleSet, on: date, library: Iterable[Criterion] = ()) -> tuple[RuleWarning, ...]:
    """Everything to think over in a set, in its own order. library: what its criteria may have been begun from."""
    return tuple(_all(ruleset, on, {item.label.sv: item for item in library}))


def _all(ruleset: RuleSet, on: date, library: Mapping[str, Criterion]) -> Iterator[RuleWarning]:
    if not ruleset.adopted.whole:
        yield RuleWarning(
            ruleset.id,
            _("Det framgår inte vem som har antagit reglerna, när och med vilket diarienummer."),
            _("Ett avslag kan inte grundas på regler som ingen har antagit. Fyll i det under Titel, beslut och rutin."),
        )
    if ruleset.valid.first is not None and ruleset.valid.first < on:
        yield RuleWarning(
            ruleset.id,
            _("Reglerna kan inte gälla från {first}: den dagen har passerat.", first=day_in_words(ruleset.valid.first)),
            _("De gäller från den dag då de publiceras. Ansökningar som kom in före dess prövas inte enligt dem."),
        )
    for criterion in ruleset.criteria:
        yield from _without_value(criterion)
        yield from _of_opinion(criterion)
        yield from _of_independence(criterion)
        yield from _of_heading(criterion, library.get(criterion.label.sv))
        yield from _of_yearly_limit(criterion, ruleset)
    for found in ruleset.lists.values():
        for entry in found.entries:
            if entry.review_on is not None and entry.review_on <= on:
                yield RuleWarning(
                    found.id,
                    _("”{entry}” skulle ha setts över {review_on}.", entry=entry.entry, review_on=entry.review_on),
                    _("Ta bort posten, eller ange en ny dag."),
                )


def _speaks_of(words: tuple[str, ...], *texts: str) -> bool:
    return any(True for _unused in matching_entries(texts, words))


def _about(criterion: Criterion, what: Words, remedy: Words) -> RuleWarning:
    """A warning that begins with the criterion's label."""
    return RuleWarning(criterion.id, same_in_both("”") + criterion.label + same_in_both("” ") + what, remedy)


def _without_value(criterion: Criterion) -> Iterator[RuleWarning]:
    """A criterion that asks nothing, since what it compares with is not set."""
    if not criterion.settings_needed <= criterion.settings.keys():
        yield _about(
            criterion,
            _("har inget värde, så det kontrolleras inte och inget typfall visar det."),
            _("Skriv värdet, eller ta bort kriteriet."),
        )


def _of_heading(criterion: Criterion, begun_from: Criterion | None) -> Iterator[RuleWarning]:
    """A heading of the library over a condition that is another."""
    if begun_from is None or begun_from.id == criterion.id:
        return
    if not all(
        _asks_the_same(begun_from.data.get(key), criterion.data.get(key), begun_from.settings)
        for key in ("condition", "only_if")
    ):
        yield _about(
            criterion,
            _("har rubriken från biblioteket, men ett annat villkor."),
            _("Läs rubriken och frågan mot villkoret, och skriv om dem om de inte längre stämmer."),
        )


def _asks_the_same(of_library: object, own: object, settings: Mapping[str, object]) -> bool:
    """Whether two conditions are the same as they are written, whatever is set where the library sets nothing."""
    if isinstance(of_library, Mapping):
        if set(of_library) == {"setting"}:
            return own == of_library or settings.get(str(of_library["setting"])) in (None, own)
        return (
            isinstance(own, Mapping)
            and of_library.keys() == own.keys()
            and all(_asks_the_same(value, own[key], settings) for key, value in of_library.items())
        )
    if isinstance(of_library, list):
        return (
            isinstance(own, list)
            and len(own) == len(of_library)
            and all(_asks_the_same(*pair, settings) for pair in zip(of_library, own, strict=True))
        )
    return of_library == own


def _of_yearly_limit(criterion: Criterion, ruleset: RuleSet) -> Iterator[RuleWarning]:
    """A last or first day that comes back each year and is counted in the year of the very day that it is to limit."""
    for leaf in leaves_of(criterion.condition) if criterion.condition is not None else ():
        asked = leaf.comparison
        # A warning and no refusal: almost always a mistake, but the season of an activity may be meant so.
        if asked.comparison in ONE_LIMIT and isinstance(asked.operand, YearlyDay) and asked.operand.year_of is None:
            yield _about(
                criterion,
                _(
                    "jämför med dagen i samma år som ”{fact}”. Efter årsskiftet gäller därför nästa års dag.",
                    fact=ruleset.catalogue[asked.fact].label,
                ),
                _(
                    "Välj under ”eller en annan uppgift” vilken uppgift som avgör året, till exempel "
                    "sista ansökningsdag."
                ),
            )


def _of_opinion(criterion: Criterion) -> Iterator[RuleWarning]:
    if criterion.kind is not CriterionKind.ASSESSMENT:
        return
    guarded = _speaks_of(ACTS, criterion.guard.sv)
    speaks_of_opinion = _speaks_of(OPINIONS, criterion.label.sv, criterion.question.sv)
    if speaks_of_opinion and not (criterion.value_criterion and guarded):
        yield _about(
            criterion,
            _("kan leda till att en åsikt bedöms."),
            _("Fråga efter agerande eller uttalanden, välj Värdekriterium och skriv det i Att hålla sig till."),
        )
    elif criterion.if_not_met is Consequence.REFUSE and not criterion.value_criterion and not guarded:
        yield _about(
            criterion,
            _("kan leda till avslag utan att något agerande eller uttalande behöver anges."),
            _("Skriv i Att hålla sig till vad som ska ha hänt, eller välj att det bedöms om det inte är uppfyllt."),
        )


def _of_independence(criterion: Criterion) -> Iterator[RuleWarning]:
    if not _speaks_of(INDEPENDENT, criterion.label.sv, criterion.question.sv):
        return
    if CaseKind.BOOKING in criterion.kinds:
        yield _about(
            criterion,
            _("gäller också lokaler."),
            _("Att vara obunden är inget krav för att hyra en lokal. Ta bort Bokningar."),
        )
    if criterion.level is FactLevel.ASSOCIATION:
        yield _about(
            criterion,
            _("gäller föreningen och inte verksamheten."),
            _("Om kravet gäller verksamheten som får stöd: välj Verksamheten under Vad det handlar om."),
        )
