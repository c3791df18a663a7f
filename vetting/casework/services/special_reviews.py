"""Special reviews of associations and expert opinions in cases: opened, asked, answered, ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.casework.domain.cases import InvalidationReason
from vetting.casework.domain.document_statuses import DocumentStatus
from vetting.casework.domain.records import REPLIED, RecordKind
from vetting.casework.domain.special_reviews import SpecialReviewGround, SpecialReviewOutcome, wrong_with_text
from vetting.casework.models.cases import next_number
from vetting.casework.models.documents import of_case
from vetting.casework.models.special_reviews import (
    ExpertOpinion,
    ReviewQuestion,
    ReviewVisit,
    SpecialReview,
    find_review,
    visits_of,
)
from vetting.casework.services import booking_referrals, reused_answers, tips
from vetting.casework.services.cases import open_case, raise_version
from vetting.casework.services.identities import association_to_act_on, names_beside_persons
from vetting.casework.services.records import register_text_record
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import _
from vetting.kernel.working_days import closed_because, deadline
from vetting.people import require_permission
from vetting.people.domain.ways_of_working import BoardLimit, limit_of
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from datetime import date

    from vetting.kernel.store.session import WritingSession

SERIES: Final = "SGR"
SHORTEST_REPLY: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVisit:
    """A visit, planned or made."""

    on: date | None
    place: str
    announced: bool
    seen: str = ""


def open_review(
    session: WritingSession, association_id: int, ground: SpecialReviewGround, about: str, *, tip: int | None = None
) -> SpecialReview:
    """Opens a special review; the association's cases in the board are looked at again.

    tip: the one it is opened from, which then ends as the review does.

    Raises:
        Refused: no such association or tip, one is open already, or the text names persons.
    """
    require_permission(session.person, Action.SPECIAL_REVIEW)
    association_to_act_on(session, association_id)
    known = session.scalar(
        select(SpecialReview.number).where(
            SpecialReview.board_id == session.person.board_id,
            SpecialReview.association_id == association_id,
            SpecialReview.closed_on.is_(None),
        )
    )
    if known is not None:
        raise Refused(Obstacle.STALE, Problem(known, _("En fördjupad kontroll pågår redan."), _("Öppna den.")))
    problems = wrong_with_text("about", about, names_beside_persons(session, association_id))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    days = limit_of(session.get_one(Board, session.person.board_id).limits, BoardLimit.SPECIAL_REVIEW)
    row = SpecialReview(
        board_id=session.person.board_id,
        number=next_number(session, session.person.board_id, SERIES, session.now.year),
        association_id=association_id,
        ground=ground,
        about=about.strip(),
        opened_on=session.today,
        due_on=deadline(session.today, days),
        by_user_id=session.person.id,
    )
    session.add(row)
    session.flush()
    if tip is not None:
        tips.join_review(session, tip, row)
    session.note("special_review_opened", row, board_id=session.person.board_id)
    reused_answers.return_to_queue(session, session.person.board_id, association_id, InvalidationReason.SPECIAL_REVIEW)
    return row


def _open(session: WritingSession, number: str) -> SpecialReview:
    require_permission(session.person, Action.SPECIAL_REVIEW)
    row = find_review(session, number)
    if row is None:
        raise Refused(Obstacle.MISSING)
    if row.closed_on is not None:
        raise Refused(
            Obstacle.STALE,
            Problem(number, _("Kontrollen är avslutad."), _("Öppna en ny, om något nytt har kommit fram.")),
        )
    return row


def ask_association(
    session: WritingSession, number: str, question: str, reply_by: date | None = None
) -> ReviewQuestion:
    """A question to the association. reply_by: the last day to answer; None for the board's own time.

    Raises:
        Refused: no open review, a question that names persons, or a last day that is closed or less than a week off.
    """
    row = _open(session, number)
    problems = wrong_with_text("question", question, names_beside_persons(session, row.association_id))
    days = limit_of(session.get_one(Board, session.person.board_id).limits, BoardLimit.REPLY)
    last = reply_by or deadline(session.today, days)
    if last < session.today + SHORTEST_REPLY or closed_because(last) is not None:
        problems.append(
            Problem(
                "reply_by",
                _("Svarstiden är kortare än en vecka, eller slutar en dag då kontor är stängda."),
                _("Välj en vardag minst en vecka fram."),
            )
        )
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    found = ReviewQuestion(
        special_review_id=row.id, question=question.strip(), asked_on=session.today, reply_by=last, at=session.now
    )
    session.add(found)
    session.flush()
    session.note("special_review_asked", found, board_id=session.person.board_id)
    return found


def note_association_answer(session: WritingSession, number: str, key: int, text: str) -> ReviewQuestion:
    """What the association answered.

    Raises:
        Refused: no such question, answered already, or nothing is said.
    """
    row = _open(session, number)
    found = session.get(ReviewQuestion, key)
    if found is None or found.special_review_id != row.id:
        raise Refused(Obstacle.MISSING)
    if found.answered_on is not None:
        raise Refused(Obstacle.STALE, Problem("answer", _("Frågan är redan besvarad."), _("Ställ en ny.")))
    problems = wrong_with_text("answer", text, names_beside_persons(session, row.association_id))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    found.answer, found.answered_on = text.strip(), session.today
    session.note("special_review_answered", found, board_id=session.person.board_id)
    return found


def note_visit(session: WritingSession, number: str, new: NewVisit) -> ReviewVisit:
    """A visit that is to be made, or has been.

    Raises:
        Refused: no open review, a day before the review was opened, one that has been without what was seen, one ahead
            with it, or a text that names persons.
    """
    row = _open(session, number)
    names = names_beside_persons(session, row.association_id)
    problems = wrong_with_text("place", new.place, names)
    if new.on is None or new.on < row.opened_on:
        problems.append(
            Problem(
                "on",
                _("Dagen saknas, eller är före kontrollens första dag."),
                _("Skriv besökets dag. Ett planerat besök kan ligga i framtiden."),
            )
        )
    elif new.on < session.today or new.seen.strip():
        problems += _wrong_with_seen(new.seen, new.on, names, session.today)
    if problems or new.on is None:
        raise Refused(Obstacle.INVALID, *problems)
    visit = ReviewVisit(
        special_review_id=row.id,
        on=new.on,
        place=new.place.strip(),
        announced=new.announced,
        seen=new.seen.strip(),
        seen_on=session.today if new.seen.strip() else None,
        by_user_id=session.person.id,
        at=session.now,
    )
    session.add(visit)
    session.flush()
    session.note("special_review_visited", visit, board_id=session.person.board_id)
    return visit


def note_seen(session: WritingSession, number: str, key: int, seen: str) -> ReviewVisit:
    """What was seen at a visit that was planned, or that none was made.

    Raises:
        Refused: no such visit, its day is ahead, it is told already, or nothing is said or persons are named.
    """
    row = _open(session, number)
    visit = session.get(ReviewVisit, key)
    if visit is None or visit.special_review_id != row.id:
        raise Refused(Obstacle.MISSING)
    if visit.seen_on is not None:
        raise Refused(Obstacle.STALE, Problem("seen", _("Besöket är redan antecknat."), _("Anteckna ett nytt.")))
    problems = _wrong_with_seen(seen, visit.on, names_beside_persons(session, row.association_id), session.today)
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    visit.seen, visit.seen_on = seen.strip(), session.today
    session.note("special_review_visited", visit, board_id=session.person.board_id)
    return visit


def _wrong_with_seen(seen: str, on: date, names: list[str], today: date) -> list[Problem]:
    if on > today:
        return [Problem("seen", _("Besöket är inte gjort än."), _("Anteckna vad ni såg när ni har varit där."))]
    return wrong_with_text("seen", seen, names)


def close_review(session: WritingSession, number: str, outcome: SpecialReviewOutcome, conclusion: str) -> SpecialReview:
    """Ends a review; a measure it proposes is decided for itself, so what rests on the association is looked at again.

    Raises:
        Refused: no open review, a measure without the association's answer, or no conclusion.
    """
    row = _open(session, number)
    problems = wrong_with_text("conclusion", conclusion, names_beside_persons(session, row.association_id))
    asked = session.scalars(select(ReviewQuestion).where(ReviewQuestion.special_review_id == row.id)).all()
    coming = [visit for visit in visits_of(session, row.id) if visit.seen_on is None]
    if coming:
        problems.append(
            Problem(
                "outcome",
                _("Det är inte antecknat vad ett besök visade."),
                _("Anteckna vad ni såg, eller att besöket inte blev av."),
            )
        )
    if outcome is not SpecialReviewOutcome.NONE and not any(question.answered_on for question in asked):
        problems.append(
            Problem(
                "outcome",
                _("Föreningen har inte fått svara."),
                _("Ställ en fråga och anteckna svaret, eller att inget kom."),
            )
        )
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    row.outcome, row.conclusion, row.closed_on = outcome.value, conclusion.strip(), session.today
    session.note("special_review_closed", row, board_id=session.person.board_id, reason=outcome.value)
    tips.follow_review(session, row)
    if outcome is not SpecialReviewOutcome.NONE:
        reused_answers.return_to_queue(
            session, session.person.board_id, row.association_id, InvalidationReason.SPECIAL_REVIEW
        )
    return row


# expert opinions


@dataclass(frozen=True, slots=True, kw_only=True)
class NewExpertQuestion:
    """What somebody outside is asked, with a package and a note on what of it is secret."""

    asked_of: str
    question: str
    secrecy: str
    documents: tuple[int, ...] = ()
    due_on: date | None = None
    """None for the board's own time."""


def ask_expert(session: WritingSession, number: str, new: NewExpertQuestion) -> ExpertOpinion:
    """Asks somebody outside for a written opinion, with a package and a note on what of it is secret.

    Raises:
        Refused: it does not say whom, what or what is secret, a paper of another case, or a day that cannot be.
    """
    case = open_case(session, number, action=Action.HANDLE)
    days = limit_of(session.get_one(Board, case.board_id).limits, BoardLimit.EXPERT)
    due = new.due_on or deadline(session.today, days)
    problems = [
        Problem(field, what, remedy)
        for field, text, what, remedy in (
            ("asked_of", new.asked_of, _("Det står inte vem som frågas."), _("Skriv myndigheten eller funktionen.")),
            ("question", new.question, _("Frågan saknas."), _("Skriv vad ni vill veta.")),
            (
                "secrecy",
                new.secrecy,
                _("Det står inte vad som omfattas av sekretess."),
                _("Skriv vad som inte får föras vidare, eller att inget omfattas av sekretess."),
            ),
        )
        if not text.strip()
    ]
    if not set(new.documents) <= {document.id for document in of_case(session, case.id)}:
        problems.append(
            Problem("documents", _("En av handlingarna finns inte i ärendet."), _("Välj bland ärendets handlingar."))
        )
    if due <= session.today or closed_because(due) is not None:
        problems.append(
            Problem(
                "due_on",
                _("Sista dagen har passerat, eller är en dag då kontor är stängda."),
                _("Välj en vardag längre fram."),
            )
        )
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    row = ExpertOpinion(
        board_id=case.board_id,
        case_id=case.id,
        asked_of=new.asked_of.strip(),
        question=new.question.strip(),
        secrecy=new.secrecy.strip(),
        documents=list(new.documents),
        asked_on=session.today,
        due_on=due,
        by_user_id=session.person.id,
    )
    session.add(row)
    raise_version(case)
    session.flush()
    asked, sent = [(_("Fråga"), row.question.splitlines())], DocumentStatus.SENT
    register_text_record(session, case, RecordKind.EXPERT_ASKED, asked, sent, party=row.asked_of)
    session.note("expert_asked", row, case_id=case.id)
    return row


def note_expert(session: WritingSession, number: str, key: int, text: str) -> ExpertOpinion:
    """What the expert answered; the board still decides.

    Raises:
        Refused: no such question in the case, answered already, or nothing is said.
    """
    case = open_case(session, number, action=Action.HANDLE)
    row = session.get(ExpertOpinion, key)
    if row is None or row.case_id != case.id:
        raise Refused(Obstacle.MISSING)
    if row.answered_on is not None:
        raise Refused(
            Obstacle.STALE,
            Problem("expert-answer", _("Svaret är redan antecknat."), _("Fråga på nytt, om något ska läggas till.")),
        )
    if not text.strip():
        raise Refused(Obstacle.INVALID, Problem("expert-answer", _("Svaret saknas."), _("Skriv det.")))
    row.answer, row.answered_on = text.strip(), session.today
    said = [(REPLIED, row.answer.splitlines())]
    register_text_record(session, case, RecordKind.EXPERT_ANSWER, said, party=row.asked_of)
    booking_referrals.return_to_staff(session, case)
    raise_version(case)
    session.note("expert_answered", row, case_id=case.id)
    return row
