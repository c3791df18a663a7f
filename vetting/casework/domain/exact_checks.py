"""Exact checks: what was compared, what came of it, and the innocent explanation beside it. None is an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vetting.kernel.text import Words, _, same_in_both

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from vetting.engine.facts import Facts, Value

JUMP: Final = 0.5
"""A change in members that is told: half of last year's."""
LIKE: Final = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactCheck:
    """One comparison. `hit` when it found something."""

    id: str
    compared: Words
    """What was held against what."""
    found: Words
    innocent: Words
    """What it may well be."""
    hit: bool
    cases: tuple[str, ...] = ()
    """Numbers of the cases it found."""


def checks_of(facts: Facts) -> list[ExactCheck]:
    """Those that could be made with what is known, hits first."""
    made = [check for make in _CHECKS for check in [make(facts)] if check is not None]
    return sorted(made, key=lambda check: not check.hit)


def _cases(values: Mapping[str, Value], fact: str) -> tuple[str, ...] | None:
    found = values.get(fact)
    return tuple(str(item) for item in found) if isinstance(found, tuple) else None


NOTHING: Final = _("Inga träffar.")


def _shared_number_or_account(facts: Facts) -> ExactCheck | None:
    values = facts.values
    cases = _cases(values, "other_cases")
    if cases is None:
        return None
    return ExactCheck(
        id="other_cases",
        cases=cases,
        hit=bool(cases),
        compared=_("Organisationsnumret under andra namn och giro hos andra föreningar, i nämndens öppna ärenden."),
        found=_("Samma nummer med ett annat namn, eller samma giro hos en annan förening.") if cases else NOTHING,
        innocent=_("Föreningen kan ha bytt namn, ha sektioner, eller låta en huvudförening ta emot pengar."),
    )


def same_application(others: Sequence[str]) -> ExactCheck:
    """others: numbers of the association's other open applications in the same round, or in none as this one."""
    return ExactCheck(
        id="same_application",
        cases=tuple(others),
        hit=bool(others),
        compared=_("Föreningens andra öppna ansökningar i samma omgång."),
        found=_("Föreningen har en ansökan till.") if others else NOTHING,
        innocent=_("Det kan vara två ändamål, eller samma ansökan som kom in två gånger."),
    )


def _shared_paper(facts: Facts) -> ExactCheck | None:
    values = facts.values
    cases = _cases(values, "cases_with_same_attachment")
    if cases is None:
        return None
    return ExactCheck(
        id="cases_with_same_attachment",
        cases=cases,
        hit=bool(cases),
        compared=_("Varje fil i ärendet, jämförd tecken för tecken med andra föreningars filer i nämndens ärenden."),
        found=_("Precis samma fil är inlämnad av en annan förening.") if cases else NOTHING,
        innocent=_("Det kan vara en gemensam blankett, ett förbunds stadgar eller en fil som lagts i fel ärende."),
    )


def _same_as_last_year(facts: Facts) -> ExactCheck | None:
    values = facts.values
    ratio = values.get("similarity_to_last_year")
    if not isinstance(ratio, float):
        return None
    share = f"{round(ratio * 100)} %"
    return ExactCheck(
        id="similarity_to_last_year",
        hit=ratio >= LIKE,
        compared=_("Verksamhetsberättelse och årsmötesprotokoll, jämförda med förra årets."),
        found=_("Likhet: ") + same_in_both(f"{share}."),
        innocent=_("Föreningen kan ha använt samma mall, eller skickat förra årets fil av misstag."),
    )


def _members(facts: Facts) -> ExactCheck | None:
    values = facts.values
    now, before = values.get("members_total"), values.get("members_total_last_year")
    if not isinstance(now, int) or not isinstance(before, int) or not before:
        return None
    return ExactCheck(
        id="members_total",
        hit=abs(now - before) / before >= JUMP,
        compared=_("Antalet medlemmar, jämfört med det som uppgavs ett år tidigare."),
        found=_("{before} förut, {now} nu.", before=before, now=now),
        innocent=_("Föreningen kan ha gått ihop med en annan, öppnat en ny verksamhet eller räknat på annat sätt."),
    )


def _check_unreported_grants(facts: Facts) -> ExactCheck | None:
    then = facts.values.get("unreported_grants")
    if not isinstance(then, int) or isinstance(then, bool):
        return None
    now = facts.today.get("unreported_grants", then)
    number = int(now) if isinstance(now, int) else then
    both = _("När ansökan kom in saknades redovisning för {then} bidrag, i dag för {number}.", then=then, number=number)
    same_as_then = (
        _("Redovisning saknas för {number} bidrag.", number=number)
        if number
        else _("Alla redovisningar som skulle ha kommit in har kommit in.")
    )
    return ExactCheck(
        id="unreported_grants",
        hit=number > 0,
        compared=_("Tidigare bidrag som skulle ha redovisats."),
        found=both if number != then else same_as_then,
        innocent=_("Redovisningen kan ha kommit på papper, eller vänta på godkännande hos oss."),
    )


def _measures(facts: Facts) -> ExactCheck | None:
    values = facts.values
    cases = _cases(values, "earlier_measures")
    if cases is None:
        return None
    return ExactCheck(
        id="earlier_measures",
        cases=cases,
        hit=bool(cases),
        compared=_("Föreningens tidigare ärenden i nämnden: stoppade utbetalningar och beslutade återkrav."),
        found=_("Det finns ett stopp eller ett återkrav.") if cases else _("Inget stopp och inget återkrav."),
        innocent=_("Återkravet kan vara betalt och felet rättat; läs beslutet."),
    )


_CHECKS: Final[tuple[Callable[[Facts], ExactCheck | None], ...]] = (
    _shared_number_or_account,
    _shared_paper,
    _same_as_last_year,
    _members,
    _check_unreported_grants,
    _measures,
)
