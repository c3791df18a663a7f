"""A list against what is known of its rows from before: bookings by their number, applications by their association."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from vetting.kernel.problem import Problem
from vetting.kernel.store.acting import Acting
from vetting.kernel.store.session import BESIDE, open_technical
from vetting.kernel.text import Words, _, join_words, same_in_both
from vetting.lists.models.staged_files import CHANGED, GOOD, READY, SAME, StagedRow
from vetting.lists.services import corrected_lists, list_clashes, weekly_lists
from vetting.lists.services.staged_files import of_person
from vetting.rules import rulebook_of
from vetting.rules.domain.layouts import ListKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from vetting.kernel.roles import Person
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.import_batches import ImportBatch
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.lists.domain.list_rows import IntakeRemark
    from vetting.lists.models.staged_files import StagedFile
    from vetting.rules import Rules


def compare_with_earlier(
    session: Session, staged: StagedFile, *, on: date, again: bool = False
) -> tuple[dict[str, Any], dict[str, Any], list[IntakeRemark]]:
    """Which rows that lie ready are known: counts, what is told of them, and what of a row does not go in.

    again: they have been numbered before.
    """
    if staged.kind == ListKind.BOOKING:
        return *weekly_lists.compare_with_earlier(session, staged, again=again), list_clashes.clashing_rows(
            session, staged
        )
    counts, told, found = corrected_lists.compare_applications(session, staged, on=on)
    left = select(StagedRow.id, StagedRow.year).where(StagedRow.staged_id == staged.id, StagedRow.state == GOOD)
    if found.known or found.without_case or again:
        rows = session.execute(left.order_by(StagedRow.id)).all()
        counts |= {"good": len(rows), "by_year": weekly_lists.number_rows(session, rows)}
    cells = staged.kind != ListKind.CHANGES  # told beside the changes, to those who see the case
    return (
        counts,
        told,
        list(corrected_lists.told_of_rows(found, corrected_lists.told_facts(rulebook_of(session)), cells=cells)),
    )


def told_changes(staged: StagedFile, rules: Rules) -> Iterator[Words]:
    """What a list of applications says otherwise than what is known: a line of each case."""
    catalogue = corrected_lists.told_facts(rules)
    if staged.kind not in {ListKind.GRANT, ListKind.CHANGES}:
        return
    for number, _facts, name, _reference, was, now, *more in staged.found.get("changed", ()):
        left: dict[str, corrected_lists.SkippedCellReason] = more[0] if more else {}
        cells = [
            corrected_lists.CorrectedCell(fact=fact, was=was[fact], now=now[fact], why_not=left.get(fact))
            for fact in now
        ]
        told = join_words(cell.told(catalogue) for cell in cells if cell.fact in catalogue)
        yield same_in_both(f"{number} {name}: ") + told


def compare_again(session: Session, staged: StagedFile, *, on: date) -> bool:
    """Compares with what stands now: two lists may have lain ready at once. Returns whether that is otherwise."""
    of_file = (StagedRow.staged_id == staged.id) & StagedRow.state.in_((GOOD, CHANGED, SAME))
    stands = select(StagedRow.id, StagedRow.state, StagedRow.case_id).where(of_file).order_by(StagedRow.id)
    before = session.execute(stands).all(), staged.found.get("changed"), staged.found.get("gone")
    rows = update(StagedRow).where(of_file)
    session.execute(rows.values(state=GOOD, case_id=None), execution_options=BESIDE)
    counts, told, _left = compare_with_earlier(session, staged, on=on, again=True)
    session.expire_all()
    staged.counts, staged.found = {**staged.counts, **counts}, {**staged.found, **told}
    session.flush()
    return (session.execute(stands).all(), staged.found.get("changed"), staged.found.get("gone")) != before


def renew_comparison(database: Database, key: int, *, by: Person, on: date) -> None:
    """The same for a file that lies ready, so that the person sees what has come in between."""
    with open_technical(database, Acting(by)) as session:
        staged = of_person(session, key)
        if staged.state == READY and weekly_lists.VANISHED_KEY in staged.counts:
            compare_again(session, staged, on=on)


def overtaken_problem(staged: StagedFile) -> Problem:
    """What is said to whoever confirms a list when something has happened since it was compared."""
    if staged.kind == ListKind.CHANGES:
        changed = _("Något ändrades i ärendena medan du läste listan.")
        return Problem(staged.file, changed, _("Gå igenom ändringarna en gång till."))
    changed = (
        _("Bokningarna har ändrats sedan listan lästes, kanske av en annan lista.")
        if staged.kind == ListKind.BOOKING
        else _("Ansökningarna har ändrats sedan listan lästes, kanske av en annan lista.")
    )
    return Problem(staged.file, changed, _("Se vad som är nytt och ändrat nu, och läs in igen."))


def update_known(session: WritingSession, staged: StagedFile, batch: ImportBatch) -> None:
    """What a list says otherwise of what is known goes into the cases."""
    weekly_lists.update_known_bookings(session, staged, batch)
    corrected_lists.update_known_applications(session, staged, batch)
