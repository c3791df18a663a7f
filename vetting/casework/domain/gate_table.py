"""The one table of gates: which there are, the step each holds, and what it looks at.

Their words, legal basis and who may turn them off are settings of the rules, by the same ids (`rules/gates.yaml`).
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

from vetting.casework.domain import gate_checks as check
from vetting.casework.domain.situations import CaseSituation, DecidedSituation
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

S = TypeVar("S", CaseSituation, DecidedSituation)


class GatedStep(StrEnum):
    """What a case is about to do."""

    READY = "ready"
    DECIDE = "decide"
    PAY = "pay"
    CLOSE = "close"


class GateRow(NamedTuple, Generic[S]):
    """A gate at a step; of one that holds two steps there are two."""

    id: str
    step: GatedStep
    lacking: Callable[[S], check.GateFinding]


class ClosedGate(NamedTuple):
    """A gate that holds the case: what is lacking, and what to do."""

    gate: str
    what: Words
    remedy: Words


READY, DECIDE, PAY, CLOSE = GatedStep
BEFORE_DECISION: Final[tuple[GateRow[CaseSituation], ...]] = (
    GateRow("ratt-forening", READY, check.lacks_one_association),
    GateRow("diariefort", READY, check.lacks_registration),
    GateRow("ansokan-komplett", READY, check.lacks_facts),
    GateRow("bedomningar-klara", READY, check.lacks_assessments),
    GateRow("ny-forening-granskad", READY, check.lacks_first_review),
    GateRow("lokalrutin-foljd", READY, check.lacks_routine),
    GateRow("grundkontroll-klar", READY, check.lacks_basic_check),
    GateRow("jav-provat", DECIDE, check.lacks_answer_on_conflict),
    # At ready and not first at the decision: a case that waits for advice is not ready.
    GateRow("referensgrupp-har-granskat", READY, check.lacks_group_advice),
    GateRow("kommunicerat", READY, check.lacks_reply),
    GateRow("komplettering-begard", DECIDE, check.lacks_request_to_complete),
    GateRow("kommunicerat", DECIDE, check.lacks_communication),
    GateRow("grund-ar-handling", DECIDE, check.lacks_act),
    GateRow("sarskilda-skal-vagda", DECIDE, check.lacks_special_reasons),
    GateRow("regelverk-fanns-i-forvag", DECIDE, check.lacks_rules_before),
    GateRow("motivering-finns", DECIDE, check.lacks_reasons),
    GateRow("undantag-motiverat", DECIDE, check.lacks_exception),
    GateRow("behorig-beslutsfattare", DECIDE, check.lacks_competence),
    GateRow("manniska-har-beslutat", DECIDE, check.lacks_person),
    GateRow("forbehall-i-beslutet", DECIDE, check.lacks_reservations),
    GateRow("underrattelse-och-overklagande", DECIDE, check.lacks_appeal_notice),
)
"""In the order in which what is lacking is told. Deciding asks again what being ready asked."""
AFTER_DECISION: Final[tuple[GateRow[DecidedSituation], ...]] = (
    GateRow("firmatecknare-legitimation-kontrollerad", PAY, check.lacks_identity_check),
    # A board that does not wait for legal force pays from when the minutes are adjusted by this gate, since the
    # extract is handed in then; no setting beside it says the same.
    GateRow("protokoll-bilagt", PAY, check.lacks_extract),
    GateRow("underrattelse-och-overklagande", CLOSE, check.lacks_dispatch),
    GateRow("delegationsbeslut-anmalt", CLOSE, check.lacks_report_to_board),
    GateRow("beviljad-forening-uppfoljd", CLOSE, check.lacks_follow_up),
    GateRow("stod-av-mindre-betydelse-registrerat", CLOSE, check.lacks_aid_registration),
)
HELD_TO_PAY: Final = frozenset(row.id for row in AFTER_DECISION if row.step is PAY)
"""The gates that hold payments."""
HELD_ELSEWHERE: Final[Mapping[str, Words]] = {
    "lika-fall-jamforda": _("visas: tidigare svar på samma punkt står vid bedömningen och i beslutsunderlaget"),
    "aterkravsvillkor-i-beslutet": _("prövas när ett stopp eller ett återkrav beslutas"),
    "kansliga-uppgifter-motiverade": _(
        "prövas när en bedömning, ett förslag eller ett beslut att ta tillbaka en bokning sparas"
    ),
}
"""Gates that hold no step of a case: the part of the program that holds them instead."""
GATE_IDS: Final = frozenset({row.id for row in BEFORE_DECISION} | {row.id for row in AFTER_DECISION})
"""Those that hold a step."""
ASKED_AT: Final[Mapping[GatedStep, frozenset[GatedStep]]] = {
    READY: frozenset({READY}),
    DECIDE: frozenset({READY, DECIDE}),
    PAY: frozenset({PAY}),
    CLOSE: frozenset({CLOSE}),
}
"""Step -> the steps whose gates it asks."""


def closed_gates(case: CaseSituation, step: GatedStep) -> tuple[ClosedGate, ...]:
    """What holds the case back from a step before the decision, in the table's order."""
    return _holding(BEFORE_DECISION, case, step)


def closed_after(case: DecidedSituation, step: GatedStep) -> tuple[ClosedGate, ...]:
    return _holding(AFTER_DECISION, case, step)


def refuse_closed(closed: Sequence[ClosedGate]) -> None:
    """Nothing is done while a gate is closed.

    Raises:
        Refused: every closed gate, with its remedy.
    """
    if closed:
        raise Refused(Obstacle.CLOSED, *(Problem(gate.gate, gate.what, gate.remedy) for gate in closed))


def _holding(rows: tuple[GateRow[S], ...], case: S, step: GatedStep) -> tuple[ClosedGate, ...]:
    asked = [row for row in rows if row.step in ASKED_AT[step] and row.id not in case.off]
    closed = [ClosedGate(row.id, *found) for row in asked if (found := row.lacking(case)) is not None]
    return tuple({gate.gate: gate for gate in reversed(closed)}.values())[::-1]  # of two of one id the first is told
