"""The tables of 0.2.0: the first step. What came before it is not brought along, and has numbers below 0100."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from vetting.bookings.models.room_overlaps import no_overlap
from vetting.kernel.store.append_only import erasable_statements, statements

revision = "0100"
down_revision = None
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
APPEND_ONLY = (
    "trail",
    "screenings",
    "assessments",
    "assessment_withdrawals",
    "evidence",
    "decisions",
    "rule_versions",
    "document_contents",
    "ledger_entries",
    "rule_publications",
    "rule_withdrawals",
    "given_facts",
    "own_values",
    "gap_notes",
    "decision_events",
    "letting_terms",
    "terms_acceptances",
    "deviation_withdrawals",
    "deviations",
    "bases",
    "trail_content",
    "erasures",
)
"""Where nothing is changed and nothing removed; named here, so that the step reads the same when more come."""


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "associations",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("number", sa.String(length=10), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("seat", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("batch_id", WHOLE, nullable=True),
        sa.Column("merged_into_id", WHOLE, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_associations")),
        sa.UniqueConstraint("number", name=op.f("uq_associations_number")),
    )
    op.create_index(op.f("ix_associations_folded_id"), "associations", ["folded", "id"])
    op.create_index(op.f("ix_associations_merged_into_id"), "associations", ["merged_into_id"])
    op.create_index(
        "uq_associations_without_number",
        "associations",
        ["source", "municipality", "folded"],
        unique=True,
        sqlite_where=sa.text("number IS NULL"),
        postgresql_where=sa.text("number IS NULL"),
    )

    op.create_table(
        "boards",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("way_of_working", sa.Text(), nullable=False),
        sa.Column("with_group", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("gates", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("habits", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("limits", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("setup", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("bookings", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("letterhead", sa.Text(), server_default="", nullable=False),
        sa.Column("court", sa.Text(), server_default="", nullable=False),
        sa.Column("pay_to", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boards")),
        sa.UniqueConstraint("code", name=op.f("uq_boards_code")),
    )
    op.create_table(
        "recurring",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("held_until", MOMENT, nullable=True),
        sa.Column("done_for", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recurring")),
        sa.UniqueConstraint("name", name=op.f("uq_recurring_name")),
    )
    op.create_table(
        "renewals",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=True),
        sa.Column("association_id", WHOLE, nullable=True),
        sa.Column("case_id", WHOLE, nullable=True),
        sa.Column("batch_id", WHOLE, nullable=True),
        sa.Column("done_to", WHOLE, server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renewals")),
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempts")),
    )
    op.create_index(op.f("ix_sign_in_attempts_key_at"), "sign_in_attempts", ["key", "at"])

    op.create_table(
        "trail",
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=True),
        sa.Column("by_role", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object_type", sa.Text(), nullable=False),
        sa.Column("object_id", WHOLE, nullable=True),
        sa.Column("board_id", WHOLE, nullable=True),
        sa.Column("case_id", WHOLE, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("format", WHOLE, server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail")),
    )
    op.create_index(op.f("ix_trail_board_id_id"), "trail", ["board_id", "id"])
    op.create_index(op.f("ix_trail_case_id_id"), "trail", ["case_id", "id"])
    op.create_index(
        "ix_trail_of_associations",
        "trail",
        ["object_id", "id"],
        sqlite_where=sa.text("object_type = 'associations'"),
        postgresql_where=sa.text("object_type = 'associations'"),
    )

    op.create_table(
        "trail_head",
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("last", WHOLE, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail_head")),
    )
    op.create_table(
        "users",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("login", name=op.f("uq_users_login")),
    )
    op.create_table(
        "absences",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("user_id", WHOLE, nullable=False),
        sa.Column("substitute_id", WHOLE, nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_absences_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_absences_by_user_id")),
        sa.ForeignKeyConstraint(["substitute_id"], ["users.id"], name=op.f("fk_absences_substitute_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_absences_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index(op.f("ix_absences_board_id_last_on_id"), "absences", ["board_id", "last_on", "id"], unique=False)
    op.create_index(op.f("ix_absences_substitute_id"), "absences", ["substitute_id"])

    op.create_table(
        "association_distinctions",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("first_id", WHOLE, nullable=False),
        sa.Column("second_id", WHOLE, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_association_distinctions_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_association_distinctions_by_user_id")),
        sa.ForeignKeyConstraint(["first_id"], ["associations.id"], name=op.f("fk_association_distinctions_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["associations.id"], name=op.f("fk_association_distinctions_second_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_association_distinctions")),
    )
    op.create_index(
        op.f("ix_association_distinctions_first_id_second_id"),
        "association_distinctions",
        ["first_id", "second_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_association_distinctions_second_id_first_id"),
        "association_distinctions",
        ["second_id", "first_id"],
        unique=False,
    )

    op.create_table(
        "association_merges",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("kept_id", WHOLE, nullable=False),
        sa.Column("merged_id", WHOLE, nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undone_by_user_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_association_merges_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_association_merges_by_user_id")),
        sa.ForeignKeyConstraint(["kept_id"], ["associations.id"], name=op.f("fk_association_merges_kept_id")),
        sa.ForeignKeyConstraint(["merged_id"], ["associations.id"], name=op.f("fk_association_merges_merged_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_association_merges")),
    )
    op.create_index(op.f("ix_association_merges_kept_id_id"), "association_merges", ["kept_id", "id"])
    op.create_index(op.f("ix_association_merges_merged_id_id"), "association_merges", ["merged_id", "id"])

    op.create_table(
        "association_names",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("association_id", WHOLE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("batch_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(
            ["association_id"], ["associations.id"], name=op.f("fk_association_names_association_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_association_names")),
        sa.UniqueConstraint(
            "association_id", "folded", "kind", name=op.f("uq_association_names_association_id_folded_kind")
        ),
    )
    op.create_index(
        op.f("ix_association_names_folded_association_id"),
        "association_names",
        ["folded", "association_id"],
        unique=False,
    )

    op.create_table(
        "board_agreements",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("other_id", WHOLE, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_board_agreements_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_board_agreements_by_user_id")),
        sa.ForeignKeyConstraint(["other_id"], ["boards.id"], name=op.f("fk_board_agreements_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_agreements")),
    )
    op.create_index(
        op.f("ix_board_agreements_board_id_other_id"), "board_agreements", ["board_id", "other_id"], unique=False
    )

    op.create_table(
        "calendar_tokens",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("user_id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_calendar_tokens_board_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_calendar_tokens_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_calendar_tokens_digest")),
    )
    op.create_table(
        "completion_batches",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reminder", sa.Boolean(), nullable=False),
        sa.Column("left", sa.JSON(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_completion_batches_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_completion_batches_by_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completion_batches")),
    )
    op.create_index(op.f("ix_completion_batches_board_id_id"), "completion_batches", ["board_id", "id"])

    op.create_table(
        "contacts",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("association_id", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("postal", sa.Text(), nullable=False),
        sa.Column("function", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["association_id"], ["associations.id"], name=op.f("fk_contacts_association_id")),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_contacts_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_contacts_by_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    op.create_index(
        op.f("ix_contacts_board_id_association_id_kind_id"),
        "contacts",
        ["board_id", "association_id", "kind", "id"],
    )

    op.create_table(
        "customer_numbers",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("association_id", WHOLE, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"], ["associations.id"], name=op.f("fk_customer_numbers_association_id")
        ),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_customer_numbers_board_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_numbers")),
        sa.UniqueConstraint("board_id", "system", "number", name=op.f("uq_customer_numbers_board_id_system_number")),
    )
    op.create_index(op.f("ix_customer_numbers_association_id"), "customer_numbers", ["association_id"])

    op.create_table(
        "delegations",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("user_id", WHOLE, nullable=True),
        sa.Column("function", sa.Text(), server_default="", nullable=False),
        sa.Column("maker", sa.Text(), nullable=False),
        sa.Column("point", sa.Text(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("refusals", sa.Boolean(), nullable=False),
        sa.Column("largest", WHOLE, nullable=True),
        sa.Column("execution", sa.Boolean(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("waits", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("asked_by_id", WHOLE, nullable=True),
        sa.Column("agreed_by_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["agreed_by_id"], ["users.id"], name=op.f("fk_delegations_agreed_by_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_delegations_asked_by_id")),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_delegations_board_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_delegations_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
    )
    op.create_index(op.f("ix_delegations_board_id"), "delegations", ["board_id"])
    op.create_index(op.f("ix_delegations_user_id"), "delegations", ["user_id"])

    op.create_table(
        "downloaded_lists",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sign", sa.Text(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_downloaded_lists_board_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_downloaded_lists")),
        sa.UniqueConstraint("sign", name=op.f("uq_downloaded_lists_sign")),
    )
    op.create_index(op.f("ix_downloaded_lists_board_id_id"), "downloaded_lists", ["board_id", "id"])

    op.create_table(
        "erasures",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("entry_id", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("kept", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["trail.id"], name=op.f("fk_erasures_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
        sa.UniqueConstraint("entry_id", "kind", name=op.f("uq_erasures_entry_id_kind")),
    )
    op.create_table(
        "group_seats",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("user_id", WHOLE, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("deputy", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_group_seats_board_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_group_seats_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_seats")),
    )
    op.create_index(op.f("ix_group_seats_board_id"), "group_seats", ["board_id"])

    op.create_table(
        "import_layouts",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("headings", sa.JSON(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_import_layouts_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_import_layouts_by_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_layouts")),
    )
    op.create_index(op.f("ix_import_layouts_board_id_name"), "import_layouts", ["board_id", "name"], unique=True)

    op.create_table(
        "invitations",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("user_id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=True),
        sa.Column("made_by_id", WHOLE, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_invitations_board_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_invitations_made_by_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_invitations_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("digest", name=op.f("uq_invitations_digest")),
    )
    op.create_index(op.f("ix_invitations_user_id"), "invitations", ["user_id"])

    op.create_table(
        "jobs",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done", WHOLE, nullable=False),
        sa.Column("total", WHOLE, nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("heard_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("by_user_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_jobs_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_jobs_by_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    op.create_index(op.f("ix_jobs_board_id_kind_id"), "jobs", ["board_id", "kind", "id"])
    op.create_index(op.f("ix_jobs_state_id"), "jobs", ["state", "id"])

    op.create_table(
        "kept_texts",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("user_id", WHOLE, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_kept_texts_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_texts")),
        sa.UniqueConstraint("token", name=op.f("uq_kept_texts_token")),
    )
    op.create_table(
        "letter_templates",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_letter_templates_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_letter_templates_by_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_templates")),
        sa.UniqueConstraint("board_id", "version", name=op.f("uq_letter_templates_board_id_version")),
    )
    op.create_table(
        "letting_terms",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_letting_terms_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_letting_terms_by_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letting_terms")),
        sa.UniqueConstraint("board_id", "version", name=op.f("uq_letting_terms_board_id_version")),
    )
    op.create_table(
        "meetings",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("written", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("approved_by_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["approved_by_id"], ["users.id"], name=op.f("fk_meetings_approved_by_id")),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_meetings_board_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
    )
    op.create_index(
        op.f("ix_meetings_board_id_starts_at_id"), "meetings", ["board_id", "starts_at", "id"], unique=False
    )

    op.create_table(
        "own_columns",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_own_columns_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_own_columns_by_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_columns")),
    )
    op.create_index(op.f("ix_own_columns_board_id_kind_id"), "own_columns", ["board_id", "kind", "id"])

    op.create_table(
        "role_asks",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("user_id", WHOLE, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("asked_by_id", WHOLE, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("answered_by_id", WHOLE, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("given", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["answered_by_id"], ["users.id"], name=op.f("fk_role_asks_answered_by_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_role_asks_asked_by_id")),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_role_asks_board_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_role_asks_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_asks")),
    )
    op.create_index(op.f("ix_role_asks_board_id_answered_at"), "role_asks", ["board_id", "answered_at"], unique=False)

    op.create_table(
        "rounds",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("grant_type", sa.Text(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("decision_on", sa.Date(), nullable=True),
        sa.Column("report_on", sa.Date(), nullable=True),
        sa.Column("budget", WHOLE, nullable=True),
        sa.Column("dnr", sa.Text(), nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_rounds_board_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rounds")),
        sa.UniqueConstraint("board_id", "name", name=op.f("uq_rounds_board_id_name")),
    )
    op.create_table(
        "rule_drafts",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("ruleset", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("cases", sa.Text(), nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("started_from", sa.Text(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by_user_id", WHOLE, nullable=False),
        sa.Column("changed_by_name", sa.Text(), nullable=False),
        sa.Column("returned_because", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_rule_drafts_board_id")),
        sa.ForeignKeyConstraint(["changed_by_user_id"], ["users.id"], name=op.f("fk_rule_drafts_changed_by_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_drafts")),
    )
    op.create_index(op.f("ix_rule_drafts_board_id_id"), "rule_drafts", ["board_id", "id"])

    op.create_table(
        "rule_versions",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("ruleset", sa.Text(), nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("taken_up_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_rule_versions_board_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_versions")),
        sa.UniqueConstraint(
            "board_id", "ruleset", "fingerprint", name=op.f("uq_rule_versions_board_id_ruleset_fingerprint")
        ),
    )
    op.create_table(
        "serials",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("year", WHOLE, nullable=False),
        sa.Column("last", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_serials_board_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_serials")),
        sa.UniqueConstraint("board_id", "series", "year", name=op.f("uq_serials_board_id_series_year")),
    )
    op.create_table(
        "sign_ins",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("user_id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_sign_ins_board_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sign_ins_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("token", name=op.f("uq_sign_ins_token")),
    )
    op.create_index(op.f("ix_sign_ins_user_id"), "sign_ins", ["user_id"])

    op.create_table(
        "special_reviews",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("association_id", WHOLE, nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("conclusion", sa.Text(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("by_user_id", WHOLE, nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"], ["associations.id"], name=op.f("fk_special_reviews_association_id")
        ),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_special_reviews_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_special_reviews_by_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_special_reviews")),
        sa.UniqueConstraint("board_id", "number", name=op.f("uq_special_reviews_board_id_number")),
    )
    op.create_index(
        op.f("ix_special_reviews_board_id_association_id_id"),
        "special_reviews",
        ["board_id", "association_id", "id"],
    )

    op.create_table(
        "trail_apart",
        sa.Column("entry_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["trail.id"], name=op.f("fk_trail_apart_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "kind", name=op.f("pk_trail_apart")),
    )
    op.create_table(
        "trail_content",
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["trail.id"], name=op.f("fk_trail_content_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail_content")),
    )
    op.create_table(
        "units",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_units_board_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
    )
    op.create_index(op.f("ix_units_board_id"), "units", ["board_id"])

    op.create_table(
        "adjustments",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("meeting_id", WHOLE, nullable=False),
        sa.Column("user_id", WHOLE, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_adjustments_meeting_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_adjustments_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustments")),
        sa.UniqueConstraint("meeting_id", "user_id", name=op.f("uq_adjustments_meeting_id_user_id")),
    )
    op.create_table(
        "attendances",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("meeting_id", WHOLE, nullable=False),
        sa.Column("user_id", WHOLE, nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("declared_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_attendances_meeting_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_attendances_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendances")),
        sa.UniqueConstraint("meeting_id", "user_id", name=op.f("uq_attendances_meeting_id_user_id")),
    )
    op.create_table(
        "import_batches",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("round_id", WHOLE, nullable=True),
        sa.Column("place", WHOLE, server_default="0", nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), server_default="done", nullable=False),
        sa.Column("digest", sa.Text(), server_default="", nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undone_by_user_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_import_batches_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_import_batches_by_user_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_import_batches_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batches")),
        sa.UniqueConstraint("board_id", "sha256", "round_id", name=op.f("uq_import_batches_board_id_sha256_round_id")),
    )
    op.create_index(
        "uq_import_batches_standing",
        "import_batches",
        ["board_id", "sha256", "place"],
        unique=True,
        sqlite_where=sa.text("state <> 'undone'"),
        postgresql_where=sa.text("state <> 'undone'"),
    )

    op.create_table(
        "review_questions",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("special_review_id", WHOLE, nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["special_review_id"], ["special_reviews.id"], name=op.f("fk_review_questions_special_review_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_questions")),
    )
    op.create_index(op.f("ix_review_questions_special_review_id"), "review_questions", ["special_review_id"])

    op.create_table(
        "roles",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("user_id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("unit_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_roles_board_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_roles_unit_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_roles_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roles")),
        sa.UniqueConstraint("user_id", "board_id", "role", name=op.f("uq_roles_user_id_board_id_role")),
    )
    op.create_index(op.f("ix_roles_board_id"), "roles", ["board_id"])

    op.create_table(
        "rooms",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("unit_id", WHOLE, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("open", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("buffer_minutes", WHOLE, server_default="0", nullable=False),
        sa.Column("hours", sa.JSON(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_rooms_board_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_rooms_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rooms")),
        sa.UniqueConstraint("board_id", "name", name=op.f("uq_rooms_board_id_name")),
    )
    op.create_table(
        "rule_publications",
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("ruleset", sa.Text(), nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("cases", sa.Text(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("second_user_id", WHOLE, nullable=False),
        sa.Column("second_name", sa.Text(), nullable=False),
        sa.Column("adopted_body", sa.Text(), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=True),
        sa.Column("adopted_reference", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_rule_publications_board_id")),
        sa.ForeignKeyConstraint(["id"], ["rule_versions.id"], name=op.f("fk_rule_publications_id")),
        sa.ForeignKeyConstraint(["second_user_id"], ["users.id"], name=op.f("fk_rule_publications_second_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_publications")),
        sa.UniqueConstraint("board_id", "ruleset", "number", name=op.f("uq_rule_publications_board_id_ruleset_number")),
    )
    op.create_index(
        op.f("ix_rule_publications_board_id_ruleset_id"),
        "rule_publications",
        ["board_id", "ruleset", "id"],
        unique=False,
    )

    op.create_table(
        "staged_files",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("round_id", WHOLE, nullable=True),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", WHOLE, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("turn", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=False),
        sa.Column("job_id", WHOLE, nullable=True),
        sa.Column("batch_id", WHOLE, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("heard_at", MOMENT, nullable=True),
        sa.Column("by_user_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_staged_files_board_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_staged_files_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staged_files")),
    )
    op.create_index(op.f("ix_staged_files_board_id_id"), "staged_files", ["board_id", "id"])

    op.create_table(
        "cases",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("association_id", WHOLE, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("round_id", WHOLE, nullable=True),
        sa.Column("unit_id", WHOLE, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("officer_id", WHOLE, nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("dnr", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("amount_applied", WHOLE, nullable=True),
        sa.Column("rule_version_id", WHOLE, nullable=True),
        sa.Column("not_asked", sa.JSON(), nullable=False),
        sa.Column("batch_id", WHOLE, nullable=True),
        sa.Column("screening_id", WHOLE, nullable=True),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("attention", sa.Text(), nullable=False),
        sa.Column("reopened_at", MOMENT, nullable=True),
        sa.Column("look_again_at", MOMENT, nullable=True),
        sa.Column("look_again_because", sa.Text(), server_default="", nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["association_id"], ["associations.id"], name=op.f("fk_cases_association_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.id"], name=op.f("fk_cases_batch_id")),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_cases_board_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["users.id"], name=op.f("fk_cases_officer_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_cases_round_id")),
        sa.ForeignKeyConstraint(["rule_version_id"], ["rule_versions.id"], name=op.f("fk_cases_rule_version_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_cases_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("board_id", "number", name=op.f("uq_cases_board_id_number")),
    )
    op.create_index(
        op.f("ix_cases_board_id_association_id_id"), "cases", ["board_id", "association_id", "id"], unique=False
    )
    op.create_index(
        op.f("ix_cases_board_id_kind_state_due_on_id"),
        "cases",
        ["board_id", "kind", "state", "due_on", "id"],
    )
    op.create_index(op.f("ix_cases_board_id_round_id_id"), "cases", ["board_id", "round_id", "id"])
    op.create_index(
        "ix_cases_looked_at_again",
        "cases",
        ["board_id", "id"],
        sqlite_where=sa.text("look_again_at IS NOT NULL"),
        postgresql_where=sa.text("look_again_at IS NOT NULL"),
    )

    op.create_table(
        "rule_withdrawals",
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_rule_withdrawals_by_user_id")),
        sa.ForeignKeyConstraint(["id"], ["rule_publications.id"], name=op.f("fk_rule_withdrawals_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_withdrawals")),
    )
    op.create_table(
        "staged_contents",
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["staged_files.id"], name=op.f("fk_staged_contents_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staged_contents")),
    )
    op.create_table(
        "staged_problems",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("staged_id", WHOLE, nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("row", WHOLE, nullable=False),
        sa.Column("column", WHOLE, nullable=False),
        sa.Column("where", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("stops", sa.Boolean(), nullable=False),
        sa.Column("what_sv", sa.Text(), nullable=False),
        sa.Column("what_en", sa.Text(), nullable=False),
        sa.Column("remedy_sv", sa.Text(), nullable=False),
        sa.Column("remedy_en", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staged_id"], ["staged_files.id"], name=op.f("fk_staged_problems_staged_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staged_problems")),
    )
    op.create_index(op.f("ix_staged_problems_staged_id_id"), "staged_problems", ["staged_id", "id"])

    op.create_table(
        "staged_rows",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("staged_id", WHOLE, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("place", WHOLE, nullable=True),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("row", WHOLE, nullable=False),
        sa.Column("part", WHOLE, nullable=False),
        sa.Column("year", WHOLE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("seat", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("association_id", WHOLE, nullable=True),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("serial", WHOLE, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("amount", WHOLE, nullable=True),
        sa.Column("giro", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("customer", sa.Text(), server_default="", nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("open_to_public", sa.Boolean(), nullable=True),
        sa.Column("rate", sa.Text(), nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=True),
        sa.Column("ends_at", MOMENT, nullable=True),
        sa.Column("of_association", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("of_case", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("digest", sa.Text(), server_default="", nullable=False),
        sa.Column("case_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(
            ["staged_id"], ["staged_files.id"], name=op.f("fk_staged_rows_staged_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staged_rows")),
    )
    op.create_index(op.f("ix_staged_rows_staged_id_place"), "staged_rows", ["staged_id", "place"])
    op.create_index(
        op.f("ix_staged_rows_staged_id_state_id"), "staged_rows", ["staged_id", "state", "id"], unique=False
    )

    op.create_table(
        "account_changes",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=False),
        sa.Column("checked_at", MOMENT, nullable=True),
        sa.Column("checked_by_id", WHOLE, nullable=True),
        sa.Column("how_checked", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_account_changes_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_account_changes_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_account_changes_case_id")),
        sa.ForeignKeyConstraint(["checked_by_id"], ["users.id"], name=op.f("fk_account_changes_checked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_changes")),
    )
    op.create_index(op.f("ix_account_changes_case_id_id"), "account_changes", ["case_id", "id"])

    op.create_table(
        "assessment_drafts",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("user_id", WHOLE, nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_assessment_drafts_case_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_assessment_drafts_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_drafts")),
        sa.UniqueConstraint(
            "case_id", "criterion", "user_id", name=op.f("uq_assessment_drafts_case_id_criterion_user_id")
        ),
    )
    op.create_table(
        "assessments",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("association_id", WHOLE, nullable=True),
        sa.Column("case_id", WHOLE, nullable=True),
        sa.Column("made_in_case_id", WHOLE, nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("looked_at", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("signals", sa.JSON(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["association_id"], ["associations.id"], name=op.f("fk_assessments_association_id")),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_assessments_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_assessments_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_assessments_case_id")),
        sa.ForeignKeyConstraint(["made_in_case_id"], ["cases.id"], name=op.f("fk_assessments_made_in_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessments")),
    )
    op.create_index(
        op.f("ix_assessments_board_id_association_id_criterion_id"),
        "assessments",
        ["board_id", "association_id", "criterion", "id"],
    )
    op.create_index(
        op.f("ix_assessments_board_id_criterion_id"), "assessments", ["board_id", "criterion", "id"], unique=False
    )
    op.create_index(
        op.f("ix_assessments_case_id_criterion_id"), "assessments", ["case_id", "criterion", "id"], unique=False
    )

    op.create_table(
        "booking_requests",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("open_to_public", sa.Boolean(), nullable=True),
        sa.Column("rate", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), server_default="", nullable=False),
        sa.Column("way", sa.Text(), server_default="booking", nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_booking_requests_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_requests")),
        sa.UniqueConstraint("case_id", name=op.f("uq_booking_requests_case_id")),
    )
    op.create_index(
        op.f("ix_booking_requests_reference_case_id"), "booking_requests", ["reference", "case_id"], unique=False
    )

    op.create_table(
        "communications",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("sent_to", sa.Text(), nullable=False),
        sa.Column("reply_by", sa.Date(), nullable=False),
        sa.Column("replied_on", sa.Date(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("handled", sa.Text(), nullable=False),
        sa.Column("met", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("way", sa.Text(), server_default="written", nullable=False),
        sa.Column("why_oral", sa.Text(), server_default="", nullable=False),
        sa.Column("extensions", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_communications_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_communications_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_communications")),
    )
    op.create_index(op.f("ix_communications_case_id"), "communications", ["case_id"])

    op.create_table(
        "completions",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("batch_id", WHOLE, nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("reminder", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("letter", sa.JSON(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["completion_batches.id"], name=op.f("fk_completions_batch_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_completions_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_completions_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completions")),
    )
    op.create_index(op.f("ix_completions_batch_id"), "completions", ["batch_id"])
    op.create_index(op.f("ix_completions_case_id"), "completions", ["case_id"])

    op.create_table(
        "conflicts",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("user_id", WHOLE, nullable=True),
        sa.Column("seat_id", WHOLE, nullable=True),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_conflicts_board_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_conflicts_case_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_conflicts_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflicts")),
    )
    op.create_index(op.f("ix_conflicts_case_id"), "conflicts", ["case_id"])
    op.create_index(op.f("ix_conflicts_user_id_case_id"), "conflicts", ["user_id", "case_id"])

    op.create_table(
        "decision_drafts",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("amount", WHOLE, nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("reservations", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("grounds", sa.JSON(), nullable=False),
        sa.Column("against_group", sa.Text(), nullable=False),
        sa.Column("screening_id", WHOLE, nullable=True),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_decision_drafts_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_decision_drafts_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_drafts")),
        sa.UniqueConstraint("case_id", name=op.f("uq_decision_drafts_case_id")),
    )
    op.create_table(
        "decisions",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("changes_id", WHOLE, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("amount", WHOLE, nullable=True),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("reservations", sa.JSON(), nullable=False),
        sa.Column("grounds", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("reasons_at", MOMENT, nullable=False),
        sa.Column("against_group", sa.Text(), nullable=False),
        sa.Column("maker", sa.Text(), nullable=False),
        sa.Column("delegation_point", sa.Text(), nullable=False),
        sa.Column("paragraph", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("by_function", sa.Text(), nullable=False),
        sa.Column("substitute_for", sa.Text(), server_default="", nullable=False),
        sa.Column("urgent_because", sa.Text(), server_default="", nullable=False),
        sa.Column("appeal", sa.Text(), nullable=False),
        sa.Column("execution", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("rests_on", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_decisions_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_decisions_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_decisions_case_id")),
        sa.ForeignKeyConstraint(["changes_id"], ["decisions.id"], name=op.f("fk_decisions_changes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index(
        op.f("ix_decisions_board_id_decided_on_id"), "decisions", ["board_id", "decided_on", "id"], unique=False
    )
    op.create_index(op.f("ix_decisions_case_id_id"), "decisions", ["case_id", "id"])

    op.create_table(
        "documents",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("association_id", WHOLE, nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", WHOLE, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=True),
        sa.Column("arrived_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["association_id"], ["associations.id"], name=op.f("fk_documents_association_id")),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_documents_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_documents_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_documents_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    op.create_index(op.f("ix_documents_board_id_sha256"), "documents", ["board_id", "sha256"])
    op.create_index(op.f("ix_documents_case_id_id"), "documents", ["case_id", "id"])

    op.create_table(
        "expert_opinions",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("asked_of", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("secrecy", sa.Text(), nullable=False),
        sa.Column("documents", sa.JSON(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_expert_opinions_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_expert_opinions_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_expert_opinions_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_opinions")),
    )
    op.create_index(op.f("ix_expert_opinions_board_id_due_on"), "expert_opinions", ["board_id", "due_on"])
    op.create_index(op.f("ix_expert_opinions_case_id_id"), "expert_opinions", ["case_id", "id"])

    op.create_table(
        "grant_applications",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("grant_type", sa.Text(), nullable=False),
        sa.Column("giro", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_grant_applications_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_applications")),
        sa.UniqueConstraint("case_id", name=op.f("uq_grant_applications_case_id")),
    )
    op.create_index(op.f("ix_grant_applications_giro_case_id"), "grant_applications", ["giro", "case_id"])

    op.create_table(
        "incoming_posts",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("case_id", WHOLE, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mail", sa.JSON(), nullable=False),
        sa.Column("form", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("left", sa.JSON(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_incoming_posts_board_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_incoming_posts_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_posts")),
    )
    op.create_index(
        op.f("ix_incoming_posts_board_id_state_id"), "incoming_posts", ["board_id", "state", "id"], unique=False
    )

    op.create_table(
        "marks",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_marks_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_marks_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marks")),
    )
    op.create_index(op.f("ix_marks_case_id_kind"), "marks", ["case_id", "kind"])

    op.create_table(
        "no_conflicts",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=True),
        sa.Column("round_id", WHOLE, nullable=True),
        sa.Column("user_id", WHOLE, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_no_conflicts_board_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_no_conflicts_case_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_no_conflicts_round_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_no_conflicts_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_no_conflicts")),
    )
    op.create_index(op.f("ix_no_conflicts_user_id_case_id"), "no_conflicts", ["user_id", "case_id"])
    op.create_index(op.f("ix_no_conflicts_user_id_round_id"), "no_conflicts", ["user_id", "round_id"])

    op.create_table(
        "notes",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("official", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_notes_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_notes_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_case_id_id"), "notes", ["case_id", "id"])

    op.create_table(
        "occurrences",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("room_id", WHOLE, nullable=True),
        sa.Column("room_name", sa.Text(), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=True),
        sa.Column("ends_at", MOMENT, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("slot_from", WHOLE, nullable=True),
        sa.Column("slot_to", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_occurrences_case_id")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_occurrences_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrences")),
    )
    op.create_index(op.f("ix_occurrences_case_id"), "occurrences", ["case_id"])
    op.create_index(op.f("ix_occurrences_room_id_starts_at"), "occurrences", ["room_id", "starts_at"])
    op.create_index(op.f("ix_occurrences_slot_from"), "occurrences", ["slot_from"])
    op.create_index(op.f("ix_occurrences_starts_at_case_id"), "occurrences", ["starts_at", "case_id"])

    op.create_table(
        "own_values",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("column_id", WHOLE, nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_own_values_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_own_values_case_id")),
        sa.ForeignKeyConstraint(["column_id"], ["own_columns.id"], name=op.f("fk_own_values_column_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_values")),
    )
    op.create_index(
        op.f("ix_own_values_case_id_column_id_id"), "own_values", ["case_id", "column_id", "id"], unique=False
    )

    op.create_table(
        "quick_checks",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("association_id", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("stated", sa.JSON(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["association_id"], ["associations.id"], name=op.f("fk_quick_checks_association_id")),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_quick_checks_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_quick_checks_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_quick_checks_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quick_checks")),
    )
    op.create_index(op.f("ix_quick_checks_board_id_at_id"), "quick_checks", ["board_id", "at", "id"])
    op.create_index(op.f("ix_quick_checks_by_user_id_id"), "quick_checks", ["by_user_id", "id"])

    op.create_table(
        "reviews",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("meeting_id", WHOLE, nullable=True),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("consent", sa.Boolean(), nullable=False),
        sa.Column("lifted_out", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("dissent", sa.Text(), nullable=False),
        sa.Column("treated_at", MOMENT, nullable=True),
        sa.Column("recorded_by_id", WHOLE, nullable=True),
        sa.Column("version", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_reviews_board_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_reviews_case_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_reviews_meeting_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["users.id"], name=op.f("fk_reviews_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    op.create_index(op.f("ix_reviews_case_id_id"), "reviews", ["case_id", "id"])
    op.create_index(
        op.f("ix_reviews_meeting_id_position_id"), "reviews", ["meeting_id", "position", "id"], unique=False
    )

    op.create_table(
        "screenings",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("rule_version_id", WHOLE, nullable=False),
        sa.Column("moment", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("read", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("attention", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_screenings_case_id")),
        sa.ForeignKeyConstraint(["rule_version_id"], ["rule_versions.id"], name=op.f("fk_screenings_rule_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screenings")),
    )
    op.create_index(op.f("ix_screenings_case_id_id"), "screenings", ["case_id", "id"])

    op.create_table(
        "terms_acceptances",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("terms_id", WHOLE, nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_terms_acceptances_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_terms_acceptances_case_id")),
        sa.ForeignKeyConstraint(["terms_id"], ["letting_terms.id"], name=op.f("fk_terms_acceptances_terms_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms_acceptances")),
    )
    op.create_index(op.f("ix_terms_acceptances_case_id_id"), "terms_acceptances", ["case_id", "id"])

    op.create_table(
        "word_hits",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_word_hits_board_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_word_hits_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_word_hits")),
        sa.UniqueConstraint("case_id", "list", "entry", name=op.f("uq_word_hits_case_id_list_entry")),
    )
    op.create_index(
        op.f("ix_word_hits_board_id_list_entry_id"), "word_hits", ["board_id", "list", "entry", "id"], unique=False
    )

    op.create_table(
        "assessment_withdrawals",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("assessment_id", WHOLE, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessments.id"], name=op.f("fk_assessment_withdrawals_assessment_id")
        ),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_assessment_withdrawals_by_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_withdrawals")),
        sa.UniqueConstraint("assessment_id", name=op.f("uq_assessment_withdrawals_assessment_id")),
    )
    op.create_table(
        "bases",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("decision_id", WHOLE, nullable=True),
        sa.Column("review_id", WHOLE, nullable=True),
        sa.Column("screening_id", WHOLE, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_bases_board_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_bases_case_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_bases_decision_id")),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_bases_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bases")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_bases_decision_id")),
        sa.UniqueConstraint("review_id", name=op.f("uq_bases_review_id")),
    )
    op.create_index(op.f("ix_bases_case_id_id"), "bases", ["case_id", "id"])

    op.create_table(
        "decision_events",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("decision_id", WHOLE, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("court", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_decision_events_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_decision_events_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_decision_events_case_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_decision_events_decision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_events")),
    )
    op.create_index(
        op.f("ix_decision_events_board_id_what_on"), "decision_events", ["board_id", "what", "on"], unique=False
    )
    op.create_index(op.f("ix_decision_events_decision_id_id"), "decision_events", ["decision_id", "id"])

    op.create_table(
        "deviations",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=True),
        sa.Column("association_id", WHOLE, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("document_id", WHOLE, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["association_id"], ["associations.id"], name=op.f("fk_deviations_association_id")),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_deviations_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_deviations_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_deviations_case_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_deviations_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deviations")),
    )
    op.create_index(op.f("ix_deviations_association_id_id"), "deviations", ["association_id", "id"])
    op.create_index(op.f("ix_deviations_board_id_on_id"), "deviations", ["board_id", "on", "id"])
    op.create_index(op.f("ix_deviations_case_id"), "deviations", ["case_id"])

    op.create_table(
        "document_contents",
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["documents.id"], name=op.f("fk_document_contents_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_contents")),
    )
    op.create_table(
        "document_texts",
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("pages", WHOLE, nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_document_texts_board_id")),
        sa.ForeignKeyConstraint(["id"], ["documents.id"], name=op.f("fk_document_texts_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_texts")),
    )
    op.create_index(op.f("ix_document_texts_board_id_id"), "document_texts", ["board_id", "id"])

    op.create_table(
        "evidence",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("assessment_id", WHOLE, nullable=False),
        sa.Column("deed", sa.Text(), server_default="act", nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("inside_activity", sa.Boolean(), nullable=False),
        sa.Column("happened", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_address", sa.Text(), server_default="", nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=True),
        sa.Column("cut_id", WHOLE, nullable=True),
        sa.Column("document_id", WHOLE, nullable=True),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("speaks_for", sa.Text(), server_default="", nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("may_be_shown", sa.Boolean(), nullable=False),
        sa.Column("weighed", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("special_reasons", sa.Text(), nullable=False),
        sa.Column("milder", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("proportionality", sa.Text(), nullable=False),
        sa.Column("named_because", sa.Text(), server_default="", nullable=False),
        sa.Column("acts_not_opinions", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessments.id"], name=op.f("fk_evidence_assessment_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_evidence_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_assessment_id"), "evidence", ["assessment_id"])

    op.create_table(
        "gap_notes",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("document_id", WHOLE, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_gap_notes_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_gap_notes_case_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_gap_notes_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_notes")),
    )
    op.create_index(op.f("ix_gap_notes_case_id_fact_id"), "gap_notes", ["case_id", "fact", "id"])

    op.create_table(
        "given_facts",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("association_id", WHOLE, nullable=True),
        sa.Column("case_id", WHOLE, nullable=True),
        sa.Column("of_association", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("of_case", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("supplied_by", sa.Text(), nullable=False),
        sa.Column("document_id", WHOLE, nullable=True),
        sa.Column("batch_id", WHOLE, nullable=True),
        sa.Column("batch_row", WHOLE, nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["association_id"], ["associations.id"], name=op.f("fk_given_facts_association_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.id"], name=op.f("fk_given_facts_batch_id")),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_given_facts_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_given_facts_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_given_facts_case_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_given_facts_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_given_facts")),
    )
    op.create_index(
        op.f("ix_given_facts_board_id_association_id_id"),
        "given_facts",
        ["board_id", "association_id", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_given_facts_case_id_id"), "given_facts", ["case_id", "id"])

    op.create_table(
        "incoming_parts",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("post_id", WHOLE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", WHOLE, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("original", sa.Boolean(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["incoming_posts.id"], name=op.f("fk_incoming_parts_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_parts")),
    )
    op.create_index(op.f("ix_incoming_parts_post_id_id"), "incoming_parts", ["post_id", "id"])

    op.create_table(
        "meeting_guests",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("meeting_id", WHOLE, nullable=False),
        sa.Column("review_id", WHOLE, nullable=True),
        sa.Column("seat_id", WHOLE, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("function", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_guests_meeting_id")),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_meeting_guests_review_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["group_seats.id"], name=op.f("fk_meeting_guests_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_guests")),
    )
    op.create_index(op.f("ix_meeting_guests_meeting_id"), "meeting_guests", ["meeting_id"])

    op.create_table(
        "messages",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("document_id", WHOLE, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_messages_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_messages_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_messages_case_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_messages_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("board_id", "sha256", name=op.f("uq_messages_board_id_sha256")),
    )
    op.create_index(op.f("ix_messages_board_id_address_id"), "messages", ["board_id", "address", "id"], unique=False)
    op.create_index(op.f("ix_messages_case_id"), "messages", ["case_id"])

    op.create_table(
        "payments",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("decision_id", WHOLE, nullable=False),
        sa.Column("amount", WHOLE, nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("paid_by_id", WHOLE, nullable=True),
        sa.Column("stopped_on", sa.Date(), nullable=True),
        sa.Column("batch_id", WHOLE, nullable=True),
        sa.Column("version", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_payments_board_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_payments_case_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_payments_decision_id")),
        sa.ForeignKeyConstraint(["paid_by_id"], ["users.id"], name=op.f("fk_payments_paid_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
    )
    op.create_index(op.f("ix_payments_board_id_paid_on_id"), "payments", ["board_id", "paid_on", "id"], unique=False)
    op.create_index(op.f("ix_payments_case_id"), "payments", ["case_id"])

    op.create_table(
        "reclaims",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("decision_id", WHOLE, nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("amount", WHOLE, nullable=False),
        sa.Column("established_by", sa.Text(), nullable=False),
        sa.Column("established_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("reservation", sa.Boolean(), nullable=False),
        sa.Column("without_reservation", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("communicated_on", sa.Date(), nullable=True),
        sa.Column("reply_by", sa.Date(), nullable=True),
        sa.Column("replied_on", sa.Date(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("reclaim_decision_id", WHOLE, nullable=True),
        sa.Column("invoice", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("contacts", sa.JSON(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_reclaims_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_reclaims_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_reclaims_case_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_reclaims_decision_id")),
        sa.ForeignKeyConstraint(
            ["reclaim_decision_id"], ["decisions.id"], name=op.f("fk_reclaims_reclaim_decision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reclaims")),
        sa.UniqueConstraint("board_id", "number", name=op.f("uq_reclaims_board_id_number")),
    )
    op.create_index(op.f("ix_reclaims_case_id"), "reclaims", ["case_id"])

    op.create_table(
        "statements",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("review_id", WHOLE, nullable=False),
        sa.Column("user_id", WHOLE, nullable=True),
        sa.Column("seat_id", WHOLE, nullable=True),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("filed_at", MOMENT, nullable=False),
        sa.Column("recorded_by_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["users.id"], name=op.f("fk_statements_recorded_by_id")),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_statements_review_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["group_seats.id"], name=op.f("fk_statements_seat_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_statements_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statements")),
        sa.UniqueConstraint("review_id", "seat_id", name=op.f("uq_statements_review_id_seat_id")),
        sa.UniqueConstraint("review_id", "user_id", name=op.f("uq_statements_review_id_user_id")),
    )
    op.create_table(
        "deviation_withdrawals",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("deviation_id", WHOLE, nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_deviation_withdrawals_by_user_id")),
        sa.ForeignKeyConstraint(
            ["deviation_id"], ["deviations.id"], name=op.f("fk_deviation_withdrawals_deviation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deviation_withdrawals")),
        sa.UniqueConstraint("deviation_id", name=op.f("uq_deviation_withdrawals_deviation_id")),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("reclaim_id", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", WHOLE, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_ledger_entries_by_user_id")),
        sa.ForeignKeyConstraint(["reclaim_id"], ["reclaims.id"], name=op.f("fk_ledger_entries_reclaim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entries")),
    )
    op.create_index(op.f("ix_ledger_entries_reclaim_id"), "ledger_entries", ["reclaim_id"])

    op.create_table(
        "letters",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("decision_id", WHOLE, nullable=True),
        sa.Column("communication_id", WHOLE, nullable=True),
        sa.Column("reclaim_id", WHOLE, nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("postal", sa.JSON(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("sent_by", sa.Text(), nullable=False),
        sa.Column("failed", sa.Text(), nullable=False),
        sa.Column("sending_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_letters_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_letters_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_letters_case_id")),
        sa.ForeignKeyConstraint(["communication_id"], ["communications.id"], name=op.f("fk_letters_communication_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_letters_decision_id")),
        sa.ForeignKeyConstraint(["reclaim_id"], ["reclaims.id"], name=op.f("fk_letters_reclaim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
    )
    op.create_index(op.f("ix_letters_case_id_id"), "letters", ["case_id", "id"])
    dialect = op.get_bind().dialect.name
    for statement in (*statements(dialect, APPEND_ONLY), *erasable_statements(dialect), *no_overlap(dialect)):
        op.execute(statement)


def downgrade() -> None:
    """The step back: nothing is left of an empty database; one with a trail stays.

    Raises:
        RuntimeError: something has been recorded.
    """
    connection = op.get_bind()
    if connection.execute(sa.text("SELECT count(*) FROM trail")).scalar():
        raise RuntimeError("the trail cannot go back: restore the backup that was taken before the upgrade")
    there = sa.MetaData()
    there.reflect(connection, only=lambda name, _: name != "alembic_version")
    there.drop_all(connection)
    if connection.dialect.name != "sqlite":
        op.execute("DROP FUNCTION vetting_append_only(), vetting_erased()")
