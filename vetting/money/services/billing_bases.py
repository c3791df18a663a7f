"""What the finance office needs to invoice a claim: of a reclaim, or of unused money; as Word and as a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.associations.models.associations import Association
from vetting.casework import decided_by
from vetting.casework.models.budget_lines_of_cases import lines_of_cases
from vetting.casework.models.completions import contacts
from vetting.casework.models.decisions import Decision
from vetting.grants.models.rounds import Round
from vetting.kernel.dates import HERE
from vetting.kernel.money import kronor
from vetting.kernel.organisation_numbers import format_number, mask_personal_numbers
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.register_tables import RegisterColumn, RegisterTable
from vetting.kernel.text import OFFICIAL, Words, _, day_in_words, same_in_both
from vetting.kernel.written_documents import DocumentSection, DocumentTable, WrittenDocument
from vetting.money.domain.reclaims import RECLAIM_GROUND_WORDS
from vetting.money.models.reclaims import amount_to_come, find_reclaim
from vetting.money.models.unused_money import unused_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from vetting.casework.models.cases import Case
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session

TITLE: Final = _("Faktureringsunderlag")
WHAT, SAID = _("Uppgift"), _("Värde")


class BilledClaim(NamedTuple):
    """A claim as its invoice needs it; the amount in öre."""

    number: str
    why: Words
    amount: int
    due_on: date | None
    decision: Decision | None
    """None of unused money: no decision asks for it."""


class BillingBasis(NamedTuple):
    """The rows of a basis: what, and its value in Swedish."""

    number: str
    rows: tuple[tuple[Words, str], ...]

    def document(self, by: Person, on: date) -> WrittenDocument:
        """As a paper of the board."""
        rows = [(what.to(OFFICIAL), value) for what, value in self.rows]
        table = DocumentTable((WHAT, SAID), rows)
        facts = {"board": same_in_both(by.board), "date": day_in_words(on)}
        top = [same_in_both(by.board), day_in_words(on)]
        return WrittenDocument(
            TITLE + same_in_both(f" {self.number}"), top, [DocumentSection(TITLE, (), table=table)], [], facts
        )

    def table(self) -> RegisterTable:
        """As a sheet."""
        rows = tuple((what.to(OFFICIAL), value) for what, value in self.rows)
        return RegisterTable(TITLE, (RegisterColumn(WHAT), RegisterColumn(SAID)), rows)

    def about(self, by: Person, at: datetime) -> list[tuple[str, str]]:
        return [
            (_("Nämnd").to(OFFICIAL), by.board),
            (_("Av (funktion)").to(OFFICIAL), by.function),
            (_("Datum").to(OFFICIAL), at.astimezone(HERE).strftime("%Y-%m-%d %H:%M")),
        ]


def basis_of_reclaim(session: Session, number: str) -> BillingBasis:
    """Of a reclaim that is decided.

    Raises:
        Refused: there is none for this person, or it is not decided.
    """
    found = find_reclaim(session, number)
    if found is None or found[0].reclaim_decision_id is None:
        raise Refused(Obstacle.MISSING)
    reclaim, case = found
    decision = session.get_one(Decision, reclaim.reclaim_decision_id)
    left = amount_to_come(session, reclaim)
    claim = BilledClaim(number, RECLAIM_GROUND_WORDS[reclaim.ground], left, reclaim.due_on, decision)
    return _basis(session, case, claim)


def basis_of_unused(session: Session, case: Case) -> BillingBasis:
    """Of unused money that is asked back.

    Raises:
        Refused: nothing is.
    """
    row = unused_of(session, case.id)
    if row is None:
        raise Refused(Obstacle.MISSING)
    why = _("Oförbrukat bidrag enligt föreningens redovisning")
    return _basis(session, case, BilledClaim(row.number, why, row.amount - row.paid, row.due_on, None))


def _basis(session: Session, case: Case, claim: BilledClaim) -> BillingBasis:
    association = session.get(Association, case.association_id) if case.association_id is not None else None
    of_round = session.get(Round, case.round_id) if case.round_id is not None else None
    known = contacts(session, case.board_id, case.kind, [case.association_id]) if case.association_id else {}
    contact = known.get(case.association_id or 0)
    postal = ", ".join(contact.postal.splitlines()) if contact is not None else ""
    line = lines_of_cases(session, [case]).get(case.id)
    said = [
        (_("Vår referens"), claim.number),
        (_("Faktureras"), mask_personal_numbers(case.name)),
        (_("Org.nr"), format_number(association.number) if association is not None and association.number else ""),
        (_("Adress"), postal),
        (_("E-post"), contact.email if contact is not None else ""),
        (_("Belopp"), kronor(claim.amount).to(OFFICIAL)),
        (_("Avser"), f"{claim.why.to(OFFICIAL)}, {case.number}"),
        (_("Dnr"), case.dnr or (of_round.dnr if of_round is not None else "")),
        (_("Beslut"), _decision_in_words(claim.decision, session.person)),
        (_("Förfaller"), claim.due_on.isoformat() if claim.due_on is not None else ""),
        (_("Kontosträng"), f"{line.account} ({line.name} {line.year})" if line is not None else ""),
    ]
    return BillingBasis(claim.number, tuple((what, value or "–") for what, value in said))


def _decision_in_words(decision: Decision | None, by: Person) -> str:
    if decision is None:
        return _("Inget beslut: beloppet är det som föreningen har uppgett.").to(OFFICIAL)
    by_minutes = f", {decision.paragraph}" if decision.paragraph else ""
    return f"{decision.decided_on.isoformat()}, {decided_by(decision, by.board).to(OFFICIAL)}{by_minutes}"
