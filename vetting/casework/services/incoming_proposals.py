"""Proposals for mails and files that came: the association, the case, and the paper type of each file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.associations.models.associations import Association, AssociationName, by_number, is_not_undone
from vetting.casework.domain.cases import OPEN, CaseState
from vetting.casework.domain.incoming import (
    case_numbers,
    is_paper,
    name_keys,
    organisation_numbers,
    paper_type,
    registry_numbers,
)
from vetting.casework.models.cases import Case, find_case, visible_cases
from vetting.casework.models.documents import Document
from vetting.casework.models.incoming import IncomingPart, IncomingPost, Message, parts_of_post, same_mail
from vetting.engine.form_facts import asked_facts
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import day_here
from vetting.kernel.roles import Action
from vetting.kernel.store.import_batches import is_batch_not_undone
from vetting.kernel.text import Words, _, same_in_both
from vetting.rules import rules_in_force

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from vetting.engine.facts import FactDefinition
    from vetting.kernel.store.session import Session

MOST_CASES: Final = 20
AFTER_DECISION: Final = frozenset({CaseState.DECIDED, CaseState.PAYMENT, CaseState.REPORTING})
"""States of a case that a report can belong to."""


def of_case(session: Session, key: int) -> Case | None:
    """A case, if the person may see it."""
    return session.scalar(visible_cases(session.person).where(Case.id == key))


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingProposal:
    """What a post seems to be. Every part is proposed, and a person chooses."""

    name: str
    number: str
    why: Words | None
    """What the association was told by; None when nothing did."""
    case: str
    """The case it seems to belong to; empty for a new one."""
    why_case: Words | None
    cases: Sequence[Case]
    """Cases that it can be put in: open ones, and grants decided on, whose reports come."""
    received_on: date
    types: Mapping[int, str]
    """Part -> the paper it seems to be."""
    papers: Sequence[FactDefinition]
    in_already: Mapping[int, str]
    """Part -> the case that has the very same file."""
    already: str
    """The case that has the very same mail."""


def propose_filing(session: Session, post: IncomingPost, *, on: date) -> FilingProposal:
    """Looks the post through against the board's records; nothing is fetched from elsewhere."""
    own = parts_of_post(session, post.id)
    text = _all_text(post, own)
    case, why_case = _belongs_to(session, post, text)
    association, why = _association(session, post, text, case)
    same_before = same_mail(session, post.board_id, post.mail["sha256"]) if post.mail else None
    mine = _cases_of(session, association, case, CaseKind(post.kind))
    if case is None and association is not None:
        case = next((item for item in mine if item.state == CaseState.COMPLETION.value), None)
        why_case = _("Ärendet väntar på komplettering.") if case else None
    papers = paper_facts(session, post.board_id, CaseKind(post.kind), on=on)
    number = (association.number or "") if association else next(iter(organisation_numbers(text)), "")
    return FilingProposal(
        name=association.name if association else "",
        number=number,
        why=why,
        case=case.number if case else "",
        why_case=why_case,
        cases=mine,
        received_on=min(_day_received(post), on),
        papers=papers,
        types={part.id: "" if part.original else paper_type(part.name, papers) for part in own},
        in_already=_same_files(session, own),
        already=case_number(session, same_before.case_id) if same_before else "",
    )


def case_number(session: Session, key: int) -> str:
    """The number of a case, or a dash where the person may not see it."""
    found = of_case(session, key)
    return found.number if found is not None else "–"


def paper_facts(session: Session, board_id: int, kind: CaseKind, *, on: date) -> list[FactDefinition]:
    """The papers that the rules in force ask for."""
    ruleset = rules_in_force(session, board_id, kind, on=on)
    groups = asked_facts(ruleset, kind) if ruleset is not None else {}
    return [fact for group in groups.values() for fact in group if is_paper(fact)]


def _all_text(post: IncomingPost, own: Sequence[IncomingPart]) -> str:
    mail = post.mail or {}
    said = (mail.get("subject", ""), mail.get("sender", ""), mail.get("text", ""), post.name)
    return "\n".join([*said, *(part.name for part in own)])


def _day_received(post: IncomingPost) -> date:
    received = post.mail.get("received") if post.mail else ""
    moment = datetime.fromisoformat(received) if received else post.at
    return day_here(moment)


def _belongs_to(session: Session, post: IncomingPost, text: str) -> tuple[Case | None, Words | None]:
    """The open case that it was handed in on, or that is named in it."""
    if post.case_id is not None:
        return of_case(session, post.case_id), None
    for number in case_numbers(text):
        case = find_case(session, number)
        if case is not None and case.kind == post.kind and case.state in OPEN:
            return case, _("Ärendets nummer står i ") + _place(post)
    wanted = registry_numbers(text)
    if wanted:
        found = visible_cases(session.person).where(
            Case.dnr.in_(wanted), Case.kind == post.kind, Case.state.in_(_open_states())
        )
        rows = session.scalars(found.order_by(Case.id).limit(2)).all()
        if len(rows) == 1:
            return rows[0], _("Diarienumret står i ") + _place(post)
    return None, None


def _place(post: IncomingPost) -> Words:
    return _("mejlet.") if post.mail else _("filerna.")


def _open_states() -> list[str]:
    return sorted(state.value for state in OPEN)


def _association(
    session: Session, post: IncomingPost, text: str, case: Case | None
) -> tuple[Association | None, Words | None]:
    """By the case, the number, the known sender, or a name that stands in the text."""
    if case is not None and case.association_id is not None:
        return session.get(Association, case.association_id), None
    for number in organisation_numbers(text):
        found = by_number(session, number)
        if found is not None and is_not_undone(session, found):
            return found, _("Organisationsnumret står i ") + _place(post)
    address = post.mail.get("address", "") if post.mail else ""
    earlier = _earlier_of(session, address) if address else None
    if earlier is not None and earlier.association_id is not None:
        why = _("Avsändaren har tidigare skrivit i ärende ") + same_in_both(f"{earlier.number}.")
        return session.get(Association, earlier.association_id), why
    named = _association_in_text(session, text)
    return named, _("Namnet står i ") + _place(post) if named is not None else None


def _earlier_of(session: Session, address: str) -> Case | None:
    """The latest case that a sender's mail was put in."""
    wanted = (
        visible_cases(session.person)
        .join(Message, Message.case_id == Case.id)
        .where(Message.board_id == session.person.board_id, Message.address == address)
    )
    return session.scalars(wanted.order_by(Message.id.desc()).limit(1)).first()


def _association_in_text(session: Session, text: str) -> Association | None:
    """The one association whose name is a line of the text; None when several are."""
    keys = name_keys([text])
    if not keys:
        return None
    known = select(AssociationName.association_id).where(
        AssociationName.name_key.in_(keys), is_batch_not_undone(AssociationName.batch_id)
    )
    wanted = select(Association).where(Association.id.in_(known), is_batch_not_undone(Association.batch_id))
    found = session.scalars(wanted.order_by(Association.id).limit(2)).all()
    return found[0] if len(found) == 1 else None


def _cases_of(session: Session, association: Association | None, case: Case | None, kind: CaseKind) -> list[Case]:
    """Cases of the association that a paper can still come to, newest first; the one it belongs to is among them."""
    if association is None:
        return [case] if case is not None else []
    states = OPEN | AFTER_DECISION if kind is CaseKind.GRANT else OPEN
    wanted = visible_cases(session.person, Action.ADD_DOCUMENT).where(
        Case.association_id == association.id, Case.kind == kind, Case.state.in_(sorted(states))
    )
    found = list(session.scalars(wanted.order_by(Case.id.desc()).limit(MOST_CASES)))
    return found if case is None or any(item.id == case.id for item in found) else [case, *found]


def _same_files(session: Session, own: Sequence[IncomingPart]) -> dict[int, str]:
    """Files that a case of the board has already."""
    rows = session.execute(
        select(Document.sha256, Document.case_id).where(
            Document.board_id == session.person.board_id, Document.sha256.in_([part.sha256 for part in own])
        )
    )
    known = {digest: case_id for digest, case_id in rows}  # noqa: C416 - rows are no pairs to mypy
    numbers = {
        case.id: case.number
        for case in session.scalars(visible_cases(session.person).where(Case.id.in_(set(known.values()))))
    }
    found = {part.id: numbers.get(known.get(part.sha256, 0), "") for part in own}
    return {key: number for key, number in found.items() if number}
