"""What is published of a meeting's decision on an item: each grant by itself, of the rest a number and a sum."""

from __future__ import annotations

import csv
import io
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from vetting.associations.models.associations import Association
from vetting.boards.services.sign_in import require_permission
from vetting.cases.domain.cases import GIVEN_UP, OPEN
from vetting.cases.models.cases import Case, seen_by
from vetting.cases.models.round_cases import of_rounds
from vetting.decisions.models.decisions import Decision, standing_decisions
from vetting.engine.criteria import fingerprint_of
from vetting.grants.models.rounds import Round, offered_in_round
from vetting.kernel.decision_outcomes import FAVOURABLE
from vetting.kernel.organisation_numbers import format_number, mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.text import OFFICIAL, _
from vetting.office.services.board_decisions import decided_by_all, record_of_item

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from vetting.grants.models.board_items import ItemDecision
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession

READS: Final = Action.READ_REGISTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedRow:
    """One grant as it is published; the amount in öre."""

    name: str
    number: str
    scheme: str
    amount: int
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishingList:
    """What is published: the granted rows by name; (how many, what they applied for in öre) of the others."""

    rows: Sequence[PublishedRow]
    refused: tuple[int, int]
    withdrawn: tuple[int, int]
    looked_digest: str
    """Of the list as somebody looked it through; empty where nobody has."""

    @property
    def digest(self) -> str:
        """Of all that is told in it."""
        told = [[*map(str, astuple(row))] for row in self.rows]
        return fingerprint_of([told, list(self.refused), list(self.withdrawn)])

    @property
    def may_be_taken(self) -> bool:
        """Whether somebody has looked it through, and nothing of it has changed since."""
        return self.looked_digest == self.digest

    @property
    def total(self) -> int:
        """What is granted together, in öre."""
        return sum(row.amount for row in self.rows)


def publishing_list(session: Session, key: int, by: Person) -> PublishingList:
    """What would be published of a meeting's decision on an item.

    Raises:
        Refused: there is no such decision; or it has a row that this person takes no part in: the sums would be wrong.
    """
    record = record_of_item(session, key, by)
    decided_by_all(session, record, by, READS)
    about = session.get_one(Round, record.round_id)
    schemes = {item.scheme.id: item.scheme.name for item in offered_in_round(session, about.id)}
    alone = next(iter(schemes.values())) if len(schemes) == 1 else about.grant_type
    wanted = (
        select(Case, Decision, Association.number)
        .join(Decision, Decision.case_id == Case.id)
        .outerjoin(Association, Association.id == Case.association_id)
        .where(Decision.item_decision_id == key, standing_decisions(), Case.state.not_in(OPEN))
        .order_by(Case.name, Case.id)
    )
    found = [(case, made, number) for case, made, number in session.execute(wanted)]
    rows = []
    for case, made, number in found:
        if made.outcome in FAVOURABLE:
            rows.append(
                PublishedRow(
                    name=mask_personal_numbers(case.name),
                    number=format_number(number) if number else "",
                    scheme=schemes.get(case.scheme_id or 0, alone),
                    amount=made.amount or 0,
                    purpose=mask_personal_numbers(case.purpose),
                )
            )
    refused = [case.amount_applied or 0 for case, made, _number in found if made.outcome not in FAVOURABLE]
    untried = select(Case.amount_applied).where(of_rounds([about.id]), Case.state.in_(GIVEN_UP))
    if session.scalar(untried.where(~seen_by(by, READS)).limit(1)) is not None:
        raise Refused(
            Obstacle.FORBIDDEN,
            Problem("", _("Du deltar inte i alla omgångens ansökningar: summorna blir fel."), _("Be en kollega.")),
        )
    # What nobody tried is no part of any meeting's decision: it is told with the first one of the round.
    first = select(func.min(Decision.item_decision_id)).join(Case, Case.id == Decision.case_id)
    tells = session.scalar(first.where(of_rounds([about.id]))) == key
    over = session.scalars(untried.where(seen_by(by, READS))).all() if tells else ()
    return PublishingList(
        rows=rows,
        refused=(len(refused), sum(refused)),
        withdrawn=(len(over), sum(amount or 0 for amount in over)),
        looked_digest=record.looked_digest,
    )


def look_through(session: WritingSession, key: int, digest: str, *, by: Person, at: datetime) -> ItemDecision:
    """Somebody has read the list through, names and purposes: it may be published. digest: of the list that was read.

    Raises:
        Refused: there is no such decision, or a row that this person takes no part in; or the list has changed since.
    """
    require_permission(by, Action.HANDLE)
    record = record_of_item(session, key, by)
    if publishing_list(session, key, by).digest != digest:
        raise Refused(Obstacle.STALE, Problem("", _("Listan ändrades medan du läste."), _("Läs igenom den igen.")))
    record.looked_at, record.looked_by_id, record.looked_digest = at, by.id, digest
    session.note(TrailNote(action="item_looked_through", by=by, at=at, subject=record, board_id=record.board_id))
    return record


def published_csv(session: Session, key: int, by: Person, *, purposes: bool) -> bytes:
    """The list as CSV with semicolons, as Swedish Excel reads it; amounts in kronor. purposes: whether they are told.

    Raises:
        Refused: there is no such decision; nobody has looked it through, or a row has changed since.
    """
    found = publishing_list(session, key, by)
    if not found.may_be_taken:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                "",
                _("Ingen har sett igenom listan sedan den senast ändrades."),
                _("Läs igenom den, och markera att den kan publiceras."),
            ),
        )
    out = io.StringIO()
    lines = csv.writer(out, delimiter=";", lineterminator="\r\n")
    headings = [_("Förening"), _("Org.nr"), _("Bidragsform"), _("Beviljat kr"), *([_("Ändamål")] if purposes else [])]
    lines.writerow([heading.to(OFFICIAL) for heading in headings])
    for row in found.rows:
        amount = f"{row.amount // 100},{row.amount % 100:02}" if row.amount % 100 else str(row.amount // 100)
        told = [row.name, row.number, row.scheme, amount, *([row.purpose] if purposes else [])]
        lines.writerow([_as_text(cell) for cell in told])
    return out.getvalue().encode("utf-8-sig")


def _as_text(cell: str) -> str:
    """A cell that no program takes for a formula, on one line."""
    plain = " ".join(cell.split())
    return f"'{plain}" if plain[:1] in {"=", "+", "-", "@"} else plain
