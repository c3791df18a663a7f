"""What lies beside the database: where the head of its trail goes, and copies of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vetting.operations.jobs.anchoring import Anchoring

if TYPE_CHECKING:
    from vetting.kernel.backup_plans import BackupPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalTargets:
    """Nothing, where nothing is set."""

    anchoring: Anchoring = field(default_factory=Anchoring)
    backups: BackupPlan | None = None
