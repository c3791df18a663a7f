"""What others build on: the interface for other systems, addresses, tables, words of the trail, rule sets' fingerprints."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.board import rules
from tests.golden import record
from vetting.api.domain.descriptions import describe
from vetting.app.application import create_app
from vetting.casework.domain.trail_events import EVENT_WORDS
from vetting.config import Config
from vetting.kernel.store.engine import connect_database
from vetting.operations.database.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def of_outside(folder: Path, source: Path) -> None:
    """Writes each of them to a file."""
    app = create_app(Config(), connect_database(f"sqlite:///{source}"))
    addresses = [
        f"{' '.join(sorted(rule.methods - {'HEAD', 'OPTIONS'}))} {rule.rule} {rule.endpoint}"
        for rule in app.url_map.iter_rules()
        if rule.methods is not None
    ]
    described = [json.dumps(describe(language, ""), ensure_ascii=False, indent=1) for language in ("sv", "en")]
    kept = {
        "interface-sv": described[:1],
        "interface-en": described[1:],
        "addresses": sorted(addresses),
        "tables": list(_tables()),
        "trail-words": sorted(EVENT_WORDS),
        "rule-sets": list(_rule_sets()),
    }
    for name, lines in kept.items():
        record.keep(folder / f"{name}.txt", "\n".join([*lines, ""]))


def _tables() -> Iterator[str]:
    for name, table in sorted(metadata.tables.items()):
        yield name
        yield from (f"  {column.name} {'' if column.nullable else 'not null'}".rstrip() for column in table.columns)


def _rule_sets() -> Iterator[str]:
    for name, ruleset in sorted(rules().folder.sets.items()):
        yield f"{name} {ruleset.fingerprint}"
