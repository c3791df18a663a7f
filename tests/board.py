"""A board with its people, a round and clean applications, made by the services themselves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.factories import NOW, TODAY
from vetting.app.hooks import fill_hooks
from vetting.casework.domain.cases import CaseMarkKind
from vetting.casework.domain.legal_force import DecisionEventKind
from vetting.casework.models.cases import Case
from vetting.casework.models.decisions import Decision, DecisionEvent
from vetting.casework.models.letters import newest_unsent
from vetting.casework.services import assessments, cases, decisions, intake, letters, rescreening
from vetting.casework.services.after_decision import NewDecisionEvent, note_decision_event
from vetting.casework.services.decisions import DecisionProposal
from vetting.casework.services.intake import NewCase
from vetting.engine.evidence import Evidence, EvidenceKind
from vetting.engine.facts import Facts
from vetting.grants.services.rounds import NewRound, add_round
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import FAVOURABLE, DecisionOutcome
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Person, Role
from vetting.kernel.store.acting import Acting
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.kernel.store.trail import TrailNote
from vetting.lists.services import list_reading, staged_files
from vetting.money.domain.bank_accounts import AccountCheck
from vetting.money.models.payments import of_case
from vetting.money.services import bank_accounts
from vetting.operations.jobs import recurring_work
from vetting.people.models.delegation import Delegation
from vetting.people.services import boards, sign_in
from vetting.rules.services.rulebook import Rules, load_rules, use_rules
from vetting.shipped import shipped_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.databases import Databases
from vetting.kernel.store.engine import Database

SMALL = "socialnamnden-2019-med-grundkrav"
GROUP = "farsta-2021-med-grundkrav"
NUMBERS = ("8029990234", "8029990036", "8029990044", "8029990051", "8029990069", "8029990077")


ACT = Evidence(
    deed=EvidenceKind.ACT,
    act="Två medlemmar nekades att rösta.",
    role="årsmötets ordförande",
    inside_activity=True,
    happened="mars 2026",
    source="protokollet, § 4",
    verified=True,
    may_be_shown=True,
    speaks_for="Föreningen har i övrigt följt sina stadgar.",
    special_reasons="Föreningen har inte tagit avstånd och inget har ändrats.",
    proportionality="Villkor har prövats utan att föreningen ville ändra ordningen.",
)
"""What "not met" can rest on."""
fill_hooks()  # processes that the tests start build boards, too


def rules() -> Rules:
    return load_rules(shipped_folder("rules"), shipped_folder("imports"))


def clean_facts(number: str = NUMBERS[0], name: str = "Kulturföreningen Provkvarnen", **more: Any) -> Facts:
    """An application that lacks nothing."""
    day = TODAY - timedelta(days=5)
    values: dict[str, Any] = {
        "name_in_application": name,
        "organisation_number": number,
        "legal_form": "ideell_forening",
        "organisation_number_since": date(2019, 3, 1),
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
        "amount_applied": 40_000_00,
        "members_total": 120,
        "purpose": "kurser på kvällar",
        "application_date": day,
        "avstand_valdsbejakande_uttryck_signed": True,
        "mangfald_signed": True,
        "likabehandling_signed": True,
        "activity_municipality": "Provby",
        "target_group": "barn",
        "board_area": "Provby",
    }
    given = {**values, **more}
    return Facts({k: v for k, v in given.items() if v is not None}, frozenset(k for k, v in given.items() if v is None))


def booking_facts(number: str = NUMBERS[0], name: str = "Kulturföreningen Provkvarnen", **more: Any) -> Facts:
    values: dict[str, Any] = {
        "name_in_application": name,
        "organisation_number": number,
        "booker_is_private": False,
        "organiser_of_record": name,
        "organiser_is_booker": True,
        "responsible_person": "ordföranden",
        "event_title": "Repetition",
        "event_purpose": "kör",
        "expected_visitors": 20,
        "external_speakers": False,
        "open_to_public": False,
        "event_starts_at": datetime(2026, 12, 1, 18, 0),
    }
    return Facts({**values, **more})


@dataclass
class BoardAtWork:
    """One board; every act in a transaction of its own."""

    database: Database
    code: str = "norr"
    way: str = "small"
    ruleset: str = SMALL
    staff: dict[Role, Person] = field(default_factory=dict)
    board_id: int = 0
    round_id: int = 0

    def __post_init__(self) -> None:
        use_rules(self.database, rules)

    def do(self, service: Any, *arguments: Any, role: Any = Role.CASEWORKER, at: Any = NOW, **more: Any) -> Any:
        def work(session: Any) -> Any:
            return service(session, *arguments, **more)

        return run_in_transaction(self.database, work, Acting(self.staff[role], at), boards=[self.board_id])

    @classmethod
    def copied(cls, databases: Databases, engine: str, *, way: str = "small", ruleset: str = SMALL) -> BoardAtWork:
        """A board as `build` leaves one in a database of its own, which whoever asks closes and drops."""

        def fill(address: str) -> BoardAtWork:
            made = cls(connect_database(address), way=way, ruleset=ruleset).build()
            made.database.close()
            return made

        address, told = databases.copies(engine, way, ruleset, fill=fill)
        return replace(told, database=connect_database(address), staff=dict(told.staff))

    def build(self, *, largest: int | None = 200_000_00, adopted_on: date | None = date(2026, 1, 15)) -> BoardAtWork:
        new = boards.NewBoard(
            code=self.code,
            name=f"Exempelnämnden {self.code}",
            way=self.way,
            rules={"grant": self.ruleset, "booking": self.ruleset},
            adopted_on=adopted_on,
            factor_roles=(),
        )

        def found(session: Any) -> None:
            self.board_id = boards.add_board(acting(session, None, NOW), new).id
            for role in Role:
                self.staff[role] = self._account(session, role, role.value)

        run_in_transaction(self.database, found)
        self.delegate(Role.DECISION_MAKER, largest=largest)
        self.round_id = self.do(
            add_round,
            NewRound(
                name="Verksamhetsbidrag 2027",
                opens_on=date(2026, 9, 1),
                closes_on=date(2026, 12, 1),
                dnr="EXN 2026/200",
                decision_on=date(2026, 12, 18),
                report_on=date(2027, 12, 31),
            ),
        ).id
        return self

    def somebody(self, role: Role, name: str) -> Person:
        """One more person with a role."""
        return run_in_transaction(self.database, lambda s: self._account(s, role, name))

    def _account(self, session: Any, role: Role, name: str) -> Person:
        new = sign_in.NewUser(
            login=f"{name}.{self.code}",
            name=f"Person {name}",
            password="korrekt häst batteri",
            board=self.code,
            roles=(role,),
        )
        user = sign_in.add_user(acting(session, None, NOW), new)
        return Person(
            id=user.id,
            name=user.name,
            board_id=self.board_id,
            board=f"Exempelnämnden {self.code}",
            roles=frozenset({role}),
        )

    def delegate(self, role: Role, **more: Any) -> None:
        def work(session: Any) -> None:
            given = {
                "board_id": self.board_id,
                "user_id": self.staff[role].id,
                "maker": "delegate",
                "point": "4.2",
                "kinds": ["grant", "booking", "reclaim"],
                "refusals": True,
                "largest": None,
                "valid_from": date(2026, 1, 1),
            } | more
            row = Delegation(**given)
            session.add(row)
            session.flush()
            session.add_entry(
                TrailNote(action="delegation_added", by=None, at=NOW, subject=row, board_id=self.board_id)
            )

        run_in_transaction(self.database, work)

    def receive(self, facts: Facts | None = None, kind: CaseKind = CaseKind.GRANT, **more: Any) -> Case:
        given = {"round_id": self.round_id if kind is CaseKind.GRANT else None, "received_on": TODAY, **more}
        if given["round_id"] is None:  # as many as a test needs; it says "" to be asked why there are two
            given = {"doubled_because": "Flera ändamål.", **given}
        ready = clean_facts() if kind is CaseKind.GRANT else booking_facts()
        new = NewCase(kind=kind, facts=facts or ready, channel="form", **given)
        found: Case = self.do(intake.receive_case, new)
        return found

    def staged(
        self, data: bytes, file: str = "lista.xlsx", *, into_round: bool = True, role: Role = Role.CASEWORKER
    ) -> int:
        """A file that has been handed in and read."""
        round_id = self.round_id if into_round else None
        key = staged_files.hand_in(self.database, data, file, round_id=round_id, by=self.staff[role], at=NOW)
        list_reading.read_staged_file(self.database, key, rules(), at=NOW)
        return key

    def handle(self, number: str) -> None:
        """What makes a clean case ready: no conflict, papers, nothing found, basic check."""
        self.do(decisions.declare_no_conflict, number)
        self.do(cases.mark_case, number, CaseMarkKind.PAPERS_OPENED)
        self.do(assessments.record_nothing_found, number)
        self.do(cases.mark_case, number, CaseMarkKind.BASIC_CHECK)

    def make_ready(self, number: str) -> None:
        self.handle(number)
        self.do(decisions.make_ready, number)

    def propose(self, number: str, **more: Any) -> Any:
        draft = DecisionProposal(
            outcome=DecisionOutcome.APPROVED, amount=40_000_00, reasons="Föreningen uppfyller kraven."
        )
        return self.do(decisions.propose_decision, number, replace(draft, **more), version=None)

    def decide(
        self,
        number: str,
        role: Role = Role.DECISION_MAKER,
        version: int | None = None,
        *,
        account_checked: bool = True,
        sent: bool = True,
        **more: Any,
    ) -> Any:
        """Decides what is proposed; a grant is then sent, and its account checked, unless the test is of that."""
        made = self.do(decisions.decide, number, draft_version=version or self.draft_version(number), role=role, **more)
        if sent and made.kind == CaseKind.GRANT.value and made.outcome in FAVOURABLE:
            new = NewDecisionEvent(what=DecisionEventKind.SENT, on=made.decided_on)
            self.do(note_decision_event, made.id, new)
        if account_checked:
            self.check_account(number)
        return made

    def ready_to_pay(self, *, account_checked: bool = True) -> None:
        """Every grant that was decided by other roads than `decide` is sent, and its account is checked."""
        with open_reading(self.database) as s:
            made = s.scalars(select(Decision).where(Decision.board_id == self.board_id)).all()
            sent = select(DecisionEvent.decision_id).where(DecisionEvent.what == DecisionEventKind.SENT)
            noted = set(s.scalars(sent))
            of = {row.id: s.get_one(Case, row.case_id).number for row in made}
        for row in made:
            if row.kind == CaseKind.GRANT.value and row.outcome in FAVOURABLE and row.id not in noted:
                new = NewDecisionEvent(what=DecisionEventKind.SENT, on=row.decided_on)
                self.do(note_decision_event, row.id, new)
                if account_checked:
                    self.check_account(of[row.id])

    def check_account(self, number: str) -> None:
        """The finance office finds a new account in the register of giros."""
        case, finance = self.case(number), self.staff[Role.FINANCE]
        with open_reading(self.database) as s:
            account = bank_accounts.bank_accounts_of(acting(s, finance), [case])[case.id]
            key = next((row.id for row in of_case(s, case.id)), None)
        if key is not None and account.number and not account.known:
            way = AccountCheck.GIRO_REGISTER
            self.do(bank_accounts.check_bank_account, key, account.number, way, role=Role.FINANCE)

    def send_letters(self, number: str, at: Any = NOW) -> None:
        """Every letter of a case that is written is handed over."""
        with open_reading(self.database) as s:
            keys = [row.id for row in newest_unsent(s, self.case(number).id)]
        for key in keys:
            self.do(letters.mark_sent, key, "hand", at=at)

    def draft_version(self, number: str) -> int:
        from vetting.casework.models.decisions import DecisionDraft

        with open_reading(self.database) as s:
            found = s.scalar(
                select(DecisionDraft.version)
                .join(Case, Case.id == DecisionDraft.case_id)
                .where(Case.number == number, Case.board_id == self.board_id)
            )
        return int(found or 0)

    def approve(self, facts: Facts | None = None, *, account_checked: bool = True, sent: bool = True) -> Case:
        """The whole way to a grant."""
        case = self.receive(facts)
        self.make_ready(case.number)
        self.propose(case.number)
        self.do(decisions.declare_no_conflict, case.number, role=Role.DECISION_MAKER)
        self.decide(case.number, account_checked=account_checked, sent=sent)
        return case

    def case(self, number: str) -> Case:

        with open_reading(self.database) as s:
            return s.scalars(select(Case).where(Case.number == number, Case.board_id == self.board_id)).one()


@pytest.fixture
def board(engine: str, databases: Databases) -> Iterator[BoardAtWork]:
    """A board with its people and a round."""
    yield from _for_one_test(databases, BoardAtWork.copied(databases, engine))


@pytest.fixture
def group_board(engine: str, databases: Databases) -> Iterator[BoardAtWork]:
    """A board with a reference group."""
    yield from _for_one_test(databases, BoardAtWork.copied(databases, engine, way="group", ruleset=GROUP))


def _for_one_test(databases: Databases, made: BoardAtWork) -> Iterator[BoardAtWork]:
    address = made.database.engine.url.render_as_string(hide_password=False)
    yield made
    made.database.close()
    databases.drop(address)


def judged_again(board: BoardAtWork, at: datetime = NOW) -> None:
    """What the worker does of itself: the day has begun, and no case waits to be judged again."""
    while recurring_work.do_due(board.database, at=at):
        pass
    rescreening.rescreen_all(board.database, at=at)


def refused(board: BoardAtWork, service: Any, *arguments: Any, **more: Any) -> tuple[Obstacle, list[str]]:
    """How an act is refused, and what its problems are about."""
    with pytest.raises(Refused) as found:
        board.do(service, *arguments, **more)
    return found.value.obstacle, [problem.where for problem in found.value.problems]
