"""Whether a board's own Word template can be used: looked through in a child process, each fault with its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.formats.refusals import AS_TEMPLATE
from vetting.formats.workbook_reading import run_order
from vetting.kernel.own_templates import TEMPLATE_FIELDS
from vetting.kernel.problem import Problem, UnreadableError
from vetting.kernel.text import Words, _, same_in_both

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.kernel.own_templates import TemplateKind

_WHAT: Final[Mapping[str, Words]] = {
    "unknown": _("Fältet finns inte: "),
    "call": _("Ett anrop får inte stå i en mall"),
    "filter": _("Ett filter (|) får inte stå i en mall"),
    "comparison": _("En jämförelse får inte stå i en mall"),
    "value": _("Ett fast värde får inte stå i en mall"),
    "place": _("En hakparentes får inte stå i en mall"),
    "assignment": _("En tilldelning (set) får inte stå i en mall"),
    "calculation": _("En beräkning får inte stå i en mall"),
    "command": _("Andra kommandon än if och for får inte stå i en mall"),
    "loop": _("Slingan går inte över en lista, eller ligger i en annan slinga: "),
    "syntax": _("Det här går inte att läsa: "),
    "pair": _("Ett if eller for saknar sitt slut, eller ett slut sin början"),
    "lacks": _("Fältet saknas, och utan det har brevet ingen text: "),
    "body": _("Fältet saknas, eller står inte ensamt i ett stycke i brödtexten: "),
}


def wrong_with_template(data: bytes, kind: TemplateKind, file: str) -> list[Problem]:
    """What is wrong with a board's template, each with its name; none when it can be used."""
    try:
        found = next(iter(run_order({"task": "template_check", "kind": kind}, data, file)))
    except UnreadableError as error:
        return [Problem(file, error.problem.what, AS_TEMPLATE)]
    fields = same_in_both(", ".join(TEMPLATE_FIELDS[kind].words) + ".")
    allowed = _("En mall får bara innehålla if, for och dessa fält: ") + fields
    return [
        Problem(file, _WHAT[item["code"]] + same_in_both(item["name"] + "."), allowed) for item in found["problems"]
    ]
