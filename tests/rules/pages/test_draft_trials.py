"""A draft tried on the board's cases and published: by another person, who has seen what it changes, and once."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import openpyxl
from sqlalchemy import select

from tests.board import BoardAtWork, rules
from tests.factories import NOW
from tests.operations.jobs.working_off import work_off
from tests.page_fixtures import TOKEN
from tests.rules.desk import Desk
from tests.rules.services.guideline import GUIDELINE
from vetting.casework.models.cases import Case
from vetting.kernel.roles import Role
from vetting.kernel.store.jobs import STOPPED, Job
from vetting.kernel.store.session import open_reading
from vetting.operations.jobs.worker import Worker
from vetting.rules.models import publications
from vetting.rules.services import drafts

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.databases import Databases


def send(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Posts a form with its token, as somebody."""
    token = TOKEN.search(client.get("/regler").text)
    assert token
    return client.post(path, data={"csrf_token": token[1], **fields})


def tried(desk: Desk) -> Job:
    """The job that has tried the draft on all cases of the board."""
    assert desk.post("/prova", which="").status_code == 303
    at_work = Worker(desk.board.database, rules(), lambda: NOW)
    work_off(at_work)
    with open_reading(desk.board.database) as s:
        return s.scalars(select(Job).where(Job.kind == drafts.WHAT_IF)).one()


def published(board: BoardAtWork) -> int:
    with open_reading(board.database) as s:
        return len(publications(s, board.board_id))


def test_a_draft_is_tried_on_the_cases_and_the_workbook_has_a_row_for_each_change(databases: Databases) -> None:
    desk = Desk(databases, GUIDELINE.replace("hundkamp*", "kurser*"))
    number = desk.board.receive().number
    desk.board.handle(number)
    job = tried(desk)
    page = desk.client.get(f"/regler/prov/{job.id}").text
    assert "i 1 av 1 ärenden" in page
    assert number in page
    book = openpyxl.load_workbook(io.BytesIO(desk.client.get(f"/regler/prov/{job.id}/excel").data))
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert number in cells
    with open_reading(desk.board.database) as s:
        assert s.scalars(select(Case.rule_version_id)).one() == desk.board.case(number).rule_version_id


def test_a_trial_that_nobody_waits_for_is_stopped_and_a_strange_choice_begins_none(databases: Databases) -> None:
    desk = Desk(databases)
    assert desk.post("/prova", which="round-många").status_code == 422
    assert desk.post("/prova", which="round-" + "9" * 30).status_code == 422
    assert desk.post("/prova", which="").status_code == 303
    with open_reading(desk.board.database) as s:
        job = s.scalars(select(Job).where(Job.kind == drafts.WHAT_IF)).one()
    assert send(desk.client, f"/regler/prov/{job.id}/stoppa").status_code == 303
    with open_reading(desk.board.database) as s:
        assert s.get_one(Job, job.id).state == STOPPED


def test_a_second_person_publishes_what_has_been_tried_and_the_writer_does_not(databases: Databases) -> None:
    desk = Desk(databases)
    desk.board.receive()
    tried(desk)
    assert desk.post("/lamna").status_code == 303
    before, path = published(desk.board), f"/regler/utkast/{desk.draft.id}"
    fields = {"version": str(desk.kept().version), "warnings_read": "1", "taken_away_read": "1"}
    assert send(desk.client, f"{path}/publicera", **fields).status_code in {403, 422}
    assert published(desk.board) == before
    manager = desk.signed_in(Role.MANAGER)
    review = manager.get(f"{path}/granska")
    assert review.status_code == 200
    assert "Gäller alla bidrag: de gemensamma reglerna." in review.text
    assert "Antal hundar i verksamheten: 2" in review.text  # what each worked case says stands beside its name
    answer = send(manager, f"{path}/publicera", **fields)
    assert answer.status_code == 303, answer.text
    assert published(desk.board) == before + 1
    assert "Riktlinjer för hundkultur 2027" in manager.get(answer.location).text


def test_a_draft_that_nobody_has_handed_over_is_not_published(databases: Databases) -> None:
    desk = Desk(databases)
    before, manager = published(desk.board), desk.signed_in(Role.MANAGER)
    path = f"/regler/utkast/{desk.draft.id}"
    answer = send(
        manager, f"{path}/publicera", version=str(desk.kept().version), warnings_read="1", taken_away_read="1"
    )
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert published(desk.board) == before
