"""`vetting check`: what the board's records say of one association that asks now; nothing is kept."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from vetting import clock
from vetting.cli.database import database, machine
from vetting.cli.said import LANGUAGE, said
from vetting.config import from_environment
from vetting.domain.association import NumberKind, written
from vetting.domain.criteria import CaseKind
from vetting.domain.people import Role
from vetting.domain.proposal import PROPOSAL_WORDS
from vetting.domain.quick_checks import PART_WORDS, REPLY_TIME, asked, proposal_of, question
from vetting.domain.screened import finding_document
from vetting.domain.screening import part_of
from vetting.services.checks import check
from vetting.services.rules import load
from vetting.store.session import reading

if TYPE_CHECKING:
    from vetting.services.checks import Checked

ROLES = frozenset({Role.CASEWORKER})


@click.command("check", help=said("Snabbkoll av en förening, på nummer eller namn.", "Quick check of one association."))
@click.argument("wanted", metavar="ORGNR|NAME")
@click.option("--board", "code", required=True, metavar="CODE", help=said("Nämndens kod.", "The board's code."))
@click.option("--kind", type=click.Choice([kind.value for kind in CaseKind]), default=CaseKind.BOOKING.value)
@click.option("--json", "as_json", is_flag=True, help=said("Skriv ett JSON-dokument.", "Print one JSON document."))
def check_command(wanted: str, code: str, kind: str, *, as_json: bool) -> None:
    """Ends with 1 where no association or several fit."""
    config = from_environment()
    rules = load(config.rules, config.imports)
    with database() as opened:
        by = machine(opened, code, ROLES)
        with reading(opened) as session:
            found = check(session, wanted, kind=CaseKind(kind), chosen=None, rules=rules, by=by, at=clock.now())
            document = _document(found, CaseKind(kind))
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False))
    else:
        _tell(found)
    if found.association is None:
        sys.exit(1)


def _document(found: Checked, kind: CaseKind) -> dict[str, Any]:
    screening, about = found.screening, found.about
    known = found.association
    return {
        "association": known.name if known else None,
        "organisation_number": written(known.number) if known and known.number else None,
        "kind": kind.value,
        "matches": [
            {
                "name": item.name,
                "organisation_number": written(item.association.number) if item.association.number else None,
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
        "missing": list(asked(screening)) if screening else [],
        "notices": [
            {"board": notice.board, "decision": notice.kind, "since": notice.on.isoformat(), "ask": notice.ask}
            for notice in (about.notices if about else ())
        ],
        "earlier": [
            {"case": case.number, "kind": case.kind, "state": case.state} for case in (about.earlier if about else ())
        ],
    }


def _tell(found: Checked) -> None:
    if found.association is None:
        if found.number is NumberKind.PERSONAL:
            click.echo(
                said(
                    "Det är ett personnummer. Det används inte här.", "That is a personal number. It is not used here."
                )
            )
        elif not found.matches:
            click.echo(said("Föreningen finns inte här ännu.", "The association is not in the register."))
        for item in found.matches:
            number = f" {written(item.association.number)}" if item.association.number else ""
            click.echo(f"{item.name}{number}: {item.why.to(LANGUAGE)}")
        return
    screening = found.screening
    number = f", {written(found.association.number)}" if found.association.number else ""
    click.echo(f"{found.association.name}{number}")
    if screening is None:
        click.echo(said("Nämnden har inte valt några regler.", "The board has chosen no rules."))
        return
    click.echo(PROPOSAL_WORDS[proposal_of(screening)].to(LANGUAGE))
    for part, proposal in found.parts.items():
        click.echo(f"  {PART_WORDS[part].to(LANGUAGE)}: {PROPOSAL_WORDS[proposal].to(LANGUAGE)}")
    text = question(screening, clock.now().date() + REPLY_TIME).to(LANGUAGE)
    if text:
        click.echo(text)
