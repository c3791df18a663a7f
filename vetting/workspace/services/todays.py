"""What waits for a person today: the late first, then today and this week; what others have stands beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import and_, func, or_, select

from vetting import casework, money, people, records
from vetting.casework import count_unreported, stale_of
from vetting.casework.domain.cases import CaseState, InvalidationReason
from vetting.casework.models.cases import Case, in_states, past_due, seen_by, visible_cases
from vetting.casework.models.decisions import Decision, endings_proposed, is_sent, quashed_decisions
from vetting.casework.models.grant_changes import open_changes
from vetting.casework.models.incoming import READY, IncomingPost
from vetting.casework.models.letters import Letter, returned_decisions
from vetting.casework.models.meetings import Meeting
from vetting.engine.facts import shorten_text
from vetting.grants.domain.round_days import days_in_order
from vetting.grants.models.rounds import Round, rounds
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import day_here, midnight
from vetting.kernel.money import kronor
from vetting.kernel.roles import Action, Role
from vetting.kernel.text import Words, _, count_in_words, in_context, same_in_both
from vetting.money import payments_until, sort_payments
from vetting.money.models.activities import activities_due
from vetting.money.models.grant_routines import grant_routine
from vetting.money.models.payments import paid_despite_stop, pauses_to_tell, stops_to_review
from vetting.people.models.people import Board
from vetting.people.models.systems import systems_waiting_for
from vetting.reporting.domain.periods import periods_of
from vetting.rounds import items_without_letters, statements_due
from vetting.rules import title_in
from vetting.rules.models import DRAFT, IN_REVIEW, drafts_under_way
from vetting.workspace.services.due_items import DECIDE_BY, due_items
from vetting.workspace.services.queues import FRESH, case_queue_counts, count_late_reports
from vetting.workspace.services.watches import watch_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlalchemy import Select

    from vetting.kernel.store.session import Session

MOST: Final = 10
MOST_IN_ALL: Final = 200
"""So many where the whole of it is asked for."""
LEAST: Final = 3
"""So many things of today stand there whatever is late."""
AHEAD: Final = timedelta(days=7)


class TodayPlace(StrEnum):
    """Where a line leads; the page knows its address."""

    CASE = "case"
    REVIEW = "review"
    CLEAR_CASES = "clear_cases"
    FREE_CASES = "free_cases"
    DECIDE = "decide"
    END = "end"
    LETTERS = "letters"
    PAY = "pay"
    MEETING = "meeting"
    REPORT = "report"
    LATE_REPORTS = "late_reports"
    REGISTRY = "registry"
    CLEARING = "clearing"
    WEEK = "week"
    INCOMING = "incoming"
    PEOPLE = "people"
    ORDER = "order"
    DELEGATION = "delegation"
    GATES = "gates"
    PAIRS = "pairs"
    ITEM = "item"
    APPEALS = "appeals"
    PAY_TO = "pay_to"
    SYSTEMS = "systems"
    CHANGE = "change"
    SUPPORT = "support"
    ACTIVITY = "activity"
    GRANT_ROUTINE = "grant_routine"
    FACTOR = "factor"
    PERSONAL_DATA = "personal_data"
    READS = "reads"
    WATCH = "watch"
    ROUNDS = "rounds"
    ROUND = "round"
    PERIOD = "period"
    IMPORT = "import"
    SETUP = "setup"
    REVIEW_RULES = "review_rules"
    WRITE_RULES = "write_rules"


class TodayLine(NamedTuple):
    """One line: its day, the thing, why it waits, what to do, and where that is done."""

    on: date | None
    """None for what waits without a day."""
    name: Words
    why: Words
    act: Words
    place: TodayPlace
    key: str = ""


class TodayPart(NamedTuple):
    """Some lines of the page, and how many there are of their kind."""

    shown: list[TodayLine]
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """The first page of a person."""

    late: TodayPart
    now: TodayPart
    week: TodayPart
    others: list[tuple[Words, int]]
    """What lies with others: with whom, how many."""
    next_day: date | None
    """The next day that something falls due, where nothing waits."""

    @property
    def more(self) -> int:
        """How many lines there are beside those that are shown."""
        return sum(part.number - len(part.shown) for part in (self.late, self.now, self.week))


def today_of(session: Session, *, on: date, most: int = MOST) -> Today:
    """What waits for a person that day, by all of their roles. most: so many lines."""
    lines = [*_fresh_start(session), *_waiting(session, on), *_falling_due(session, on)]
    lines += _watches_due(session, on)
    lines += _days_ahead(session, on)
    lines += _statements_due(session)
    lines += _stops_to_review(session, on)
    lines += _paid_despite_stop(session)
    lines += _pauses(session, on)
    lines += _changes_asked(session)
    lines += _endings_to_decide(session, on)
    lines += _plan_due(session, on)
    until = on + AHEAD
    late = [line for line in lines if line.on is not None and line.on < on]
    now = [line for line in lines if line.on is None or line.on == on]
    week = [line for line in lines if line.on is not None and on < line.on <= until]
    ahead = [line.on for line in lines if line.on is not None and line.on > until]
    first = sorted(late, key=lambda line: line.on or on)  # all that is late is told, the most late first
    then = now[: max(LEAST, most - len(first))]  # what leads on to a whole list is not pushed out by ten late things
    last = week[: max(0, most - len(first) - len(then))]
    return Today(
        late=TodayPart(first, len(late)),
        now=TodayPart(then, len(now)),
        week=TodayPart(last, len(week)),
        others=_with_others(session),
        next_day=min(ahead, default=None),
    )


def _fresh_start(session: Session) -> Iterator[TodayLine]:
    """Where a board has nothing yet: what to begin with."""
    if session.person.may(Action.MANAGE_BOARD) and not session.get_one(Board, session.person.board_id).rules:
        yield TodayLine(None, _("Kom igång"), _("nämnden har inga regler än"), _("Fortsätt"), TodayPlace.SETUP)
    if not session.person.may(Action.MANAGE_ROUNDS):
        return
    if session.scalar(select(Round.id).where(Round.board_id == session.person.board_id).limit(1)) is None:
        why = _("en omgång anger vad som kan sökas, när, och hur mycket pengar som finns")
        yield TodayLine(None, _("Första omgången"), why, _("Lägg till en omgång"), TodayPlace.ROUNDS)
    elif session.scalar(select(Case.id).where(Case.board_id == session.person.board_id).limit(1)) is None:
        why = _("ansökningar och bokningar tas emot som lista")
        yield TodayLine(None, _("Första listan"), why, _("Läs in en lista"), TodayPlace.IMPORT)


def _waiting(session: Session, on: date) -> Iterator[TodayLine]:
    if CaseKind.GRANT in session.person.kinds(Action.ASSESS):
        yield from _of_queue(session, on)
    if session.person.may(Action.DECIDE):
        yield from _to_decide(session, on)
    if session.person.may(Action.PAY):
        yield from _to_pay(session, on)
    if Role.PREMISES in session.person.roles:
        yield from _of_week(session, on)
    if session.person.may(Action.READ_MEETINGS):
        yield from _meetings(session, on)
    if session.person.may(Action.HANDLE) and CaseKind.GRANT in session.person.kinds(Action.HANDLE):
        yield from _unsent(session)
        yield from _letters_to_write(session)
        yield from _late_reports(session, on)
    if session.person.may(Action.REGISTER_CASE):
        yield from _to_register(session, on)
    if session.person.may(Action.RECEIVE):
        kinds = IncomingPost.kind.in_(session.person.kinds(Action.RECEIVE))
        posts = select(func.count(IncomingPost.id)).where(
            IncomingPost.board_id == session.person.board_id, IncomingPost.state == READY, kinds
        )
        count = _count(session, posts)
        if count:
            name = count_in_words(count, _("mejl eller fil"), _("mejl och filer"))
            yield TodayLine(None, name, _("ligger inte i något ärende än"), _("Gå igenom"), TodayPlace.INCOMING)
    yield from _rules(session)
    yield from _of_people(session, on)
    waiting = people.waiting_for(session)
    for count, one, several, place in (
        (waiting.roles, _("roll"), _("roller"), TodayPlace.PEOPLE),
        (waiting.rows, _("rad i delegationsordningen"), _("rader i delegationsordningen"), TodayPlace.DELEGATION),
        (waiting.gates, _("spärr som någon vill stänga av"), _("spärrar som någon vill stänga av"), TodayPlace.GATES),
        (
            waiting.pairs,
            in_context("one", "begäran om att samma person får göra båda momenten"),
            in_context("several", "begäranden om att samma person får göra båda momenten"),
            TodayPlace.PAIRS,
        ),
        (waiting.accounts, _("konto för återbetalning"), _("konton för återbetalning"), TodayPlace.PAY_TO),
        (len(systems_waiting_for(session)), _("annat system"), _("andra system"), TodayPlace.SYSTEMS),
    ):
        if count:
            yield TodayLine(
                None, count_in_words(count, one, several), _("väntar på ditt godkännande"), _("Svara"), place
            )


def _rules(session: Session) -> Iterator[TodayLine]:
    """Rules that wait for a second person, and those that came back to whoever wrote them."""
    if not (session.person.may(Action.PUBLISH_RULES) or session.person.may(Action.WRITE_RULES)):
        return
    for draft in drafts_under_way(session, session.person.board_id):
        is_own, name = str(session.person.id) in draft.authors, same_in_both(title_in(draft.head, draft.ruleset))
        if draft.state == IN_REVIEW and session.person.may(Action.PUBLISH_RULES) and not is_own:
            why = _("regler som väntar på granskning")
            yield TodayLine(None, name, why, _("Granska"), TodayPlace.REVIEW_RULES, str(draft.id))
        elif draft.state == DRAFT and draft.returned_because and is_own and session.person.may(Action.WRITE_RULES):
            why = _("regler som du har fått tillbaka: {why}", why=shorten_text(draft.returned_because))
            yield TodayLine(None, name, why, _("Ändra"), TodayPlace.WRITE_RULES, str(draft.id))


def _of_people(session: Session, on: date) -> Iterator[TodayLine]:
    """Roles that nobody uses, and what was changed of who may do what, for those who look after that."""
    count = (
        len(people.unused_roles(session, session.person.board_id, on)) if session.person.may(Action.AGREE_PEOPLE) else 0
    )
    if count:
        name = count_in_words(count, _("roll"), _("roller"))
        yield TodayLine(None, name, _("upphör inom en månad: har inte använts"), _("Se vilka"), TodayPlace.PEOPLE)
    board = session.get_one(Board, session.person.board_id)
    if session.person.may(Action.MANAGE_BOARD) and not board.factor_roles:
        why = _("krävs inte av dem som beslutar, betalar eller ger roller")
        yield TodayLine(None, _("Inloggning i två steg"), why, _("Kräv det"), TodayPlace.FACTOR)
    if session.person.may(Action.MANAGE_BOARD) and not board.information:
        name = _("Information om personuppgifter")
        why = _("saknas i brev och blanketter")
        yield TodayLine(None, name, why, _("Skriv den"), TodayPlace.PERSONAL_DATA)
    for reader, one in records.unusual_readers(session, as_of=midnight(on + timedelta(days=1))):
        why = _("öppnade {things} saker på en timme", things=one.things)
        yield TodayLine(None, same_in_both(reader), why, _("Se vad"), TodayPlace.READS)
    count = records.count_recent_changes(session, session.person, on)
    if count:
        name = count_in_words(count, _("ändring"), _("ändringar"))
        why = _("av spärrar, konton, roller eller delegation den senaste veckan")
        yield TodayLine(None, name, why, _("Se ändringarna"), TodayPlace.ORDER)


def _to_register(session: Session, on: date) -> Iterator[TodayLine]:
    """What the board has not been told of; for the registrar what is not in the diary, or is to be cleared."""
    count = count_unreported(session, Action.REGISTER_CASE)
    if count:
        name = count_in_words(count, in_context("one", "delegationsbeslut"), _("delegationsbeslut"))
        yield TodayLine(None, name, _("ska anmälas till nämnden"), _("Anmäl"), TodayPlace.REPORT)
    if Role.REGISTRAR not in session.person.roles:
        return
    count = records.count_since_last(session)
    if count:
        name = count_in_words(count, in_context("record", "handling"), in_context("records", "handlingar"))
        yield TodayLine(None, name, _("står inte i någon diarieföringslista"), _("Gör listan"), TodayPlace.REGISTRY)
    count = records.count_without_number(session)
    if count:
        name = count_in_words(count, _("ärende"), _("ärenden"))
        yield TodayLine(None, name, _("har inget diarienummer"), _("Diarieför"), TodayPlace.REGISTRY)
    count = casework.count_working_material(session, as_of=midnight(on))
    if count:
        name = count_in_words(count, in_context("one", "arbetsmaterial"), in_context("several", "arbetsmaterial"))
        yield TodayLine(None, name, _("ligger kvar i avslutade ärenden"), _("Rensa"), TodayPlace.CLEARING)


def _of_queue(session: Session, on: date) -> Iterator[TodayLine]:
    counts = case_queue_counts(session, CaseKind.GRANT, on=on)
    if counts["unquestioned"]:
        name = count_in_words(
            counts["unquestioned"], _("ansökan utan öppna frågor"), _("ansökningar utan öppna frågor")
        )
        why = _("läs dem och se nästa steg")
        yield TodayLine(None, name, why, _("Gå igenom dem"), TodayPlace.CLEAR_CASES)
    if counts["unassigned"]:
        name = count_in_words(counts["unassigned"], _("ansökan"), _("ansökningar"))
        yield TodayLine(None, name, _("har ingen handläggare"), _("Fördela"), TodayPlace.FREE_CASES)
    again = session.scalars(
        visible_cases(session.person, Action.HANDLE)
        .where(Case.look_again_at.is_not(None))
        .order_by(Case.id)
        .limit(MOST_IN_ALL)
    )
    for case in again:
        why = _("{number}: något nytt att ta ställning till", number=case.number)
        if case.look_again_because == InvalidationReason.ASKED_BACK.value:
            why = _("{number}: beslutsfattaren har en fråga", number=case.number)
        yield TodayLine(None, same_in_both(case.name), why, _("Ta ställning"), TodayPlace.CASE, case.number)


def _to_decide(session: Session, on: date) -> Iterator[TodayLine]:
    ready = (in_states([CaseState.READY]), Case.id.not_in(endings_proposed()))
    wanted = select(func.count()).select_from(Case).where(seen_by(session.person, Action.DECIDE), *ready)
    count = _count(session, wanted) - len(stale_of(session, visible_cases(session.person, Action.DECIDE), on=on))
    if count > 0:
        name = count_in_words(count, _("ärende"), _("ärenden"))
        why = _("är klart för beslut") if count == 1 else _("är klara för beslut")
        yield TodayLine(None, name, why, _("Läs och besluta"), TodayPlace.DECIDE)
    if CaseKind.GRANT in session.person.kinds(Action.DECIDE):
        count = casework.count_to_end(session)
        if count:
            name = count_in_words(count, _("ärende"), _("ärenden"))
            yield TodayLine(None, name, _("väntar på att avskrivas"), _("Avskriv"), TodayPlace.END)


def _letters_to_write(session: Session) -> Iterator[TodayLine]:
    """Of rounds that a meeting has decided: how many letters are not written."""
    for record, name, count in items_without_letters(session):
        letters = count_in_words(count, in_context("one", "brev"), in_context("several", "brev"))
        why = _("ska skrivas om nämndens beslut i ") + same_in_both(f"{name}, {record.paragraph}")
        yield TodayLine(None, letters, why, _("Skriv breven"), TodayPlace.ITEM, str(record.id))


def _statements_due(session: Session) -> Iterator[TodayLine]:
    """Statements that a court waits for."""
    if session.person.may(Action.REGISTER_CASE):
        for appeal, record in statements_due(session):
            name = same_in_both(f"{appeal.court}, {appeal.number}")
            why = _("nämndens yttrande till domstolen")
            yield TodayLine(appeal.statement_by, name, why, _("Öppna"), TodayPlace.APPEALS, str(record.id))


def _stops_to_review(session: Session, on: date) -> Iterator[TodayLine]:
    """Stops that are to be looked at again: none lasts because nobody thinks of it."""
    if session.person.may(Action.DECIDE) and session.person.may(Action.READ_PAYMENTS):
        for terms, payment, case in stops_to_review(session, on + AHEAD):
            why = _("stoppad utbetalning ska omprövas: ") + kronor(payment.amount)
            yield TodayLine(terms.review_on, same_in_both(case.name), why, _("Till utbetalningen"), TodayPlace.PAY)


def _paid_despite_stop(session: Session) -> Iterator[TodayLine]:
    """Payments that were made in spite of a stop, until it is asked whether the money is to be paid back."""
    if not (session.person.may(Action.HANDLE) and session.person.may(Action.READ_PAYMENTS)):
        return
    for payment, case in paid_despite_stop(session):
        why = _("utbetald trots stopp: {amount}. Ska den återkrävas?", amount=kronor(payment.amount))
        yield TodayLine(payment.paid_on, same_in_both(case.name), why, _("Öppna"), TodayPlace.CASE, case.number)


def _pauses(session: Session, on: date) -> Iterator[TodayLine]:
    """Payments that somebody holds and that go on by themselves, or have: told to whoever can decide on a stop."""
    if session.person.may(Action.READ_PAYMENTS) and (
        session.person.may(Action.HANDLE) or session.person.may(Action.PAY)
    ):
        for pause, payment, case in pauses_to_tell(session, on - AHEAD, on + AHEAD):
            ends = _("avvaktan upphör: ") if pause.until >= on else _("avvaktan har upphört: ")
            name = same_in_both(case.name)
            yield TodayLine(pause.until, name, ends + kronor(payment.amount), _("Till utbetalningen"), TodayPlace.PAY)


def _changes_asked(session: Session) -> Iterator[TodayLine]:
    """Requests to change a grant: to propose something of, and to decide."""
    if not (session.person.may(Action.PROPOSE) or session.person.may(Action.DECIDE)):
        return
    for row, case in open_changes(session, Action.PROPOSE if session.person.may(Action.PROPOSE) else Action.DECIDE):
        proposed = row.approves is not None
        if session.person.may(Action.DECIDE) if proposed else session.person.may(Action.PROPOSE):
            why = _("begäran om ändring att besluta om") if proposed else _("begäran om ändring")
            yield TodayLine(row.received_on, same_in_both(case.name), why, _("Öppna"), TodayPlace.CHANGE, case.number)


def _endings_to_decide(session: Session, on: date) -> Iterator[TodayLine]:
    """Support that is proposed to end, of whoever may decide: each by itself."""
    if session.person.may(Action.DECIDE) and session.person.may(Action.READ_PAYMENTS):
        for line in money.endings_to_decide(session, on):
            why = _("stöd som föreslås upphöra, att besluta om")
            key = str(line.case.association_id or 0)
            yield TodayLine(None, same_in_both(line.case.name), why, _("Öppna"), TodayPlace.SUPPORT, key)


def _plan_due(session: Session, on: date) -> Iterator[TodayLine]:
    """The plan's activities that are due, of whoever keeps the plan; the routine, of whoever approves it."""
    if session.person.may(Action.FOLLOW_UP):
        for row in activities_due(session, session.person.board_id, on + AHEAD):
            name, why = same_in_both(shorten_text(row.text)), _("en aktivitet i planen som ska vara klar")
            yield TodayLine(row.due_on, name, why, _("Öppna"), TodayPlace.ACTIVITY, str(row.id))
    if session.person.may(Action.PUBLISH_RULES):
        held = grant_routine(session, session.person.board_id)
        if held is not None and held.review_on <= on + AHEAD:
            why = _("ska ses över")
            yield TodayLine(held.review_on, _("Rutinen för bidrag"), why, _("Öppna"), TodayPlace.GRANT_ROUTINE)


def _to_pay(session: Session, on: date) -> Iterator[TodayLine]:
    """What can be paid: what waits for somebody else is not late."""
    ready = sort_payments(session, payments_until(session, on + AHEAD), on=on).ready
    if ready:
        name = count_in_words(len(ready), _("utbetalning"), _("utbetalningar"))
        first = min(one.payment.planned_on for one in ready)
        yield TodayLine(first, name, _("att betala till och med nästa vecka"), _("Öppna"), TodayPlace.PAY)


def _of_week(session: Session, on: date) -> Iterator[TodayLine]:
    counts = case_queue_counts(session, CaseKind.BOOKING, on=on)
    left = counts["open"] - counts["others"]
    if left > 0:
        name = count_in_words(left, _("bokning"), _("bokningar"))
        why = _("väntar på svar, alla veckor sammanlagt")
        if counts["late"]:
            why += _("; {count} skulle ha varit besvarade", count=counts["late"])
        yield TodayLine(None, name, why, _("Gå igenom veckan"), TodayPlace.WEEK)


def _meetings(session: Session, on: date) -> Iterator[TodayLine]:
    """Meetings ahead, for those who sit in them and those who prepare them."""
    rows = session.scalars(
        select(Meeting)
        .where(Meeting.board_id == session.person.board_id, Meeting.state == "planned")
        .order_by(Meeting.starts_at)
        .limit(3)
    )
    for row in rows:
        day = row.closes_on if row.written and row.closes_on else day_here(row.starts_at)
        name = _("Skriftlig runda") if row.written else _("Referensgruppens möte")
        why = same_in_both(row.place) if row.place else same_in_both("")
        act = _("Håll mötet") if session.person.may(Action.RECORD_MEETING) and day <= on else _("Förbered mötet")
        if not session.person.may(Action.TAKE_PART):
            act = _("Öppna")
        yield TodayLine(day, name, why, act, TodayPlace.MEETING, str(row.id))


def _late_reports(session: Session, on: date) -> Iterator[TodayLine]:
    """Grants that should have been reported: one line for all, since the day of the one most late."""
    count, first = count_late_reports(session, on)
    if count:
        name = count_in_words(count, _("redovisning"), _("redovisningar"))
        yield TodayLine(first, name, _("skulle ha kommit"), _("Öppna"), TodayPlace.LATE_REPORTS)


def _unsent(session: Session) -> Iterator[TodayLine]:
    """Decisions on applications that have not gone to the association; of letters that are written, how many."""
    count = casework.count_unsent(session)
    if count:
        letters = count_in_words(count, in_context("one", "brev"), in_context("several", "brev"))
        why = _("är skrivna och inte skickade") if count > 1 else _("är skrivet och inte skickat")
        yield TodayLine(None, letters, why, _("Skicka"), TodayPlace.LETTERS)
    count = len(casework.failing_addresses(session))
    if count:
        failing = count_in_words(count, _("adress"), _("adresser"))
        yield TodayLine(None, failing, _("fungerar inte: brev kommer tillbaka"), _("Åtgärda"), TodayPlace.LETTERS)
    written = select(Letter.id).where(Letter.decision_id == Decision.id, Letter.sent_at.is_(None))
    rows = session.execute(
        select(Case.number, Case.name, Decision.decided_on, is_sent())
        .join(Decision, Decision.case_id == Case.id)
        .where(
            seen_by(session.person, Action.HANDLE),
            Decision.board_id == session.person.board_id,
            Decision.kind == CaseKind.GRANT.value,
            Decision.item_decision_id.is_(None),
            Case.state.in_([CaseState.PAYMENT, CaseState.DECIDED, CaseState.REPORTING, CaseState.DISCONTINUED]),
            or_(Case.officer_id == session.person.id, Case.officer_id.is_(None)),
            Decision.id.not_in(quashed_decisions()),
            or_(~is_sent(), Decision.id.in_(returned_decisions())),
            ~written.exists(),
        )
        .order_by(Decision.decided_on, Decision.id)
        .limit(MOST_IN_ALL)
    ).all()
    for number, name, on, came_back in rows:
        why = _("brevet med beslutet kom tillbaka") if came_back else _("beslutet är fattat men inte skickat")
        yield TodayLine(on, same_in_both(name), why, _("Skicka beslutet"), TodayPlace.CASE, number)


def _falling_due(session: Session, on: date) -> list[TodayLine]:
    """Deadlines of what is this person's to drive; of everybody's where nobody in particular drives it."""
    if not (session.person.may(Action.HANDLE) or session.person.may(Action.SPECIAL_REVIEW)):
        return []
    items = [item for item in due_items(session, on=on, all_late=True) if item.on <= on + AHEAD]
    cases = {
        case.number: case
        for case in session.scalars(
            visible_cases(session.person).where(
                Case.number.in_({item.number for item in items}),
                or_(Case.officer_id == session.person.id, and_(Case.officer_id.is_(None), Case.kind == CaseKind.GRANT)),
                or_(
                    past_due(on),
                    and_(
                        in_states({*FRESH, CaseState.COMPLETION, CaseState.COMMUNICATION}),
                        or_(Case.sleeps_until.is_(None), Case.sleeps_until <= on),
                    ),
                ),
            )
        )
    }
    by_week = (
        Role.PREMISES in session.person.roles
    )  # they answer bookings a week at a time, and one line tells of all weeks
    found = [
        TodayLine(item.on, same_in_both(cases[item.number].name), item.what, _("Öppna"), TodayPlace.CASE, item.number)
        for item in items
        if item.number in cases
        and not (by_week and item.what is DECIDE_BY and cases[item.number].kind is CaseKind.BOOKING)
    ]
    reviews = [item for item in items if item.number.startswith("SGR")]
    return found + [
        TodayLine(item.on, same_in_both(item.number), item.what, _("Öppna"), TodayPlace.REVIEW, item.number)
        for item in reviews
    ]


def _watches_due(session: Session, on: date) -> list[TodayLine]:
    """What comes up that day or the week after, or should have; of whoever one stands in for too."""
    if not session.person.may(Action.WATCH):
        return []
    return [
        TodayLine(
            line.watch.on,
            line.thing.name,
            same_in_both(line.watch.text),
            _("Öppna"),
            TodayPlace.WATCH,
            str(line.watch.id),
        )
        for line in watch_lines(session, on=on, until=on + AHEAD)
    ]


def _days_ahead(session: Session, on: date) -> Iterator[TodayLine]:
    """The days of rounds within the week, and of the periods that the board reports; none of them is noted as done."""
    if session.person.may(Action.MANAGE_ROUNDS):
        for item in rounds(session):
            for _name, words, day in days_in_order(item, with_group=session.person.with_group):
                if on <= day <= on + AHEAD:
                    yield TodayLine(day, same_in_both(item.name), words, _("Öppna"), TodayPlace.ROUND, str(item.id))
    if session.person.may(Action.FOLLOW_UP):
        for rule in periods_of(session.get_one(Board, session.person.board_id).periods):
            for year in sorted({on.year, (on + AHEAD).year}):
                day = rule.last_day(year)
                if on <= day <= on + AHEAD:
                    code = f"{year}-{rule.name}"
                    what, why = _("Rapporten {code}", code=code), _("perioden slutar")
                    yield TodayLine(day, what, why, _("Öppna"), TodayPlace.PERIOD, code)


def _with_others(session: Session) -> list[tuple[Words, int]]:
    """How many open cases of a handling person lie with whom."""
    if CaseKind.GRANT not in session.person.kinds(Action.HANDLE):
        return []
    rows = session.execute(
        select(Case.state, func.count())
        .where(seen_by(session.person), Case.kind == CaseKind.GRANT, Case.state.in_(sorted(WITH_WHOM)))
        .group_by(Case.state)
    )
    found: dict[CaseState, int] = {state: int(number) for state, number in rows}
    sums: dict[str, tuple[Words, int]] = {}
    for state, (name, words) in WITH_WHOM.items():
        number = found.get(state, 0) + sums.get(name, (words, 0))[1]
        sums[name] = (words, number)
    return [pair for pair in sums.values() if pair[1]]


WITH_WHOM: Final = {
    CaseState.COMPLETION: ("association", _("Föreningar")),
    CaseState.COMMUNICATION: ("association", _("Föreningar")),
    CaseState.REFERRED: ("group", _("Referensgruppen")),
    CaseState.READY: ("decision", _("Beslutsfattare")),
}
"""State -> who has the case."""


def _count(session: Session, wanted: Select[int]) -> int:
    return int(session.scalar(wanted) or 0)
