"""The list of delegates' decisions as it goes to the board: grouped by point of the scheme of delegation."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Final

from vetting.casework.services.decision_sentences import outcome_in_words
from vetting.casework.services.reported_decisions import count_unreported, unreported_decisions
from vetting.grants.models.rounds import Round
from vetting.kernel.money import kronor
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.roles import Action
from vetting.kernel.text import _, count_in_words, day_in_words, same_in_both
from vetting.kernel.written_documents import DocumentSection, DocumentTable, WrittenDocument

if TYPE_CHECKING:
    from datetime import date

    from vetting.casework.models.cases import Case
    from vetting.casework.models.decisions import Decision
    from vetting.kernel.store.session import Session

NO_POINT: Final = _("Utan delegationspunkt")


def delegation_list(session: Session, *, on: date) -> WrittenDocument:
    """What the board has not been told of, of what this person may read: the first so many, as its page has them.

    In Swedish inside its tables, as the board's papers are.
    """
    waiting = unreported_decisions(session, Action.READ_REGISTERS)
    number = count_unreported(session, Action.READ_REGISTERS)
    rounds = {key: session.get_one(Round, key) for key in {case.round_id for _made, case in waiting if case.round_id}}
    headings = (_("Beslutad"), _("Ärende"), _("Förening"), _("Beslut"), _("Belopp"), _("Delegat"))
    proposal = [_("att lägga anmälan av delegationsbeslut till handlingarna")]
    sections = [DocumentSection(_("Förslag till beslut"), proposal, numbered=True)]
    by_point = sorted(waiting, key=lambda pair: _by_number(pair[0].delegation_point))
    for point, pairs in groupby(by_point, key=lambda pair: pair[0].delegation_point):
        rows = [_row(decision, case, rounds.get(case.round_id or 0)) for decision, case in pairs]
        heading = _("Delegationspunkt {point}", point=point) if point else NO_POINT
        sections.append(DocumentSection(heading, (), table=DocumentTable(headings, rows)))
    top = [
        same_in_both(session.person.board),
        day_in_words(on),
        count_in_words(len(waiting), _("beslut"), _("beslut")),
    ]
    if number > len(waiting):
        left = _("De äldsta av {number} som inte är anmälda. Resten anmäls i nästa lista.", number=number)
        top.append(left)
    facts = {"board": same_in_both(session.person.board), "date": day_in_words(on)}
    return WrittenDocument(_("Anmälan av delegationsbeslut"), top, sections, [], facts)


def _row(decision: Decision, case: Case, round_: Round | None) -> tuple[str, ...]:
    dnr = case.dnr or (round_.dnr if round_ is not None else "")
    return (
        decision.decided_on.isoformat(),
        ", ".join(filter(None, (case.number, dnr))),
        mask_personal_numbers(case.name),
        outcome_in_words(decision.kind, decision.outcome, by_exception=decision.set_aside).sv,
        kronor(decision.amount).sv if decision.amount else "",
        decision.decider(by_name=False).sv,
    )


def _by_number(point: str) -> list[tuple[int, str]]:
    """2.10 comes after 2.9; what has no point comes last."""
    parts = re.split(r"[.\s]+", point)
    return [(int(part) if part.isdigit() else 10**6, part) for part in parts] if point else [(10**9, "")]
