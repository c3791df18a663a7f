"""What must have happened before a step (rules/gates.yaml)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.engine.rule_file_fields import FieldReader, mapping_at
from vetting.kernel.case_kinds import CaseKind

if TYPE_CHECKING:
    from vetting.kernel.problem import Faults
    from vetting.kernel.text import Words


class GateObligation(StrEnum):
    """Whether a board can switch a gate off."""

    ALWAYS = "always"
    TWO_PERSONS = "two_persons"
    """Only with a basis, a reason and a second person."""
    DEFAULT_ON = "default_on"
    BY_RULE_SET = "by_rule_set"


@dataclass(frozen=True, slots=True)
class Gate:
    """What must have happened before a step (rules/gates.yaml)."""

    id: str
    label: Words
    blocks: str
    legal: str
    must: GateObligation
    computed_from: Words
    kinds: tuple[CaseKind, ...]
    """The kinds of case it belongs to, in order."""


GATE_KEYS: Final = ("label", "applies_to", "blocks", "legal", "must", "computed_from", "sources")


def parse_gates(data: object, faults: Faults) -> dict[str, Gate]:
    """All gates by id."""
    gates: dict[str, Gate] = {}
    for gate_id, entry in (mapping_at(data, (), faults) or {}).items():
        found = mapping_at(entry, (gate_id,), faults)
        if found is None:
            continue
        fields = FieldReader(found, (gate_id,), faults)
        fields.refuse_unknown(GATE_KEYS)
        gates[gate_id] = Gate(
            gate_id,
            fields.words("label"),
            fields.text("blocks"),
            fields.text("legal", required=False),
            fields.one_of("must", GateObligation),
            fields.words("computed_from", required=False),
            tuple(sorted(fields.several_of("applies_to", CaseKind, frozenset(CaseKind)))),
        )
    return gates
