"""Records of cases stand in one table, that the acts write; those there are come from the tables that hold them.

Each case's records keep their order, so their numbers in it stay. What is a record from now on and was none (reports of
instalments, items on their way to a board, statements to a court) comes last, as of the day of this step.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from collections.abc import Iterator

revision = "0168"
down_revision = "0167"
branch_labels = None
depends_on = None
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
SWEDEN = ZoneInfo("Europe/Stockholm")
AT_A_TIME = 1_000
PLAIN = (
    ("application", "c.id, c.received_at, 'arrived', c.received_on, c.name, ''", "cases x", "c.kind = 'grant'"),
    (
        "document",
        """x.id, x.recorded_at, x.state,
        CASE WHEN x.state = 'arrived' THEN x.arrived_on ELSE coalesce(x.status_on, x.arrived_on) END,
        CASE WHEN x.party <> '' THEN x.party WHEN x.state = 'arrived' THEN c.name ELSE '' END, x.way""",
        "documents x",
        "x.recorded_at IS NOT NULL",
    ),
    ("letter", "x.id, x.sent_at, 'sent', NULL, x.name, x.sent_by", "letters x", "x.sent_at IS NOT NULL"),
    ("note", "x.id, x.at, 'drawn_up', NULL, '', ''", "notes x", "x.official"),
    (
        "report",
        "x.id, x.at, 'drawn_up', NULL, '', ''",
        "bases x JOIN decisions d ON d.id = x.decision_id",
        "NOT d.execution",
    ),
    ("decision", "x.id, x.decided_at, 'drawn_up', x.decided_on, '', ''", "decisions x", "NOT x.execution"),
    (
        "reply",
        "x.id, x.replied_at, 'arrived', x.replied_on, c.name, ''",
        "communications x",
        "x.replied_at IS NOT NULL",
    ),
    (
        "court",
        "x.id, x.at, 'arrived', x.\"on\", CASE WHEN x.court <> '' THEN x.court ELSE c.name END, ''",
        "decision_events x",
        "x.what IN ('appealed', 'inhibited', 'inhibition_lifted', 'appeal_ended', 'upheld', 'quashed')",
    ),
    (
        "payment",
        "x.id, b.left_at, 'sent', NULL, '', ''",
        "basis_rows x JOIN payment_bases b ON b.id = x.basis_id",
        "x.out_at IS NULL AND b.left_at IS NOT NULL",
    ),
    (
        "invoice",
        "n.id, n.at, 'sent', n.\"on\", '', ''",
        "reclaims x JOIN collection_notes n ON n.reclaim_id = x.id",
        "n.step = 'invoiced'",
    ),
    ("change", "x.id, x.at, 'arrived', x.received_on, c.name, ''", "grant_changes x", "1 = 1"),
)
"""Kind; key, moment, status, day, party, way; from; where. Their keys stay as they were."""
SAID = (
    ("claim_told", "reclaims", "communicated_at", "communicated_on", "reasons", "Det som föreningen fick ta del av"),
    ("claim_reply", "reclaims", "replied_at", "replied_on", "reply", "Svar"),
    ("ending_told", "support_endings", "told_at", "told_on", "reasons", "Det som föreningen fick ta del av"),
    ("ending_reply", "support_endings", "replied_at", "replied_on", "reply", "Svar"),
)
"""What was told and answered: kind, table, moment, day, text, heading. The record says it itself from now on."""
KINDS = """
    application document letter completion note report decision reply grant_report court payment group item extract
    invoice claim_told claim_reply ending_told ending_reply change part_report statement
"""
ORDER = {kind: place for place, kind in enumerate(KINDS.split())}
"""The order of what became a record in one moment."""


RECORDS = sa.table(
    "records",
    *(sa.column(name, ID) for name in ("board_id", "case_id", "key", "marked_by_id", "version")),
    *(sa.column(name, sa.Text()) for name in ("kind", "record_class", "status", "party", "way")),
    *(sa.column(name, sa.Text()) for name in ("registry_number", "secrecy")),
    sa.column("on", sa.Date()),
    sa.column("said", sa.JSON()),
    *(sa.column(name, MOMENT) for name in ("marked_at", "at")),
)


class Row(NamedTuple):
    """A record as it is found."""

    case_id: int
    board_id: int
    kind: str
    key: int
    old_key: int
    at: datetime
    status: str
    on: date
    party: str = ""
    way: str = ""
    said: list[Any] | None = None


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "records",
        sa.Column("id", ID, nullable=False),
        sa.Column("board_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", ID, nullable=False),
        sa.Column("record_class", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("registry_number", sa.Text(), nullable=False),
        sa.Column("secrecy", sa.Text(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("marked_by_id", ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", ID, nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_records_board_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_records_case_id")),
        sa.ForeignKeyConstraint(["marked_by_id"], ["users.id"], name=op.f("fk_records_marked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_records")),
        sa.UniqueConstraint("case_id", "kind", "key", name=op.f("uq_records_case_id_kind_key")),
    )
    op.create_index("ix_records_board_id_at", "records", ["board_id", "at"])
    for board in op.get_bind().execute(sa.text("SELECT id FROM boards ORDER BY id")).scalars().all():
        _fill(board)

    op.drop_index("ix_record_marks_case_id_id", table_name="record_marks")
    op.drop_table("record_marks")
    op.add_column("boards", sa.Column("record_plan", sa.JSON(), server_default="{}", nullable=False))
    op.drop_column("communications", "replied_at")
    op.drop_index("ix_documents_recorded_at", table_name="documents")
    op.drop_column("documents", "recorded_at")
    op.drop_column("item_decisions", "extract_at")
    op.drop_column("reclaims", "communicated_at")
    op.drop_column("reclaims", "replied_at")
    op.drop_column("support_endings", "told_at")
    op.drop_column("support_endings", "replied_at")


def _fill(board: int) -> None:
    """The records of one board's cases, in the order that they became records."""
    now = op.get_bind().execute(sa.select(sa.func.current_timestamp(type_=MOMENT))).scalar_one()
    marks = {
        (row.kind, row.key): row
        for row in op.get_bind().execute(
            sa.text("SELECT * FROM record_marks WHERE board_id = :board").columns(at=MOMENT), {"board": board}
        )
    }
    found = [row for read in (_plain, _completions, _said, _reports, _of_group, _of_board) for row in read(board)]
    found.sort(key=lambda row: (_in_utc(row.at), row.case_id, ORDER[row.kind], row.old_key))
    last = sorted(_new(board, now, {(row.case_id, row.kind, row.key) for row in found}), key=lambda row: row.case_id)
    keys: dict[tuple[int, str], Iterator[int]] = {}
    kept = []
    for row in (*found, *last):
        kind = "grant_report" if row.kind == "part_report" else row.kind
        key = row.key or next(keys.setdefault((row.case_id, kind), count(1)))
        mark = marks.pop((row.kind, row.old_key), None)
        kept.append(
            {
                "board_id": row.board_id,
                "case_id": row.case_id,
                "kind": kind,
                "key": key,
                "record_class": "diary",  # as all were until now: a plan holds from when it is made
                "status": row.status,
                "on": row.on,
                "party": row.party or "",
                "way": row.way or "",
                "said": row.said or [],
                "registry_number": mark.registry_number if mark else "",
                "secrecy": mark.secrecy if mark else "",
                "marked_at": mark.at if mark else None,
                "marked_by_id": mark.by_user_id if mark else None,
                "at": row.at,
                "version": mark.version if mark else 1,
            }
        )
    for (kind, _key), mark in marks.items():  # of a report of an instalment, or an item that was decided twice
        for record in kept[::-1]:
            if (record["case_id"], record["kind"]) == (mark.case_id, kind) and record["marked_at"] is None:
                record |= {"registry_number": mark.registry_number, "secrecy": mark.secrecy, "version": mark.version}
                record |= {"marked_at": mark.at, "marked_by_id": mark.by_user_id}
                break
    for first in range(0, len(kept), AT_A_TIME):
        op.get_bind().execute(sa.insert(RECORDS), kept[first : first + AT_A_TIME])


def _rows(sql: str, board: int, **types: Any) -> Iterator[Any]:  # noqa: ANN401 - rows of any table
    read = sa.text(sql).columns(**types) if types else sa.text(sql)
    yield from op.get_bind().execute(read, {"board": board}).all()


def _in_utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _day(at: datetime) -> date:
    return _in_utc(at).astimezone(SWEDEN).date()


def _plain(board: int) -> Iterator[Row]:
    for kind, told, table, which in PLAIN:
        owner = "x.id" if table == "cases x" else "x.case_id"
        names = ", ".join(f"{part} AS {name}" for part, name in zip(_parts(told), NAMES, strict=True))
        sql = f"SELECT c.id AS case_id, {names} FROM {table} JOIN cases c ON c.id = {owner} WHERE c.board_id = :board AND {which}"  # noqa: S608 - our own names
        for row in _rows(sql, board, moment=MOMENT, day=sa.Date()):
            if row.moment is not None:
                day = row.day or _day(row.moment)
                yield Row(row.case_id, board, kind, row.key_, row.key_, row.moment, row.status, day, row.party, row.way)


NAMES = ("key_", "moment", "status", "day", "party", "way")


def _parts(told: str) -> list[str]:
    """What is told, parted at the commas that stand in no brackets."""
    parts, depth = [""], 0
    for sign in told:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]


def _completions(board: int) -> Iterator[Row]:
    """Requests from before their letters were kept among the others."""
    sql = """
        SELECT x.id, x.case_id, b.at, x.sent_on, x.letter, c.name
        FROM completions x JOIN completion_batches b ON b.id = x.batch_id JOIN cases c ON c.id = x.case_id
        WHERE c.board_id = :board AND NOT EXISTS (SELECT 1 FROM letters l WHERE l.completion_id = x.id)
    """
    for row in _rows(sql, board, at=MOMENT, sent_on=sa.Date(), letter=sa.JSON()):
        letter = row.letter or {}
        party, way = letter.get("to", row.name), letter.get("way", "")
        yield Row(row.case_id, board, "completion", row.id, row.id, row.at, "sent", row.sent_on, party, way)


def _said(board: int) -> Iterator[Row]:
    for kind, table, moment, day, text, heading in SAID:
        sql = f"SELECT x.id, x.case_id, x.{moment} AS at, x.{day} AS day, x.{text} AS said, c.name FROM {table} x JOIN cases c ON c.id = x.case_id WHERE c.board_id = :board AND x.{moment} IS NOT NULL ORDER BY x.{moment}, x.id"  # noqa: S608 - our own names
        status = "sent" if kind.endswith("told") else "arrived"
        for row in _rows(sql, board, at=MOMENT, day=sa.Date()):
            said = [[heading, row.said.splitlines()]] if row.said else []
            yield Row(row.case_id, board, kind, 0, row.id, row.at, status, row.day or _day(row.at), row.name, "", said)


def _use(row: Any) -> list[Any]:  # noqa: ANN401 - as above
    """How a grant was used, as it is written on its paper."""
    used = [f"Använt: {_kronor(row.used)}"] if row.used is not None else []
    used += [f"{what}: {_kronor(amount)}" for what, amount in row.use_rows or []]
    counted = (("Kvinnor", row.women), ("Män", row.men), ("Andra, eller inte angivet", row.others))
    parts = (
        ("Vad pengarna gick till", used),
        ("Verksamheten", (row.activity or "").splitlines()),
        ("Deltagare", [f"{words}: {number}" for words, number in counted if number is not None]),
    )
    return [[heading, lines] for heading, lines in parts if lines]


def _kronor(amount: int) -> str:
    whole = f"{abs(amount) // 100:,}".replace(",", "\xa0") + (f",{abs(amount) % 100:02}" if amount % 100 else "")
    return ("\u2212" if amount < 0 else "") + whole + "\xa0kr"


USE = "x.id, x.case_id, x.received_on, x.used, x.use_rows, x.activity, x.women, x.men, x.others, c.name"


def _reports(board: int) -> Iterator[Row]:
    sql = f"SELECT {USE}, x.noted_at AS at FROM grant_reports x JOIN cases c ON c.id = x.case_id WHERE c.board_id = :board AND x.noted_at IS NOT NULL AND x.received_on IS NOT NULL"  # noqa: S608 - our own names
    for row in _rows(sql, board, at=MOMENT, received_on=sa.Date(), use_rows=sa.JSON()):
        told = (row.at, "arrived", row.received_on, row.name, "", _use(row))
        yield Row(row.case_id, board, "grant_report", 0, row.id, *told)


def _of_group(board: int) -> Iterator[Row]:
    sql = """
        SELECT x.id, x.case_id, x.treated_at, m.approved_at AS at
        FROM reviews x JOIN meetings m ON m.id = x.meeting_id JOIN cases c ON c.id = x.case_id
        WHERE c.board_id = :board AND x.outcome <> '' AND m.approved_at IS NOT NULL
    """
    for row in _rows(sql, board, at=MOMENT, treated_at=MOMENT):
        yield Row(row.case_id, board, "group", row.id, row.id, row.at, "drawn_up", _day(row.treated_at or row.at))


def _of_board(board: int) -> Iterator[Row]:
    """The item that a meeting had, and the extract of its minutes: they are their own keys from now on."""
    sent = _sent_items(board)
    sql = """
        SELECT x.id, x.case_id, x.decided_at, m.id AS met, m.round_id, m.met_on, m.extract_at
        FROM decisions x JOIN item_decisions m ON m.id = x.item_decision_id JOIN cases c ON c.id = x.case_id
        WHERE c.board_id = :board ORDER BY x.decided_at, x.id
    """
    known = set()
    for row in _rows(sql, board, decided_at=MOMENT, met_on=sa.Date(), extract_at=MOMENT):
        had = [one for one in sent.get(row.round_id, []) if _day(one.at) <= row.met_on]
        if had and ("item", row.case_id, had[-1].id) not in known:
            known.add(("item", row.case_id, had[-1].id))
            told = (row.decided_at, "sent", _day(had[-1].at))
            yield Row(row.case_id, board, "item", had[-1].id, row.id, *told)
        if row.extract_at is not None and ("extract", row.case_id, row.met) not in known:
            known.add(("extract", row.case_id, row.met))
            at = max(row.extract_at, row.decided_at)
            yield Row(row.case_id, board, "extract", row.met, row.id, at, "arrived", _day(row.extract_at))


def _sent_items(board: int) -> dict[int, list[Any]]:
    sql = "SELECT x.id, x.round_id, x.at, x.rows AS cases FROM sent_items x JOIN rounds r ON r.id = x.round_id WHERE r.board_id = :board ORDER BY x.id"
    found: dict[int, list[Any]] = {}
    for row in _rows(sql, board, at=MOMENT, cases=sa.JSON()):
        found.setdefault(row.round_id, []).append(row)
    return found


def _new(board: int, now: datetime, known: set[tuple[int, str, int]]) -> Iterator[Row]:
    """What was no record before."""
    sql = f"SELECT {USE} FROM part_reports x JOIN cases c ON c.id = x.case_id WHERE c.board_id = :board ORDER BY x.id"  # noqa: S608 - our own names
    for row in _rows(sql, board, received_on=sa.Date(), use_rows=sa.JSON()):
        told = (now, "arrived", row.received_on, row.name, "", _use(row))
        yield Row(row.case_id, board, "part_report", 0, row.id, *told)
    sql = """
        SELECT x.id, x.case_id, b.left_at FROM basis_rows x JOIN payment_bases b ON b.id = x.basis_id
            JOIN cases c ON c.id = x.case_id
        WHERE c.board_id = :board AND x.out_at >= b.left_at ORDER BY x.id
    """
    for row in _rows(sql, board, left_at=MOMENT):
        yield Row(row.case_id, board, "payment", row.id, row.id, now, "sent", _day(row.left_at))
    decided = {row.case_id for row in _rows("SELECT DISTINCT case_id FROM decisions WHERE board_id = :board", board)}
    for items in _sent_items(board).values():
        for case in sorted(int(key) for key in items[-1].cases or {}):
            if case not in decided and (case, "item", items[-1].id) not in known:
                yield Row(case, board, "item", items[-1].id, items[-1].id, now, "sent", _day(items[-1].at))
    sql = """
        SELECT DISTINCT d.case_id, a.id, a.stated_on, a.court
        FROM item_appeals a JOIN decisions d ON d.item_decision_id = a.item_decision_id
            JOIN decision_events e ON e.decision_id = d.id AND e.what = 'appealed' AND e.court = a.court
                AND e.number = a.number
        WHERE d.board_id = :board AND a.stated_on IS NOT NULL ORDER BY a.id, d.case_id
    """
    for row in _rows(sql, board, stated_on=sa.Date()):
        yield Row(row.case_id, board, "statement", row.id, row.id, now, "sent", row.stated_on, row.court)


def downgrade() -> None:
    """The step back: what a record said itself is gone, and the moments that its table had come from the records."""
    op.create_table(
        "record_marks",
        sa.Column("id", ID, nullable=False),
        sa.Column("board_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", ID, nullable=False),
        sa.Column("registry_number", sa.Text(), nullable=False),
        sa.Column("secrecy", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", ID, nullable=True),
        sa.Column("version", ID, nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_record_marks_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_record_marks_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_record_marks_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_marks")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_record_marks_kind_key")),
    )
    op.create_index("ix_record_marks_case_id_id", "record_marks", ["case_id", "id"])
    op.execute(
        "INSERT INTO record_marks (board_id, case_id, kind, key, registry_number, secrecy, at, by_user_id, version) "
        "SELECT board_id, case_id, kind, key, registry_number, secrecy, coalesce(marked_at, at), marked_by_id, version "
        "FROM records WHERE (registry_number <> '' OR secrecy <> '') AND kind IN ('application', 'document', 'letter', "
        "'completion', 'note', 'report', 'decision', 'reply', 'court', 'payment', 'group', 'invoice', 'change')"
    )
    for table, column in MOMENTS:
        op.add_column(table, sa.Column(column, MOMENT, nullable=True))
    op.create_index("ix_documents_recorded_at", "documents", ["recorded_at"])
    for table, column, kind in (("documents", "recorded_at", "document"), ("communications", "replied_at", "reply")):
        op.execute(
            f"UPDATE {table} SET {column} = (SELECT r.at FROM records r WHERE r.case_id = {table}.case_id "  # noqa: S608 - our own names
            f"AND r.kind = '{kind}' AND r.key = {table}.id)"
        )
    for table, column, day in (
        ("reclaims", "communicated_at", "communicated_on"),
        ("reclaims", "replied_at", "replied_on"),
        ("support_endings", "told_at", "told_on"),
        ("support_endings", "replied_at", "replied_on"),
    ):
        kind = ("claim_" if table == "reclaims" else "ending_") + ("reply" if column == "replied_at" else "told")
        op.execute(
            f"UPDATE {table} SET {column} = (SELECT max(r.at) FROM records r WHERE r.kind = '{kind}' "  # noqa: S608 - our own names
            f"AND r.case_id = {table}.case_id) WHERE {day} IS NOT NULL"
        )
    op.execute(
        "UPDATE item_decisions SET extract_at = (SELECT min(r.at) FROM records r WHERE r.kind = 'extract' "
        "AND r.key = item_decisions.id)"
    )
    op.drop_column("boards", "record_plan")
    op.drop_index("ix_records_board_id_at", table_name="records")
    op.drop_table("records")


MOMENTS = (
    ("communications", "replied_at"),
    ("documents", "recorded_at"),
    ("item_decisions", "extract_at"),
    ("reclaims", "communicated_at"),
    ("reclaims", "replied_at"),
    ("support_endings", "told_at"),
    ("support_endings", "replied_at"),
)
