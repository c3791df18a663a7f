"""Rules that invented boards have written: in force since some days, or from next year with a draft after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from vetting.bookings.services.letting_kinds import add_letting_kind
from vetting.casework.services import what_if
from vetting.grants.services.schemes import SchemeWriting, add_scheme
from vetting.kernel.store.acting import Acting
from vetting.kernel.store.jobs import DONE, Job, note_heartbeat
from vetting.kernel.store.session import open_reading, open_technical, run_in_transaction
from vetting.kernel.store.trail import TrailNote
from vetting.people.models.people import Room
from vetting.rules.services import drafts, filled_cases, publishing
from vetting.rules.services.own_rules import give_rules_to_scheme
from vetting.rules.services.rule_trials import CaseSelection, ask_for

if TYPE_CHECKING:
    from datetime import datetime

    from vetting.kernel.roles import Person
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import WritingSession
    from vetting.rules.models import RuleDraft, RulePublication

TEXT = """\
# {board}: riktlinjer för kulturstöd. Allt är påhittat.
id: kulturstod-{year}
board: {code}
kinds: [grant]
title: {{sv: Riktlinjer för kulturstöd {year}}}
source: {{document: Riktlinjer för kulturstöd {year}, place: hela}}
adopted: {{body: {board}, on: {adopted}, reference: {series} {this_year}/310}}
valid: {{from: {begins}}}
builds_on: [{base}]
facts:
  rehearsals_per_month:
    type: whole_number
    label: {{sv: Repetitioner i månaden}}
    level: activity
    supplied_by: applicant
    range: [0, 60]
  public_concerts:
    type: whole_number
    label: {{sv: Offentliga konserter om året}}
    level: activity
    supplied_by: applicant
    range: [0, 500]
lists:
  ord-att-titta-pa:
    label: {{sv: Ord som en person behöver läsa}}
    entries:
      - {{entry: hatmusik*, why: Hördes vid ett uthyrt arrangemang, source: Tjänsteanteckning 12, by: Handläggare,
         on: {adopted}, review_on: {review}}}
criteria:
  # En ensemble som sällan övar får stöd till konserter i stället.
  - id: repetitioner-varje-manad
    label: {{sv: Ensemblen repeterar minst två gånger i månaden}}
    applies_to: [grant]
    level: activity
    kind: automatic
    moment: before
    condition: {{fact: rehearsals_per_month, at_least: 2}}
    if_not_met: assess
    sources: [{{document: Riktlinjer för kulturstöd {year}, place: 3 §}}]
  - id: konserter-for-alla
    label: {{sv: Minst {in_words} om året}}
    applies_to: [grant]
    level: activity
    kind: automatic
    moment: before
    condition: {{fact: public_concerts, at_least: {concerts}}}
    if_not_met: complete
    sources: [{{document: Riktlinjer för kulturstöd {year}, place: 4 §}}]
  - id: ord-i-andamalet
    label: {{sv: Ord i ändamålet som en person behöver läsa}}
    applies_to: [grant]
    level: activity
    kind: signal
    moment: before
    condition: {{fact: purpose, matches_list: {{list: ord-att-titta-pa}}}}
    if_not_met: assess
    sources: [{{document: Riktlinjer för kulturstöd {year}, place: 6 §}}]
  - use: medlemmar-minst
    settings: {{required_members: 5}}
    sources: [{{document: Riktlinjer för kulturstöd {year}, place: 2 §}}]
routine:
  owner: Kulturchefen
  steps:
    - Handläggaren går igenom ansökan och ber om det som saknas.
    - Referensgruppen yttrar sig.
    - Delegaten eller nämnden beslutar.
  anchored: Ledningsgruppen och nämndens intranät
  review_on: {review}
"""
CASES = """\
- name: En repetition i månaden räcker inte
  kind: grant
  on: {judged}
  facts: {{rehearsals_per_month: 1, public_concerts: 3}}
  expect: {{proposal: complete, results: {{repetitioner-varje-manad: not_met, konserter-for-alla: met}}}}
- name: Två repetitioner i månaden och {in_words} om året räcker
  kind: grant
  on: {judged}
  facts: {{rehearsals_per_month: 2, public_concerts: {concerts}}}
  expect: {{proposal: complete, results: {{repetitioner-varje-manad: met, konserter-for-alla: met}}}}
"""


OF_SCHEME: Final = """\
# {board}: riktlinjer för lokalbidrag. Allt är påhittat.
id: lokalbidrag-{year}
board: {code}
kinds: [grant]
title: {{sv: Riktlinjer för lokalbidrag {year}}}
source: {{document: Riktlinjer för lokalbidrag {year}, place: hela}}
adopted: {{body: {board}, on: {adopted}, reference: {series} {year}/311}}
valid: null
builds_on: []
leaves_out: [ansokan-i-tid]
facts:
  own_activities:
    type: list_of_rows
    label: {{sv: Aktiviteter i lokalen}}
    level: activity
    supplied_by: applicant
    fields:
      held_on: {{type: date, label: {{sv: Datum}}}}
      participants: {{type: whole_number, label: {{sv: Deltagare}}}}
criteria:
  - id: lokalbidrag-i-tid
    label: {{sv: Ansökan om lokalbidrag kom in i tid}}
    applies_to: [grant]
    level: application
    kind: automatic
    moment: before
    condition: {{fact: received_on, at_most: {{fact: deadline}}}}
    if_not_met: reduce
    reduction:
      - {{when: {{fact: deadline, within: {{days: 7}}, of: {{fact: received_on}}}}, share: 0.1}}
      - {{share: 0.25}}
    sources: [{{document: Riktlinjer för lokalbidrag {year}, place: 4 §}}]
  - id: lokalen-anvands
    label: {{sv: Minst tre aktiviteter i lokalen har haft minst fem deltagare}}
    applies_to: [grant]
    level: activity
    kind: automatic
    moment: before
    condition: {{count: own_activities, where: {{fact: participants, at_least: 5}}, at_least: 3}}
    if_not_met: complete
    sources: [{{document: Riktlinjer för lokalbidrag {year}, place: 5 §}}]
amount:
  parts:
    - {{share: 0.5, of: rent_claimed}}
  at_most: 40000
  rounding: 100
form:
  intro: {{sv: Läs riktlinjerna innan ni söker. Bidraget gäller hyran för ett år.}}
  parts:
    - heading: {{sv: Lokalen}}
      help: {{sv: Hyran enligt kontraktet.}}
      facts: [rent_claimed, own_activities]
    - heading: {{sv: Ansökan}}
      facts: [purpose, amount_applied, budget_rows, contact_function, contact_email, postal_address, giro_number]
  help:
    own_activities: {{sv: Det gångna året.}}
"""
OF_LETTING: Final = """\
id: festlokaler
board: {code}
kinds: [booking]
title: {{sv: Regler för festlokaler, en: Rules for party venues}}
source: {{document: Regler för festlokaler, place: hela}}
adopted: {{body: {board}, on: {adopted}, reference: {series} 31}}
valid: null
builds_on: []
facts:
  party_host:
    type: yes_no
    label: {{sv: En festvärd är på plats hela tiden, en: A host is present all the time}}
    level: event
    supplied_by: applicant
criteria:
  - id: festvard-pa-plats
    label: {{sv: En festvärd är på plats, en: A host is present}}
    applies_to: [booking]
    level: event
    kind: declaration
    moment: before
    condition: {{fact: party_host, equal: true}}
    if_not_met: assess
    sources: [{{document: Regler för festlokaler, place: 1 §}}]
"""
_CONCERTS: Final = {1: "en offentlig konsert", 2: "två offentliga konserter"}


@dataclass(frozen=True, slots=True)
class RulesPlan:
    """A board's code, the set its own rules build on, its rules owner and its manager."""

    code: str
    base: str
    owner: Person
    manager: Person

    def files(self, concerts: int, *, begins: date, at: datetime) -> tuple[str, str]:
        """The rules and their worked cases as text; at: now."""
        given = {
            "code": self.code,
            "board": self.owner.board,
            "series": self.code.upper(),
            "base": self.base,
            "year": begins.year,
            "this_year": at.year,
            "begins": begins,
            "judged": begins + timedelta(days=31),
            "adopted": (at - timedelta(days=20)).date(),
            "review": (at + timedelta(days=365)).date(),
            "concerts": concerts,
            "in_words": _CONCERTS[concerts],
        }
        return TEXT.format(**given), CASES.format(**given)

    def of_scheme(self, at: datetime) -> str:
        """The rules that one grant scheme has of its own."""
        adopted = (at - timedelta(days=90)).date()
        given = {"code": self.code, "board": self.owner.board, "series": self.code.upper()}
        return OF_SCHEME.format(**given, year=at.year, adopted=adopted)


class OwnRules(Protocol):
    """One of the two below."""

    def __call__(self, database: Database, plan: RulesPlan, *, at: datetime) -> None:
        """Fills in what a board has written itself; at: now."""


def publish_rules_in_force(database: Database, plan: RulesPlan, *, at: datetime) -> None:
    """A version in force since five days: the cases that came before lie under the older rules."""
    _publish_rules(database, plan, plan.files(1, begins=(at - timedelta(days=5)).date(), at=at), at)


def publish_rules_of_scheme(database: Database, plan: RulesPlan, *, at: datetime) -> int:
    """A grant scheme with rules of its own, put together with those that all grants share: its id."""
    earlier = at - timedelta(days=60)
    writing = SchemeWriting(
        name="Lokalbidrag", purpose="För hyran av en lokal.", conditions="Lokalen ska vara öppen för alla."
    )
    scheme = run_in_transaction(database, lambda s: add_scheme(s, writing), Acting(plan.owner, earlier))
    text = plan.of_scheme(earlier)

    def begin(session: WritingSession) -> RuleDraft:
        draft = drafts.take_in(session, text.encode(), b"")
        give_rules_to_scheme(session, scheme.id, draft.ruleset)
        return draft

    _publish_draft(database, plan, run_in_transaction(database, begin, Acting(plan.owner, earlier)), earlier)
    return scheme.id


def publish_rules_of_letting(database: Database, plan: RulesPlan, *, at: datetime) -> None:
    """A kind of letting with rules of its own in force today, and a room that is let so."""
    adopted = (at - timedelta(days=40)).date()
    text = OF_LETTING.format(code=plan.code, board=plan.owner.board, series=plan.code.upper(), adopted=adopted)

    def begin(session: WritingSession) -> RuleDraft:
        draft = drafts.take_in(session, text.encode(), b"")
        kind = add_letting_kind(session, "Festlokaler", draft.ruleset)
        room = Room(board_id=plan.owner.board_id, name="Festsalen", letting_kind_id=kind.id)
        session.add(room)
        session.flush()
        session.add_entry(TrailNote(action="room_changed", by=plan.owner, at=at, subject=room, board_id=room.board_id))
        return draft

    begun = run_in_transaction(database, begin, Acting(plan.owner, at - timedelta(days=6)))
    _publish_draft(database, plan, begun, at)


def publish_next_year_rules(database: Database, plan: RulesPlan, *, at: datetime) -> None:
    """One published version that begins next year, and a draft after it that waits for a second person."""
    begins = date(at.year + 1, 1, 1)
    version = _publish_rules(database, plan, plan.files(1, begins=begins, at=at), at)
    begin = drafts.NewRuleDraft(version=version.id)
    second = run_in_transaction(
        database, lambda s: drafts.begin_draft(s, begin), Acting(plan.owner, at - timedelta(days=2))
    )
    text, cases = plan.files(2, begins=begins, at=at)
    changed = drafts.RuleDraftChange(key=second.id, version=second.version, text=text, cases=cases)
    kept = run_in_transaction(
        database, lambda s: drafts.save_draft_text(s, changed), Acting(plan.owner, at - timedelta(days=1))
    )
    kept = _with_filled_cases(database, kept, plan.owner, at - timedelta(days=1))
    _handed_over(database, kept, plan.owner, at - timedelta(days=1))


def _publish_rules(database: Database, plan: RulesPlan, files: tuple[str, str], at: datetime) -> RulePublication:
    """Written, tried and published by two people, some days ago."""
    text, cases = (part.encode() for part in files)
    draft = run_in_transaction(
        database, lambda s: drafts.take_in(s, text, cases), Acting(plan.owner, at - timedelta(days=12))
    )
    return _publish_draft(database, plan, draft, at)


def _publish_draft(database: Database, plan: RulesPlan, draft: RuleDraft, at: datetime) -> RulePublication:
    draft = _with_filled_cases(database, draft, plan.owner, at - timedelta(days=11))
    ready = _handed_over(database, draft, plan.owner, at - timedelta(days=11))
    yes = publishing.PublicationApproval(key=ready.id, version=ready.version, warnings_read=True, taken_away_read=True)
    return run_in_transaction(
        database, lambda s: publishing.publish_rules(s, yes), Acting(plan.manager, at - timedelta(days=10))
    )


def _with_filled_cases(database: Database, draft: RuleDraft, owner: Person, at: datetime) -> RuleDraft:
    """The worked cases that the rules make are read and accepted."""
    with open_reading(database) as session:
        report = drafts.report_on_draft(session, draft, on=at.date())
    text = filled_cases.accepted_texts(filled_cases.filled_text(report, at.date()).text)
    changed = drafts.RuleDraftChange(key=draft.id, version=draft.version, cases=text)
    return run_in_transaction(database, lambda s: drafts.save_draft_text(s, changed), Acting(owner, at))


def _handed_over(database: Database, draft: RuleDraft, owner: Person, at: datetime) -> RuleDraft:
    """Tried on the board's cases, and given to a second person."""
    job = run_in_transaction(database, lambda s: ask_for(s, draft.id, CaseSelection()), Acting(owner, at))
    told, result = what_if.work_off(database, job, heard=lambda _done, _total: True)
    with open_technical(database) as session:
        row = session.get_one(Job, job.id)
        note_heartbeat(
            row, at, state=DONE, told=told, result=result, ended_at=at, done=told["cases"], total=told["cases"]
        )
    return run_in_transaction(database, lambda s: drafts.hand_over(s, draft.id), Acting(owner, at))
