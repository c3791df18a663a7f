"""The five plans' own lists of activities, as examples that a board may begin with."""

from __future__ import annotations

from functools import cache
from typing import Any

from vetting.formats.yaml_reading import read_file
from vetting.money.domain.activities import ActivityFields, ExamplePlan, FollowUpChannel
from vetting.shipped import shipped_folder


@cache
def example_plans() -> dict[str, ExamplePlan]:
    """Plan -> its list, the newest plan first."""
    found = [
        _plan_of(read_file(path, path.name).data) for path in (shipped_folder("rules") / "activities").glob("*.yaml")
    ]
    return {plan.id: plan for plan in sorted(found, key=lambda plan: (-plan.year, plan.id))}


def _plan_of(data: Any) -> ExamplePlan:  # noqa: ANN401 - what a YAML file holds; ours, and tested
    return ExamplePlan(
        data["plan"],
        data["title"],
        data["year"],
        tuple(
            ActivityFields(
                text=row["text"],
                clause=row["clause"],
                responsible=row.get("responsible", ""),
                time=row.get("time", ""),
                channels=tuple(FollowUpChannel(name) for name in row.get("channels", ())),
                note=row.get("note", ""),
            )
            for row in data["activities"]
        ),
    )
