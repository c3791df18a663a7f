"""Rules that an invented board has written: a version that begins next year, and the draft of the one after."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from vetting.services import rule_drafts, rule_publishing, what_if
from vetting.store.jobs import DONE, Job, heard
from vetting.store.session import technical, write

if TYPE_CHECKING:
    from datetime import datetime

    from vetting.domain.people import Person
    from vetting.services.rules import Rules
    from vetting.store.engine import Database
    from vetting.store.rules import RuleDraft

TEXT = """\
# {board}: riktlinjer som gäller från nästa år. Allt är påhittat.
id: kulturstod-{year}
board: {code}
kinds: [grant]
title: {{sv: Riktlinjer för kulturstöd {year}}}
source: {{document: Riktlinjer för kulturstöd {year}, place: hela}}
adopted: {{body: {board}, on: {adopted}, reference: {series} {this_year}/310}}
valid: {{from: {year}-01-01}}
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
    label: {{sv: Minst en offentlig konsert om året}}
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
- name: En ensemble som övar en gång i månaden bedöms av en person
  kind: grant
  on: {year}-02-01
  facts: {{rehearsals_per_month: 1, public_concerts: 3}}
  expect: {{proposal: complete, results: {{repetitioner-varje-manad: not_met, konserter-for-alla: met}}}}
- name: Två repetitioner och {concerts} konserter räcker
  kind: grant
  on: {year}-02-01
  facts: {{rehearsals_per_month: 2, public_concerts: {concerts}}}
  expect: {{proposal: complete, results: {{repetitioner-varje-manad: met, konserter-for-alla: met}}}}
"""


def fill(
    database: Database, rules: Rules, *, code: str, base: str, owner: Person, manager: Person, at: datetime
) -> None:
    """One published version, and a draft that waits for a second person."""
    given = {
        "code": code, "board": owner.board, "series": code.upper(), "base": base, "year": at.year + 1,
        "this_year": at.year, "adopted": (at - timedelta(days=20)).date(), "review": (at + timedelta(days=365)).date(),
    }  # fmt: skip

    def files(concerts: int) -> tuple[str, str]:
        return TEXT.format(**given, concerts=concerts), CASES.format(**given, concerts=concerts)

    text, cases = files(1)
    first = write(
        database, lambda s: rule_drafts.take_in(s, text.encode(), cases.encode(), by=owner, at=at - timedelta(days=12))
    )
    ready = _handed_over(database, rules, first, owner, at - timedelta(days=11))
    yes = rule_publishing.Publish(key=ready.id, version=ready.version, warnings_read=True)
    version = write(
        database, lambda s: rule_publishing.publish(s, yes, rules=rules, by=manager, at=at - timedelta(days=10))
    )
    going_on = rule_drafts.Begin(version=version.id)
    second = write(database, lambda s: rule_drafts.begin(s, going_on, rules=rules, by=owner, at=at - timedelta(days=2)))
    text, cases = files(2)
    changed = rule_drafts.Save(key=second.id, version=second.version, text=text, cases=cases)
    kept = write(database, lambda s: rule_drafts.save(s, changed, by=owner, at=at - timedelta(days=1)))
    _handed_over(database, rules, kept, owner, at - timedelta(days=1))


def _handed_over(database: Database, rules: Rules, draft: RuleDraft, owner: Person, at: datetime) -> RuleDraft:
    """Tried on the board's cases, and given to a second person."""
    job = write(database, lambda s: what_if.ask_for(s, draft.id, what_if.Which(), rules=rules, by=owner, at=at))
    told, result = what_if.work_off(database, job, rules, heard=lambda _done, _total: True)
    with technical(database) as session:
        row = session.get_one(Job, job.id)
        heard(row, at, state=DONE, told=told, result=result, ended_at=at, done=told["cases"], total=told["cases"])
    return write(database, lambda s: rule_drafts.hand_over(s, draft.id, rules=rules, by=owner, at=at))
