"""Lists into a board: handed in, laid ready, confirmed in one transaction or piece by piece, and taken back."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, func, select

from vetting.domain import association
from vetting.domain.criteria import CaseKind
from vetting.domain.layouts import ANCHORS, ListKind, folded_heading
from vetting.domain.people import Action
from vetting.domain.problem import Obstacle, Problem, Refused, UnreadableError
from vetting.domain.suggestions import choices
from vetting.domain.tables import column_letters
from vetting.domain.words import Words, number
from vetting.files import limits
from vetting.files.refusals import refusal
from vetting.services import import_uses, payment_lists, rule_versions
from vetting.services.people import allow, at_work
from vetting.services.screenings import screen_case
from vetting.store import moving
from vetting.store.cases import SERIES, Case, Serial
from vetting.store.imports import (
    CONFIRMED,
    CONFIRMING,
    DISCARDED,
    DONE,
    LARGEST_BATCH,
    MOVING,
    READING,
    READY,
    UNDONE,
    UNKNOWN,
    ImportBatch,
    ImportLayout,
    StagedContent,
    StagedFile,
    StagedProblem,
    StagedRow,
    same_file,
    staged_file,
    staged_files,
)
from vetting.store.jobs import ENDED, Job
from vetting.store.rounds import round_of
from vetting.store.session import BESIDE, reading, technical, write
from vetting.store.trail import Noted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from vetting.domain.facts import Catalogue
    from vetting.domain.people import Person
    from vetting.services.rules import Rules
    from vetting.store.bulk import Bulk
    from vetting.store.engine import Database
    from vetting.store.session import WritingSession

READ, MOVE, SCREEN = "import_read", "import_move", "import_screen"
"""The kinds of jobs."""
KEPT: Final = timedelta(days=90)
"""A staged file is kept so long, with its problems, for the marked copy."""
SCREENED_AT_A_TIME: Final = 25
NEEDED: Final[Mapping[ListKind, Action]] = {
    ListKind.GRANT: Action.RECEIVE,
    ListKind.BOOKING: Action.RECEIVE,
    ListKind.ASSOCIATIONS: Action.RECEIVE,
    ListKind.PAYMENTS: Action.PAY,
}
"""What a person must be allowed to do one by one to do it by a list."""


def hand_in(
    database: Database, content: bytes, file: str, *, round_id: int | None, by: Person, at: datetime,
    layout: str = "", wait: bool = False,
) -> int:  # fmt: skip
    """Lays a file in place for reading. Returns its key.

    wait: the worker reads it; otherwise the caller does, at once.

    Raises:
        Refused: nothing was handed in, the round is closed or another board's, or it is not this person's to do.
        UnreadableError: too large.
    """
    allow(by, Action.IMPORT)
    if not content:
        raise Refused(
            Obstacle.INVALID,
            Problem("file", Words("Ingen fil är vald.", "No file is chosen."),
                    Words("Välj en fil.", "Choose a file.")),
        )  # fmt: skip
    if len(content) > limits.IMPORT_BYTES:
        raise UnreadableError(refusal("too_large", file))
    with technical(database) as session:
        _check_round(session, round_id, by)
        staged = StagedFile(
            board_id=by.board_id, round_id=round_id, file=association.masked(file)[:200], layout=layout,
            sha256=hashlib.sha256(content).hexdigest(), size=len(content), columns={}, found={}, counts={},
            progress={}, problem={}, at=at, by_user_id=by.id or None,
        )  # fmt: skip
        session.add(staged)
        session.flush()
        session.add(StagedContent(id=staged.id, content=content))
        _to_be_read(session, staged, by, at, wait=wait)
        return staged.id


def _to_be_read(session: Session, staged: StagedFile, by: Person, at: datetime, *, wait: bool) -> None:
    staged.state = READING
    if wait:
        job = _job(READ, staged, by, at)
        session.add(job)
        session.flush()
        staged.job_id = job.id


def _job(kind: str, staged: StagedFile, by: Person, at: datetime, **more: Any) -> Job:  # noqa: ANN401 - JSON
    return Job(
        board_id=staged.board_id, kind=kind, about=str(staged.id), arguments={"staged": staged.id, **more},
        created_at=at, by_user_id=by.id, result={}, told={},
    )  # fmt: skip


def _check_round(session: Session, round_id: int | None, by: Person) -> None:
    if round_id is None:
        return
    found = round_of(session, by, round_id)
    if found is None:
        raise Refused(Obstacle.MISSING)
    if found.closed_at is not None:
        raise Refused(
            Obstacle.INVALID,
            Problem("round_id", Words(f"Omgången {found.name} är avslutad.", f"The round {found.name} is closed."),
                    Words("Välj en öppen omgång.", "Choose an open round.")),
        )  # fmt: skip


def forget_old(database: Database, *, at: datetime) -> None:
    """Files that have lain their time are gone with all that was read from them, of every board."""
    old = (StagedFile.at < at - KEPT) & (StagedFile.state != CONFIRMING)
    with technical(database) as session:
        keys = list(session.scalars(select(StagedFile.id).where(old)))
        for table, key in ((StagedRow, StagedRow.staged_id), (StagedProblem, StagedProblem.staged_id),
                           (StagedContent, StagedContent.id), (StagedFile, StagedFile.id)):  # fmt: skip
            if keys:
                session.execute(delete(table).where(key.in_(keys)))


def of_person(session: Session, key: int, by: Person) -> StagedFile:
    """One of the files that lie ready in the person's board.

    Raises:
        Refused: there is no such file for them.
    """
    allow(by, Action.IMPORT)
    found = staged_file(session, by.board_id, key)
    if found is None or not _may_see(found, by):
        raise Refused(Obstacle.MISSING)
    return found


def _may_see(staged: StagedFile, by: Person) -> bool:
    """Whoever handed it in, and those who may do by one what it would do by many."""
    own = staged.by_user_id is not None and staged.by_user_id == by.id
    return own or not by.id or (bool(staged.kind) and by.may(NEEDED[ListKind(staged.kind)])) or (
        not staged.kind and by.may(Action.RECEIVE)
    )  # fmt: skip


def waiting(session: Session, by: Person, *, most: int) -> list[StagedFile]:
    """The board's files that wait for somebody and that the person may see, newest first."""
    allow(by, Action.IMPORT)
    return [found for found in staged_files(session, by.board_id, most=most) if _may_see(found, by)]


def choose_columns(
    database: Database, key: int, chosen: Mapping[str, Any], *, name: str, rules: Rules, by: Person, at: datetime,
    wait_above: int,
) -> int:  # fmt: skip
    """A person says what the columns are; kept under a name when one is given. Returns the file's size.

    The file is then to be read again: by the worker when it has more than `wait_above` bytes, else by the caller.

    chosen: {"kind", "sheet", "row", "facts": {column: fact}}.

    Raises:
        Refused: two columns for one fact, no column that names anybody, or nothing that this kind of list can say.
    """
    with reading(database) as session:
        staged = of_person(session, key, by)
        headings = _headings(staged, chosen)
    if staged.state not in {UNKNOWN, READY}:
        raise Refused(Obstacle.STALE, _changed(staged))
    catalogue = rules.folder.book.catalogue
    problems = _wrong_columns(chosen, headings, catalogue, into_round=staged.round_id is not None)
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    kept = " ".join(name.split())[:60]
    if kept:
        write(database, lambda session: _keep_layout(session, kept, chosen, headings, by=by, at=at))
    with technical(database) as writing_to:
        found = writing_to.get_one(StagedFile, key, with_for_update=True)
        if found.state not in {UNKNOWN, READY}:
            raise Refused(Obstacle.STALE, _changed(found))
        found.columns = {**chosen, "name": kept}
        _to_be_read(writing_to, found, by, at, wait=found.size > wait_above)
        return found.size


def _headings(staged: StagedFile, chosen: Mapping[str, Any]) -> dict[str, str]:
    """Column -> what stands in the row that a person said is the headings."""
    for sheet in staged.found.get("sheets", ()):
        for row, cells in sheet["rows"]:
            if (sheet["name"], row) == (chosen["sheet"], chosen["row"]):
                return dict(cells)
    raise Refused(
        Obstacle.INVALID,
        Problem("row", Words("Raden med rubriker finns inte i filen.", "The heading row is not in the file."),
                Words("Välj en av raderna som visas.", "Choose one of the rows shown.")),
    )  # fmt: skip


def _wrong_columns(
    chosen: Mapping[str, Any], headings: Mapping[str, str], catalogue: Catalogue, *, into_round: bool
) -> list[Problem]:
    kind = ListKind(chosen["kind"])
    known = choices(kind, catalogue)
    problems = []
    if into_round and kind is not ListKind.GRANT:
        problems.append(
            Problem("kind", Words("I en omgång läses bara ansökningar in.", "Only applications go into a round."),
                    Words("Välj ansökningar, eller läs in listan utan omgång.",
                          "Choose applications, or take the list in without a round."))
        )  # fmt: skip
    first: dict[str, str] = {}
    for column, fact in chosen["facts"].items():
        letters = column_letters(int(column))
        if fact not in known:
            problems.append(
                Problem(f"column-{column}", Words(f"Kolumn {letters} betyder inget som går att läsa in.",
                                                  f"Column {letters} means nothing that can be taken in."),
                        Words("Välj ur listan.", "Choose from the list."))
            )  # fmt: skip
        elif not headings.get(column, "").strip():
            problems.append(
                Problem(f"column-{column}", Words(f"Kolumn {letters} har ingen rubrik.",
                                                  f"Column {letters} has no heading."),
                        Words("Skriv en rubrik i filen och ladda upp den igen.",
                              "Write a heading in the file and upload it again."))
            )  # fmt: skip
        elif fact in first:
            label = known[fact]
            problems.append(
                Problem(f"column-{column}",
                        Words(f"Kolumn {first[fact]} och kolumn {letters} betyder båda ”{label.sv}”.",
                              f"Column {first[fact]} and column {letters} both mean “{label.en}”."),
                        Words("Låt en av dem vara ”Läses inte”.", "Leave one of them as “Not read”."))
            )  # fmt: skip
        first.setdefault(fact, letters)
    texts = [folded_heading(headings.get(column, "")) for column in chosen["facts"]]
    if len(set(texts)) < len(texts):
        problems.append(
            Problem("row", Words("Två av kolumnerna har samma rubrik.", "Two of the columns have the same heading."),
                    Words("Ge dem olika rubriker i filen och ladda upp den igen.",
                          "Give them different headings in the file and upload it again."))
        )  # fmt: skip
    anchors = ANCHORS[kind]
    if not anchors & set(first) or len(first) < 2:  # noqa: PLR2004 - fewer is no list
        wanted = " / ".join(str(known[name].sv) for name in sorted(anchors))
        wanted_en = " / ".join(str(known[name].en) for name in sorted(anchors))
        problems.append(
            Problem("columns", Words(f"Listan behöver kolumnen {wanted} och minst en till.",
                                     f"The list needs the column {wanted_en} and at least one more."),
                    Words("Välj vilken kolumn det är.", "Choose which column that is."))
        )  # fmt: skip
    return problems


def _keep_layout(
    session: WritingSession, name: str, chosen: Mapping[str, Any], headings: Mapping[str, str], *, by: Person,
    at: datetime,
) -> ImportLayout:  # fmt: skip
    """Under a name of the board's own; the same name again is the same layout, changed."""
    given = {folded_heading(headings[column]): fact for column, fact in chosen["facts"].items()}
    found = session.scalar(select(ImportLayout).where(ImportLayout.board_id == by.board_id, ImportLayout.name == name))
    if found is None:
        found = ImportLayout(
            board_id=by.board_id, name=name, kind=chosen["kind"], headings=given, clocks={}, at=at,
            by_user_id=by.id or None,
        )  # fmt: skip
        session.add(found)
    else:
        found.kind, found.headings, found.at, found.by_user_id = chosen["kind"], given, at, by.id or None
    session.flush()
    session.note(Noted(action="layout_kept", by=by, at=at, subject=found, detail={"name": name}))
    return found


def discard(database: Database, key: int, *, by: Person) -> None:
    """Throws a file away that was not confirmed.

    Raises:
        Refused: it is on its way in, or in.
    """
    with technical(database) as session:
        of_person(session, key, by)
        staged = session.get_one(StagedFile, key, with_for_update=True, populate_existing=True)
        if staged.state in {CONFIRMING, CONFIRMED}:
            raise Refused(Obstacle.STALE, _changed(staged))
        staged.state, staged.found, staged.columns, staged.turn = DISCARDED, {}, {}, staged.turn + 1
        for table, column in ((StagedRow, StagedRow.staged_id), (StagedProblem, StagedProblem.staged_id),
                              (StagedContent, StagedContent.id)):  # fmt: skip
            session.execute(delete(table).where(column == key))


def _changed(staged: StagedFile) -> Problem:
    return Problem(
        staged.file,
        Words("Filen ligger inte längre klar: någon annan har läst in eller kastat den, eller så läses den.",
              "The file does not lie ready any more: somebody else has taken it in or thrown it away, or it is read."),
        Words("Öppna sidan på nytt och se hur långt den kommit.", "Open the page again and see how far it has come."),
    )  # fmt: skip


def confirm(
    session: WritingSession, key: int, *, good_only: bool, rules: Rules, by: Person, at: datetime
) -> ImportBatch:  # fmt: skip
    """The rows that lie ready go in: at once, or, when they are many, piece by piece by a job.

    Raises:
        Refused: rows cannot go in and only the good ones were not asked for, nothing can, the round is closed,
            or somebody else was first.
    """
    of_person(session, key, by)
    staged = session.get_one(StagedFile, key, with_for_update=True, populate_existing=True)
    before = same_file(session, by.board_id, staged.sha256, staged.round_id)
    if before is not None:
        if before.state == MOVING:
            _go_on(session, before, by, at)
        elif staged.state == READY:
            staged.state, staged.batch_id = CONFIRMED, before.id
        return before
    if staged.state != READY:
        raise Refused(Obstacle.STALE, _changed(staged))
    kind = ListKind(staged.kind)
    allow(by, NEEDED[kind])
    _check_round(session, staged.round_id, by)
    if staged.round_id is not None and kind is not ListKind.GRANT:
        raise Refused(Obstacle.INVALID, _changed(staged))
    _check_rows(staged, good_only=good_only)
    batch = ImportBatch(
        board_id=by.board_id, round_id=staged.round_id, place=staged.round_id or 0, kind=kind.value,
        file=staged.file, sha256=staged.sha256, layout=staged.layout, counts=dict(staged.counts), state=MOVING, at=at,
        by_user_id=by.id or None,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    staged.batch_id = batch.id
    good = staged.counts["good"]
    if kind is ListKind.PAYMENTS:
        payment_lists.pay(session, staged, batch, by=by, at=at)
        _finish(session, staged, batch, [], {}, by=by, at=at)
        return batch
    offsets = _reserved(session, staged, kind)
    versions = _versions(session, staged, rules, at=at)
    way = _way(staged, batch, offsets, versions)
    if good <= LARGEST_BATCH:
        moving.move(session, way, 1, good)
        moving.adopted(session, way)
        _finish(session, staged, batch, way.bulks, way.made, by=by, at=at)
        return batch
    staged.state = CONFIRMING
    staged.progress = {
        "moved": 0, "offsets": {str(year): last for year, last in offsets.items()}, "digests": [],
        "versions": {day.isoformat(): version for day, version in versions.items()},
        "made": {"associations": 0, "other_names": 0},
    }  # fmt: skip
    session.note(Noted(action="list_import_begun", by=by, at=at, subject=batch, detail=dict(batch.counts)))
    _ask_to_move(session, staged, by, at)
    return batch


def _ask_to_move(session: WritingSession, staged: StagedFile, by: Person, at: datetime) -> None:
    if by.id:
        job = _job(MOVE, staged, by, at)
        session.add(job)
        session.flush()
        staged.job_id = job.id


def _go_on(session: WritingSession, batch: ImportBatch, by: Person, at: datetime) -> None:
    """A batch that stopped on its way is taken up again; one that somebody works on is left alone."""
    staged = session.scalar(select(StagedFile).where(StagedFile.batch_id == batch.id, StagedFile.state == CONFIRMING))
    job = session.get(Job, staged.job_id) if staged is not None and staged.job_id is not None else None
    if staged is not None and (job is None or job.state in ENDED):
        _ask_to_move(session, staged, by, at)


def moving_file(session: Session, batch_id: int) -> int | None:
    """The file of a batch that is on its way in."""
    wanted = (StagedFile.batch_id == batch_id) & (StagedFile.state == CONFIRMING)
    return session.scalar(select(StagedFile.id).where(wanted))


def _check_rows(staged: StagedFile, *, good_only: bool) -> None:
    refused, good = staged.counts["refused"], staged.counts["good"]
    if not good:
        raise Refused(
            Obstacle.INVALID,
            Problem(staged.file, Words("Ingen rad går att läsa in.", "No row can be taken in."),
                    Words("Rätta raderna i filen och ladda upp den igen.",
                          "Correct the rows in the file and upload it again.")),
        )  # fmt: skip
    if refused and not good_only:
        many = number(refused)
        raise Refused(
            Obstacle.INVALID,
            Problem(staged.file, Words(f"{many.sv} rader kan inte läsas in.", f"{many.en} rows cannot be taken in."),
                    Words("Rätta dem och ladda upp filen igen, eller läs in bara de rader som går.",
                          "Correct them and upload the file again, or take in only the rows that can be.")),
        )  # fmt: skip


def _reserved(session: WritingSession, staged: StagedFile, kind: ListKind) -> dict[int, int]:
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


def _versions(session: WritingSession, staged: StagedFile, rules: Rules, *, at: datetime) -> dict[date, int | None]:
    """Day of arrival -> the rules in force that day; the same for all pieces, whatever is published meanwhile."""
    kind = ListKind(staged.kind).case
    if kind is None:
        return {}
    days = session.scalars(select(StagedRow.received_on).where(StagedRow.staged_id == staged.id).distinct())
    found: dict[date, int | None] = {}
    for day in [day for day in days if day is not None]:
        version = rule_versions.fixed(session, staged.board_id, kind, rules, on=day, at=at)
        found[day] = version.id if version is not None else None
    return found


def _way(
    staged: StagedFile, batch: ImportBatch, offsets: Mapping[int, int], versions: Mapping[date, int | None]
) -> moving.Move:
    kind = ListKind(staged.kind).case
    return moving.Move(
        staged=staged, batch=batch, at=batch.at, by_user_id=batch.by_user_id, series=SERIES[kind] if kind else "",
        offsets=offsets, versions=versions,
        not_asked={part: table["not_asked"] for part, table in enumerate(staged.found["tables"])},
    )  # fmt: skip


def _finish(
    session: WritingSession, staged: StagedFile, batch: ImportBatch, bulks: list[Bulk], made: Mapping[str, int], *,
    by: Person | None, at: datetime,
) -> None:  # fmt: skip
    """The batch stands; one entry tells of all its rows."""
    batch.state = DONE
    batch.counts = {**batch.counts, **_outcome(ListKind(batch.kind), batch.counts, made)}
    digests = [*staged.progress.get("digests", ()), *(hashlib.sha256(bulk.digests).hexdigest() for bulk in bulks)]
    batch.digest = hashlib.sha256("".join(digests).encode()).hexdigest()
    staged.state, staged.progress = CONFIRMED, {}
    session.execute(delete(StagedRow).where(StagedRow.staged_id == staged.id), execution_options=BESIDE)
    session.note(
        Noted(action="list_imported", by=by, at=at, subject=batch, board_id=batch.board_id,
              detail={**batch.counts, "digest": batch.digest}, bulk=tuple(bulks))
    )  # fmt: skip
    if batch.by_user_id is not None and batch.kind in list(CaseKind):
        session.add(
            Job(board_id=batch.board_id, kind=SCREEN, about=str(staged.id), arguments={"batch": batch.id},
                created_at=at, by_user_id=batch.by_user_id, result={}, told={})
        )  # fmt: skip


def _outcome(kind: ListKind, counts: Mapping[str, Any], made: Mapping[str, int]) -> dict[str, int]:
    """What became of the rows: created, updated, unchanged and refused make all of them."""
    if kind is not ListKind.ASSOCIATIONS:
        return {**made, "created": counts["good"], "updated": 0, "unchanged": 0}
    created, updated = made["associations"], made["other_names"]
    return {**made, "created": created, "updated": updated, "unchanged": counts["good"] - created - updated}


def move_on(database: Database, key: int, *, at: datetime, heard: Callable[[int, int], bool]) -> None:
    """Moves a large batch piece by piece from where it stands, and lets it stand when the last is in."""
    while True:
        with technical(database) as session:
            staged = session.get_one(StagedFile, key)
            state, good = staged.state, staged.counts["good"]
            moved = staged.progress.get("moved", 0)
        if state != CONFIRMING:
            return
        heard(moved, good)
        if moved < good:
            write(database, lambda session: _piece(session, key, at=at))
        else:
            write(database, lambda session: _last_piece(session, key, at=at))


def _on_its_way(session: WritingSession, key: int) -> tuple[StagedFile, ImportBatch] | None:
    """A staged file that is being moved; nobody else moves it at the same time."""
    staged = session.get_one(StagedFile, key, with_for_update=True)
    if staged.state != CONFIRMING or staged.batch_id is None:
        return None
    return staged, session.get_one(ImportBatch, staged.batch_id)


def _piece(session: WritingSession, key: int, *, at: datetime) -> None:
    found = _on_its_way(session, key)
    if found is None:
        return
    staged, batch = found
    done = dict(staged.progress)
    offsets = {int(year): last for year, last in done["offsets"].items()}
    versions = {date.fromisoformat(day): version for day, version in done["versions"].items()}
    way = _way(staged, batch, offsets, versions)
    first, last = done["moved"] + 1, min(done["moved"] + LARGEST_BATCH, staged.counts["good"])
    moving.move(session, way, first, last)
    staged.progress = {
        **done, "moved": last,
        "digests": [*done["digests"], *(hashlib.sha256(bulk.digests).hexdigest() for bulk in way.bulks)],
        "made": {name: number + done["made"][name] for name, number in way.made.items()},
    }  # fmt: skip
    session.note(
        Noted(action="list_piece_imported", by=_who(session, batch), at=at, subject=batch, board_id=batch.board_id,
              detail={"from": first, "to": last}, bulk=tuple(way.bulks))
    )  # fmt: skip


def _last_piece(session: WritingSession, key: int, *, at: datetime) -> None:
    found = _on_its_way(session, key)
    if found is None:
        return
    staged, batch = found
    way = _way(staged, batch, {}, {})
    moving.adopted(session, way)
    made = {name: number + way.made[name] for name, number in staged.progress["made"].items()}
    _finish(session, staged, batch, [], made, by=_who(session, batch), at=at)


def _who(session: WritingSession, batch: ImportBatch) -> Person | None:
    """Whoever confirmed it."""
    return at_work(session, batch.by_user_id, batch.board_id) if batch.by_user_id is not None else None


def screen_batch(
    database: Database, batch_id: int, rules: Rules, *, at: datetime, heard: Callable[[int, int], bool]
) -> None:  # fmt: skip
    """Screens the cases of a batch that are not screened yet, some at a time."""
    wanted = (Case.batch_id == batch_id) & Case.screening_id.is_(None)
    with reading(database) as session:
        total = int(session.scalar(select(func.count(Case.id)).where(wanted)) or 0)
    last = done = 0
    while heard(done, total):
        with reading(database) as session:
            keys = list(
                session.scalars(
                    select(Case.id).where(wanted, Case.id > last).order_by(Case.id).limit(SCREENED_AT_A_TIME)
                )
            )
        if not keys:
            return
        write(database, lambda session, keys=tuple(keys): _screen(session, batch_id, keys, rules, at=at))  # type: ignore[misc]
        done, last = done + len(keys), keys[-1]


def unscreened(session: Session, batch: ImportBatch) -> int:
    """How many cases of a batch are still to be checked against the rules."""
    wanted = (Case.batch_id == batch.id) & Case.screening_id.is_(None) & Case.rule_version_id.is_not(None)
    return int(session.scalar(select(func.count(Case.id)).where(wanted)) or 0)


def _screen(session: WritingSession, batch_id: int, keys: tuple[int, ...], rules: Rules, *, at: datetime) -> None:
    batch = session.get_one(ImportBatch, batch_id)
    if batch.state != DONE:
        return
    for case in session.scalars(select(Case).where(Case.id.in_(keys)).order_by(Case.id)):
        screen_case(session, case, rules, at=at)
    session.note(
        Noted(action="cases_screened", by=None, at=at, subject=batch, board_id=batch.board_id,
              detail={"cases": len(keys)})
    )  # fmt: skip


def undo(session: WritingSession, batch_id: int, *, by: Person, at: datetime) -> ImportBatch:
    """Takes an import back: its rows stay, and count for nothing.

    Raises:
        Refused: there is no such import, it is taken back already, or something was built on it.
    """
    allow(by, Action.IMPORT)
    batch = session.scalar(select(ImportBatch).where(ImportBatch.board_id == by.board_id, ImportBatch.id == batch_id))
    if batch is None:
        raise Refused(Obstacle.MISSING)
    kind = ListKind(batch.kind or ListKind.GRANT)
    allow(by, NEEDED[kind])
    if batch.state != DONE:
        raise Refused(
            Obstacle.STALE,
            Problem(batch.file, Words("Inläsningen är redan ångrad, eller pågår.",
                                      "The import has been undone already, or is going on."),
                    Words("Öppna sidan på nytt.", "Open the page again.")),
        )  # fmt: skip
    if kind is ListKind.ASSOCIATIONS and not batch.digest:
        raise Refused(
            Obstacle.INVALID,
            Problem(batch.file, Words("Inläsningen gjordes innan register kunde ångras.",
                                      "The import was made before registers could be undone."),
                    Words("Rätta föreningarna var för sig.", "Correct the associations one by one.")),
        )  # fmt: skip
    built = import_uses.built_on(session, batch)
    if built:
        raise Refused(Obstacle.INVALID, *built)
    if kind is ListKind.PAYMENTS:
        payment_lists.take_back(session, batch, by=by, at=at)
    batch.state, batch.round_id, batch.undone_at, batch.undone_by_user_id = UNDONE, None, at, by.id or None
    session.note(Noted(action="list_import_undone", by=by, at=at, subject=batch, detail=dict(batch.counts)))
    return batch
