"""Ways of working: which gates and habits a board has from the start, and what it has chosen beside them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from vetting.engine.gate_definitions import GateObligation
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.engine.gate_definitions import Gate


class WayOfWorking(StrEnum):
    """The three that ship."""

    SMALL = "small"
    GROUP = "group"
    FULL = "full"


WAY_WORDS: Final[Mapping[WayOfWorking, Words]] = {
    WayOfWorking.SMALL: _("Liten nämnd"),
    WayOfWorking.GROUP: _("Stadsdelsnämnd med referensgrupp"),
    WayOfWorking.FULL: _("Full kontroll"),
}
WAY_MEANS: Final[Mapping[WayOfWorking, Words]] = {
    WayOfWorking.SMALL: _(
        "Ingen referensgrupp visas. Jävsfrågan besvaras en gång för varje omgång. Föreningen får "
        "yttra sig innan något beslutas mot den."
    ),
    WayOfWorking.GROUP: _("Som en liten nämnd, och referensgruppen granskar ansökningarna före beslut."),
    WayOfWorking.FULL: _(
        "Som med referensgrupp, och dessutom: jävsfrågan besvaras i varje ärende, särskilda skäl vägs alltid, nya "
        "föreningar granskas helt, firmatecknaren legitimerar sig, utbetalning väntar på laga kraft och ingen beslutar "
        "om sitt eget förslag."
    ),
}
ON_IN: Final[Mapping[WayOfWorking, frozenset[str]]] = {
    WayOfWorking.SMALL: frozenset(),
    WayOfWorking.GROUP: frozenset({"referensgrupp-har-granskat"}),
    WayOfWorking.FULL: frozenset(
        {
            "referensgrupp-har-granskat",
            "sarskilda-skal-vagda",
            "ny-forening-granskad",
            "lokalrutin-foljd",
            "firmatecknare-legitimation-kontrollerad",
            "beviljad-forening-uppfoljd",
        }
    ),
}
"""Gates of a way besides those that are always on or on by default."""


class BoardOption(StrEnum):
    """What a board can have in one way or another, beside its gates."""

    CONFLICT_PER_CASE = "conflict_per_case"
    PAY_IN_FORCE = "pay_in_force"
    STATEMENTS_HIDDEN = "statements_hidden"
    FORMAL_MINUTES = "formal_minutes"
    SIGNED_BY_NAME = "signed_by_name"
    CITES_LAW = "cites_law"
    ANSWERS_FOR_BOTH = "answers_for_both"
    SPECIAL_RECORD = "special_record"
    OTHER_DECIDES = "other_decides"
    OTHER_PAYS = "other_pays"
    OTHER_LIFTS = "other_lifts"
    ATTEST_HERE = "attest_here"
    DECIDER_ATTESTS = "decider_attests"


HABIT_WORDS: Final[Mapping[BoardOption, Words]] = {
    BoardOption.CONFLICT_PER_CASE: _("Jävsfrågan besvaras i varje ärende, inte en gång för omgången"),
    BoardOption.PAY_IN_FORCE: _("Utbetalning väntar tills beslutet har fått laga kraft"),
    BoardOption.STATEMENTS_HIDDEN: _("En ledamot ser de andras yttranden först när det egna är lämnat"),
    BoardOption.FORMAL_MINUTES: _("Gruppen för protokoll som två justerar, i stället för minnesanteckningar"),
    BoardOption.SIGNED_BY_NAME: _("Brev och beslut undertecknas med namn, inte bara funktion"),
    BoardOption.CITES_LAW: _("Brev nämner de lagrum som nämnden har angett"),
    BoardOption.ANSWERS_FOR_BOTH: _(
        "Svar om en förenings värdekriterier gäller både dess ansökningar och dess bokningar"
    ),
    BoardOption.SPECIAL_RECORD: _(
        "Delegationsbeslut protokollförs särskilt i stället för att anmälas; överklagandetiden räknas från att det "
        "protokollet har anslagits"
    ),
    BoardOption.OTHER_DECIDES: _("Den som skrev förslaget beslutar inte själv om det på delegation"),
    BoardOption.OTHER_PAYS: _("Den som kontrollerade ett ändrat konto markerar inte själv bidraget som betalt"),
    BoardOption.OTHER_LIFTS: _("Den som stoppade en utbetalning häver inte själv stoppet på delegation"),
    BoardOption.ATTEST_HERE: _(
        "Utbetalningar attesteras här, i sak och med beslutsattest, i stället för i ekonomisystemet"
    ),
    BoardOption.DECIDER_ATTESTS: _("Den som beslutade bidraget får ge beslutsattesten, enligt attestreglementet"),
}
HABITS_IN: Final[Mapping[WayOfWorking, frozenset[BoardOption]]] = {
    WayOfWorking.SMALL: frozenset(),
    WayOfWorking.GROUP: frozenset(),
    WayOfWorking.FULL: frozenset(
        {
            BoardOption.CONFLICT_PER_CASE,
            BoardOption.PAY_IN_FORCE,
            BoardOption.STATEMENTS_HIDDEN,
            BoardOption.OTHER_DECIDES,
            BoardOption.OTHER_PAYS,
            BoardOption.OTHER_LIFTS,
        }
    ),
}


GATE_BECAUSE: Final = "because"
"""Beside the habits: why a board has chosen one that needs a reason."""
WAITS: Final = "waits"
"""Beside the habits: those that somebody wants the board to be without, with who asks; they hold until a second yes."""
NEEDS_REASON: Final = frozenset({BoardOption.ANSWERS_FOR_BOTH, BoardOption.DECIDER_ATTESTS})
"""A look made to lend a room then answers for money, too; who decided attests: the board says by what it may."""


class BoardLimit(StrEnum):
    """Times that a board can set, in days."""

    REPLY = "reply"
    SPECIAL_REVIEW = "special_review"
    EXPERT = "expert"
    DECISION = "decision"
    """No gate: what the overview sets the days to a decision beside."""


LIMIT_WORDS: Final[Mapping[BoardLimit, Words]] = {
    BoardLimit.REPLY: _("Svarstid när föreningen yttrar sig"),
    BoardLimit.SPECIAL_REVIEW: _("Tid för en fördjupad kontroll"),
    BoardLimit.EXPERT: _("Tid för en sakkunnig att svara"),
    BoardLimit.DECISION: _("Nämndens mål för tiden till beslut"),
}
LIMIT_DAYS: Final[Mapping[BoardLimit, int]] = {
    BoardLimit.REPLY: 21,
    BoardLimit.SPECIAL_REVIEW: 60,
    BoardLimit.EXPERT: 21,
    BoardLimit.DECISION: 90,
}
SHORTEST, LONGEST = 7, 365


def limit_of(chosen: Mapping[str, Any], limit: BoardLimit) -> int:
    """Days, as the board has set it or as it ships."""
    return int(chosen.get(limit.value, LIMIT_DAYS[limit]))


class GateReason(StrEnum):
    """Why a gate is as it is."""

    ALWAYS = "always"
    BY_RULES = "by_rules"
    BY_WAY = "by_way"
    CHOSEN = "chosen"


GATE_REASON_WORDS: Final[Mapping[GateReason, Words]] = {
    GateReason.ALWAYS: _("kan inte stängas av"),
    GateReason.BY_RULES: _("reglerna i kraft kräver det"),
    GateReason.BY_WAY: _("följer av arbetssättet"),
    GateReason.CHOSEN: _("nämndens val"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GateState:
    """A gate in one board: on or off, why, and on which legal basis there."""

    gate: Gate
    on: bool
    held: GateReason
    legal: str
    because: str = ""
    """Why the board has switched it off, where that needs a reason."""
    waits: bool = False
    """Somebody wants it off; a second person has not agreed."""

    @property
    def locked(self) -> bool:
        """Whether the board can choose otherwise."""
        return self.held in {GateReason.ALWAYS, GateReason.BY_RULES}


def is_waiting(own: Mapping[str, Any]) -> bool:
    """Whether a board's choice of a gate waits for a second person."""
    return "asked_by" in own and "agreed_by" not in own


def mark_of(own: Mapping[str, Any]) -> str:
    """What tells one wish from a later one about the same thing: a yes is to what was read, and to nothing else."""
    return hashlib.sha256(json.dumps(own, sort_keys=True, default=str).encode()).hexdigest()[:16]


def gate_states(
    gates: Mapping[str, Gate], way: WayOfWorking, chosen: Mapping[str, Mapping[str, Any]], required: frozenset[str]
) -> dict[str, GateState]:
    """Every gate as it is in a board. chosen: gate -> {"on": yes or no, "legal": text}; required: by rules in force."""
    found = {}
    for name, gate in gates.items():
        own = chosen.get(name, {})
        legal = str(own.get("legal", gate.legal))
        if gate.must is GateObligation.ALWAYS:
            on, held = True, GateReason.ALWAYS
        elif name in required:
            on, held = True, GateReason.BY_RULES
        elif is_waiting(own):  # until a second person agrees
            on, held = True, GateReason.BY_WAY
        elif "on" in own:
            on, held = bool(own["on"]), GateReason.CHOSEN
        else:
            on, held = (
                gate.must in {GateObligation.DEFAULT_ON, GateObligation.TWO_PERSONS} or name in ON_IN[way],
                GateReason.BY_WAY,
            )
        found[name] = GateState(
            gate=gate, on=on, held=held, legal=legal, because=str(own.get("because", "")), waits=is_waiting(own)
        )
    return found


def board_habits(way: WayOfWorking, chosen: Mapping[str, Any]) -> frozenset[BoardOption]:
    """What the board does, by its way of working where it has not chosen; what waits for a second yes still holds."""
    waits = chosen.get(WAITS, {})
    return frozenset(
        habit for habit in BoardOption if habit.value in waits or bool(chosen.get(habit.value, habit in HABITS_IN[way]))
    )
