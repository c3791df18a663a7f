"""Lists into a board: what lies ready is confirmed in one transaction or piece by piece, screened, and taken back."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, func, select

from vetting.associations.models.associations import Association
from vetting.casework import STATED, keep_stated_contact, screen_case
from vetting.casework.domain.cases import OPEN
from vetting.casework.models.cases import SERIES, Case, Serial
from vetting.casework.models.facts import GivenFacts, values_of
from vetting.grants import open_round
from vetting.grants.models.rounds import scheme_of_case
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.acting import Acting, Purpose
from vetting.kernel.store.import_batches import DONE, MOVING, UNDONE, ImportBatch, is_batch_not_undone, same_file
from vetting.kernel.store.jobs import ENDED_STATES, Job, new_job
from vetting.kernel.store.session import BESIDE, open_reading, open_technical, run_in_transaction
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.text import _, number_in_words
from vetting.lists.models import row_transfer
from vetting.lists.models.staged_files import CONFIRMED, CONFIRMING, LARGEST_BATCH, READY, StagedFile, StagedRow
from vetting.lists.services import earlier_lists, payment_lists, undo_obstacles, weekly_lists
from vetting.lists.services.name_conflicts import SETTLED_KEY
from vetting.lists.services.staged_files import allow_list, changed_meanwhile, job_of, of_person
from vetting.people import at_work, require_permission
from vetting.people.models.letting_kinds import letting_kinds_by_room
from vetting.rules import fix_version, own_ruleset
from vetting.rules.domain.layouts import ListKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from sqlalchemy import ColumnElement

    from vetting.kernel.roles import Person
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.kernel.store.trail_bulk_rows import BulkDigest

MOVE, SCREEN = "import_move", "import_screen"
"""The kinds of jobs."""
SCREENED_AT_A_TIME: Final = 25
SCREENED_KINDS: Final = frozenset({ListKind.GRANT.value, ListKind.BOOKING.value, ListKind.CHANGES.value})


def confirm_import(session: WritingSession, key: int, *, good_only: bool) -> ImportBatch:
    """The rows that lie ready go in: at once, or, when they are many, piece by piece by a job.

    Raises:
        Refused: rows cannot go in and only the good ones were not asked for, nothing can, the round is closed,
            or somebody else was first.
    """
    of_person(session, key)
    staged = session.get_one(StagedFile, key, with_for_update=True, populate_existing=True)
    before = same_file(session, session.person.board_id, staged.sha256, staged.round_id)
    if before is not None:
        if before.state == MOVING:
            _go_on(session, before)
        elif staged.state == READY:
            staged.state, staged.batch_id = CONFIRMED, before.id
        return before
    if staged.state != READY:
        raise Refused(Obstacle.STALE, changed_meanwhile(staged))
    kind = ListKind(staged.kind)
    allow_list(session.person, kind, staged.found.get("of", ""))
    if staged.round_id is not None:
        open_round(session, staged.round_id)
    if kind is ListKind.CLAIMS or (staged.round_id is not None and kind is not ListKind.GRANT):
        raise Refused(Obstacle.INVALID, changed_meanwhile(staged))
    _check_rows(staged, good_only=good_only)
    if weekly_lists.VANISHED_KEY in staged.counts and earlier_lists.compare_again(session, staged, on=session.today):
        raise Refused(Obstacle.STALE, earlier_lists.overtaken_problem(staged))
    batch = _batch(session, staged)
    if kind is ListKind.PAYMENTS:
        payment_lists.mark_rows_paid(session, staged, batch)
        _finish(session, staged, batch, [], {})
        return batch
    return _into_records(session, staged, batch)


def _batch(session: WritingSession, staged: StagedFile) -> ImportBatch:
    """The import that the file becomes."""
    batch = ImportBatch(
        board_id=session.person.board_id,
        round_id=staged.round_id,
        place=staged.round_id or 0,
        kind=staged.kind,
        file=staged.file,
        sha256=staged.sha256,
        layout=staged.layout,
        counts=dict(staged.counts),
        state=MOVING,
        at=session.now,
        by_user_id=session.user_id,
    )
    session.add(batch)
    session.flush()
    staged.batch_id = batch.id
    return batch


def _into_records(session: WritingSession, staged: StagedFile, batch: ImportBatch) -> ImportBatch:
    """Cases and associations: at once, or begun and left to a job."""
    good = staged.counts["good"]
    offsets = _reserve_numbers(session, staged, ListKind(staged.kind))
    versions = _versions(session, staged)
    way = _way(staged, batch, offsets, versions)
    if good <= LARGEST_BATCH:
        if good:
            row_transfer.move_batch_rows(session, way, 1, good)
        row_transfer.adopt_associations(session, way)
        batch.state = DONE  # what it says counts from here on: what is judged anew reads it
        earlier_lists.update_known(session, staged, batch)
        _finish(session, staged, batch, way.bulks, way.made)
        return batch
    staged.state = CONFIRMING
    staged.progress = {
        "moved": 0,
        "offsets": {str(year): last for year, last in offsets.items()},
        "digests": [],
        "versions": versions.as_data(),
        "made": {"associations": 0, "other_names": 0},
    }
    session.note("list_import_begun", batch, detail=dict(batch.counts))
    _ask_to_move(session, staged)
    return batch


def _ask_to_move(session: WritingSession, staged: StagedFile) -> None:
    if session.person.id:
        job = job_of(MOVE, staged, session.person, session.now)
        session.add(job)
        session.flush()
        staged.job_id = job.id


def _go_on(session: WritingSession, batch: ImportBatch) -> None:
    """A batch that stopped on its way is taken up again; one that somebody works on is left alone."""
    staged = session.scalar(select(StagedFile).where(StagedFile.batch_id == batch.id, StagedFile.state == CONFIRMING))
    job = session.get(Job, staged.job_id) if staged is not None and staged.job_id is not None else None
    if staged is not None and (job is None or job.state in ENDED_STATES):
        _ask_to_move(session, staged)


def moving_file(session: Session, batch_id: int) -> int | None:
    """The file of a batch that is on its way in."""
    wanted = (StagedFile.batch_id == batch_id) & (StagedFile.state == CONFIRMING)
    return session.scalar(select(StagedFile.id).where(wanted))


def _check_rows(staged: StagedFile, *, good_only: bool) -> None:
    refused, good = staged.counts["refused"], staged.counts["good"]
    if staged.kind == ListKind.CHANGES and not staged.counts["changed"]:
        raise Refused(
            Obstacle.INVALID,
            Problem(
                staged.file,
                _("Listan ändrar inget."),
                _("Ändra i kolumnerna med ✎, spara och ladda upp listan igen."),
            ),
        )
    if not good and not staged.counts.get("changed") and not staged.counts.get("same"):
        raise Refused(
            Obstacle.INVALID,
            Problem(staged.file, _("Ingen rad går att läsa in."), _("Rätta raderna i filen och ladda upp den igen.")),
        )
    if refused and not good_only:
        many = number_in_words(refused)
        raise Refused(
            Obstacle.INVALID,
            Problem(
                staged.file,
                _("{many} rader kan inte läsas in.", many=many),
                _("Rätta dem och ladda upp filen igen, eller läs in bara de rader som går att läsa in."),
            ),
        )


def _reserve_numbers(session: WritingSession, staged: StagedFile, kind: ListKind) -> dict[int, int]:
    """Takes the numbers that the rows need; year -> the last number before them."""
    found: dict[int, int] = {}
    if kind.case is None:
        return found
    series = SERIES[kind.case]
    for year, many in staged.counts["by_year"].items():
        row = session.scalar(
            select(Serial).where(Serial.board_id == staged.board_id, Serial.series == series, Serial.year == int(year))
        )
        if row is None:
            row = Serial(board_id=staged.board_id, series=series, year=int(year), last=0)
            session.add(row)
        found[int(year)] = row.last
        row.last += many
    return found


def _versions(session: WritingSession, staged: StagedFile) -> row_transfer.RowVersions:
    """The rules that judge each row; the same for all pieces, whatever is published meanwhile."""
    kind = ListKind(staged.kind).case
    if kind is None:
        return row_transfer.RowVersions()
    days = session.scalars(select(StagedRow.received_on).where(StagedRow.staged_id == staged.id).distinct())
    scheme = scheme_of_case(session, staged.scheme_id, staged.round_id)
    let_as = letting_kinds_by_room(session, staged.board_id) if kind is CaseKind.BOOKING else {}
    found: dict[tuple[date, int | None], int | None] = {}
    for day in [day for day in days if day is not None]:
        own: dict[int | None, str] = {None: own_ruleset(session, scheme, on=day)}
        own |= {item.id: own_ruleset(session, item, on=day) for item in let_as.values()}
        for letting_kind, ruleset in own.items():
            version = fix_version(session, staged.board_id, kind, on=day, own=ruleset)
            found[day, letting_kind] = version.id if version is not None else None
    return row_transfer.RowVersions(found, {room: item.id for room, item in let_as.items()})


def _way(
    staged: StagedFile, batch: ImportBatch, offsets: Mapping[int, int], versions: row_transfer.RowVersions
) -> row_transfer.BatchMove:
    kind = ListKind(staged.kind).case
    return row_transfer.BatchMove(
        staged=staged,
        batch=batch,
        at=batch.at,
        by_user_id=batch.by_user_id,
        series=SERIES[kind] if kind else "",
        offsets=offsets,
        versions=versions,
        not_asked={part: table["not_asked"] for part, table in enumerate(staged.found["tables"])},
    )


def _finish(
    session: WritingSession, staged: StagedFile, batch: ImportBatch, bulks: list[BulkDigest], made: Mapping[str, int]
) -> None:
    """The batch stands; one entry tells of all its rows."""
    batch.state = DONE
    batch.counts = {**batch.counts, **_outcome(ListKind(batch.kind), batch.counts, made)}
    digests = [*staged.progress.get("digests", ()), *(hashlib.sha256(bulk.digests).hexdigest() for bulk in bulks)]
    batch.digest = hashlib.sha256("".join(digests).encode()).hexdigest()
    staged.state, staged.progress = CONFIRMED, {}
    session.execute(delete(StagedRow).where(StagedRow.staged_id == staged.id), execution_options=BESIDE)
    session.note(
        "list_imported",
        batch,
        board_id=batch.board_id,
        detail={**batch.counts, "digest": batch.digest, **_settled_rows(staged)},
        bulk=tuple(bulks),
    )
    _ask_to_screen(session, batch, batch.by_user_id)


def _settled_rows(staged: StagedFile) -> dict[str, Any]:
    """Who said of which rows whom they are about, where anybody did."""
    found = staged.found.get(SETTLED_KEY)
    return {SETTLED_KEY: found} if found else {}


def _ask_to_screen(session: WritingSession, batch: ImportBatch, by_user_id: int | None) -> None:
    """By the worker; a command on the machine does it itself."""
    if by_user_id is not None and batch.kind in SCREENED_KINDS:
        session.add(
            new_job(SCREEN, {"batch": batch.id}, board_id=batch.board_id, by_user_id=by_user_id, at=session.now)
        )


def _outcome(kind: ListKind, counts: Mapping[str, Any], made: Mapping[str, int]) -> dict[str, int]:
    """What became of the rows: created, updated, unchanged and refused make all of them."""
    if kind is not ListKind.ASSOCIATIONS:
        updated, unchanged = counts.get("changed", 0), counts.get("same", 0)
        return {**made, "created": counts["good"], "updated": updated, "unchanged": unchanged}
    created, updated = made["associations"], made["other_names"]
    return {**made, "created": created, "updated": updated, "unchanged": counts["good"] - created - updated}


class _TriedError(Exception):
    """The act is done, and is not to be kept."""


def try_import(database: Database, key: int, *, good_only: bool, by: Person, at: datetime) -> dict[str, int]:
    """What would become of the rows of a file: the act itself, taken back. Of a refused act nothing goes in.

    Of a list that is moved in pieces what is counted beforehand: its associations are not followed row by row.
    """
    tried: dict[str, Any] = {}

    def act(session: WritingSession) -> None:
        staged = session.get_one(StagedFile, key)
        rows, refused = staged.counts["rows"], staged.counts["refused"]
        tried.update(rows=rows, created=0, updated=0, unchanged=0, refused=refused)
        if same_file(session, by.board_id, staged.sha256, staged.round_id) is not None:
            tried["unchanged"] = rows - refused
            return
        good = good_only or staged.kind == ListKind.ASSOCIATIONS
        batch = confirm_import(session, key, good_only=good)
        counts = batch.counts
        if batch.state == MOVING:
            made = {"associations": counts.get("new_associations", 0), "other_names": counts.get("other_names", 0)}
            counts = {**counts, **_outcome(ListKind(batch.kind), counts, made)}
        tried.update({name: counts.get(name, number) for name, number in tried.items()})
        raise _TriedError

    with suppress(_TriedError, Refused):
        run_in_transaction(database, act, Acting(by, at))
    return tried


def move_on(database: Database, key: int, *, at: datetime, heard: Callable[[int, int], bool]) -> None:
    """Moves a large batch piece by piece from where it stands, and lets it stand when the last is in."""
    while True:
        with open_technical(database, Acting(Purpose.JOBS, at)) as session:
            staged = session.get_one(StagedFile, key)
            state, good, boards = staged.state, staged.counts["good"], [staged.board_id]
            moved = staged.progress.get("moved", 0)
        if state != CONFIRMING:
            return
        heard(moved, good)
        if moved < good:
            run_in_transaction(database, lambda session: _piece(session, key), Acting(Purpose.JOBS, at), boards=boards)
        else:
            run_in_transaction(
                database, lambda session: _last_piece(session, key), Acting(Purpose.JOBS, at), boards=boards
            )


def _on_its_way(session: WritingSession, key: int) -> tuple[StagedFile, ImportBatch] | None:
    """A staged file that is being moved; nobody else moves it at the same time."""
    staged = session.get_one(StagedFile, key, with_for_update=True)
    if staged.state != CONFIRMING or staged.batch_id is None:
        return None
    return staged, session.get_one(ImportBatch, staged.batch_id)


def _piece(session: WritingSession, key: int) -> None:
    found = _on_its_way(session, key)
    if found is None:
        return
    staged, batch = found
    _act_for_owner(session, batch)
    done = dict(staged.progress)
    offsets = {int(year): last for year, last in done["offsets"].items()}
    versions = row_transfer.row_versions(done["versions"])
    way = _way(staged, batch, offsets, versions)
    first, last = done["moved"] + 1, min(done["moved"] + LARGEST_BATCH, staged.counts["good"])
    row_transfer.move_batch_rows(session, way, first, last)
    staged.progress = {
        **done,
        "moved": last,
        "digests": [*done["digests"], *(hashlib.sha256(bulk.digests).hexdigest() for bulk in way.bulks)],
        "made": {name: number + done["made"][name] for name, number in way.made.items()},
    }
    session.note(
        "list_piece_imported", batch, board_id=batch.board_id, detail={"from": first, "to": last}, bulk=tuple(way.bulks)
    )


def _last_piece(session: WritingSession, key: int) -> None:
    found = _on_its_way(session, key)
    if found is None:
        return
    staged, batch = found
    _act_for_owner(session, batch)
    way = _way(staged, batch, {}, row_transfer.RowVersions())
    row_transfer.adopt_associations(session, way)
    batch.state = DONE
    earlier_lists.update_known(session, staged, batch)
    made = {name: number + way.made[name] for name, number in staged.progress["made"].items()}
    _finish(session, staged, batch, [], made)


def _act_for_owner(session: WritingSession, batch: ImportBatch) -> None:
    """Goes on for the user who confirmed the batch, while they work in the board."""
    by = at_work(session, batch.by_user_id, batch.board_id) if batch.by_user_id is not None else None
    if by is not None:
        session.act_for(by)


def screen_batch(database: Database, batch_id: int, *, at: datetime, heard: Callable[[int, int], bool]) -> None:
    """Screens the cases of a batch that are not screened yet, some at a time.

    Of a batch that was taken back, the open cases of the same associations: they may have rested on what it said.
    """
    with open_reading(database, Acting(Purpose.JOBS, at)) as session:
        batch = session.get_one(ImportBatch, batch_id)
        wanted, boards = _to_screen(batch), [batch.board_id]
        total = int(session.scalar(select(func.count(Case.id)).where(wanted)) or 0)
    last = done = 0
    while heard(done, total):
        with open_reading(database, Acting(Purpose.JOBS, at)) as session:
            keys = list(
                session.scalars(
                    select(Case.id).where(wanted, Case.id > last).order_by(Case.id).limit(SCREENED_AT_A_TIME)
                )
            )
        if not keys:
            return
        run_in_transaction(
            database, partial(_screen, batch_id=batch_id, keys=tuple(keys)), Acting(Purpose.JOBS, at), boards=boards
        )
        done, last = done + len(keys), keys[-1]


def _to_screen(batch: ImportBatch) -> ColumnElement[bool]:
    still_open = Case.state.in_(OPEN)
    if batch.kind == ListKind.CHANGES.value:
        return (Case.board_id == batch.board_id) & still_open & _said_of(batch)
    if batch.state == DONE:
        corrected = select(GivenFacts.case_id).where(GivenFacts.batch_id == batch.id, GivenFacts.case_id.is_not(None))
        known = Case.id.in_(corrected) & Case.batch_id.is_distinct_from(batch.id) & still_open
        return (Case.batch_id == batch.id) & Case.screening_id.is_(None) | known
    named = select(Case.association_id).where(Case.batch_id == batch.id, Case.association_id.is_not(None))
    return (
        Case.association_id.in_(named)
        & (Case.board_id == batch.board_id)
        & still_open
        & is_batch_not_undone(Case.batch_id)
    )


def _said_of(batch: ImportBatch) -> ColumnElement[bool]:
    """The cases that a value of the batch is about: its own, or its association's."""
    own = select(GivenFacts.case_id).where(GivenFacts.batch_id == batch.id, GivenFacts.of_case.is_not(None))
    holds = func.coalesce(Association.merged_into_id, Association.id)
    shared = (
        select(holds)
        .join(GivenFacts, GivenFacts.association_id == Association.id)
        .where(GivenFacts.batch_id == batch.id, GivenFacts.board_id == batch.board_id)
    )
    return Case.id.in_(own) | Case.association_id.in_(shared)


def count_unscreened(session: Session, batch: ImportBatch) -> int:
    """How many cases of a batch are still to be checked against the rules."""
    wanted = (Case.batch_id == batch.id) & Case.screening_id.is_(None) & Case.rule_version_id.is_not(None)
    return int(session.scalar(select(func.count(Case.id)).where(wanted)) or 0)


def _screen(session: WritingSession, *, batch_id: int, keys: tuple[int, ...]) -> None:
    batch = session.get_one(ImportBatch, batch_id)
    for case in session.scalars(select(Case).where(Case.id.in_(keys)).order_by(Case.id)):
        if batch.state == DONE and not set(STATED) <= set(case.not_asked):
            said = {row.fact: row.value for row in values_of(session, case) if isinstance(row.value, str)}
            keep_stated_contact(session, case, said)
        screen_case(session, case)
    session.add_entry(
        TrailNote(
            action="cases_screened",
            by=None,
            at=session.now,
            subject=batch,
            board_id=batch.board_id,
            detail={"cases": len(keys)},
        )
    )


def undo_import(session: WritingSession, batch_id: int) -> ImportBatch:
    """Takes an import back: its rows stay, and count for nothing.

    Raises:
        Refused: there is no such import, it is taken back already, or something was built on it.
    """
    require_permission(session.person, Action.IMPORT)
    batch = session.scalar(
        select(ImportBatch).where(ImportBatch.board_id == session.person.board_id, ImportBatch.id == batch_id)
    )
    if batch is None:
        raise Refused(Obstacle.MISSING)
    kind = ListKind(batch.kind or ListKind.GRANT)
    allow_list(session.person, kind, batch.counts.get("of", ""))
    if batch.state != DONE:
        raise Refused(
            Obstacle.STALE,
            Problem(batch.file, _("Inläsningen är redan ångrad, eller pågår."), _("Öppna sidan på nytt.")),
        )
    if kind is ListKind.CHANGES or batch.counts.get("changed"):
        raise Refused(
            Obstacle.INVALID,
            Problem(
                batch.file,
                _("Ändringar från en lista kan inte ångras alla på en gång."),
                _("Ändra tillbaka i ärendena, eller i en ny lista."),
            ),
        )
    if kind is ListKind.ASSOCIATIONS and not batch.digest:
        raise Refused(
            Obstacle.INVALID,
            Problem(
                batch.file,
                _("Inläsningen gjordes innan det gick att ångra inlästa register."),
                _("Rätta föreningarna var för sig."),
            ),
        )
    if kind is ListKind.CLAIMS:
        what = _("Listans uppgifter är antecknade på återkraven.")
        raise Refused(Obstacle.INVALID, Problem(batch.file, what, _("Rätta uppgiften på vart och ett av dem.")))
    built = undo_obstacles.obstacles_to_undoing(session, batch)
    if built:
        raise Refused(Obstacle.INVALID, *built)
    if kind is ListKind.BOOKING:
        weekly_lists.forget_customer_numbers(session, batch)
    if kind is ListKind.PAYMENTS:
        payment_lists.take_back(session, batch)
    batch.state, batch.round_id, batch.undone_at, batch.undone_by_user_id = (
        UNDONE,
        None,
        session.now,
        session.user_id,
    )
    session.note("list_import_undone", batch, detail=dict(batch.counts))
    _ask_to_screen(session, batch, session.user_id)
    return batch
