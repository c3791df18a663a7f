"""Alembic runs this for each step; the connection is handed in by `vetting.operations.database.schema`."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from vetting.kernel.store.base import UtcMoment
from vetting.operations.database.tables import metadata


def rendered(kind: str, item: Any, _autogen: object) -> str | Literal[False]:  # noqa: ANN401 - Alembic's own
    """A step names the database's types, not ours: it must read the same when ours change."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcMoment) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=rendered,
)
with context.begin_transaction():
    context.run_migrations()
