"""`vetting check`: what the board's records say of one association that asks now; nothing is kept."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from vetting import clock
from vetting.bookings.domain.quick_checks import (
    PART_WORDS,
    REPLY_TIME,
    facts_to_ask,
    proposal_of,
    question_to_association,
)
from vetting.bookings.services.quick_checks import quick_check
from vetting.config import from_environment
from vetting.engine.proposal import PROPOSAL_WORDS
from vetting.engine.screening import part_of
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.organisation_numbers import NumberKind, format_number
from vetting.kernel.roles import Role
from vetting.kernel.store.acting import Acting
from vetting.kernel.store.session import open_reading
from vetting.kernel.text import _
from vetting.lists.domain.screened_lists import finding_document
from vetting.operations.cli.commands import BOARD, COMMANDS
from vetting.operations.cli.database import database, machine
from vetting.operations.cli.language import LANGUAGE, translate
from vetting.rules.services.rulebook import load_rules

if TYPE_CHECKING:
    from vetting.bookings.services.quick_checks import QuickCheckResult

ROLES = frozenset({Role.CASEWORKER})


@click.command("check", help=COMMANDS["check"].help)
@click.argument("wanted", metavar="ORGNR|NAME")
@BOARD
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in CaseKind]),
    default=CaseKind.BOOKING.value,
    help=translate("Bidrag eller bokningar."),
)
@click.option("--json", "as_json", is_flag=True, help=translate("Skriv ett JSON-dokument."))
def check_command(wanted: str, code: str, kind: str, *, as_json: bool) -> None:
    """Ends with 1 where no association or several fit."""
    config = from_environment()
    load_rules(config.rules, config.imports)
    with database() as opened:
        by = machine(opened, code, ROLES)
        with open_reading(opened, Acting(by, clock.now())) as session:
            found = quick_check(session, wanted, kind=CaseKind(kind), chosen=None)
            document = _document(found, CaseKind(kind))
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False))
    else:
        _tell(found)
    if found.association is None:
        sys.exit(1)


def _document(found: QuickCheckResult, kind: CaseKind) -> dict[str, Any]:
    screening, about = found.screening, found.about
    known = found.association
    return {
        "association": known.name if known else None,
        "organisation_number": format_number(known.number) if known and known.number else None,
        "kind": kind.value,
        "matches": [
            {
                "name": item.name,
                "organisation_number": format_number(item.association.number) if item.association.number else None,
                "why": {"sv": item.why.sv, "en": item.why.en},
            }
            for item in found.matches
        ],
        "proposal": proposal_of(screening).value if screening else None,
        "parts": [
            {
                "part": part.value,
                "proposal": proposal.value,
                "findings": [
                    finding_document(item, screening) for item in screening.findings if part_of(item, kind) is part
                ],
            }
            for part, proposal in found.parts.items()
            if screening
        ],
        "missing": list(facts_to_ask(screening)) if screening else [],
        "earlier": [
            {"case": case.number, "kind": case.kind, "state": case.state} for case in (about.earlier if about else ())
        ],
    }


def _tell(found: QuickCheckResult) -> None:
    if found.association is None:
        if found.number is NumberKind.PERSONAL:
            click.echo(translate("Det är ett personnummer. Det används inte här."))
        elif not found.matches:
            click.echo(translate("Föreningen finns inte i registret än."))
        for item in found.matches:
            number = f" {format_number(item.association.number)}" if item.association.number else ""
            click.echo(f"{item.name}{number}: {item.why.to(LANGUAGE)}")
        return
    screening = found.screening
    number = f", {format_number(found.association.number)}" if found.association.number else ""
    click.echo(f"{found.association.name}{number}")
    if screening is None:
        click.echo(_("Nämnden har inte valt några regler.").to(LANGUAGE))
        return
    click.echo(PROPOSAL_WORDS[proposal_of(screening)].to(LANGUAGE))
    for part, proposal in found.parts.items():
        click.echo(f"  {PART_WORDS[part].to(LANGUAGE)}: {PROPOSAL_WORDS[proposal].to(LANGUAGE)}")
    text = question_to_association(screening, clock.now().date() + REPLY_TIME).to(LANGUAGE)
    if text:
        click.echo(text)
