"""Cases: registering, handling. Each is one act with its entry in the trail; the case is screened anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select
from sqlalchemy.orm.attributes import flag_modified

from vetting.associations.domain.name_differences import same_name
from vetting.associations.models.associations import by_number, holding_record, names_of_records
from vetting.casework.domain.cases import (
    AFTER_DECISION,
    AT_WORK_STATE,
    FOLLOW_UPS,
    OPEN,
    CaseMarkKind,
    CaseState,
    may_follow,
)
from vetting.casework.domain.document_statuses import DocumentStatus
from vetting.casework.domain.intake import LONGEST_PURPOSE, whole_amount
from vetting.casework.domain.records import RecordKind
from vetting.casework.models import cases as store
from vetting.casework.models.assessments import assessment_drafts_of
from vetting.casework.models.cases import (
    Case,
    CaseMark,
    GrantApplication,
    Note,
    current_marks,
    in_conflict,
    is_struck,
)
from vetting.casework.models.decisions import last_outcome
from vetting.casework.models.documents import Document
from vetting.casework.models.facts import values_of
from vetting.casework.models.meetings import Review
from vetting.casework.services.gaps import missing_facts
from vetting.casework.services.intake import FactOrigin, keep_facts
from vetting.casework.services.money_of_cases import MONEY
from vetting.casework.services.records import keep_group_record, register_record
from vetting.casework.services.screenings import screen_case, screen_without_keeping
from vetting.engine.facts import NUMBER, Facts, FactSupplier
from vetting.engine.opinion_words import asked_of_opinion, names_in
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import HERE, InvalidDayError, day_here, parse_day
from vetting.kernel.decision_outcomes import DecisionOutcome
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action, roles_with
from vetting.kernel.store import trail
from vetting.kernel.store.case_rows import case_rows
from vetting.kernel.text import Words, _, clock_in_words, day_in_words
from vetting.people import require_permission
from vetting.people.models.people import colleagues, names_of
from vetting.rules import catalogue_of_version

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from vetting.casework.domain.cases import FollowUpWay
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session, WritingSession

MOST_TEXT: Final = 20_000


def open_case(session: WritingSession, number: str, *, action: Action, version: int | None = None) -> Case:
    """A case to act on: one the person may, that is as they saw it.

    Raises:
        Refused: there is none for this person, they are in conflict, or somebody else changed it since.
    """
    require_permission(session.person, action)
    case = store.find_case(session, number, action)
    if case is None or in_conflict(session, session.person.id, case.id):
        raise Refused(Obstacle.MISSING)
    if version is not None and case.version != version:
        raise Refused(Obstacle.STALE, Problem(number, *_changed_since(session, case)))
    return case


def _changed_since(session: WritingSession, case: Case) -> tuple[Words, Words]:
    """Who changed the case last, and when: the page that is shown then holds what they did."""
    remedy = _("Läs vad som har ändrats och gör om det. Text som du har skrivit finns kvar i formuläret.")
    for entry, _unused in trail.of_case(session, case.id, most=1):
        name = names_of(session, {entry.by_user_id}).get(entry.by_user_id) if entry.by_user_id else None
        if name:
            here = entry.at.astimezone(HERE)
            day, clock = day_in_words(here.date()), clock_in_words(here)
            return (
                _("{name} ändrade ärendet {day} {clock}, efter att du öppnade det.", name=name, day=day, clock=clock),
                remedy,
            )
    return (_("Ärendet har ändrats medan du arbetade."), remedy)


def still_open(case: Case) -> None:
    """Before a decision.

    Raises:
        Refused: it is decided, closed or withdrawn.
    """
    if case.state not in OPEN:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                case.number,
                _("Ärendet är redan beslutat eller avslutat."),
                _("Fatta ett nytt beslut i ärendet om något ska ändras."),
            ),
        )


def refuse_paid(session: Session, case: Case) -> None:
    """Money that is paid is reported or asked back: its case does not end without being tried.

    Raises:
        Refused: something of the grant is paid.
    """
    if MONEY.function.has_paid(session, case.id):
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                case.number,
                _("Bidraget är utbetalt, helt eller delvis."),
                _("Följ upp det, eller kräv tillbaka det som inte används."),
            ),
        )


def refuse_tried(session: Session, case: Case) -> None:
    """A decision on the application stands: it has been tried, and is changed by a new decision.

    Raises:
        Refused: there is such a decision, and no court has quashed it.
    """
    decision = last_outcome(session, case.id)
    if decision is not None and decision.outcome is not DecisionOutcome.DISCONTINUED:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                case.number,
                _("Ansökan är prövad: beslutet från {day} gäller.", day=day_in_words(decision.decided_on)),
                _("Skriv ett nytt förslag till beslut i ärendet, om det ska ändras."),
            ),
        )


def raise_version(case: Case) -> None:
    """Counts the version up even when no column of the case itself changes: another window is then out of date."""
    flag_modified(case, "number")  # never changes, so what really changed keeps what it was


def change_state(case: Case, to: CaseState) -> None:
    """Into another state.

    Raises:
        Refused: it does not follow on the present one.
    """
    if not may_follow(case.state, to, case.kind):
        raise Refused(
            Obstacle.CLOSED,
            Problem(case.number, _("Ärendet kan inte byta till det läget nu."), _("Öppna ärendet och se nästa steg.")),
        )
    case.state = to


def start_handling(case: Case, by: Person) -> None:
    """Somebody works on it: received becomes in progress, and it gets its officer."""
    state = case.state
    if state in {CaseState.RECEIVED, CaseState.REQUESTED}:
        change_state(case, AT_WORK_STATE[case.kind])
    if case.officer_id is None and by.id:
        case.officer_id = by.id


def reassign_cases(session: WritingSession, numbers: Iterable[str], officer_id: int) -> int:
    """Gives cases to a colleague who handles such cases. Returns how many were given.

    Raises:
        Refused: none is chosen, no such colleague, or one of the cases is decided or not this person's.
    """
    given = 0
    for number in numbers:
        case = open_case(session, number, action=Action.HANDLE)
        still_open(case)
        handlers = {user.id for user in colleagues(session, case.board_id, *roles_with(Action.HANDLE, case.kind))}
        if officer_id not in handlers or in_conflict(session, officer_id, case.id):
            raise Refused(
                Obstacle.INVALID,
                Problem("officer", _("Den valda personen kan inte handlägga ärendet."), _("Välj en annan.")),
            )
        if case.officer_id != officer_id:
            case.officer_id = officer_id
            raise_version(case)
            session.note("handed_over", case, case_id=case.id)
            given += 1
    if not given:
        raise Refused(Obstacle.INVALID, Problem("number", _("Inga ärenden är valda."), _("Kryssa i dem i listan.")))
    return given


def register_case(session: WritingSession, number: str, dnr: str) -> Case:
    """Gives the case its registry number.

    Raises:
        Refused: the number is empty or the case is not this person's.
    """
    case = open_case(session, number, action=Action.REGISTER_CASE)
    given = " ".join(dnr.split())[:60]
    if not given:
        raise Refused(
            Obstacle.INVALID, Problem("dnr", _("Diarienumret saknas."), _("Skriv det, till exempel EXN 2026/236."))
        )
    case.dnr = given
    session.note("case_registered", case, case_id=case.id, detail={"dnr": given})
    return case


def change_facts(session: WritingSession, number: str, facts: Facts, *, version: int | None) -> Case:
    """New values for facts of a case; the old ones stay as rows.

    Raises:
        Refused: stale, decided, or not this person's.
    """
    case = open_case(session, number, action=Action.HANDLE, version=version)
    still_open(case)
    _whose_number(session, case, facts)
    changed = _other_facts(session, case, facts, origin=FactOrigin(supplied_by=FactSupplier.STAFF))
    start_handling(case, session.person)
    raise_version(case)
    screen_case(session, case)
    session.note("facts_changed", case, case_id=case.id, detail={"facts": changed})
    return case


def _whose_number(session: WritingSession, case: Case, facts: Facts) -> None:
    """A number that the register gives to somebody else is not written into a case without a word."""
    given = str(facts.values.get(NUMBER, ""))
    other = by_number(session, given) if given and case.association_id is not None else None
    held = holding_record(session, other) if other is not None else None
    if other is None or held is None or held.id == case.association_id:
        return
    if any(same_name(row.name, case.name) for row in names_of_records(session, held.id)):
        return  # the same association twice in the register: found and merged there
    raise Refused(
        Obstacle.INVALID,
        Problem(
            NUMBER,
            _("Numret hör till {name} i registret.", name=other.name),
            _("Jämför det med underlaget. Är det en annan som bokar: registrera en ny bokning i rätt namn."),
        ),
    )


def change_facts_in_list(session: WritingSession, number: str, facts: Facts, *, batch_id: int, row: int) -> Case:
    """The same for one of many cases in a list: nobody takes the case on by it, and it is screened afterwards.

    Raises:
        Refused: decided, or not this person's.
    """
    case = open_case(session, number, action=Action.HANDLE)
    _keep_listed_facts(session, case, facts, FactOrigin(supplied_by=FactSupplier.STAFF, batch_id=batch_id, row=row))
    return case


def correct_by_list(session: WritingSession, case: Case, facts: Facts, *, batch_id: int, row: int) -> None:
    """Facts that the sender of a list has corrected in an application; it is screened afterwards.

    Raises:
        Refused: the case is decided.
    """
    _keep_listed_facts(session, case, facts, FactOrigin(supplied_by=FactSupplier.IMPORT, batch_id=batch_id, row=row))


def _keep_listed_facts(session: WritingSession, case: Case, facts: Facts, origin: FactOrigin) -> None:
    still_open(case)
    changed = _other_facts(session, case, facts, origin=origin)
    raise_version(case)
    session.note("facts_changed", case, case_id=case.id, detail={"facts": changed})


def _other_facts(session: WritingSession, case: Case, facts: Facts, *, origin: FactOrigin) -> list[str]:
    """Keeps the new values. Returns the facts that have another than before."""
    known = facts.values.keys() | facts.absent
    before = {row.fact for row in values_of(session, case)}
    catalogue = catalogue_of_version(session, case.rule_version_id)
    changed = keep_facts(session, case, facts, origin, catalogue=catalogue)
    case.not_asked = [fact for fact in case.not_asked if fact not in known]
    amount = facts.values.get("amount_applied")
    if amount is not None:
        case.amount_applied = whole_amount(amount)
    if origin.batch_id is not None and "purpose" in facts.values:
        case.purpose = str(facts.values["purpose"])[:LONGEST_PURPOSE]
    detail = session.scalar(select(GrantApplication).where(GrantApplication.case_id == case.id))
    if detail is not None and "giro_number" in known:
        detail.giro = str(facts.values.get("giro_number", ""))
    return sorted({*changed, *(known - before)})


def mark_case(
    session: WritingSession,
    number: str,
    kind: CaseMarkKind,
    *,
    text: str = "",
    way: FollowUpWay | None = None,
    on: date | None = None,
) -> Case:
    """Marks something as done in a case; the same mark twice stays one.

    way, on: of a contact while the support runs, how and on which day; None is the day that it is noted.

    Raises:
        Refused: decided, not this person's, a gap accepted without a reason, a follow-up on a day to come.
    """
    case = open_case(session, number, action=Action.ASSESS)
    if kind not in AFTER_DECISION:
        still_open(case)
    if kind in FOLLOW_UPS and not text.strip():
        raise Refused(
            Obstacle.INVALID, Problem("text", _("Det står inte vad uppföljningen visade."), _("Skriv det kort."))
        )
    if (kind is CaseMarkKind.CONTACT) != (way is not None) or (way is not None and case.state in OPEN):
        what = _("Uppföljningen gäller ett bidrag som är beslutat, och sker genom besök, samtal eller handlingar.")
        raise Refused(Obstacle.INVALID, Problem("way", what, _("Välj hur den gjordes.")))
    if on is not None and not case.received_on <= on <= session.today:
        what = _("Dagen ligger i framtiden, eller före ansökan.")
        raise Refused(Obstacle.INVALID, Problem("on", what, _("Skriv dagen då det gjordes.")))
    if kind is CaseMarkKind.AID_REGISTERED:
        text = _day_registered(text, session.today)
    if kind is CaseMarkKind.GAP_ACCEPTED and not text.strip():
        raise Refused(
            Obstacle.INVALID,
            Problem("text", _("Skälet saknas."), _("Skriv varför ärendet kan avgöras utan uppgiften.")),
        )
    about = way.value if way is not None else ""
    if kind is CaseMarkKind.GAP_ACCEPTED:
        screened = screen_without_keeping(session, case, on=session.today)
        about = ",".join(missing_facts(case, screened.screening)) if screened else ""
    if kind is CaseMarkKind.CONTACT:
        on = on or day_here(session.now)
    if not _marked_already(session, case, kind, about, on, text):
        put_mark(session, case, kind, about=about, text=text, on=on)
        if kind in AFTER_DECISION:
            raise_version(case)
        else:
            rescreen_after_mark(session, case)
    return case


def _day_registered(given: str, on: date) -> str:
    """The day that aid was entered in the register, as it is kept.

    Raises:
        Refused: it is no day, or lies ahead.
    """
    try:
        day = parse_day(given.strip())
    except InvalidDayError as error:
        what = _("Det står inte vilken dag stödet fördes in i registret.")
        raise Refused(Obstacle.INVALID, Problem("text", what, _("Skriv den så här: 2026-03-15."))) from error
    if day > on:
        raise Refused(
            Obstacle.INVALID, Problem("text", _("Dagen ligger i framtiden."), _("Skriv dagen då det gjordes."))
        )
    return day.isoformat()


def rescreen_after_mark(session: WritingSession, case: Case) -> None:
    """A case that something was marked in before its decision: somebody handles it, and it is judged again."""
    start_handling(case, session.person)
    screen_case(session, case)
    raise_version(case)


def put_mark(
    session: WritingSession, case: Case, kind: CaseMarkKind, *, about: str = "", text: str = "", on: date | None = None
) -> None:
    """The mark itself with its entry, for whoever has looked at what it needs."""
    session.add(
        CaseMark(
            case_id=case.id,
            kind=kind,
            about=about,
            text=text[:MOST_TEXT],
            on=on,
            at=session.now,
            by_user_id=session.person.id,
        )
    )
    session.flush()
    session.note(f"marked_{kind.value}", case, case_id=case.id, detail={"about": about})


def _marked_already(
    session: WritingSession, case: Case, kind: CaseMarkKind, about: str, on: date | None, text: str
) -> bool:
    """The same mark about the same; papers that came since have not been opened by the earlier one.

    Two talks on one day are two where they showed different things.
    """
    standing = current_marks(session, case)
    same = [found for found in standing if (found.kind, found.about, found.on) == (kind.value, about, on)]
    if kind is CaseMarkKind.CONTACT:
        return any(found.text == text[:MOST_TEXT] for found in same)
    if kind is not CaseMarkKind.PAPERS_OPENED or not same:
        return bool(same)
    newest = session.scalar(select(func.max(Document.at)).where(Document.case_id == case.id))
    return newest is None or max(found.at for found in same) >= newest


def add_note(session: WritingSession, number: str, text: str, *, official: bool, corrects: int | None = None) -> Note:
    """A note on the case.

    corrects: the official note that it takes the place of; what that one said is struck, and stays for the registrar.

    Raises:
        Refused: it is empty, the case is not this person's, or there is no such note to correct.
    """
    case = open_case(session, number, action=Action.HANDLE)
    if not text.strip():
        raise Refused(
            Obstacle.INVALID, Problem("text", _("Anteckningen är tom."), _("Skriv vad som hände eller sades."))
        )
    if corrects is not None:
        wrong = session.get(Note, corrects)
        if wrong is None or wrong.case_id != case.id or not wrong.official or not official:
            raise Refused(Obstacle.MISSING)
        if is_struck(session, corrects):
            what = _("Anteckningen är redan rättad.")
            raise Refused(
                Obstacle.STALE, Problem("text", what, _("Rätta den nya anteckningen, om något är fel i den."))
            )
    return _keep_note(session, case, text, official=official, corrects=corrects)


def note_of_list(session: WritingSession, case: Case, text: str) -> Note:
    """An official note of values in a list that did not go into the case; an equal note is not written again."""
    told = select(Note).where(Note.case_id == case.id, Note.official, Note.text == text.strip()[:MOST_TEXT])
    known = session.scalar(told.limit(1))
    return known if known is not None else _keep_note(session, case, text, official=True, corrects=None)


def _keep_note(session: WritingSession, case: Case, text: str, *, official: bool, corrects: int | None) -> Note:
    note = Note(
        case_id=case.id,
        official=official,
        text=text.strip()[:MOST_TEXT],
        corrects_id=corrects,
        at=session.now,
        by_user_id=session.person.id,
    )
    session.add(note)
    session.flush()
    if official:
        register_record(session, case, RecordKind.NOTE, note.id)
    action = "note_corrected" if corrects is not None else "note_added" if official else "working_note_added"
    session.note(action, note, case_id=case.id)
    return note


def remove_note(session: WritingSession, number: str, key: int) -> None:
    """Throws a note of one's own away: it is nobody's record, and adds no facts to the case.

    Raises:
        Refused: it is another's, or a record.
    """
    case = open_case(session, number, action=Action.HANDLE)
    note = session.get(Note, key)
    if note is None or note.case_id != case.id or note.official or note.by_user_id != session.person.id:
        raise Refused(Obstacle.MISSING)
    session.note("working_note_removed", case, case_id=case.id)
    session.delete(note)


def doubts_about_note(text: str, known: Iterable[str]) -> list[Words]:
    """Words of opinion or faith, and possible personal names, in the text of a note: a warning, never a refusal."""
    found = [problem.what for problem in asked_of_opinion(text, answered=False)]
    names = names_in(text, known)
    if names:
        found.append(_("Texten kan ha ett personnamn: {names}.", names=", ".join(names)))
    return found


def close_notes(session: WritingSession, case: Case) -> None:
    """A case is closed: working notes and drafts go, and what the group said of it is a record, adjusted or not."""
    for review in session.scalars(select(Review).where(Review.case_id == case.id, Review.outcome != "")):
        keep_group_record(session, case, review)
    for draft in assessment_drafts_of(session, case.id):
        session.delete(draft)
    for note in case_rows(session, Note, case.id, Note.id, where=Note.official.is_(False)):
        session.delete(note)


def withdraw_case(session: WritingSession, number: str) -> Case:
    """The applicant takes the application back, or calls the booking off: also one that is confirmed.

    Raises:
        Refused: it is decided already, also where it was opened again, or called off.
    """
    case = open_case(session, number, action=Action.HANDLE)
    if case.state is not CaseState.CONFIRMED:
        still_open(case)
    refuse_paid(session, case)
    if case.kind is CaseKind.GRANT:
        refuse_tried(session, case)
    change_state(case, CaseState.WITHDRAWN if case.kind is CaseKind.GRANT else CaseState.CANCELLED)
    case.look_again_at, case.look_again_because = None, ""
    store.follow_booking_state(session, case)
    close_notes(session, case)
    register_record(session, case, RecordKind.WITHDRAWAL, case.id, DocumentStatus.ARRIVED, party=case.name)
    session.note("case_withdrawn", case, case_id=case.id)
    return case
