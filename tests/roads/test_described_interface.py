"""What the interface answers is what its description says, whatever is sent to it; and never a mistake of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks as conformance

from tests.api.asking import AskingSystem
from tests.page_fixtures import board, on_that_day

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board", "on_that_day"]
pytestmark = [pytest.mark.usefixtures("on_that_day"), pytest.mark.long]
TRIES = 25


def operations(system: AskingSystem) -> dict[str, Any]:
    """Name -> an operation of the description, as it is served."""
    app = system.client.application
    found = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    read = [item.ok() for item in found.get_all_operations() if isinstance(item, Ok)]
    return {operation.label: operation for operation in read}


CHECKS = [
    schemathesis.checks.not_a_server_error,
    conformance.status_code_conformance,
    conformance.content_type_conformance,
    conformance.response_schema_conformance,
]


def attack(system: AskingSystem, operation: Any, mode: GenerationMode) -> list[int]:
    """Sends what the description allows, or what it does not; the status of each answer, all of which it describes."""
    asked: list[int] = []

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=TRIES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def send(case: Any) -> None:
        answer = case.call(headers={"Authorization": f"Bearer {system.secret}", "Accept-Encoding": "identity"})
        asked.append(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    send()
    return asked


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_answer_is_described_and_none_is_a_mistake(board: BoardAtWork, mode: GenerationMode) -> None:
    board.approve()
    system = AskingSystem(board)
    found = operations(system)
    assert len(found) == 10
    for label, operation in found.items():
        if mode is GenerationMode.NEGATIVE and label == "GET /forms":
            continue  # nothing can be wrong with it
        asked = attack(system, operation, mode)
        assert asked, label
        assert max(asked) < 500, label
