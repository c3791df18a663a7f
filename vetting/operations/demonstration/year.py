"""Invented boards, people, associations and cases: a year of work made by the same services as people's own."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from vetting.associations.models.associations import CURRENT, TO_CONFIRM, AssociationName
from vetting.associations.services import associations
from vetting.casework.domain.advice import Advice
from vetting.casework.domain.cases import OPEN, CaseMarkKind, CaseState
from vetting.casework.domain.document_statuses import HAND
from vetting.casework.domain.grant_changes import GrantChangeKind
from vetting.casework.domain.legal_force import DecisionEventKind
from vetting.casework.domain.special_reviews import SpecialReviewGround
from vetting.casework.models.cases import Case
from vetting.casework.models.decisions import Decision
from vetting.casework.models.intake import RequestedTime
from vetting.casework.models.letters import Letter
from vetting.casework.models.meetings import Review
from vetting.casework.services import (
    after_decision,
    assessments,
    cases,
    communications,
    completions,
    contacts,
    decisions,
    grant_changes,
    identities,
    intake,
    letters,
    meetings,
    rescreening,
    special_reviews,
    tips,
)
from vetting.casework.services.assessments import NewAssessment
from vetting.casework.services.decision_makers import AT_ONCE
from vetting.casework.services.decisions import DecisionProposal
from vetting.casework.services.gaps import is_initial_review_question
from vetting.casework.services.intake import NewCase
from vetting.casework.services.meetings import Opinion
from vetting.casework.services.reported_decisions import report_decisions
from vetting.casework.services.screenings import screen_without_keeping
from vetting.casework.services.stated_contacts import NewContact
from vetting.engine.evidence import CriterionAnswer, Evidence, EvidenceKind, MilderMeasure
from vetting.engine.facts import Facts, ListRow
from vetting.engine.results import CriterionResult
from vetting.grants.services.budget_lines import LineWriting, add_line
from vetting.grants.services.rounds import NewRound, add_round, close_round
from vetting.grants.services.schemes import SchemeWriting, add_scheme
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import DecisionForm, DecisionGround, DecisionOutcome
from vetting.kernel.organisation_numbers import has_valid_check_digit
from vetting.kernel.roles import Person, Role
from vetting.kernel.store.session import run_in_transaction
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.working_days import first_open
from vetting.money.domain.attests import AttestKind
from vetting.money.domain.bank_accounts import AccountCheck
from vetting.money.domain.reclaims import CollectionStep, EstablishedBy, ReclaimGround
from vetting.money.domain.reports import ReportFinding, ReportWay, UseRow
from vetting.money.models.payments import Payment
from vetting.money.models.payments import of_case as payments_of
from vetting.money.services import (
    attests,
    bank_accounts,
    payment_batches,
    payment_stops,
    payments,
    reclaims,
    reports,
    set_offs,
    unused_money,
)
from vetting.operations.demonstration import allocations as demonstration_allocations
from vetting.operations.demonstration import bookings as demonstration_bookings
from vetting.operations.demonstration import follow_up as demonstration_follow_up
from vetting.operations.demonstration import mail as demonstration_mail
from vetting.operations.demonstration import people as demonstration_people
from vetting.operations.demonstration import rules as demonstration_rules
from vetting.operations.demonstration import spring as demonstration_spring
from vetting.operations.demonstration.acting import acting
from vetting.operations.jobs import recurring_work
from vetting.people.domain.personal_data import proposed_information
from vetting.people.models.delegation import Delegation
from vetting.people.models.people import Room, note_visit
from vetting.people.services import boards, sign_in
from vetting.rules import use_rules
from vetting.rules.services.versions import value_criteria_in_force
from vetting.workspace.domain.watches import WatchedThing
from vetting.workspace.services import watches
from vetting.workspace.services.watches import NewWatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.engine.facts import Value
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import WritingSession
    from vetting.people.models.people import Board
    from vetting.rules.services.rulebook import Rules

PASSWORD: Final = "prova utan risk"  # noqa: S105 - for the demonstration only, and printed
SEED: Final = 20261120
ASSOCIATIONS: Final = 120
FIRST_OF_SAMPLE: Final = date(2026, 9, 1)
"""No application in the sample that is shipped came before: the list goes whole into the round of this year."""
REPORTED_WITH_MONEY_LEFT, REPORTED_AND_UNREAD = 2, 3
"""Places among the grants that are reported."""
FAULTS: Final = ("", "", "", "", "no_minutes", "no_accounts", "old_meeting", "few_members", "no_giro", "signal")
"""What an application lacks; most lack nothing."""
IN_PARTS: Final = 4
"""The place of a grant that is paid in two parts."""
TWO_PARTS: Final = "60 %\n07-01 resten; redovisning först"
BY_EXCEPTION: Final = 1
"""The place of the summer's grant that has too few members."""
EXCEPTION: Final = "den startar om efter två år utan lokal och har just börjat värva medlemmar"
HALVED, OUTSIDE, WITHOUT_PURPOSE, ANSWERED = (2, 5, 8), (4, 9), (6, 13), 4
_KINDS: Final = (
    "Kulturföreningen",
    "Idrottsföreningen",
    "Teaterföreningen",
    "Byalaget",
    "Musikföreningen",
    "Dansföreningen",
    "Odlarföreningen",
    "Schackklubben",
    "Scoutkåren",
    "Hembygdsföreningen",
    "Kvinnoföreningen",
    "Ungdomsföreningen",
    "Pensionärsföreningen",
    "Konstföreningen",
    "Fotoklubben",
    "Kören",
    "Läsecirkeln",
    "Seglarsällskapet",
    "Orienteringsklubben",
    "Föräldraföreningen",
)
_PLACES: Final = (
    "Provkvarnen",
    "Exempelbacken",
    "Låtsasvik",
    "Mönsterdalen",
    "Påhittby",
    "Tänkeholm",
    "Försöksängen",
    "Typsta",
    "Modellunda",
    "Fablehult",
    "Övningsnäs",
    "Skissliden",
)
SCHEMES: Final = {
    "Verksamhetsbidrag": "För det som en förening gör året om, öppet för alla i området.",
    "Projektbidrag": "För något nytt som prövas en tid.",
    "Sommarstöd": "För barn och unga under sommarlovet.",
}
"""Grant schemes: what each is for."""
_PURPOSES: Final = (
    "öppen verksamhet för barn och unga",
    "kurser på kvällar och helger",
    "läger på sommarlovet",
    "mötesplats för äldre",
    "konserter och föreställningar",
    "läxhjälp och språkcafé",
)


@dataclass(frozen=True, slots=True)
class DemonstrationLogin:
    """One account of the demonstration."""

    role: Role
    board: str
    user: str
    name: str


@dataclass(slots=True)
class DemonstrationContent:
    """What the demonstration holds."""

    boards: list[tuple[str, str]] = field(default_factory=list)
    logins: list[DemonstrationLogin] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class BoardPlan:
    """What a board of the demonstration is called, by which rules it works, and who works there."""

    code: str
    name: str
    way: str
    rules: str
    people: tuple[tuple[Role, str], ...]
    own_rules: demonstration_rules.OwnRules | None = None


BOARDS: Final = (
    BoardPlan(
        "norr",
        "Norrbyns stadsdelsnämnd",
        "group",
        "farsta-2021-med-grundkrav",
        (
            (Role.CASEWORKER, "Kim Ek"),
            (Role.PREMISES, "Robin Alm"),
            (Role.GROUP_MEMBER, "Charlie Lind"),
            (Role.GROUP_SECRETARY, "Sam Holm"),
            (Role.VBE_COORDINATOR, "Elis Berg"),
            (Role.DECISION_MAKER, "Noor Dal"),
            (Role.FINANCE, "Lo Sund"),
            (Role.RULES_OWNER, "Mika Ström"),
            (Role.MANAGER, "Alex Norén"),
            (Role.REGISTRAR, "Tove Rask"),
            (Role.AUDITOR, "Ira Vik"),
            (Role.ADMINISTRATOR, "Bo Ask"),
        ),
        demonstration_rules.publish_next_year_rules,
    ),
    BoardPlan(
        "mitt",
        "Mellanbyns kulturnämnd",
        "small",
        "socialnamnden-2019-med-grundkrav",
        (
            (Role.CASEWORKER, "Vera Löv"),
            (Role.PREMISES, "Ove Hage"),
            (Role.DECISION_MAKER, "Sara Fors"),
            (Role.FINANCE, "Dan Mo"),
            (Role.RULES_OWNER, "Siv Ask"),
            (Role.MANAGER, "Tom Bro"),
        ),
    ),
    BoardPlan(
        "soder",
        "Söderbyns stadsdelsnämnd",
        "group",
        "farsta-2021-med-grundkrav",
        (
            (Role.CASEWORKER, "Jon Gren"),
            (Role.PREMISES, "Pia Ås"),
            (Role.GROUP_MEMBER, "Ulla Hed"),
            (Role.GROUP_SECRETARY, "Nils Kil"),
            (Role.VBE_COORDINATOR, "Jo Ros"),
            (Role.DECISION_MAKER, "Mona Ryd"),
            (Role.FINANCE, "Eva By"),
            (Role.RULES_OWNER, "Leo Sjö"),
            (Role.MANAGER, "Maj Lund"),
        ),
        demonstration_rules.publish_rules_in_force,
    ),
)


def fill_demonstration(database: Database, rules: Rules, *, at: datetime) -> DemonstrationContent:
    """Fills an empty database; the same every time, apart from the day."""
    use_rules(database, lambda: rules)
    filled = DemonstrationContent()
    drawn = random.Random(SEED)  # noqa: S311 - invented data, the same every time
    names = _names(drawn)
    for place, board in enumerate(BOARDS):
        share = names[place::3]
        filling = run_in_transaction(
            database,
            lambda s, b=board, n=share: BoardFilling(s, rules, b, n, drawn, at, filled).build(),  # type: ignore[misc] # bound at once
        )
        if board.own_rules:
            owners = (filling.staff[Role.RULES_OWNER], filling.staff[Role.MANAGER])
            board.own_rules(database, demonstration_rules.RulesPlan(board.code, board.rules, *owners), at=at)
        if board.code == "mitt":
            mitt = filling
        if board.code == "norr":
            norr = filling
            booked = demonstration_bookings.DemonstrationMonth(database, rules, filling.names, filling.staff, at)
    demonstration_bookings.fill_month(booked)
    of_norr = demonstration_rules.RulesPlan("norr", "", norr.staff[Role.RULES_OWNER], norr.staff[Role.MANAGER])
    demonstration_rules.publish_rules_of_letting(database, of_norr, at=at)
    while recurring_work.do_due(database, at=at):
        pass
    rescreening.rescreen_all(database, at=at)
    run_in_transaction(database, lambda s: demonstration_people.lend_role(acting(s, at=at), "norr", norr.staff))
    run_in_transaction(database, lambda s: demonstration_mail.receive_mail(acting(s, at=at), norr.board_id, norr.staff))
    plan = demonstration_rules.RulesPlan("mitt", "", mitt.staff[Role.RULES_OWNER], mitt.staff[Role.MANAGER])
    scheme = demonstration_rules.publish_rules_of_scheme(database, plan, at=at)
    run_in_transaction(database, lambda s: mitt.for_premises(s, scheme))
    run_in_transaction(database, norr.share_money)
    run_in_transaction(database, norr.note_tip)
    run_in_transaction(database, lambda s: demonstration_follow_up.follow_year(norr.with_session(s)))
    run_in_transaction(database, lambda s: demonstration_spring.open_spring(mitt.with_session(s)))
    return filled


def _names(drawn: random.Random) -> list[tuple[str, str]]:
    """120 names with numbers whose check digits are right and that no association can have."""
    pairs = [f"{kind} {place}" for kind in _KINDS for place in _PLACES]
    chosen = drawn.sample(pairs, ASSOCIATIONS)
    return [(name, _number(place)) for place, name in enumerate(chosen)]


def _information(board: Board) -> str:
    """The proposed text, filled in with what is invented."""
    blanks = iter(
        (f"{board.code.upper()} dokumenthanteringsplan", f"bidrag@{board.code}.example", "dso@exempelstad.example")
    )
    return re.sub(
        r"\[[^]]*\]", lambda _found: next(blanks), proposed_information(board.name, with_group=board.with_group)
    )


def _members(number: str, year: int) -> int:
    """About as many as the year before."""
    return 24 + int(number[5:9]) * 37 % 376 + year % 4


def _number(place: int) -> str:
    start = f"802999{place:03}"
    return next(start + str(digit) for digit in range(10) if has_valid_check_digit(start + str(digit)))


@dataclass(slots=True)
class BoardFilling:
    """One board while it is filled."""

    session: WritingSession
    rules: Rules
    plan: BoardPlan
    names: list[tuple[str, str]]
    drawn: random.Random
    now: datetime
    filled: DemonstrationContent
    staff: dict[Role, Person] = field(default_factory=dict)
    schemes: dict[str, int] = field(default_factory=dict)
    lines: dict[int, int] = field(default_factory=dict)
    """Year -> its budget line."""
    board_id: int = 0

    def build(self) -> BoardFilling:
        """People, rounds, a decided year, this year's round, a week of bookings."""
        self._people()
        self._delegations()
        self._register()
        self._add_schemes()
        last = self._round("Verksamhetsbidrag förra året", 420, 380, 360)
        this = self._round("Verksamhetsbidrag i år", 60, -10, -30, opens_by=FIRST_OF_SAMPLE)
        spring = self._round("Bidrag till våren", 5, -40, -70, tuple(SCHEMES))
        self._round("Projektbidrag sommaren", -40, -80, -110)
        self._decided_year(last)
        self._after_decisions()
        if self.plan.code == "norr":
            self._summer()
        if self.plan.code == "mitt":
            demonstration_spring.decided_autumn(self)
        self._reported()
        self._open_round(this)
        if self.plan.code == "norr":
            self._who_is_who(this)
            self._special_review()
            self._for_two(spring)
        else:  # norr's month comes by lists
            self._week()
        return self

    def with_session(self, session: WritingSession) -> BoardFilling:
        """The same board, filled further in another transaction."""
        self.session = session
        return self

    def _register(self) -> None:
        for name, number in self.names:
            associations.find_or_add(
                acting(self.session, at=self.at(650)), name, number, source=f"board {self.board_id}"
            )
        self.session.add_entry(TrailNote(action="register_imported", by=None, at=self.at(650), board_id=self.board_id))

    def at(self, days_ago: float) -> datetime:
        """A moment so many days ago."""
        return self.now - timedelta(days=days_ago)

    def day(self, days_ago: float) -> date:
        """A day so many days ago."""
        return self.at(days_ago).date()

    def _people(self) -> None:
        new = boards.NewBoard(
            code=self.plan.code,
            name=self.plan.name,
            way=self.plan.way,
            rules={"grant": self.plan.rules, "booking": self.plan.rules},
            contact=f"Samordnaren mot våldsbejakande extremism\n010-123 45 67\nsamordnare@{self.plan.code}.example",
            factor_roles=(),  # whoever tries the demonstration has no app connected
            adopted_on=self.day(700),
            adopted_as=f"{self.plan.code.upper()} {self.day(700).year}/12",
        )
        board = boards.add_board(acting(self.session, None, self.at(700)), new)
        board.letterhead = f"{self.plan.name}\nTorggatan 1\n123 45 Exempelstad\nbidrag@{self.plan.code}.example"
        board.court = "Förvaltningsrätten i Exempelstad"
        board.pay_to = "bankgiro 123-4567"
        board.information = {"sv": _information(board)}
        board.retention = {"decision": f"{self.plan.code.upper()} {self.day(700).year}/14"}
        board.bookings = {"own": self.plan.code == "mitt"}  # the small board has no booking system
        self.board_id = board.id
        self.filled.boards.append((board.code, board.name))
        for role, name in self.plan.people:
            login = f"{role.value.replace('_', '-')}.{self.plan.code}"
            user = sign_in.add_user(
                acting(self.session, None, self.at(699)),
                sign_in.NewUser(login=login, name=name, password=PASSWORD, board=board.code, roles=(role,)),
            )
            self.staff[role] = Person(
                id=user.id, name=name, board_id=board.id, board=board.name, roles=frozenset({role})
            )
            note_visit(self.session, user.id, board.id, self.now.date())
            self.filled.logins.append(DemonstrationLogin(role, board.code, login, name))
        self.session.add_all(
            Room(board_id=board.id, name=name, price=price, subsidised_price=price // 4)
            for name, price in (("Stora salen", 400_00), ("Ateljén", 160_00), ("Gymnastiksalen", 240_00))
        )
        self.session.flush()
        self.session.add_entry(TrailNote(action="rooms_added", by=None, at=self.at(699), board_id=board.id))

    def _delegations(self) -> None:
        maker = self.staff[Role.DECISION_MAKER]
        row = Delegation(
            board_id=self.board_id,
            user_id=maker.id,
            title="Enhetschef",
            maker="delegate",
            point="4.2",
            kinds=["grant", "booking", "ending"],
            refusals=True,
            largest=200_000_00,
            valid_from=self.day(690),
        )
        by_minutes = Delegation(
            board_id=self.board_id,
            user_id=maker.id,
            maker="board",
            kinds=["grant", "reclaim"],
            refusals=True,
            valid_from=self.day(690),
        )
        bookings = Delegation(
            board_id=self.board_id,
            user_id=self.staff[Role.PREMISES].id,
            title="Lokalsamordnare",
            maker="delegate",
            point="4.3",
            kinds=["booking"],
            refusals=False,
            valid_from=self.day(690),
        )
        for held in (row, bookings, by_minutes):
            self.session.add(held)
            self.session.flush()
            self.session.add_entry(
                TrailNote(action="delegation_added", by=None, at=self.at(690), subject=held, board_id=self.board_id)
            )

    def _add_schemes(self) -> None:
        for name, purpose in SCHEMES.items():
            new = SchemeWriting(name=name, purpose=purpose)
            scheme = add_scheme(self.do(695, Role.RULES_OWNER), new)
            self.schemes[name] = scheme.id
        for place, year in enumerate((self.now.year - 1, self.now.year, self.now.year + 1)):
            line = LineWriting(
                name="Föreningsstöd",
                year=year,
                account=f"4520-1310-{place + 1}",
                amount=1_650_000_00,
                preliminary=year > self.now.year,
            )
            made = add_line(acting(self.session, self.staff[Role.CASEWORKER], self.at(690 - place)), line)
            self.lines[year] = made.id

    def _for_two(self, round_id: int) -> None:
        """One application for two of a round's grant schemes: asked once, decided apart."""
        name, number = self.names[33]
        day = self.day(1)
        facts = self.facts_of(name, number, day, "")
        amounts = {"Projektbidrag": 45_000_00, "Verksamhetsbidrag": 60_000_00}
        parts = [
            NewCase(
                kind=CaseKind.GRANT,
                facts=facts.with_values({"amount_applied": amount}),
                received_on=day,
                channel="form",
                round_id=round_id,
                scheme_id=self.schemes[scheme],
            )
            for scheme, amount in amounts.items()
        ]
        intake.receive_application(self.do(1), parts)

    def share_money(self, session: WritingSession) -> None:
        """This year's round has less than what is applied for: its table is half way."""
        this = demonstration_allocations.round_called(session, self.board_id, "Verksamhetsbidrag i år")
        demonstration_allocations.share_round(acting(session, at=self.at(0)), this, self.staff[Role.CASEWORKER])

    def for_premises(self, session: WritingSession, scheme: int) -> None:
        """A round of the grant scheme with rules of its own: one application is granted, one came three days late."""
        self.with_session(session).schemes["Lokalbidrag"] = scheme
        round_id = self._round("Lokalbidrag i år", 40, 10, -20)
        held = [ListRow((("held_on", self.day(60 + 7 * week)), ("participants", 6 + week))) for week in range(4)]
        made = []
        for place, day, rent in ((30, 12, 60_000_00), (31, 7, 48_000_00)):
            name, number = self.names[place]
            facts = self.facts_of(name, number, self.day(day), "").with_values(
                {"amount_applied": rent // 2, "rent_claimed": rent, "own_activities": tuple(held)}
            )
            new = NewCase(
                kind=CaseKind.GRANT, facts=facts, received_on=self.day(day), channel="form", round_id=round_id
            )
            made.append(intake.receive_case(self.do(day), new))
        self.handle(made[0], 6)
        self.decide(made[0], 3, self.approval(made[0]))

    def _round(
        self,
        name: str,
        opens: int,
        closes: int,
        decides: int,
        schemes: tuple[str, ...] = (),
        opens_by: date = date.max,
    ) -> int:
        line = self.lines.get(self.day(decides).year)
        meets = first_open(self.day(decides))
        new = NewRound(
            name=name,
            opens_on=min(self.day(opens), opens_by),
            closes_on=self.day(closes),
            decision_on=meets,
            report_on=self.day(decides - 330),
            budget=1_650_000_00,
            schemes={self.schemes[scheme]: line for scheme in schemes or (name.split(maxsplit=1)[0],)},
            dnr=f"{self.plan.code.upper()} {self.day(opens).year}/{200 + opens % 90}",
        )
        return add_round(acting(self.session, self.staff[Role.CASEWORKER], self.at(max(opens, 0) + 20)), new).id

    def facts_of(self, name: str, number: str, day: date, fault: str) -> Facts:
        """What an application says; fault: what is wrong with it."""
        amount = self.drawn.randrange(8, 90) * 1_000_00
        values: dict[str, Value] = {
            "name_in_application": name,
            "organisation_number": number,
            "legal_form": "ideell_forening",
            "organisation_number_since": date(day.year - 6, 3, 1),
            "statutes_document": True,
            "annual_minutes": True,
            "signed": True,
            "annual_meeting_held_on": day - timedelta(days=120),
            "board_elected_on": day - timedelta(days=120),
            "activity_report": True,
            "accounts": True,
            "audit_report": True,
            "audit_signed": True,
            "signed_by_role": "ordförande",
            "signed_on": day,
            "giro_number": f"{number[2:6]}-{number[6:]}",
            "giro_holder_is_association": True,
            "amount_applied": amount,
            "members_total": _members(number, day.year),
            "purpose": self.drawn.choice(_PURPOSES),
            "application_date": day,
            "avstand_valdsbejakande_uttryck_signed": True,
            "mangfald_signed": True,
            "likabehandling_signed": True,
            "unreported_grants": 0,
        }
        absent: set[str] = set()
        if fault in {"no_minutes", "no_accounts"}:
            gone = "annual_minutes" if fault == "no_minutes" else "accounts"
            del values[gone]
            absent.add(gone)
        elif fault == "old_meeting":
            values["annual_meeting_held_on"] = day - timedelta(days=500)
        elif fault == "few_members":
            values["members_total"] = 3
        elif fault == "signal":
            values["members_total"] = 3 * _members(number, day.year)
        elif fault == "no_giro":
            del values["giro_number"]
            del values["giro_holder_is_association"]
        return Facts(values, frozenset(absent))

    def _apply(self, place: int, round_id: int, days_ago: float, fault: str) -> Case:
        name, number = self.names[place]
        day = self.day(days_ago)
        new = NewCase(
            kind=CaseKind.GRANT,
            facts=self.facts_of(name, number, day, fault),
            received_on=day,
            channel="e-post",
            round_id=round_id,
        )
        return intake.receive_case(self.do(days_ago), new)

    def do(self, days_ago: float, role: Role = Role.CASEWORKER) -> WritingSession:
        """Gives the session to one of the staff, at a moment so many days ago."""
        return acting(self.session, self.staff[role], self.at(days_ago))

    def ask(self, case: Case, facts: tuple[str, ...], days_ago: float, text: str = "") -> None:
        """Asks for what a case lacks, by a letter that is handed over the same day."""
        new = completions.NewCompletionRequest(text=text)
        asked = completions.request_completion(self.do(days_ago), case.number, facts, new)
        written = self.session.scalars(select(Letter.id).where(Letter.completion_id == asked.id)).one()
        letters.mark_sent(self.do(days_ago), written, HAND)

    def handle(self, case: Case, days_ago: float, *, gaps_accepted: bool = True) -> None:
        """Papers, nothing found, what the other points ask, what is missing and not needed, basic check."""
        s, n = self.session, case.number
        decisions.declare_no_conflict(self.do(days_ago), n)
        cases.mark_case(self.do(days_ago), n, CaseMarkKind.PAPERS_OPENED)
        screened = screen_without_keeping(s, case, on=self.day(days_ago))
        if screened and any(is_initial_review_question(finding) for finding in screened.screening.findings):
            assessments.record_nothing_found(self.do(days_ago), n)
            screened = screen_without_keeping(s, case, on=self.day(days_ago))
        for finding in screened.screening.findings if screened else ():
            if finding.result is CriterionResult.NEEDS_ASSESSMENT:
                given = NewAssessment(
                    criterion=finding.criterion.id, answer=CriterionAnswer.MET, reasons="Genomgånget med föreningen."
                )
                assessments.assess(self.do(days_ago), n, given, version=None)
        if gaps_accepted:
            cases.mark_case(
                self.do(days_ago), n, CaseMarkKind.GAP_ACCEPTED, text="Uppgifterna behövs inte för prövningen."
            )
        cases.mark_case(self.do(days_ago), n, CaseMarkKind.BASIC_CHECK)

    def _with_group(self) -> bool:
        return Role.GROUP_SECRETARY in self.staff

    def _meeting(self, referred: list[Case], days_ago: float, advice: dict[int, Opinion]) -> None:
        """One meeting: conflicts answered, the consent list in one stroke, the discussed ones each."""
        s = self.session
        caller = self.do(days_ago + 3, Role.GROUP_SECRETARY)
        meeting = meetings.call_meeting(caller, self.at(days_ago), "Stadsdelshuset, rum 3")
        for case in referred:
            asked = "Kan bidraget tillstyrkas?" if case.id in advice else ""
            meetings.refer_to_group(self.do(days_ago + 3), case.number, asked)
        for role in (Role.GROUP_SECRETARY, Role.GROUP_MEMBER, Role.VBE_COORDINATOR):
            if role in self.staff:
                meetings.declare_conflicts(self.do(days_ago + 1, role), meeting.id, {})
        s.flush()
        at_meeting = self.do(days_ago, Role.GROUP_SECRETARY)
        meetings.note_attendance(at_meeting, meeting.id, [person.id for person in self.staff.values()])
        meetings.record_consent(at_meeting, meeting.id)
        for case in referred:
            if case.id in advice:
                review = s.scalars(select(Review).where(Review.case_id == case.id)).one()
                meetings.record_advice(at_meeting, meeting.id, review.id, advice[case.id], version=None)
        meetings.hold_meeting(at_meeting, meeting.id, "Nästa möte om en månad.")

    def decide(self, case: Case, days_ago: float, draft: DecisionProposal, form: DecisionForm = AT_ONCE) -> None:
        """Proposed one day, decided the next."""
        s, n = self.session, case.number
        decisions.propose_decision(self.do(days_ago + 1), n, draft, version=None)
        decisions.make_ready(self.do(days_ago + 1), n)
        decisions.declare_no_conflict(self.do(days_ago, Role.DECISION_MAKER), n)
        kept = decisions.propose_decision(self.do(days_ago + 0.5), n, draft, version=None)
        s.flush()
        made = decisions.decide(self.do(days_ago, Role.DECISION_MAKER), n, draft_version=kept.version, form=form)
        self._noted(made, DecisionEventKind.SENT, int(days_ago) - 2)

    def approval(self, case: Case, part: float = 1.0) -> DecisionProposal:
        """All of what is applied for, or a part."""
        applied = case.amount_applied or 0
        amount = applied if part == 1.0 else int(applied * part) // 100_00 * 100_00
        return DecisionProposal(
            outcome=DecisionOutcome.APPROVED if part == 1.0 else DecisionOutcome.PARTLY_APPROVED,
            amount=amount,
            reasons="Föreningen uppfyller kraven. Verksamheten når de grupper som nämnden prioriterar.",
            grounds=() if part == 1.0 else (DecisionGround.BUDGET,),
            conditions=("Bidraget används under året.",),
        )

    def _decided_year(self, round_id: int) -> None:
        """Last year's round: granted, paid, one stopped, two reclaimed, some refused for lack of money."""
        first = self.plan.code == "norr"
        made = [self._apply(place, round_id, 390 - place * 0.5, "") for place in range(10 if first else 5)]
        for case in made:
            self.handle(case, 378)
        if self._with_group():
            doubted = Opinion(
                advice=Advice.WITH_CONDITIONS,
                text="Redovisningen av deltagare bör följas upp.",
                conditions=("Deltagare redovisas per kvartal.",),
            )
            self._meeting(made, 370, {made[1].id: doubted})
        for place, case in enumerate(made):
            if place == len(made) - 1:
                refusal = DecisionProposal(
                    outcome=DecisionOutcome.REFUSED,
                    amount=None,
                    grounds=(DecisionGround.BUDGET, DecisionGround.PRIORITY),
                    reasons="Pengarna räcker inte till alla. Ansökningar för barn och unga går före.",
                    against_group="Gruppen hade ingen erinran. Avslaget beror bara på att pengarna inte räcker.",
                )
                self.decide(case, 360, refusal)
            else:
                proposal = self.approval(case, 0.5 if place in HALVED else 1.0)
                self.decide(case, 360, replace(proposal, instalments=TWO_PARTS) if place == IN_PARTS else proposal)
        planned = self.session.scalars(
            select(Payment).where(Payment.board_id == self.board_id).order_by(Payment.id)
        ).all()
        kept_back = planned[-1] if first else None
        if first:
            self._stopped_for_a_week(planned[-2], 340)
        self._paid_by_batch([row for row in planned if row is not kept_back and row.after is None], returns=first)
        close_round(self.do(330), round_id)
        if kept_back is not None:
            self._attested_before_the_stop(kept_back)
            reasons = "Kravet på årsmöte är inte längre uppfyllt. Föreningen får möjlighet att rätta till det."
            cure = "Håll årsmötet, och skicka det justerade protokollet."
            payment_stops.stop_payment(
                self.do(330, Role.DECISION_MAKER),
                kept_back.id,
                reasons,
                terms=payment_stops.NewStopTerms(cure=cure, review_on=self.day(-3)),
            )
            self._reclaim(made[0], ReclaimGround.NOT_FOR_PURPOSE, 200, paid_back=True)
            self._reclaim(made[1], ReclaimGround.WRONGLY_PAID, 120, paid_back=False)
            self._claim_set_off(made[IN_PARTS], 200)

    def _paid_by_batch(self, planned: Sequence[Payment], *, returns: bool) -> None:
        """Handed to the finance office and answered by its ledger; one came back from the bank, and was paid anew."""
        self._handed_over(planned, 325, 30_100)
        if returns:
            came_back = planned[0]
            payments.note_returned(self.do(322, Role.FINANCE), came_back.id, self.day(322))
            self._handed_over([came_back], 318, 30_190)

    def _handed_over(self, planned: Sequence[Payment], days_ago: float, numbers: int) -> None:
        """A batch of some payments, paid as it asked. numbers: the ledger's of them."""
        finance = self.do(days_ago, Role.FINANCE)
        self._accounts_checked(planned, days_ago)
        pay_on = first_open(self.day(days_ago))
        made = payment_batches.put_into_basis(finance, planned, pay_on)
        made = payment_batches.lock_basis(finance, made.number, version=None)
        payment_batches.note_loaded(finance, made.number)
        for place, payment in enumerate(planned):
            payments.mark_paid(
                self.do(days_ago - 4, Role.FINANCE),
                payment.id,
                paid_on=pay_on,
                version=None,
                verification=f"V {numbers + place}",
            )

    def _accounts_checked(self, planned: Sequence[Payment], days_ago: float) -> None:
        """The finance office looks up each new account in the register of giros."""
        finance = self.do(days_ago, Role.FINANCE)
        for payment in planned:
            case = self.session.get_one(Case, payment.case_id)
            account = bank_accounts.bank_accounts_of(finance, [case])[case.id]
            if account.number and account.to_check:
                way = AccountCheck.GIRO_REGISTER
                bank_accounts.check_bank_account(finance, payment.id, account.number, way)

    def _attested_before_the_stop(self, payment: Payment) -> None:
        """By two: who handles the case, and the manager for the cost centre."""
        for kind, role in ((AttestKind.FACTS, Role.CASEWORKER), (AttestKind.DECISION, Role.MANAGER)):
            attests.attest(self.do(331, role), payment.id, kind, version=None)

    def _stopped_for_a_week(self, payment: Payment, days_ago: float) -> None:
        """Until the minutes had come: then the stop was lifted, and the money was paid with the others'."""
        why = "Årsmötesprotokollet är inte justerat. Föreningen får en vecka att lämna in ett justerat protokoll."
        payment_stops.stop_payment(self.do(days_ago, Role.DECISION_MAKER), payment.id, why)
        why = "Föreningen har lämnat in det justerade protokollet. Kravet är uppfyllt."
        payment_stops.lift_stop(self.do(days_ago - 7, Role.DECISION_MAKER), payment.id, why)

    def _reclaim(self, case: Case, ground: ReclaimGround, days_ago: float, *, paid_back: bool) -> None:
        whose: dict[str, Any] = {}
        reasons = "Bidraget räknades på 40 medlemmar fler än föreningen hade: 40 gånger 125 kronor."
        if paid_back:
            reasons = "En del av bidraget har använts till en resa som inte hörde till verksamheten."
            whose = {
                "established_by": EstablishedBy.BOARD_DECISION,
                "established_on": self.day(days_ago + 5),
                "reference": "§ 45",
            }
        new = reclaims.NewReclaim(ground=ground, amount=5_000_00, reasons=reasons, **whose)
        found = reclaims.open_reclaim(self.do(days_ago), case.number, new)
        reclaims.communicate_reclaim(self.do(days_ago), found.number, reply_by=first_open(self.day(days_ago - 21)))
        self.session.flush()
        if not paid_back:
            reclaims.note_reclaim_reply(
                self.do(days_ago - 10),
                found.number,
                "Föreningen delar bedömningen.",
                replied_on=self.day(days_ago - 10),
            )
        reclaims.decide_reclaim(
            self.do(days_ago - 30, Role.DECISION_MAKER),
            found.number,
            version=None,
            weighed="" if paid_back else "Föreningen invänder inget, och svaret ändrar inte bedömningen.",
            form=DecisionForm(paragraph=f"§ {120 - int(days_ago) * 3 // 10}"),
        )
        part = 5_000_00 if paid_back else 2_000_00
        self._follow_claim(found.number, days_ago - 31, paid_back=paid_back)
        reclaims.receive_payment(self.do(days_ago - 50, Role.FINANCE), found.number, part, on=self.day(days_ago - 50))

    def _claim_set_off(self, case: Case, days_ago: float) -> None:
        """A claim that is taken from the second part of the same grant."""
        reasons = "Första delen räknades på en lokal som föreningen inte hade hyrt."
        new = reclaims.NewReclaim(ground=ReclaimGround.WRONGLY_PAID, amount=2_000_00, reasons=reasons)
        number = reclaims.open_reclaim(self.do(days_ago), case.number, new).number
        reply_by = first_open(self.day(days_ago - 21))
        reclaims.communicate_reclaim(self.do(days_ago), number, reply_by=reply_by)
        minutes, decider = DecisionForm(paragraph="§ 71"), self.do(days_ago - 30, Role.DECISION_MAKER)
        reclaims.decide_reclaim(decider, number, version=None, form=minutes)
        second = next(row for row in payments_of(self.session, case.id) if row.paid_on is None)
        taken = set_offs.NewSetOff(payment=second.id, amount=2_000_00, basis="Nämndens beslut § 71")
        set_offs.set_off(self.do(days_ago - 71), number, taken)

    def _follow_claim(self, number: str, days_ago: float, *, paid_back: bool) -> None:
        """What the finance office's ledger says of a claim: one paid by a plan, one that went to Kronofogden."""
        step, day = CollectionStep, self.day
        told = [
            reclaims.NewCollectionNote(step=step.INVOICED, on=day(days_ago), number=f"8800{int(days_ago) % 100:02}")
        ]
        if paid_back:
            plan = "Två delar, med en månad emellan."
            told.append(
                reclaims.NewCollectionNote(step=step.PLAN, on=day(days_ago - 5), until=day(days_ago - 65), text=plan)
            )
        else:
            asked = "Skatteverket: föreningen finns kvar i registret."
            told += [
                reclaims.NewCollectionNote(step=step.REMINDED, on=day(days_ago - 35)),
                reclaims.NewCollectionNote(step=step.COLLECTION, on=day(days_ago - 50)),
                reclaims.NewCollectionNote(step=step.ENFORCEMENT, on=day(days_ago - 70), number="U-417-26"),
                reclaims.NewCollectionNote(step=step.CONTACT, on=day(days_ago - 75), text=asked),
            ]
        for note in told:
            role = Role.CASEWORKER if note.step is step.CONTACT else Role.FINANCE
            reclaims.note_collection(self.do(0.5, role), number, note)

    def _open_round(self, round_id: int) -> None:
        """This year's round, in every state there is before a decision."""
        count = 26 if self.plan.code == "norr" else 18
        made = [self._apply(place, round_id, 40 - place, FAULTS[place % len(FAULTS)]) for place in range(count)]
        clean = [case for place, case in enumerate(made) if not FAULTS[place % len(FAULTS)]]
        for case in clean[:7]:
            self.handle(case, 8)
        lacking = next(case for case in made if case.proposal == "complete")
        self.ask(lacking, ("annual_minutes",), 6, "Skicka det undertecknade protokollet.")
        asked = next(case for case in made if case.proposal == "complete" and case.id != lacking.id)
        self.ask(asked, ("accounts", "annual_meeting_held_on"), 20)
        for place, case in enumerate(made[4:12]):
            lines = f"c/o Kassören\nProvgatan {place + 1}\n123 45 Exempelstad"
            email = f"kontakt{place}@forening.example" if place % 2 else ""
            new_contact = NewContact(email=email, postal="" if email else lines)
            contacts.set_contact(self.do(6), case.number, new_contact)
        if self._with_group():
            late = self.plan.code == "norr"  # there the second has not accounted for its former grant
            against = Opinion(
                advice=Advice.ADVISES_AGAINST,
                text="Det förra bidraget är inte redovisat."
                if late
                else "Underlaget visar inte vem som leder verksamheten.",
                dissent="En ledamot ansåg att bidraget kan ges med villkor."
                if late
                else "En ledamot ansåg att underlaget räcker.",
            )
            self._meeting(clean[:5], 5, {clean[1].id: against})
            for case in clean[5:7]:
                meetings.refer_to_group(self.do(2), case.number, "")
            meetings.call_meeting(
                self.do(1, Role.GROUP_SECRETARY), self.now + timedelta(days=6), "Stadsdelshuset, rum 3"
            )
        clear = [case for case in clean if (case.proposal, case.state) == ("approve", CaseState.IN_PROGRESS)]
        for case in clear[:2]:
            proposed, by = self.approval(case), self.do(1)
            decisions.propose_decision(by, case.number, proposed, version=None)
            decisions.make_ready(by, case.number)
        promised = NewWatch(
            about=WatchedThing.CASE,
            key=asked.id,
            on=(self.now + timedelta(days=3)).date(),
            text="Ring kassören om bokslutet inte har kommit.",
        )
        watches.add_watch(self.do(1), promised)
        self._doubted(made[-1])

    def _doubted(self, case: Case) -> None:
        """One case where an act speaks against: assessed with evidence, and sent for comment."""
        s = self.session
        found = screen_without_keeping(s, case, on=self.day(4))
        value = next(
            (
                f
                for f in found.screening.findings
                if f.criterion.value_criterion and f.result is CriterionResult.NEEDS_ASSESSMENT
            )
            if found
            else iter(())
        )
        evidence = Evidence(
            deed=EvidenceKind.ACT,
            act="På årsmötet nekades två medlemmar att rösta med hänvisning till kön.",
            role="årsmötets ordförande",
            inside_activity=True,
            happened=f"vid årsmötet {self.day(250).year}",
            source="årsmötesprotokollet, § 4",
            verified=True,
            may_be_shown=True,
            speaks_for="Årsmötet i övrigt följde stadgarna, och medlemmarna har inte klagat tidigare.",
            special_reasons="Föreningen har inte tagit avstånd från beslutet.",
            milder=(MilderMeasure.CONDITIONS,),
            proportionality="Villkor har prövats: styrelsen ville inte ändra ordningen.",
        )
        given = NewAssessment(
            criterion=value.criterion.id,
            answer=CriterionAnswer.NOT_MET,
            evidence=evidence,
            reasons="Rösträtten begränsades inom verksamheten, enligt föreningens eget protokoll.",
        )
        assessments.assess(self.do(4), case.number, given, version=None)
        communications.communicate(
            self.do(3),
            case.number,
            communications.NewCommunication(
                what="Underlaget: årsmötesprotokollet § 4. Ni kan svara skriftligt.",
                reply_by=first_open(self.day(-14)),
                sent_to="styrelsen",
            ),
        )

    def _after_decisions(self) -> None:
        """Last year's decisions: sent, announced, most of them reported to the board, one appealed and upheld."""
        made = self.session.scalars(
            select(Decision).where(Decision.board_id == self.board_id, Decision.kind == CaseKind.GRANT.value)
        ).all()
        for place, decision in enumerate(made):
            days_ago = (self.now.date() - decision.decided_on).days
            if decision not in made[:-3]:
                continue  # nobody has reported it to the board yet
            by = self.do(days_ago - 6)
            report_decisions(by, [decision.id], self.day(days_ago - 6), "§ 12")
            self._noted(decision, DecisionEventKind.ANNOUNCED, days_ago - 7)
            if place == 0:
                court = "Förvaltningsrätten i Exempelstad"
                self._noted(decision, DecisionEventKind.APPEALED, days_ago - 10, court=court, number="T 12-26")
                self._noted(decision, DecisionEventKind.UPHELD, days_ago - 120)

    def _noted(self, decision: Decision, what: DecisionEventKind, days_ago: int, **more: str) -> None:
        """Notes an event of a decision on the day that it happened."""
        new = after_decision.NewDecisionEvent(what=what, on=self.day(days_ago), **more)
        after_decision.note_decision_event(self.do(days_ago), decision.id, new)

    def _reported(self) -> None:
        """Most of last year's grants are reported and gone through; a few reports are late."""
        paid = self.session.scalars(
            select(Case).where(Case.board_id == self.board_id, Case.state == CaseState.REPORTING).order_by(Case.id)
        ).all()
        for place, case in enumerate(paid[2:]):
            self._report(case, place)
        self._asked_to_change(paid[0], 4, decided=False)
        self._asked_to_change(paid[2], 120, decided=True)

    def _asked_to_change(self, case: Case, days_ago: float, *, decided: bool) -> None:
        """An association wants to use its grant later than it was granted for."""
        asked = "Lägret blev inställt i somras. Föreningen vill hålla det nästa sommar i stället."
        later = first_open(self.day(days_ago - 300) if not decided else self.day(30))
        kinds = (GrantChangeKind.LATER,)
        received_on = self.day(days_ago)
        new = grant_changes.NewGrantChange(received_on=received_on, kinds=kinds, asked=asked, report_on=later)
        grant_changes.ask_for_change(self.do(days_ago), case.number, new)
        if decided:
            yes: dict[str, Any] = {"approves": True, "reasons": "Ändamålet är detsamma.", "report_on": None}
            grant_changes.propose_change(self.do(days_ago - 3), case.number, **yes)
            form = DecisionForm(paragraph="§ 77")
            decider = self.do(days_ago - 10, Role.DECISION_MAKER)
            grant_changes.decide_change(decider, case.number, version=None, form=form)

    def _report(self, case: Case, place: int) -> None:
        """One report: the third has money left, the fourth waits to be gone through, the rest are as decided."""
        paid = reports.amount_paid(self.session, case.id)
        left = paid // 5 if place == REPORTED_WITH_MONEY_LEFT else 0
        rows = (
            UseRow("Lokalhyra", (paid - left) * 3 // 5),
            UseRow("Ledare och material", paid - left - (paid - left) * 3 // 5),
        )
        told = reports.ReceivedReport(
            received_on=self.day(46),
            way=ReportWay.FORM,
            rows=rows,
            activity="Verksamheten har hållits varje vecka under terminerna, öppen för alla.",
        )
        reports.receive_report(self.do(45), case.number, told)
        if place == REPORTED_AND_UNREAD:
            return
        finding = ReportFinding.DEVIATES if left else ReportFinding.APPROVED
        found = "Två lov ställdes in, så en del av bidraget är inte använt." if left else "Stämmer med beslutet."
        reports.read_report(self.do(44), case.number, finding, found, version=None)
        if left:
            unused_money.ask_unused_back(self.do(43), case.number, None, None)
            back = self.day(21)
            unused_money.note_unused_paid(self.do(20, Role.FINANCE), case.number, left, on=back, invoice="880131")

    def _special_review(self) -> None:
        """A sample: a question to an association that was granted support last year."""
        decided = self.session.scalars(
            select(Case).where(Case.board_id == self.board_id, Case.state == CaseState.REPORTING).order_by(Case.id)
        ).all()
        association = decided[-1].association_id or 0
        by = self.do(6)
        row = special_reviews.open_review(
            by, association, SpecialReviewGround.SAMPLE, "Stickprov bland dem som fick bidrag förra året."
        )
        special_reviews.ask_association(by, row.number, "Hur många deltog i verksamheten, och var hölls den?")
        seen = "En öppen kväll i föreningslokalen. Verksamheten var den som står i ansökan."
        place = "Föreningslokalen, öppen kväll"
        made = special_reviews.NewVisit(on=self.day(4), place=place, announced=False, seen=seen)
        special_reviews.note_visit(self.do(3), row.number, made)

    def note_tip(self, session: WritingSession) -> None:
        """About an association that has applied for nothing just now; what it says is in the diary."""
        self.session, day = session, self.day(5)
        known = (Case.board_id == self.board_id, Case.association_id.is_not(None))
        applied = select(Case.association_id).where(*known, Case.state.in_(OPEN))
        wanted = (*known, Case.association_id.not_in(applied))
        association = session.scalars(select(Case.association_id).where(*wanted).order_by(Case.id)).first() or 0
        criteria = value_criteria_in_force(self.session, self.board_id, on=day)
        tip = tips.NewTip(
            number=f"{self.plan.code.upper()} {day.year}/318",
            came_on=day,
            question="Får alla medlemmar rösta på årsmötet?",
            criteria=tuple(criteria)[:1],
        )
        tips.register_tip(self.do(4), association, tip)

    def _summer(self) -> None:
        """A summer round decided by the board: two that got money last year (one by exception), one renamed."""
        names = [self.names[2], self.names[3], self.names[35]]
        round_id = self._round("Sommarstöd", 230, 200, 170)
        made = []
        for place, (name, number) in enumerate(names):
            day = self.day(205 - place)
            called = f"Nya {name[:1].lower()}{name[1:]}" if place == len(names) - 1 else name
            facts = self.facts_of(called, number, day, "few_members" if place == BY_EXCEPTION else "").with_values(
                {"amount_applied": 230_000_00 + place * 5_000_00, "seat_municipality": "Exempelstad"}
            )
            new = NewCase(kind=CaseKind.GRANT, facts=facts, received_on=day, channel="form", round_id=round_id)
            made.append(intake.receive_case(self.do(205 - place), new))
        self._renamed(made[-1])
        for case in made:
            self.handle(case, 190)
        incomplete = self._incomplete(round_id)
        lacking = Opinion(advice=Advice.ADVISES_AGAINST, text="Utan årsmötesprotokollet går ansökan inte att bedöma.")
        self._meeting([*made, incomplete], 185, {incomplete.id: lacking})
        for place, case in enumerate(made):
            proposal = self.approval(case)
            if place == BY_EXCEPTION:
                proposal = replace(proposal, reasons="Verksamheten når unga.", exception=EXCEPTION)
            self.decide(case, 170, proposal, DecisionForm(paragraph="§ 58"))
        dismissal = DecisionProposal(
            outcome=DecisionOutcome.DISMISSED,
            amount=None,
            grounds=(DecisionGround.NOT_COMPLETE,),
            reasons="Föreningen har inte lämnat in årsmötesprotokollet trots att nämnden har begärt det. Utan det kan "
            "nämnden inte pröva ansökan.",
        )
        self.decide(incomplete, 170, dismissal, DecisionForm(paragraph="§ 59"))

    def _incomplete(self, round_id: int) -> Case:
        """One that does not hand in what it is asked for, so that its application cannot be examined."""
        name, number = self.names[34]
        day = self.day(203)
        facts = self.facts_of(name, number, day, "no_minutes")
        new = NewCase(kind=CaseKind.GRANT, facts=facts, received_on=day, channel="form", round_id=round_id)
        case = intake.receive_case(self.do(203), new)
        self.ask(case, ("annual_minutes",), 202, "Utan protokollet kan ansökan inte prövas.")
        self.handle(case, 190, gaps_accepted=False)
        communications.communicate(
            self.do(190),
            case.number,
            communications.NewCommunication(
                what="Årsmötesprotokollet saknas. Utan det kan ansökan komma att avvisas.",
                reply_by=first_open(self.day(178)),
                sent_to="styrelsen",
            ),
        )
        return case

    def _renamed(self, case: Case) -> None:
        """The new name is the current one; the old is kept as a former name."""
        association_id = case.association_id or 0
        said = self.session.scalars(
            select(AssociationName).where(
                AssociationName.association_id == association_id, AssociationName.kind == TO_CONFIRM
            )
        ).one()
        identities.settle_name(self.do(195), association_id, said.id, CURRENT, since=self.day(210))

    def _who_is_who(self, round_id: int) -> None:
        """A name without its number, and a number with a name that nobody has seen with it."""
        (first, number), (_, other) = self.names[-1], self.names[-2]
        kind, place = first.split(" ", 1)
        without = {"name_in_application": f"{place}s {kind.lower().removesuffix('en')}", "organisation_number": None}
        renamed = {"name_in_application": "Sångarna vid Dalen", "organisation_number": other}
        for said in (without, renamed):
            day = self.day(2)
            facts = self.facts_of(first, number if said is without else other, day, "").values
            given = {name: value for name, value in {**facts, **said}.items() if value is not None}
            new = NewCase(kind=CaseKind.GRANT, facts=Facts(given), received_on=day, channel="e-post", round_id=round_id)
            intake.receive_case(self.do(2), new)

    def _week(self) -> None:
        """A week of bookings: most are ordinary, some need a look, some are answered."""
        premises = self.staff[Role.PREMISES]
        monday = (self.now + timedelta(days=7 - self.now.weekday())).replace(hour=18, minute=0, second=0, microsecond=0)
        for place in range(14):
            name, number = self.names[(place * 2 + 5) % len(self.names)]
            self._booking(place, name, number, monday + timedelta(days=place % 6), premises)

    def _booking(self, place: int, name: str, number: str, starts: datetime, premises: Person) -> None:
        outside = place in OUTSIDE
        values: dict[str, Value] = {
            "name_in_application": name,
            "organisation_number": number,
            "booker_is_private": False,
            "organiser_of_record": name,
            "organiser_is_booker": True,
            "responsible_person": "ordföranden",
            "event_title": "Föreläsning" if outside else "Träning och repetition",
            "event_purpose": "medlemskväll",
            "expected_visitors": 30 + place,
            "external_speakers": outside,
            "open_to_public": outside,
            "event_starts_at": starts.replace(tzinfo=None),
        }
        if place in WITHOUT_PURPOSE:
            del values["event_purpose"]
        rooms = ("Stora salen", "Ateljén", "Gymnastiksalen")
        use = RequestedTime(
            room_name=rooms[(place + place // 6) % 3], starts_at=starts, ends_at=starts + timedelta(hours=2)
        )
        new = NewCase(
            kind=CaseKind.BOOKING, facts=Facts(values), received_on=self.day(3), channel="bokningssystem", uses=(use,)
        )
        case = intake.receive_case(acting(self.session, premises, self.at(3)), new)
        if place >= ANSWERED or outside or place in WITHOUT_PURPOSE:
            return
        self._confirm(case)

    def _confirm(self, case: Case) -> None:
        s, n = self.session, case.number
        premises = self.do(2, Role.PREMISES)
        decisions.declare_no_conflict(premises, n)
        screened = screen_without_keeping(s, case, on=self.day(2))
        for finding in screened.screening.findings if screened else ():
            if finding.result is CriterionResult.NEEDS_ASSESSMENT:
                answer = CriterionAnswer.NOTHING_FOUND if finding.criterion.value_criterion else CriterionAnswer.MET
                assessments.assess(
                    premises, n, NewAssessment(criterion=finding.criterion.id, answer=answer), version=None
                )
        cases.mark_case(premises, n, CaseMarkKind.BASIC_CHECK)
        draft = DecisionProposal(
            outcome=DecisionOutcome.APPROVED, amount=None, reasons="Kontrollen visar inget som hindrar bokningen."
        )
        kept = decisions.propose_decision(premises, n, draft, version=None)
        decisions.make_ready(premises, n)
        decisions.declare_no_conflict(self.do(1, Role.DECISION_MAKER), n)
        s.flush()
        decisions.decide(self.do(1, Role.DECISION_MAKER), n, draft_version=kept.version)
