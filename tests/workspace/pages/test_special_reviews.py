"""The pages of special reviews: opened on a ground, asked and answered, ended with what came of it; of no persons."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.factories import TODAY
from tests.page_fixtures import board, kim, on_that_day, somebody
from vetting.casework.models.special_reviews import ExpertOpinion, ReviewQuestion, ReviewVisit, SpecialReview
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
ABOUT = "Uppgifter om att medlemmar har nekats att rösta."


@pytest.fixture
def opened(board: BoardAtWork, kim: Somebody) -> str:
    """The address of a special review of an association that has applied."""
    key = board.receive().association_id
    answer = kim.send(f"/foreningar/{key}/kontroll", ground="tip", about=ABOUT)
    assert answer.status_code == 303
    return str(answer.location)


def reviews(board: BoardAtWork) -> list[SpecialReview]:
    with open_reading(board.database) as s:
        return list(s.scalars(select(SpecialReview)))


def test_a_review_is_opened_asked_answered_and_ended(board: BoardAtWork, kim: Somebody, opened: str) -> None:
    assert kim.send(f"{opened}/fraga", question="Hur gick valet till?").status_code == 303
    with open_reading(board.database) as s:
        key = s.scalars(select(ReviewQuestion.id)).one()
    assert kim.send(f"{opened}/fraga/{key}", answer="Efter stadgarnas 5 §.").status_code == 303
    assert kim.send(f"{opened}/avsluta", outcome="none", conclusion="Valet följde stadgarna.").status_code == 303
    page = kim.get(opened).text
    for words in (ABOUT, "Hur gick valet till?", "Efter stadgarnas 5 §.", "Valet följde stadgarna.", "Ingen åtgärd"):
        assert words in page
    assert kim.send(f"{opened}/fraga", question="En till?").status_code == 409
    assert opened.rpartition("/")[2] in kim.get("/kontroller").text


@pytest.mark.parametrize("about", ["", "Mannen hette Sven Svensson."])
def test_a_review_of_nothing_or_of_a_person_is_not_opened_and_the_text_stays(
    board: BoardAtWork, kim: Somebody, about: str
) -> None:
    key = board.receive().association_id
    answer = kim.send(f"/foreningar/{key}/kontroll", ground="tip", about=about)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert reviews(board) == []


def test_a_personal_number_in_a_review_is_not_kept(board: BoardAtWork, kim: Somebody) -> None:
    key = board.receive().association_id
    kim.send(f"/foreningar/{key}/kontroll", ground="tip", about="Uppgiften kom från 19121212-1212.")
    assert all("1212-1212" not in row.about for row in reviews(board))


def test_a_second_review_of_the_same_association_leads_to_the_first(
    board: BoardAtWork, kim: Somebody, opened: str
) -> None:
    key = reviews(board)[0].association_id
    answer = kim.send(f"/foreningar/{key}/kontroll", ground="sample", about=ABOUT)
    assert answer.status_code == 409
    assert opened.rpartition("/")[2] in answer.text or "pågår redan" in answer.text
    assert len(reviews(board)) == 1


def test_premises_staff_read_no_special_review(board: BoardAtWork, opened: str) -> None:
    desk = somebody(board, Role.PREMISES)
    assert desk.get("/kontroller").status_code in {403, 404}
    assert desk.get(opened).status_code in {403, 404}


def test_an_expert_gets_the_question_and_the_report_and_the_answer_is_noted(board: BoardAtWork, kim: Somebody) -> None:
    number = board.receive().number
    asked = {"asked_of": "en jurist", "question": "Räcker stadgarna?", "secrecy": "Inget.", "due_on": "2026-12-04"}
    assert kim.send(f"/arenden/{number}/sakkunnig", **asked).status_code == 303
    with open_reading(board.database) as s:
        key = s.scalars(select(ExpertOpinion.id)).one()
    packed = zipfile.ZipFile(io.BytesIO(kim.send(f"/arenden/{number}/sakkunnig/{key}/paket.zip").data))
    texts = [packed.read(name).decode() for name in packed.namelist() if name.endswith(".txt")]
    assert any("Räcker stadgarna?" in text for text in texts)
    assert any(name.endswith(".docx") for name in packed.namelist())
    noted = kim.send(f"/arenden/{number}/sakkunnig/{key}", text="Ja, de räcker.")
    assert noted.status_code == 303
    assert "Ja, de räcker." in kim.get(f"/arenden/{number}").text


def test_visits_are_planned_made_and_told_before_the_review_ends(
    board: BoardAtWork, kim: Somebody, opened: str
) -> None:
    planned = {"on": "2026-12-10", "place": "Föreningens lokal", "announced": "no", "seen": ""}
    assert kim.send(f"{opened}/besok", **planned).status_code == 303
    early = kim.send(f"{opened}/besok", **planned | {"seen": "Allt var som i ansökan."})
    assert early.status_code == 422
    assert "inte gjort än" in early.text
    assert kim.send(f"{opened}/besok", **planned | {"on": "2026-01-10", "seen": "Allt."}).status_code == 422
    with open_reading(board.database) as s:
        key = s.scalars(select(ReviewVisit.id)).one()
    assert kim.send(f"{opened}/besok/{key}", seen="Verksamheten pågick.").status_code == 422
    ended = kim.send(f"{opened}/avsluta", outcome="none", conclusion="Inget.")
    assert ended.status_code == 422
    assert "Det är inte antecknat vad ett besök visade" in ended.text
    assert "Oanmält besök" in kim.get(opened).text


def test_a_visit_that_has_been_made_is_told_at_once(board: BoardAtWork, kim: Somebody, opened: str) -> None:
    made = {"on": TODAY.isoformat(), "place": "Lokalen", "announced": "yes", "seen": "Verksamheten pågick."}
    assert kim.send(f"{opened}/besok", **made).status_code == 303
    assert "Verksamheten pågick." in kim.get(opened).text
    with open_reading(board.database) as s:
        key = s.scalars(select(ReviewVisit.id)).one()
    assert kim.send(f"{opened}/besok/{key}", seen="En gång till.").status_code == 409
    assert kim.send(f"{opened}/besok/99", seen="En gång till.").status_code == 404


def test_a_question_has_a_last_day_which_is_seen_when_it_has_passed(kim: Somebody, opened: str) -> None:
    asked = f"{opened}/fraga"
    assert kim.send(asked, question="Hur gick valet till?", reply_by="2026-12-26").status_code == 422
    assert kim.send(asked, question="Hur gick valet till?", reply_by=TODAY.isoformat()).status_code == 422
    assert kim.send(asked, question="Hur gick valet till?", reply_by="2026-12-15").status_code == 303
    assert "svar senast" in kim.get(opened).text


def test_the_page_of_tips_takes_one_and_opens_a_review_from_it(board: BoardAtWork, kim: Somebody) -> None:
    key = board.receive().association_id
    page = f"/foreningar/{key}/tips"
    wanted = re.findall(r'name="criteria"[^>]*value="([^"]+)"', kim.get(page).text.replace("\n", " "))
    tip = {"number": "N 2026/44", "came_on": TODAY.isoformat(), "question": "Får alla rösta?", "criteria": wanted[0]}
    assert kim.send(page, **tip | {"question": "Stämmer det, Sven Svensson?"}).status_code == 422
    assert kim.send(page, **tip).status_code == 303
    [opens] = re.findall(rf"/foreningar/{key}/kontroll\?tip=\d+", kim.get(page).text)
    offered = kim.get(opens).text
    assert "N 2026/44" in offered
    answer = kim.send(f"/foreningar/{key}/kontroll", ground="tip", about=ABOUT, tip=opens.rpartition("=")[2])
    assert answer.status_code == 303
    assert str(answer.location).rpartition("/")[2] in kim.get(page).text
    [closes] = re.findall(rf'action="(/foreningar/{key}/tips/\d+)"', kim.get(page).text)
    assert kim.send(closes, outcome="").status_code == 422
    assert kim.send(closes, outcome="nothing").status_code == 303
    assert "Ledde inte till något" in kim.get(page).text
    desk = somebody(board, Role.PREMISES)
    assert desk.get(page).status_code in {403, 404}
