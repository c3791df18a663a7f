"""Files that were handed in and do not count yet: laid in place, mapped, thrown away, forgotten."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, or_, select, update

from vetting.associations.models.associations import Association
from vetting.casework.models.cases import recused_associations
from vetting.formats import limits
from vetting.formats.csv_reading import in_utf_8
from vetting.formats.refusals import FileReadingError, file_problem, is_of_letters
from vetting.grants import open_round, scheme_to_apply_for
from vetting.kernel import organisation_numbers
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Problem, Refused, UnreadableError
from vetting.kernel.roles import Action
from vetting.kernel.store.acting import Acting
from vetting.kernel.store.jobs import ENDED_STATES, SILENT, Job, new_job
from vetting.kernel.store.session import BESIDE, open_reading, open_technical, run_in_transaction
from vetting.kernel.tables import column_letters
from vetting.kernel.text import _, join_words
from vetting.lists.domain.column_suggestions import column_choices
from vetting.lists.models.staged_files import (
    CONFIRMED,
    CONFIRMING,
    DISCARDED,
    FAILED,
    READING,
    READY,
    UNKNOWN,
    ImportLayout,
    StagedContent,
    StagedFile,
    StagedProblem,
    StagedRow,
    staged_file,
    staged_files,
)
from vetting.lists.services import downloaded_lists
from vetting.people import kept_for, require_permission
from vetting.people.domain.personal_data import RetentionKind
from vetting.rules.domain.layouts import ANCHORS, OF_MONEY, ListKind, folded_heading

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from vetting.engine.facts import Catalogue
    from vetting.kernel.roles import Person
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.rules import Rules

READ_JOB: Final = "import_read"
"""The kind of job that reads a file."""
HALF_READ_KEPT: Final = timedelta(days=7)
"""One whose reading was broken off, with the rows that had been read: nobody has looked at them."""
ACTION_OF_LIST: Final[Mapping[ListKind, Action]] = {
    ListKind.GRANT: Action.RECEIVE,
    ListKind.BOOKING: Action.RECEIVE,
    ListKind.ASSOCIATIONS: Action.RECEIVE,
    ListKind.PAYMENTS: Action.PAY,
    ListKind.CLAIMS: Action.PAY,
    ListKind.CHANGES: Action.HANDLE,
}
"""What a person must be allowed to do one by one to do it by a list."""


def hand_in(
    database: Database,
    content: bytes,
    file: str,
    *,
    round_id: int | None,
    scheme_id: int | None = None,
    by: Person,
    at: datetime,
    layout: str = "",
    wait: bool = False,
) -> int:
    """Lays a file in place for reading. Returns its key.

    scheme_id: which of the round's grant schemes, where it is for several. wait: the worker reads it; otherwise the
    caller does, at once.

    Raises:
        Refused: nothing was handed in, the round is closed or another board's, or it is not this person's to do.
        UnreadableError: too large.
    """
    require_permission(by, Action.IMPORT)
    if not content:
        raise Refused(Obstacle.INVALID, Problem("file", _("Ingen fil är vald."), _("Välj en fil.")))
    if len(content) > limits.IMPORT_BYTES:
        raise UnreadableError(file_problem("too_large", file))
    with open_technical(database, Acting(by, at)) as session:
        if round_id is not None:
            open_round(session, round_id)
        scheme = scheme_to_apply_for(session, round_id, scheme_id)
        staged = StagedFile(
            board_id=by.board_id,
            round_id=round_id,
            scheme_id=scheme.id if scheme is not None else None,
            file=organisation_numbers.mask_personal_numbers(file)[:200],
            layout=layout,
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
            columns={},
            found={},
            counts={},
            progress={},
            problem={},
            at=at,
            heard_at=at,
            by_user_id=by.id or None,
        )
        session.add(staged)
        session.flush()
        session.add(StagedContent(id=staged.id, content=content))
        _to_be_read(session, staged, wait=wait)
        return staged.id


def _to_be_read(session: Session, staged: StagedFile, *, wait: bool) -> None:
    staged.state = READING
    if wait:
        job = job_of(READ_JOB, staged, session.person, session.now)
        session.add(job)
        session.flush()
        staged.job_id = job.id


def job_of(kind: str, staged: StagedFile, by: Person, at: datetime, **more: Any) -> Job:  # noqa: ANN401 - JSON
    """A job about a file."""
    arguments = {"staged": staged.id, **more}
    return new_job(kind, arguments, board_id=staged.board_id, by_user_id=by.id, at=at, about=str(staged.id))


def of_person(session: Session, key: int) -> StagedFile:
    """One of the files that lie ready in the person's board.

    Raises:
        Refused: there is no such file for them.
    """
    require_permission(session.person, Action.IMPORT)
    found = staged_file(session, session.person.board_id, key)
    if found is None or not _may_see(found, session.person) or _tells_of_left(session, found):
        raise Refused(Obstacle.MISSING)
    return found


def _tells_of_left(session: Session, staged: StagedFile) -> bool:
    """Whether somebody else's list has a row about an association that the person has left to others."""
    if staged.by_user_id == session.person.id:
        return False
    left = (
        select(Association.id, Association.number)
        .where(Association.id.in_(recused_associations(session.person.id)))
        .subquery()
    )
    about = or_(StagedRow.association_id.in_(select(left.c.id)), StagedRow.number.in_(select(left.c.number)))
    return session.scalar(select(StagedRow.id).where(StagedRow.staged_id == staged.id, about).limit(1)) is not None


def _may_see(staged: StagedFile, by: Person) -> bool:
    """Whoever handed it in, and those who may do by one what it would do by many."""
    own = staged.by_user_id is not None and staged.by_user_id == by.id
    of_money = staged.kind in OF_MONEY and not (by.may(Action.PAY) or by.may(Action.READ_PAYMENTS))
    if (own and not of_money) or not by.id:
        return True
    return (
        may_take_in_list(by, ListKind(staged.kind), staged.found.get("of", ""))
        if staged.kind
        else by.may(Action.RECEIVE)
    )


def may_take_in_list(by: Person, kind: ListKind, changes: str = "") -> bool:
    """Whether a person may take such lists in: premises staff those of bookings, and what came back of them.

    changes: the kind of cases that a list of changes is about.
    """
    if kind in OF_MONEY:
        return by.may(ACTION_OF_LIST[kind])
    about = {CaseKind(changes)} if changes else {kind.case} if kind.case is not None else set(CaseKind)
    return about <= set(by.kinds(ACTION_OF_LIST[kind]))


def allow_list(by: Person, kind: ListKind, changes: str = "") -> None:
    """The same, told to whoever may not.

    Raises:
        Refused: the list holds what is not this person's to take in.
    """
    require_permission(by, ACTION_OF_LIST[kind])
    if not may_take_in_list(by, kind, changes):
        raise Refused(
            Obstacle.INVALID,
            Problem("list", _("Listan innehåller annat än bokningar."), _("Lämna den till en handläggare.")),
        )


def waiting_files(session: Session, *, most: int) -> list[StagedFile]:
    """The board's files that wait for somebody and that the person may see, newest first."""
    require_permission(session.person, Action.IMPORT)
    return [
        found for found in staged_files(session, session.person.board_id, most=most) if _may_see(found, session.person)
    ]


def choose_columns(
    database: Database,
    key: int,
    chosen: Mapping[str, Any],
    *,
    name: str,
    rules: Rules,
    by: Person,
    at: datetime,
    wait_above: int,
) -> int:
    """A person says what the columns are; kept under a name when one is given. Returns the file's size.

    The file is then to be read again: by the worker when it has more than `wait_above` bytes, else by the caller.

    chosen: {"kind", "sheet", "row", "facts": {column: fact}}.

    Raises:
        Refused: two columns for one fact, no column that names anybody, or nothing that this kind of list can say.
    """
    allow_list(by, ListKind(chosen["kind"]))
    with open_reading(database, Acting(by, at)) as session:
        staged = of_person(session, key)
        headings = _headings(staged, chosen)
    if staged.state not in {UNKNOWN, READY}:
        raise Refused(Obstacle.STALE, changed_meanwhile(staged))
    catalogue = rules.folder.book.catalogue
    problems = _wrong_columns(chosen, headings, catalogue, into_round=staged.round_id is not None)
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    kept = " ".join(name.split())[:60]
    if kept:
        run_in_transaction(
            database,
            lambda session: _keep_layout(session, kept, chosen, headings),
            Acting(by, at),
            boards=[by.board_id],
        )
    with open_technical(database, Acting(by, at)) as writing_to:
        found = writing_to.get_one(StagedFile, key, with_for_update=True)
        if found.state not in {UNKNOWN, READY}:
            raise Refused(Obstacle.STALE, changed_meanwhile(found))
        found.columns = {**chosen, "name": kept}
        _to_be_read(writing_to, found, wait=found.size > wait_above)
        return found.size


def _headings(staged: StagedFile, chosen: Mapping[str, Any]) -> dict[str, str]:
    """Column -> what stands in the row that a person said is the headings."""
    for sheet in staged.found.get("sheets", ()):
        for row, cells in sheet["rows"]:
            if (sheet["name"], row) == (chosen["sheet"], chosen["row"]):
                return dict(cells)
    raise Refused(
        Obstacle.INVALID,
        Problem("row", _("Raden med rubriker finns inte i filen."), _("Välj en av raderna som visas.")),
    )


def _wrong_columns(
    chosen: Mapping[str, Any], headings: Mapping[str, str], catalogue: Catalogue, *, into_round: bool
) -> list[Problem]:
    kind = ListKind(chosen["kind"])
    known = column_choices(kind, catalogue)
    problems = []
    if into_round and kind is not ListKind.GRANT:
        problems.append(
            Problem(
                "kind",
                _("Bara ansökningar kan läsas in i en omgång."),
                _("Välj ansökningar, eller läs in listan utan omgång."),
            )
        )
    first: dict[str, str] = {}
    for column, fact in chosen["facts"].items():
        letters = column_letters(int(column))
        if fact not in known:
            problems.append(
                Problem(
                    f"column-{column}",
                    _("Valet för kolumn {letters} kan inte läsas in.", letters=letters),
                    _("Välj ur listan."),
                )
            )
        elif not headings.get(column, "").strip():
            problems.append(
                Problem(
                    f"column-{column}",
                    _("Kolumn {letters} har ingen rubrik.", letters=letters),
                    _("Skriv en rubrik i filen och ladda upp den igen."),
                )
            )
        elif fact in first:
            label = known[fact]
            problems.append(
                Problem(
                    f"column-{column}",
                    _(
                        "Kolumn {item} och kolumn {letters} betyder båda ”{label}”.",
                        item=first[fact],
                        letters=letters,
                        label=label,
                    ),
                    _("Sätt en av dem till ”Läses inte”."),
                )
            )
        first.setdefault(fact, letters)
    texts = [folded_heading(headings.get(column, "")) for column in chosen["facts"]]
    if len(set(texts)) < len(texts):
        problems.append(
            Problem(
                "row",
                _("Två av kolumnerna har samma rubrik."),
                _("Ge dem olika rubriker i filen och ladda upp den igen."),
            )
        )
    anchors = ANCHORS[kind]
    if not anchors & set(first) or len(first) < 2:  # noqa: PLR2004 - fewer is no list
        wanted = join_words((known[name] for name in sorted(anchors)), " / ")
        problems.append(
            Problem(
                "columns",
                _("Listan behöver kolumnen {wanted} och minst en till.", wanted=wanted),
                _("Välj vilken kolumn det är."),
            )
        )
    return problems


def _keep_layout(
    session: WritingSession, name: str, chosen: Mapping[str, Any], headings: Mapping[str, str]
) -> ImportLayout:
    """Under a name of the board's own; the same name again is the same layout, changed."""
    given = {folded_heading(headings[column]): fact for column, fact in chosen["facts"].items()}
    found = session.scalar(
        select(ImportLayout).where(ImportLayout.board_id == session.person.board_id, ImportLayout.name == name)
    )
    if found is None:
        found = ImportLayout(
            board_id=session.person.board_id,
            name=name,
            kind=chosen["kind"],
            headings=given,
            at=session.now,
            by_user_id=session.user_id,
        )
        session.add(found)
    else:
        found.kind, found.headings, found.at, found.by_user_id = (
            chosen["kind"],
            given,
            session.now,
            session.user_id,
        )
    session.flush()
    session.note("layout_kept", found, detail={"name": name})
    return found


def note_still_reading(database: Database, key: int, *, at: datetime) -> None:
    """Whoever reads a file or takes it in without a job tells that they are still at it."""
    with open_technical(database) as session:
        session.execute(update(StagedFile).where(StagedFile.id == key).values(heard_at=at))


def is_broken_off(session: Session, staged: StagedFile) -> bool:
    """Whether the file is said to be read or taken in, and nobody is at it: their process has ended."""
    if staged.state not in {READING, CONFIRMING}:
        return False
    job = session.get(Job, staged.job_id) if staged.job_id is not None else None
    if job is not None:
        return job.state in ENDED_STATES  # otherwise the worker has it, or comes to it
    return staged.heard_at is None or staged.heard_at < session.now - SILENT


def read_again(database: Database, key: int, *, by: Person, at: datetime) -> None:
    """A reading that was broken off is taken up from the start, by the worker.

    Raises:
        Refused: somebody is at it, or it has been read.
    """
    with open_technical(database, Acting(by, at)) as session:
        of_person(session, key)
        staged = session.get_one(StagedFile, key, with_for_update=True, populate_existing=True)
        if staged.state != READING or not is_broken_off(session, staged):
            raise Refused(Obstacle.STALE, changed_meanwhile(staged))
        _to_be_read(session, staged, wait=True)


def read_in_encoding(database: Database, key: int, encoding: str, *, by: Person, at: datetime, wait_above: int) -> int:
    """A person says how a file is encoded whose letters are not believed; it is then to be read again. Its size.

    Raises:
        Refused: it is not encoded so, or its letters are not in doubt.
    """
    with open_technical(database, Acting(by, at)) as session:
        of_person(session, key)
        staged = session.get_one(StagedFile, key, with_for_update=True, populate_existing=True)
        if staged.state != FAILED or not is_of_letters(staged.problem["what"]):
            raise Refused(Obstacle.STALE, changed_meanwhile(staged))
        kept = session.get_one(StagedContent, key)
        try:
            kept.content = in_utf_8(kept.content, encoding)
        except FileReadingError as error:
            told = file_problem(error.code, "encoding")
            raise Refused(Obstacle.INVALID, told) from None
        staged.size = len(kept.content)
        _to_be_read(session, staged, wait=staged.size > wait_above)
        return staged.size


def discard_file(database: Database, key: int, *, by: Person) -> None:
    """Throws a file away that was not confirmed.

    Raises:
        Refused: it is on its way in, or in.
    """
    with open_technical(database, Acting(by)) as session:
        of_person(session, key)
        staged = session.get_one(StagedFile, key, with_for_update=True, populate_existing=True)
        if staged.state in {CONFIRMING, CONFIRMED}:
            raise Refused(Obstacle.STALE, changed_meanwhile(staged))
        staged.state, staged.found, staged.columns, staged.turn = DISCARDED, {}, {}, staged.turn + 1
        for table, column in (
            (StagedRow, StagedRow.staged_id),
            (StagedProblem, StagedProblem.staged_id),
            (StagedContent, StagedContent.id),
        ):
            session.execute(delete(table).where(column == key))


def delete_expired(session: WritingSession, board_id: int) -> int:
    """A board's files that have lain their time are gone with all that was read from them. Returns how many."""
    before = session.now - kept_for(session, board_id, RetentionKind.FILES)
    lists = downloaded_lists.delete_expired(session, board_id, before=before)
    old = (StagedFile.at < before) & (StagedFile.state != CONFIRMING)
    half_read = (StagedFile.at < session.now - HALF_READ_KEPT) & (StagedFile.state == READING)
    own = StagedFile.board_id == board_id
    keys = list(session.scalars(select(StagedFile.id).where(own, old)))
    keys += [
        row.id
        for row in session.scalars(select(StagedFile).where(own, half_read))
        if row.id not in keys and is_broken_off(session, row)
    ]
    for table, key in (
        (StagedRow, StagedRow.staged_id),
        (StagedProblem, StagedProblem.staged_id),
        (StagedContent, StagedContent.id),
        (StagedFile, StagedFile.id),
    ):
        if keys:
            session.execute(delete(table).where(key.in_(keys)), execution_options=BESIDE)
    return len(keys) + lists


def changed_meanwhile(staged: StagedFile) -> Problem:
    return Problem(
        staged.file,
        _(
            "Filen väntar inte längre på inläsning: någon annan har läst in eller tagit bort den, eller så läses den "
            "just nu."
        ),
        _("Öppna sidan på nytt och se hur långt den kommit."),
    )
