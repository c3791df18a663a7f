"""The trail tells on whoever changes something past the program, and an erasure hides nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from tests.acting import acting
from tests.factories import NOW, a_board, a_case, a_person
from tests.kernel.store.tampering import raw, rows_of, told, without_triggers
from vetting.casework.services import cases
from vetting.kernel.roles import Role
from vetting.kernel.store import trail, trail_verification
from vetting.kernel.store.session import open_reading, open_writing, run_in_transaction
from vetting.kernel.store.trail import Erasure, TrailContent, TrailEntry, TrailNote, TrailPart
from vetting.kernel.store.trail_checkpoints import TIED, write_checkpoint
from vetting.kernel.store.trail_erasure import ChangedError, ErasureOrder, StillStoredError, erase_content
from vetting.lists.services import import_batches
from vetting.operations.database import schema
from vetting.people.models.people import Board
from vetting.shipped import shipped_folder

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from tests.databases import Databases
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import WritingSession

REFUSED = (IntegrityError, OperationalError, DatabaseError)


@pytest.fixture
def lived_in(database: Database) -> Database:
    """Three entries: a board, a person, a case."""
    a_case(database, a_person(database, a_board(database)))
    assert told(database) == []
    return database


def erased(database: Database, *entries: int, kinds: tuple[str, ...] = ("personal", "sealed")) -> Any:
    """Entries lose what lies apart by an erasure."""
    order = ErasureOrder(frozenset(entries), kinds, "Gallringsbeslut 2026:7", ("Kim Ek", "Noor Dal"))
    return run_in_transaction(database, lambda s: erase_content(acting(s, None, NOW), order))


def test_the_trail_of_what_was_done_verifies_and_names_who_did_what(lived_in: Database) -> None:
    with open_reading(lived_in) as session:
        found = trail_verification.verify_trail(session)
        assert (found.entries, found.problems) == (3, [])
        case = session.scalars(select(TrailEntry.case_id).where(TrailEntry.case_id.is_not(None))).one()
        assert case is not None
        entries = trail.of_case(session, case, most=10)
        assert [(entry.action, entry.by_role, entry.object_type, entry.object_id) for entry, _ in entries] == [
            ("case_received", "Handläggare", "cases", case)
        ]


PAYMENT = "UPDATE payments SET amount = amount * 10"
ROLE = "INSERT INTO roles (user_id, board_id, role) SELECT user_id, board_id, 'finance' FROM roles WHERE id = 1"
WIPED = "UPDATE trail_content SET salt = NULL, body = NULL"
FORGED = (
    "INSERT INTO erasures (entry_id, kind, kept, basis, at) "
    "SELECT entry_id, kind, 'x', 'x', '2026-11-20 09:00:00' FROM trail_apart WHERE salt IS NOT NULL"
)
TAMPERINGS = {
    "a payment times ten": ((), (PAYMENT,), "payments 1: The row was changed with no record in the trail: amount."),
    "a forged role": ((), (ROLE,), "The row is not in the trail."),
    "a role taken away": (
        (),
        ("DELETE FROM roles WHERE id = 1",),
        "roles 1: The row was removed with no record in the trail.",
    ),
    "another state": (
        (),
        ("UPDATE cases SET state = 'received'",),
        "cases 1: The row was changed with no record in the trail: state.",
    ),
    "another decision": (
        ("decisions",),
        ("UPDATE decisions SET amount = amount + 1",),
        "decisions 1: The row was changed with no record in the trail: amount.",
    ),
    "another who did it": (
        ("trail",),
        ("UPDATE trail SET by_user_id = 7 WHERE id = 3",),
        "trail 3: The entry has been changed.",
    ),
    "an older format": (
        ("trail",),
        ("UPDATE trail SET format = 1 WHERE id = 3",),
        "trail 3: The entry has been changed.",
    ),
    "the content written anew": (
        ("trail_content",),
        ("UPDATE trail_content SET body = replace(body, 'norr', 'syd') WHERE id = 1",),
        "trail 1: The entry's content has been changed.",
    ),
    "the content wiped, then the payment": (
        ("trail_content",),
        (WIPED, PAYMENT),
        "trail 1: The entry's content is missing.",
    ),
    "what lies apart emptied": (
        ("trail_apart",),
        ("UPDATE trail_apart SET salt = NULL, body = NULL",),
        "The entry's content was erased without a decision to erase it.",
    ),
    "what lies apart written anew": (
        ("trail_apart",),
        ("UPDATE trail_apart SET body = replace(body, 'a', 'b') WHERE body IS NOT NULL",),
        "The entry's content has been changed.",
    ),
    "what lies apart removed": (
        ("trail_apart",),
        ("DELETE FROM trail_apart",),
        "The entry's content has been changed.",
    ),
    "an erasure that nobody made": (
        (),
        (FORGED, "UPDATE trail_apart SET salt = NULL, body = NULL WHERE salt IS NOT NULL", PAYMENT),
        "The entry's content was erased without a decision to erase it.",
    ),
    "an entry removed": (
        ("trail", "trail_content", "trail_apart"),
        tuple(
            f"DELETE FROM {table} WHERE {key} = 2"
            for table, key in (
                ("erasures", "entry_id"),
                ("trail_apart", "entry_id"),
                ("trail_content", "id"),
                ("trail", "id"),
            )
        ),
        "trail 3: Entries 2–2 are missing.",
    ),
    "the content of another entry": (
        ("trail_content",),
        ("UPDATE trail_content SET body = (SELECT body FROM trail_content WHERE id = 1) WHERE id = 3",),
        "trail 3: The entry's content has been changed.",
    ),
    "another day": (
        ("trail",),
        ("UPDATE trail SET at = '2020-01-07 09:00:00.000000' WHERE id = 2",),
        "trail 2: The entry has been changed.",
    ),
    "another reason": (
        ("trail",),
        ("UPDATE trail SET reason = 'x' WHERE id = 2",),
        "trail 2: The entry has been changed.",
    ),
    "an entry put in": (
        ("trail",),
        (
            (
                "INSERT INTO trail SELECT (SELECT max(id) + 1 FROM trail), at, by_user_id, by_role, action, object_type, "
                "object_id, board_id, case_id, reason, digest, hash, hash, format, chain, "
                "(SELECT max(place) + 1 FROM trail AS own WHERE own.chain = trail.chain) FROM trail WHERE id = 3"
            ),
        ),
        "The entry's content is missing.",
    ),
    "the head moved back": (
        (),
        ("UPDATE trail_heads SET last = last - 1",),
        "The chain's end is missing or replaced.",
    ),
    "a payment made twice": (
        (),
        (
            (
                "INSERT INTO payments (id, board_id, case_id, decision_id, amount, planned_on, paid_on, version) "
                "SELECT (SELECT max(id) + 1 FROM payments), board_id, case_id, decision_id, amount, planned_on, "
                "paid_on, version FROM payments WHERE id = 1"
            ),
        ),
        "payments 2: The row is not in the trail.",
    ),
    "other rules than those that were published": (
        ("rule_versions",),
        ("UPDATE rule_versions SET fingerprint = 'x' WHERE id = 1",),
        "rule_versions 1: The row was changed with no record in the trail: fingerprint.",
    ),
    "an assessment that nobody made": (
        ("assessments",),
        ("UPDATE assessments SET answer = 'x' WHERE id = 1",),
        "assessments 1: The row was changed with no record in the trail: answer.",
    ),
}
"""What is done -> the tables that lose their triggers, the statements, and what is told."""


def test_there_are_twenty_kinds_and_more() -> None:
    assert len({(tables, statements) for tables, statements, _named in TAMPERINGS.values()}) >= 20


@pytest.mark.guards("changes past the program")
@pytest.mark.one_engine
@pytest.mark.parametrize("before", ["whole", "erased before"])
@pytest.mark.parametrize("what", TAMPERINGS)
def test_whoever_changes_something_past_the_program_is_told_of(board: BoardAtWork, what: str, before: str) -> None:
    board.approve()
    newcomer = board.case("BID-2026-0001")
    run_in_transaction(
        board.database,
        lambda s: s.add_entry(
            TrailNote(
                action="numbered",
                by=board.staff[next(iter(board.staff))],
                at=NOW,
                case_id=newcomer.id,
                detail={"dnr": "1"},
            )
        ),
    )
    if before == "erased before":
        newest = rows_of(board.database, "SELECT max(id) FROM trail")[0][0]
        assert list(erased(board.database, newest)) == [newest]
    assert told(board.database) == []
    tables, statements, named = TAMPERINGS[what]
    without_triggers(board.database, *tables, *(("erasures",) if "erasures" in "".join(statements) else ()))
    raw(board.database, *statements)
    assert any(named in line for line in told(board.database)), told(board.database)[:5]
    if PAYMENT in statements and "wiped" not in what:
        assert TAMPERINGS["a payment times ten"][2] in told(board.database)


def test_a_password_put_in_place_of_another_is_told_of_though_the_trail_has_none(database: Database) -> None:
    person = a_person(database, a_board(database))
    raw(database, f"UPDATE users SET password_hash = '$argon2id$x' WHERE id = {person.id}")
    assert told(database) == [f"users {person.id}: The row was changed with no record in the trail: password_hash."]


@pytest.mark.guards("an erasure that hides something")
def test_no_secret_and_no_address_of_an_account_is_in_the_trail(board: BoardAtWork) -> None:
    from vetting.people.services import sign_in

    new = sign_in.NewUser(
        login="nytt.konto",
        name="Nytt Konto",
        board=board.code,
        roles=(Role.AUDITOR,),
        password="ett långt lösenord 7",
        email="nytt@exempel.se",
    )
    run_in_transaction(board.database, lambda s: sign_in.add_user(acting(s, None, NOW), new))
    with open_reading(board.database) as s:
        bodies = [*s.scalars(select(TrailContent.body)), *s.scalars(select(TrailPart.body))]
        said = "\n".join(body or "" for body in bodies)
        assert s.scalar(select(func.count()).select_from(TrailEntry)) == s.scalar(
            select(func.count()).select_from(TrailContent)
        )
    assert "nytt.konto" in said
    for kept_out in ("$argon2", "nytt@exempel.se"):
        assert kept_out not in said
    assert told(board.database) == []


def test_an_erasure_takes_what_lies_apart_and_nothing_else(lived_in: Database) -> None:
    with open_reading(lived_in) as session:
        anchor = trail_verification.verify_trail(session).head
    assert list(erased(lived_in, 1, kinds=("personal",))) == [1]
    assert told(lived_in, anchor) == []
    left = dict(map(tuple, rows_of(lived_in, "SELECT entry_id, body FROM trail_apart WHERE kind = 'personal'")))
    assert left[1] is None
    assert json.loads(left[4])["detail"] == {
        "entries": [1],
        "kinds": ["personal"],
        "basis": "Gallringsbeslut 2026:7",
        "named": ["Kim Ek", "Noor Dal"],
    }
    raw(lived_in, "UPDATE boards SET contact = 'Någon Annan'")
    assert told(lived_in) == ["boards 1: Erased in the trail, but the row is there and still has: contact."]
    assert erased(lived_in, 1, kinds=("personal",)) == ()


def test_what_a_row_still_says_is_not_erased_in_the_trail(lived_in: Database) -> None:
    """An account, its name and its roles go with the row: emptied rows of money and power are none that are gone."""
    with pytest.raises(StillStoredError) as kept:
        erased(lived_in, 2)
    assert kept.value.rows == ["users 1: login, name, password_hash", "roles 1: user_id"]
    assert rows_of(lived_in, "SELECT count(*) FROM erasures")[0][0] == 0
    assert told(lived_in) == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE users SET name = 'Någon Annan' WHERE id = 1", "users 1"),
        ("UPDATE users SET name = '', login = '' WHERE id = 1", "users 1"),
        ("UPDATE roles SET user_id = (SELECT max(id) FROM users) WHERE id = 1", "roles 1"),
        ("UPDATE payments SET paid_by_id = 1", "payments 1"),
        ("UPDATE grant_applications SET giro = '1'", "grant_applications 1"),
    ],
)
def test_an_erasure_written_past_the_program_names_the_rows_it_would_hide(
    board: BoardAtWork, change: str, named: str
) -> None:
    """A well-formed entry of an erasure, the parts emptied, and then the row: what is erased must be gone in the row."""
    board.approve()
    parts = rows_of(board.database, "SELECT entry_id, kind FROM trail_apart ORDER BY entry_id, kind")

    def forge(session: WritingSession) -> None:
        """As the program's own erasure, without its look at the rows."""
        session.add_all(Erasure(entry_id=entry, kind=kind, kept="x", basis="x", at=NOW) for entry, kind in parts)
        session.flush()
        session.add_entry(TrailNote(action="content_erased", by=None, at=NOW))

    run_in_transaction(board.database, forge)
    before = "(SELECT max(entry_id) FROM trail_apart)"
    raw(board.database, f"UPDATE trail_apart SET salt = NULL, body = NULL WHERE entry_id < {before}", change)
    assert any(line.startswith(f"{named}: Erased in the trail") for line in told(board.database)), told(board.database)


def test_imported_rows_keep_their_columns_in_the_trail_while_they_exist(board: BoardAtWork) -> None:
    key = board.staged((shipped_folder("imports") / "samples" / "ansokningar.xlsx").read_bytes())
    board.do(import_batches.confirm_import, key, good_only=False)
    entry = rows_of(board.database, "SELECT max(id) FROM trail WHERE action = 'list_imported'")[0][0]
    assert entry
    with pytest.raises(StillStoredError, match=r"grant_applications 1: giro"):
        erased(board.database, entry)
    raw(board.database, "UPDATE cases SET purpose = 'annat'", "UPDATE grant_applications SET giro = '1'")
    assert {line.split()[0] for line in told(board.database)} == {"cases", "grant_applications"}


def test_what_a_list_brought_is_pinned_in_all_its_columns_before_an_erasure(board: BoardAtWork) -> None:
    key = board.staged((shipped_folder("imports") / "samples" / "ansokningar.xlsx").read_bytes())
    board.do(import_batches.confirm_import, key, good_only=False)
    assert told(board.database) == []
    raw(board.database, "UPDATE grant_applications SET giro = '1'")
    assert {line.split()[0] for line in told(board.database)} == {"grant_applications"}


def test_what_a_list_brought_and_a_person_changed_since_verifies(board: BoardAtWork) -> None:
    key = board.staged((shipped_folder("imports") / "samples" / "ansokningar.xlsx").read_bytes())
    board.do(import_batches.confirm_import, key, good_only=False)
    number = rows_of(board.database, "SELECT number FROM cases ORDER BY id")[3][0]
    board.do(cases.register_case, number, "KUN 2026/17")
    board.do(cases.withdraw_case, number)
    assert told(board.database) == []
    raw(board.database, f"UPDATE cases SET state = 'nonsense' WHERE number = '{number}'")
    assert {line.split()[0] for line in told(board.database)} == {"cases"}


@pytest.mark.parametrize(
    "forged",
    [
        """{"changes":{"0":{"after":{"amount_applied":10}}}}""",
        """{"detail":{"dnr":"1"}}""",
        """{"bulk":[{"table":"roles","first":9,"columns":[],"rows":""}]}""",
    ],
)
def test_nothing_can_be_put_in_where_something_was_erased(lived_in: Database, forged: str) -> None:
    erased(lived_in, 3)
    without_triggers(lived_in, "trail_apart")
    raw(
        lived_in,
        f"UPDATE trail_apart SET body = '{forged}' WHERE entry_id = 3 AND kind = 'personal'",
        "UPDATE cases SET amount_applied = 10",
    )
    assert "trail 3: The entry's content has been changed." in told(lived_in)
    with open_reading(lived_in) as session:
        [(_, words)] = trail.of_case(session, 1, most=5)
    assert words == {}


def test_a_guard_that_is_taken_away_or_a_strange_one_is_told(lived_in: Database) -> None:
    without_triggers(lived_in, "decisions")
    assert told(lived_in) == ["decisions: The database's own guard on the table is missing, switched off or changed."]
    if lived_in.is_sqlite:
        raw(lived_in, "CREATE TRIGGER x AFTER INSERT ON cases BEGIN DELETE FROM marks; END")
        assert told(lived_in)[1:] == ["cases: The database has a trigger that is not ours: x."]


EMPTIED_ON_SQLITE = {
    "decisions": (
        "DROP TRIGGER decisions_no_update",
        "CREATE TRIGGER decisions_no_update BEFORE UPDATE ON decisions BEGIN SELECT 1; END",
    ),
    "occurrences": (
        "DROP TRIGGER occurrences_taken_insert",
        "CREATE TRIGGER occurrences_taken_insert BEFORE INSERT ON occurrences BEGIN DELETE FROM marks; END",
    ),
}
EMPTIED_ON_POSTGRESQL = {
    "decisions": (
        (
            "CREATE OR REPLACE FUNCTION vetting_corrected() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RETURN NEW; END $$"
        ),
    ),
    "occurrences": (
        "ALTER TABLE occurrences DROP CONSTRAINT occurrences_taken",
        (
            "ALTER TABLE occurrences ADD CONSTRAINT occurrences_taken "
            "EXCLUDE USING gist (int8range(slot_from, slot_to) WITH &&) WHERE (slot_from IS NULL)"
        ),
    ),
}


@pytest.mark.parametrize("table", EMPTIED_ON_SQLITE)
def test_an_emptied_guard_of_the_right_name_is_told(lived_in: Database, table: str) -> None:
    emptied = EMPTIED_ON_SQLITE if lived_in.is_sqlite else EMPTIED_ON_POSTGRESQL
    raw(lived_in, *emptied[table])
    assert told(lived_in) == [f"{table}: The database's own guard on the table is missing, switched off or changed."]


@pytest.mark.parametrize("table", ["trail", "trail_content", "trail_apart", "erasures"])
def test_a_row_that_is_there_is_not_replaced_by_another(lived_in: Database, table: str) -> None:
    """SQLite's REPLACE asks no trigger of deletion; PostgreSQL has no such thing."""
    erased(lived_in, 1)
    if not lived_in.is_sqlite:
        with pytest.raises(REFUSED):
            raw(lived_in, f"INSERT INTO {table} SELECT * FROM {table}")
        return
    with pytest.raises(REFUSED, match=r"append-only"):
        raw(lived_in, f"REPLACE INTO {table} SELECT * FROM {table}")


def test_nothing_is_erased_of_an_entry_that_has_been_changed(lived_in: Database) -> None:
    without_triggers(lived_in, "trail_content")
    raw(lived_in, "UPDATE trail_content SET body = replace(body, 'norr', 'syd') WHERE id = 1")
    with pytest.raises(ChangedError, match=r"\[1\]"):
        erased(lived_in, 1, 2, 3)
    assert rows_of(lived_in, "SELECT count(*) FROM erasures")[0][0] == 0


@pytest.mark.guards("an erasure that hides something")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trail SET action = 'x'",
        "DELETE FROM trail",
        WIPED,
        "DELETE FROM trail_content",
        "UPDATE trail_apart SET salt = NULL, body = NULL",
        "UPDATE trail_apart SET body = 'x'",
        "UPDATE trail_apart SET digest = 'x', salt = NULL, body = NULL WHERE entry_id = 1",
        "DELETE FROM trail_apart",
        "UPDATE erasures SET entry_id = 3",
        "DELETE FROM erasures",
    ],
)
def test_the_database_itself_keeps_the_trail(lived_in: Database, statement: str) -> None:
    erased(lived_in, 1)
    with pytest.raises(REFUSED, match=r"append-only|erased by an erasure only"):
        raw(lived_in, statement)


def test_a_moment_made_in_another_zone_verifies(database: Database) -> None:
    from datetime import timedelta, timezone

    here = NOW.astimezone(timezone(timedelta(hours=1)))

    def work(session: WritingSession) -> None:
        session.add(Board(code="x", name="x", rules={}, created_at=here))
        session.add_entry(TrailNote(action="board_added", by=None, at=here))

    run_in_transaction(database, work)
    assert told(database) == []


@pytest.mark.parametrize(
    ("which", "named"),
    [
        (1, "trail 3: Entries 1–1 are missing."),
        (2, "trail: The chain's end is missing or replaced."),
        (3, "trail, 1: The chain's end is missing or replaced."),
    ],
)
def test_an_entry_that_is_removed_is_missed(lived_in: Database, which: int, named: str) -> None:
    _remove(lived_in, which)
    assert named in told(lived_in)


def test_an_entry_written_anew_with_a_hash_of_its_own_breaks_the_chain(lived_in: Database) -> None:
    with open_reading(lived_in) as session:
        entry = session.get_one(TrailEntry, 1)
        forged = {column.key: getattr(entry, column.key) for column in TrailEntry.__table__.columns} | {"reason": "x"}
    without_triggers(lived_in, "trail")
    raw(lived_in, f"UPDATE trail SET reason = 'x', hash = '{trail.hash_of(forged)}' WHERE id = 1")
    assert "trail 3: The chain is broken before the entry." in told(lived_in)


def _cut_the_boards_chain(database: Database) -> None:
    """The case is gone, and the board's chain ends before it, as if it had never been."""
    _remove(database, 3)
    first = rows_of(database, "SELECT hash FROM trail WHERE id = 1")[0][0]
    raw(
        database,
        f"UPDATE trail_heads SET last = 1, entry_id = 1, hash = '{first}' WHERE chain = 1",
        "DELETE FROM cases",
    )


def test_a_chain_written_anew_is_found_by_an_earlier_head(lived_in: Database) -> None:
    with open_reading(lived_in) as session:
        anchor = trail_verification.verify_trail(session).heads[1][1]
    assert told(lived_in, anchor) == []
    _cut_the_boards_chain(lived_in)
    assert all("own guard" in line for line in told(lived_in))
    assert any("is not in the chain" in line for line in told(lived_in, anchor))


def test_a_chain_written_anew_is_found_by_the_tie_of_the_heads(lived_in: Database) -> None:
    """Whoever writes one chain anew must write the shared one anew, and that is what is kept elsewhere."""
    assert write_checkpoint(lived_in, at=NOW)
    assert not write_checkpoint(lived_in, at=NOW), "nothing has come since"
    with open_reading(lived_in) as session:
        found = trail_verification.verify_trail(session)
        assert (found.problems, found.untied, found.entries) == ([], 0, 4)
    with open_reading(lived_in) as session:
        board = session.scalars(select(Board)).one()
        reason = session.scalars(select(TrailEntry.reason).where(TrailEntry.action == TIED)).one()
    assert reason.startswith("1:2:")
    a_case(lived_in, a_person(lived_in, board, name="En Till"), number="BID-2026-0009")
    with open_reading(lived_in) as session:
        found = trail_verification.verify_trail(session)
        assert (found.problems, found.untied) == ([], 1)
    assert write_checkpoint(lived_in, at=NOW)
    assert told(lived_in) == []


@pytest.mark.guards("the chain of one board written anew")
def test_a_tied_chain_that_is_cut_is_named(lived_in: Database) -> None:
    write_checkpoint(lived_in, at=NOW)
    _cut_the_boards_chain(lived_in)
    assert "trail 4: The chain 1 is not as it was when the chains were tied together." in told(lived_in)


def test_a_chain_that_is_kept_out_of_the_ties_is_named(lived_in: Database) -> None:
    """Whoever sets how far a chain is tied past the program lets its newest entries go untied: three ties tell."""
    write_checkpoint(lived_in, at=NOW)
    with open_reading(lived_in) as session:
        board = session.scalars(select(Board)).one()
    a_case(lived_in, a_person(lived_in, board, name="En Till"), number="BID-2026-0009")
    raw(lived_in, "UPDATE trail_ties SET place = (SELECT last FROM trail_heads WHERE chain = 1) WHERE chain = 1")
    for place, code in enumerate(("mitt", "syd", "vaster"), start=1):
        a_board(lived_in, code=code)
        assert write_checkpoint(lived_in, at=NOW)
        passed = "trail, 1: The chain has entries that were not tied to the others when those were tied later."
        assert told(lived_in) == ([passed] if place == 3 else [])


def test_boards_write_beside_each_other_each_in_its_own_chain(databases: Databases) -> None:
    """Two transactions at once, of two boards: on PostgreSQL neither waits for the other, and both stand."""
    database = schema.open_database(databases.postgresql(empty=True))
    first, second = a_board(database), a_board(database, code="mitt")
    with open_writing(database, boards=[first.id]) as one, open_writing(database, boards=[second.id]) as other:
        for session, board in ((one, first), (other, second)):
            session.add_entry(TrailNote(action="numbered", by=None, at=NOW, board_id=board.id))
        one.commit()
        other.commit()
    assert told(database) == []
    rows = rows_of(database, "SELECT chain, place FROM trail WHERE action = 'numbered' ORDER BY chain")
    assert [tuple(row) for row in rows] == [(first.id, 2), (second.id, 2)]
    database.close()


def _remove(database: Database, which: int) -> None:
    without_triggers(database, "trail", "trail_content", "trail_apart")
    raw(
        database,
        *(
            f"DELETE FROM {table} WHERE {key} = {which}"
            for table, key in (("trail_apart", "entry_id"), ("trail_content", "id"), ("trail", "id"))
        ),
    )


def test_going_back_from_a_trail_is_refused_with_the_way_out(lived_in: Database) -> None:
    with pytest.raises(RuntimeError, match="restore the backup"):
        schema.downgrade(lived_in, "base")
    assert told(lived_in) == []
