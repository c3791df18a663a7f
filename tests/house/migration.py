"""`make migration NAME="..."`: writes the step that brings the tables to what the models say."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from vetting.kernel.store.engine import connect_database
from vetting.operations.database import schema

FIRST = 100
"""The steps before 0.2.0 had the numbers below."""


def main(name: str) -> None:
    """Compares a fresh database at the newest step with the models."""
    with tempfile.TemporaryDirectory() as folder:
        database = connect_database(f"sqlite:///{Path(folder) / 'step.db'}")
        if list(schema.FOLDER.glob("versions/*.py")):
            schema.upgrade(database)
        steps = [int(path.name[:4]) for path in (schema.FOLDER / "versions").glob("[0-9]*.py")]
        config = Config()
        config.set_main_option("script_location", str(schema.FOLDER))
        config.set_main_option("path_separator", "os")
        with database.engine.begin() as connection:
            config.attributes["connection"] = connection
            command.revision(config, message=name, autogenerate=True, rev_id=f"{max(steps, default=FIRST - 1) + 1:04}")
        database.close()
    written = max((schema.FOLDER / "versions").glob("[0-9]*.py"))
    tidy = re.sub(r"\n    # ### [^\n]*", "", written.read_text(encoding="utf-8"))
    tidy = tidy.replace("vetting.kernel.store.base.WordColumn()", "sa.Text()")  # a word is a text to the database
    written.write_text(tidy, encoding="utf-8")
    subprocess.run(["ruff", "check", "--fix", "--quiet", str(written)], check=False)
    subprocess.run(["ruff", "format", "--quiet", str(written)], check=True)


if __name__ == "__main__":
    main(sys.argv[1])
