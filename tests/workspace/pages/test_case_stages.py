"""The stages on a case's page: what is done, what is now, and the group that is not always heard first."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.acting import acting
from tests.board import ACT, GROUP, BoardAtWork
from tests.factories import TODAY
from vetting.casework.services import assessments, communications
from vetting.casework.services.assessments import NewAssessment
from vetting.engine.evidence import CriterionAnswer
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.workspace.pages.case_stages import StageStatus, stages_of
from vetting.workspace.services.case_files import case_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.databases import Databases


@pytest.fixture
def board(databases: Databases) -> Iterator[BoardAtWork]:
    made = BoardAtWork.copied(databases, "sqlite", way="group", ruleset=GROUP)
    yield made
    made.database.close()


def stages(board: BoardAtWork, number: str) -> dict[str, tuple[str, StageStatus]]:
    with open_reading(board.database) as s:
        file = case_file(acting(s, board.staff[Role.CASEWORKER]), number, on=TODAY)
        return {stage.name.to("sv"): (stage.detail.to("sv"), stage.status) for stage in stages_of(file, TODAY)}


def test_the_stages_follow_a_grant_to_its_decision(board: BoardAtWork) -> None:
    number = board.receive().number
    assert stages(board, number)["Granskas"] == ("inga hinder", StageStatus.NOW)
    board.handle(number)
    assert stages(board, number)["Granskas"] == ("granskad", StageStatus.DONE)
    assert stages(board, number)["Referensgrupp"] == ("ska yttra sig", StageStatus.NOW)


def test_a_group_that_was_not_heard_is_not_done_because_the_association_is_being_heard(board: BoardAtWork) -> None:
    number = board.receive().number
    new = NewAssessment(
        criterion="demokratisk-rattsstat", answer=CriterionAnswer.NOT_MET, reasons="Se protokollet.", evidence=ACT
    )
    board.do(assessments.assess, number, new, version=None)
    heard = communications.NewCommunication(
        what="Underlaget.", reply_by=TODAY + timedelta(days=21), sent_to="styrelsen"
    )
    board.do(communications.communicate, number, heard)
    told = stages(board, number)
    assert told["Yttrande"][1] is StageStatus.NOW
    assert told["Referensgrupp"] == ("ska yttra sig", StageStatus.AHEAD)
    assert told["Inkommen"][1] is StageStatus.DONE
