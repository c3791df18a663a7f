"""One item for a round: the officer's report made from its proposals, and the board's decision entered once for all."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from vetting.associations.models.associations import Association
from vetting.casework import register_record
from vetting.casework.domain.advice import ADVICE_WORDS, NO_OPINION, Advice
from vetting.casework.domain.cases import GIVEN_UP, OPEN, STATE_WORDS, CaseState
from vetting.casework.domain.document_statuses import DocumentStatus
from vetting.casework.domain.records import RecordKind
from vetting.casework.models.cases import Case, seen_by
from vetting.casework.models.decisions import Decision, DecisionDraft, current_decisions
from vetting.casework.models.meetings import Review
from vetting.casework.models.round_cases import of_rounds
from vetting.grants import own_round
from vetting.grants.models.allocations import written_rows
from vetting.grants.models.board_items import BoardItem, SentItem, item_before, item_of_round
from vetting.grants.models.rounds import budget_of, offered_in_round
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import (
    FAVOURABLE,
    RESERVATION_WORDS,
    DecisionOutcome,
    Reservation,
    outcome_words,
)
from vetting.kernel.money import kronor
from vetting.kernel.organisation_numbers import format_number
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action, function_in_words
from vetting.kernel.text import (
    AND,
    NO_WORDS,
    OFFICIAL,
    Words,
    _,
    count_in_words,
    day_in_words,
    in_context,
    list_words,
    same_in_both,
)
from vetting.kernel.written_documents import DocumentSection, DocumentTable, WrittenDocument
from vetting.people import paper_docx, require_permission
from vetting.rounds.services.allocation_proposals import proposals_by_other_money
from vetting.rounds.services.allocations import current_row_values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from vetting.grants.models.rounds import Round
    from vetting.kernel.store.session import Session, WritingSession

PROPOSAL, SUMMARY, BACKGROUND, CRITERIA, ECONOMY = "proposal", "summary", "background", "criteria", "economy"
PARTS: Final = (PROPOSAL, SUMMARY, BACKGROUND, CRITERIA, ECONOMY)
OWN: Final = "own"
"""The headings that the board keeps beside these, each a line that begins with #, with what is written under it."""
WRITTEN: Final = (*PARTS, OWN)
LONGEST: Final = 8_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """One application as the item says it. amount: what is proposed or decided, in öre; None of what is refused."""

    number: str
    name: str
    called: str
    """Its name; with its number where another application of the round has the same."""
    organisation_number: str
    purpose: str
    applied: int | None
    state: CaseState
    outcome: DecisionOutcome | None
    amount: int | None
    reasons: str
    reservations: frozenset[Reservation]
    draft_version: int | None
    """Of a proposal that waits for the board; None where there is none."""
    case_id: int
    scheme: str = ""
    """Its grant scheme, where the round is for several."""
    decided_on: date | None = None
    """When it was decided; None of what is proposed."""
    advice: Advice | None = None
    """What the reference group said last; None where it has said nothing."""
    advice_text: str = ""
    by_exception: bool = False
    """It is granted over a requirement that is not met."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRows:
    """All applications of a round: those that wait for the board by what is proposed of them, and the others."""

    granted: Sequence[ItemRow]
    refused: Sequence[ItemRow]
    dismissed: Sequence[ItemRow]
    hidden: int
    """Rows that this person takes no part in: whoever has any cannot make the item."""
    decided: Sequence[ItemRow]
    """Decided already: by a meeting before this one, a delegate or the chair."""
    others: Sequence[ItemRow]
    """Withdrawn, discontinued, handed over, and those that are not ready."""

    @property
    def every(self) -> list[ItemRow]:
        """All of them."""
        return [*self.waiting, *self.decided, *self.others]

    @property
    def waiting(self) -> list[ItemRow]:
        """Those that the board can decide: proposed, ready, and not decided."""
        return [*self.granted, *self.refused, *self.dismissed]

    @property
    def total(self) -> int:
        """What is proposed to be granted together, in öre."""
        return sum(row.amount or 0 for row in self.granted)

    @property
    def total_decided(self) -> int:
        return sum(row.amount or 0 for row in self.decided if row.outcome in FAVOURABLE)


def item_rows(session: Session, about: Round) -> ItemRows:
    """The applications of a round as they stand: what is proposed to the board, and beside it what is decided."""
    cases = session.scalars(
        select(Case).where(of_rounds([about.id]), seen_by(session.person)).order_by(Case.name, Case.id)
    ).all()
    keys = [case.id for case in cases]
    alike = Counter(case.name for case in cases)
    numbers = dict[int, str]()
    for key, number in session.execute(
        select(Association.id, Association.number).where(Association.id.in_([case.association_id for case in cases]))
    ):
        numbers[key] = format_number(number) if number else ""
    drafts = {row.case_id: row for row in session.scalars(select(DecisionDraft).where(DecisionDraft.case_id.in_(keys)))}
    holds = select(Decision).where(
        Decision.case_id.in_(keys), Decision.kind == CaseKind.GRANT.value, current_decisions()
    )
    decided = {row.case_id: row for row in session.scalars(holds)}
    treated = select(Review).where(Review.case_id.in_(keys), Review.outcome.not_in(["", *NO_OPINION]))
    reviews = {row.case_id: row for row in session.scalars(treated.order_by(Review.id))}
    offered = offered_in_round(session, about.id)
    schemes = {item.scheme.id: item.scheme.name for item in offered} if len(offered) > 1 else {}
    found: dict[str, list[ItemRow]] = {name: [] for name in ("granted", "refused", "dismissed", "decided", "others")}
    for case in cases:
        draft = drafts.get(case.id) if case.state is CaseState.READY else None
        decision = decided.get(case.id) if case.state not in OPEN else None
        said = decision or draft
        outcome = said.outcome if said is not None else None
        row = ItemRow(
            number=case.number,
            name=case.name,
            called=f"{case.name} ({case.number})" if alike[case.name] > 1 else case.name,
            organisation_number=numbers.get(case.association_id or 0, ""),
            purpose=case.purpose,
            applied=case.amount_applied,
            state=case.state,
            outcome=outcome,
            amount=said.amount if said is not None else None,
            reasons=decision.reasons if decision is not None else draft.reasons_as_sent if draft is not None else "",
            by_exception=said is not None and bool(said.set_aside),
            reservations=frozenset(map(Reservation, said.reservations)) if said is not None else frozenset(),
            draft_version=draft.version if draft is not None else None,
            case_id=case.id,
            scheme=schemes.get(case.scheme_id or 0, ""),
            decided_on=decision.decided_on if decision is not None else None,
            advice=Advice(reviews[case.id].outcome) if case.id in reviews else None,
            advice_text=reviews[case.id].opinion if case.id in reviews else "",
        )
        found["decided" if decision is not None else _place_of(outcome)].append(row)
    every = select(func.count(Case.id)).where(of_rounds([about.id]))
    return ItemRows(**found, hidden=int(session.scalar(every) or 0) - len(cases))


def _place_of(outcome: DecisionOutcome | None) -> str:
    match outcome:
        case DecisionOutcome.APPROVED | DecisionOutcome.PARTLY_APPROVED:
            return "granted"
        case DecisionOutcome.REFUSED:
            return "refused"
        case DecisionOutcome.DISMISSED:
            return "dismissed"
        case _:
            return "others"


def proposed_texts(session: Session, about: Round, rows: ItemRows) -> dict[str, str]:
    """What the item says until somebody writes otherwise, in Swedish as the board's papers are."""
    offered = offered_in_round(session, about.id)
    budget = budget_of(about, offered)
    every = rows.every
    applied = sum(row.applied or 0 for row in every)
    waiting = sum(row.applied or 0 for row in every if row.state not in GIVEN_UP)
    left = money_left(session, about, rows)
    schemes = list_words([same_in_both(item.scheme.name) for item in offered], AND).sv if offered else about.grant_type
    budget_lines = [item.line for item in offered if item.line is not None]
    before = item_before(session, about.board_id, about.id)
    kept_headings = own_headings(str(before.texts.get(OWN, ""))) if before is not None else {}
    return {
        OWN: "\n".join(f"# {heading}" for heading in kept_headings),
        PROPOSAL: "\n".join(words.sv for words in _proposal_lines(about, rows)),
        SUMMARY: (
            f"Till {about.name} har {count_in_words(len(every), _('ansökan'), _('ansökningar')).sv} kommit in på "
            f"sammanlagt {kronor(applied).sv}."
            + _given_up_in_words(every)
            + _proposed_in_words(rows)
            + _decided_in_words(rows)
            + _others_in_words(rows)
        ),
        BACKGROUND: (
            f"Ansökningstid: {day_in_words(about.opens_on).sv} till {day_in_words(about.closes_on).sv}."
            + (f" Omgången gäller {schemes}." if schemes else "")
        ),
        CRITERIA: _criteria_in_words(
            session,
            [row for row in every if row.state not in GIVEN_UP],
            short=budget is not None and waiting > budget,
        ),
        ECONOMY: (
            _budget_in_words(budget, preliminary=any(line.preliminary for line in budget_lines))
            + (f" Redan beviljat: {kronor(rows.total_decided).sv}." if rows.total_decided else "")
            + f" Föreslås: {kronor(rows.total).sv}."
            + _reserved_in_words(session, rows)
            + (f" Kvar: {kronor(left).sv}." if left is not None and left >= 0 else "")
            + (f" Över budget: {kronor(-left).sv}." if left is not None and left < 0 else "")
            + (
                f" Budgetrad: {', '.join(dict.fromkeys(f'{line.name} {line.year}' for line in budget_lines))}."
                if budget_lines
                else ""
            )
        ),
    }


def _budget_in_words(budget: int | None, *, preliminary: bool) -> str:
    if budget is None:
        return "Budgeten är inte känd."
    return f"Att fördela{' (preliminärt)' if preliminary else ''}: {kronor(budget).sv}."


def _given_up_in_words(every: Sequence[ItemRow]) -> str:
    """What of what came is nobody's any more: it is part of what came, and of nothing that is shared."""
    over = [row for row in every if row.state in GIVEN_UP]
    if not over:
        return ""
    many = count_in_words(len(over), _("ansökan"), _("ansökningar")).sv
    rest = kronor(sum(row.applied or 0 for row in over)).sv
    return (
        f" Av dem är {many} på {rest} återkallade eller avskrivna."
        if len(over) > 1
        else (f" Av dem är {many} på {rest} återkallad eller avskriven.")
    )


def _decided_in_words(rows: ItemRows) -> str:
    place = annexes_of(rows).get(Annex.DECIDED)
    return f" {len(rows.decided)} är redan beslutade och står i bilaga {place}." if place else ""


def _proposed_in_words(rows: ItemRows) -> str:
    parts = [f"att {len(rows.granted)} beviljas med sammanlagt {kronor(rows.total).sv}"] if rows.granted else []
    parts += [f"att {len(rows.refused)} avslås"] if rows.refused else []
    parts += [f"att {len(rows.dismissed)} avvisas"] if rows.dismissed else []
    return f" Förvaltningen föreslår {list_words(list(map(same_in_both, parts)), AND).sv}." if parts else ""


def own_headings(text: str) -> dict[str, list[str]]:
    """Heading -> the lines under it, of a text whose headings begin with #; what stands before the first has none."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("#"):
            lines = found.setdefault(line.lstrip("# "), [])
        else:
            lines.append(line)
    return found


def _others_in_words(rows: ItemRows) -> str:
    place = annexes_of(rows).get(Annex.OTHERS)
    return f" {len(rows.others)} är inte med i förslaget och står i bilaga {place}." if place else ""


def _amounts_held(session: Session, rows: ItemRows) -> dict[int, int]:
    """Case -> what the table holds for it although it is left out: it is not ready, or is being heard; in öre."""
    left_out = [row.case_id for row in rows.others if row.state in OPEN]
    written = current_row_values(session, left_out)
    return {key: values.proposed for key, (values, _laid) in written.items() if values.proposed}


def money_left(session: Session, about: Round, rows: ItemRows) -> int | None:
    """What there is to share after what is decided, proposed and reserved, in öre, below nothing where it is too much.

    None where nobody knows what there is.
    """
    budget = budget_of(about, offered_in_round(session, about.id))
    if budget is None:
        return None
    return budget - rows.total_decided - rows.total - sum(_amounts_held(session, rows).values())


def _reserved_in_words(session: Session, rows: ItemRows) -> str:
    held = _amounts_held(session, rows)
    if not held:
        return ""
    many = count_in_words(len(held), _("ansökan"), _("ansökningar")).sv
    return f" Reserverat för {many} som inte är med i förslaget: {kronor(sum(held.values())).sv}."


BEING_PREPARED: Final = _("Bereds")
"""What the board's papers say of what is not ready, whatever it waits for."""


class Annex(StrEnum):
    """The item's annexes, in their order; one that nothing stands in is left out, and the next has its number."""

    GRANTED = "granted"
    REFUSED = "refused"
    DISMISSED = "dismissed"
    DECIDED = "decided"
    OTHERS = "others"
    OPINIONS = "opinions"


ANNEX_WORDS: Final[Mapping[Annex, Words]] = {
    Annex.GRANTED: _("Beviljas"),
    Annex.REFUSED: _("Avslås"),
    Annex.DISMISSED: _("Avvisas"),
    Annex.DECIDED: _("Redan beslutade"),
    Annex.OTHERS: _("Övriga"),
    Annex.OPINIONS: _("Referensgruppens ställningstaganden"),
}


def annexes_of(rows: ItemRows) -> dict[Annex, int]:
    """Annex -> its number."""
    there = {
        Annex.GRANTED: rows.granted,
        Annex.REFUSED: rows.refused,
        Annex.DISMISSED: rows.dismissed,
        Annex.DECIDED: rows.decided,
        Annex.OTHERS: rows.others,
        Annex.OPINIONS: _heard(rows),
    }
    return {annex: number for number, annex in enumerate((one for one in Annex if there[one]), start=1)}


def _heard(rows: ItemRows) -> list[ItemRow]:
    """Those of which the reference group has said something, of what is not decided already."""
    return [row for row in (*rows.waiting, *rows.others) if row.advice is not None]


def _proposal_lines(about: Round, rows: ItemRows) -> list[Words]:
    """The att-satser that the rows give."""
    found, places = [], annexes_of(rows)
    if rows.granted:
        many = count_in_words(len(rows.granted), _("ansökan"), _("ansökningar"))
        total = _(" med sammanlagt {total}", total=kronor(rows.total))
        found.append(_("att bevilja ") + many + total + _by_annex(places[Annex.GRANTED]))
    if rows.refused:
        many = count_in_words(len(rows.refused), _("ansökan"), _("ansökningar"))
        found.append(_("att avslå ") + many + _by_annex(places[Annex.REFUSED]))
    if rows.dismissed:
        many = count_in_words(len(rows.dismissed), _("ansökan"), _("ansökningar"))
        found.append(_("att avvisa ") + many + _by_annex(places[Annex.DISMISSED]))
    if rows.granted and about.report_on is not None:
        found.append(_("att bidragen ska redovisas senast {day}", day=day_in_words(about.report_on)))
    return found


def _by_annex(place: int) -> Words:
    return _(" enligt bilaga {place}", place=place)


def _criteria_in_words(session: Session, rows: Sequence[ItemRow], *, short: bool) -> str:
    """Only what is proposed or decided has been examined; points have ranked only where somebody got less by them.

    short: less money than what is applied for.
    """
    examined = [row for row in rows if row.outcome is not None]
    if not examined:
        return ""
    if len(examined) == len(rows):
        said = "Ansökningarna har prövats mot nämndens krav."
    else:
        said = f"{len(examined)} av {len(rows)} ansökningar har prövats mot nämndens krav."
    cut = any((row.amount or 0) < (row.applied or 0) for row in examined)
    scored = any(row.points is not None for row in written_rows(session, [one.case_id for one in examined]).values())
    if short and cut and scored:
        said += " Eftersom pengarna inte räcker till alla har de rangordnats efter poäng."
    return said


HEADINGS: Final[Mapping[str, Words]] = {
    PROPOSAL: _("Förslag till beslut"),
    SUMMARY: _("Sammanfattning"),
    BACKGROUND: _("Bakgrund"),
    CRITERIA: _("Så har ansökningarna prövats"),
    ECONOMY: _("Ekonomi"),
    OWN: _("Fler rubriker"),
}


def board_item(
    session: Session, about: Round, *, on: date, rows: ItemRows | None = None, over_because: str = ""
) -> WrittenDocument:
    """The item as a document: the proposal first, then what it rests on, then every application in its annex.

    over_because: why more is proposed than there is.

    Raises:
        Refused: a row is not to be seen by this person: the document would lack it, and its sums be wrong.
    """
    rows = rows or item_rows(session, about)
    _refuse_partial(rows)
    kept = item_of_round(session, about.id)
    form = kept or item_before(session, about.board_id, about.id)
    texts = proposed_texts(session, about, rows) | (dict(kept.texts) if kept is not None else {})
    texts[ECONOMY] += f"\nFörslaget går över budgeten: {over_because}" if over_because else ""
    at_once = kept is not None and kept.at_once
    called = _("Tjänsteskrivelse") if form is not None and form.letter else _("Tjänsteutlåtande")
    proposal = [same_in_both(line) for line in texts[PROPOSAL].splitlines() if line.strip()]
    proposal += [_("att paragrafen förklaras omedelbart justerad")] if at_once else []
    dnr = (kept.dnr if kept is not None else "") or about.dnr
    meeting = day_in_words(about.decision_on) if about.decision_on is not None else NO_WORDS
    top = [same_in_both(session.person.board), called, *([_("Dnr {dnr}", dnr=dnr)] if dnr else []), day_in_words(on)]
    top += [_("Sammanträde {day}", day=meeting)] if about.decision_on is not None else []
    sections = [DocumentSection(HEADINGS[PROPOSAL], proposal, numbered=True)]
    sections += [
        DocumentSection(HEADINGS[part], [same_in_both(line) for line in texts[part].splitlines() if line.strip()])
        for part in PARTS[1:]
    ]
    sections += [
        DocumentSection(same_in_both(heading), list(map(same_in_both, lines)))
        for heading, lines in own_headings(texts[OWN]).items()
    ]
    held_open = frozenset[Reservation]().union(*(row.reservations for row in rows.granted))
    sections.append(
        DocumentSection(
            _("Förbehåll"), [RESERVATION_WORDS[one] for one in Reservation if one in held_open], listed=True
        )
    )
    sections += _annexes(rows)
    signed = [same_in_both(line) for line in (form.signers.splitlines() if form is not None else ()) if line.strip()]
    return WrittenDocument(
        _("Fördelning av {name}", name=about.name),
        top,
        [section for section in sections if section.lines or section.table],
        signed or [same_in_both(session.person.name), function_in_words(session.person.function)],
        {
            "board": same_in_both(session.person.board),
            "kind": called,
            "dnr": same_in_both(dnr),
            "date": day_in_words(on),
            "meeting": meeting,
        },
    )


def _refuse_partial(rows: ItemRows) -> None:
    if rows.hidden:
        raise Refused(
            Obstacle.FORBIDDEN,
            Problem(
                "",
                _("Du deltar inte i alla omgångens ansökningar och kan därför inte skriva ärendet till nämnden."),
                _("Låt en kollega göra det."),
            ),
        )


def _annexes(rows: ItemRows) -> list[DocumentSection]:
    places = annexes_of(rows)

    def heading(annex: Annex) -> Words:
        return _("Bilaga {place}. ", place=places[annex]) + ANNEX_WORDS[annex]

    several = any(row.scheme for row in rows.every)
    scheme = (_("Bidragsform"),) if several else ()
    who = (_("Förening"), _("Org.nr"), *scheme, _("Ändamål"), _("Sökt"))

    def of_row(row: ItemRow) -> tuple[str, ...]:
        own = (row.scheme,) if several else ()
        return (row.called, row.organisation_number, *own, row.purpose, _money(row.applied))

    found = []
    if rows.granted:
        shared, reasons = split_reasons([row.reasons if _is_reasoned(row) else "" for row in rows.granted])
        reasoned = any(_is_reasoned(row) for row in rows.granted)
        last = (_("Beviljas"), _("Skäl")) if reasoned else (_("Beviljas"),)
        granted = [
            (*of_row(row), _money(row.amount), *((why,) if reasoned else ()))
            for row, why in zip(rows.granted, reasons, strict=True)
        ]
        blank = [""] * (len(who) - 2)
        total = ("Summa", *blank, _money(sum(row.applied or 0 for row in rows.granted)), _money(rows.total))
        sums = (*total, "") if reasoned else total
        above = [_("För alla i bilagan gäller: ") + same_in_both(shared)] if shared else []
        table = DocumentTable((*who, *last), [*granted, sums])
        found.append(DocumentSection(heading(Annex.GRANTED), above, table=table))
    for annex, listed in ((Annex.REFUSED, rows.refused), (Annex.DISMISSED, rows.dismissed)):
        if listed:
            shared, own = split_reasons([row.reasons for row in listed])
            lines = [(*of_row(row), reasons) for row, reasons in zip(listed, own, strict=True)]
            above = [_("För alla i bilagan gäller: ") + same_in_both(shared)] if shared else []
            found.append(DocumentSection(heading(annex), above, table=DocumentTable((*who, _("Skäl")), lines)))
    if rows.decided:
        lines = [(*of_row(row), _decision_in_words(row)) for row in rows.decided]
        table = DocumentTable((*who, _("Beslut")), lines)
        found.append(DocumentSection(heading(Annex.DECIDED), (), table=table))
    if rows.others:
        lines = [
            (*of_row(row), BEING_PREPARED.sv if row.state in OPEN else STATE_WORDS[row.state].sv) for row in rows.others
        ]
        table = DocumentTable((*who, _("Läge")), lines)
        found.append(DocumentSection(heading(Annex.OTHERS), (), table=table))
    heard = _heard(rows)
    if heard:
        told = [(row.called, ADVICE_WORDS[row.advice].sv, row.advice_text) for row in heard if row.advice is not None]
        table = DocumentTable((_("Förening"), _("Ställningstagande"), _("Skäl")), told)
        found.append(DocumentSection(heading(Annex.OPINIONS), (), table=table))
    return found


def _is_partial(row: ItemRow) -> bool:
    return row.outcome is DecisionOutcome.PARTLY_APPROVED


def _is_reasoned(row: ItemRow) -> bool:
    """Whether a grant says why: it is not the whole, or an exception."""
    return _is_partial(row) or row.by_exception


def _decision_in_words(row: ItemRow) -> str:
    """'Bifallet 2026-11-27, 20 000 kr'."""
    said = outcome_words(CaseKind.GRANT, row.outcome, by_exception=row.by_exception).sv if row.outcome else ""
    day = f" {row.decided_on.isoformat()}" if row.decided_on is not None else ""
    return f"{said}{day}" + (f", {kronor(row.amount).sv}" if row.amount else "")


def split_reasons(reasons: Sequence[str]) -> tuple[str, list[str]]:
    """The sentences that several reasons all begin with, said once, and what each has of its own after them."""
    parts = [one.replace("\n", " ").split(". ") for one in reasons]
    if len(parts) < 2:  # noqa: PLR2004 - of one alone nothing is shared
        return "", list(reasons)
    shared = 0
    while all(len(one) > shared + 1 and one[shared] == parts[0][shared] for one in parts):
        shared += 1
    said = ". ".join(parts[0][:shared])
    return (f"{said}." if said else ""), [". ".join(one[shared:]) for one in parts]


def _money(ore: int | None) -> str:
    return kronor(ore).sv if ore is not None else "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemForm:
    """The form of an item: what it is registered under, what it is called, how it is adjusted, who signs it."""

    dnr: str = ""
    letter: bool = False
    at_once: bool = False
    signers: str = ""

    def tidy(self) -> dict[str, object]:
        """As it is kept."""
        signers = self.signers.replace("\r", "").strip()[:LONGEST]
        return {
            "dnr": " ".join(self.dnr.split())[:60],
            "letter": self.letter,
            "at_once": self.at_once,
            "signers": signers,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemWriting:
    """What somebody writes of an item. texts: part -> what stands under its heading; blank: as the rows say."""

    texts: Mapping[str, str]
    shown: Mapping[str, str]
    """Part -> what the page showed there: what is not changed stays as it is, and goes on following the rows."""
    form: ItemForm
    shown_form: ItemForm


def _tidy(text: str) -> str:
    return text.replace("\r", "").strip()[:LONGEST]


def write_item(session: WritingSession, round_id: int, new: ItemWriting) -> BoardItem:
    """Keeps what is changed of a round's item; what says the same as the page showed stays as somebody wrote it.

    Raises:
        Refused: there is no such round in the board; or somebody has written the same part since it was shown.
    """
    require_permission(session.person, Action.PROPOSE)
    about = own_round(session, round_id)
    rows = item_rows(session, about)
    _refuse_partial(rows)
    row = item_of_round(session, round_id)
    kept = dict(row.texts) if row is not None else {}
    texts, problems = dict(kept), []
    for part in WRITTEN:
        text, shown = _tidy(new.texts.get(part, "")), _tidy(new.shown.get(part, ""))
        stands = _tidy(str(kept.get(part, "")))
        if text == shown:
            continue
        if stands and stands not in {shown, text}:
            problems.append(_changed_meanwhile(part, stands))
        texts[part] = text
    texts = {part: text for part, text in texts.items() if text}
    form, was = new.form.tidy(), new.shown_form.tidy()
    columns: dict[str, object] = {"texts": texts}
    for name, value in form.items():
        now = getattr(row, name) if row is not None else value
        columns[name] = now if value == was[name] else value
        if value != was[name] and now not in {value, was[name]}:
            problems.append(_changed_meanwhile(name, str(now)))
    if problems:
        raise Refused(Obstacle.STALE, *problems)
    if row is not None and all(getattr(row, name) == value for name, value in columns.items()):
        return row
    row = row or BoardItem(round_id=round_id)
    for name, value in columns.items():
        setattr(row, name, value)
    row.changed_at, row.by_user_id = session.now, session.person.id
    session.add(row)
    session.flush()
    session.note("board_item_written", row, board_id=session.person.board_id)
    return row


def _changed_meanwhile(part: str, stands: str) -> Problem:
    return Problem(
        part,
        _("Någon annan har skrivit här sedan du öppnade sidan: ”{text}”", text=" ".join(stands.split())[:400]),
        _("Din text står kvar. Skriv ihop dem och spara igen."),
    )


_NUMBER: Final = re.compile(r"\d{1,3}(?:[ \u00a0]\d{3})+|\d+")
TELLS_FIGURES: Final = (PROPOSAL, SUMMARY, ECONOMY)


def parts_out_of_date(session: Session, about: Round, rows: ItemRows) -> list[str]:
    """The parts in somebody's own words that lack a figure that the rows give now, as they say it."""
    kept = item_of_round(session, about.id)
    if kept is None:
        return []
    proposed = proposed_texts(session, about, rows)
    return [
        part
        for part in TELLS_FIGURES
        if kept.texts.get(part) and _figures_in(proposed[part]) - _figures_in(str(kept.texts[part]))
    ]


def _figures_in(text: str) -> Counter[str]:
    """Each figure, and how many times it is said."""
    return Counter(re.sub(r"\D", "", found) for found in _NUMBER.findall(text))


def over_budget(session: Session, about: Round, rows: ItemRows) -> int:
    """How much more is decided, proposed and reserved than there is, in öre; 0 where it suffices, or nobody knows."""
    left = money_left(session, about, rows)
    return max(0, -left) if left is not None else 0


def keep_sent_item(
    session: WritingSession, round_id: int, because: str = "", *, as_written: bool = False, on: date
) -> SentItem:
    """Keeps the item as it goes to the board: what was sent stands as sent, whatever the rows say later.

    because: why more is proposed than there is, where it is; it stands in the item. as_written: own words stand
    although the rows say other figures now.

    Raises:
        Refused: there is no such round; a row is not to be seen by this person; nothing waits for the board; more is
            proposed than there is, and nothing says why; own words say other figures than the rows.
    """
    require_permission(session.person, Action.PROPOSE)
    about = own_round(session, round_id)
    rows = item_rows(session, about)
    if not rows.waiting:
        raise Refused(
            Obstacle.CLOSED,
            Problem("", _("Ingen ansökan är klar för beslut."), _("Lämna förslag för beslut i fördelningen först.")),
        )
    over, because = over_budget(session, about, rows), because.strip()[:LONGEST]
    if over and not because:
        raise Refused(
            Obstacle.INVALID,
            Problem(
                "because",
                _("Förslaget går över budgeten med {sum}.", sum=kronor(over)),
                _("Skriv varför, eller ändra beloppen i fördelningen."),
            ),
        )
    other_money = proposals_by_other_money(session, about)
    if other_money:
        many = count_in_words(
            len(other_money), in_context("one", "förslag anger"), in_context("several", "förslag anger")
        )
        raise Refused(
            Obstacle.INVALID,
            Problem(
                "",
                many + _(" en annan summa att fördela än den som gäller."),
                _("Uppdatera först skälen i dem, på sidan Ärendet till nämnden."),
            ),
        )
    apart = [] if as_written else parts_out_of_date(session, about, rows)
    if apart:
        headings = list_words([HEADINGS[part] for part in apart], AND)
        raise Refused(
            Obstacle.INVALID,
            Problem(
                "as_written",
                _("Den egna texten har andra siffror än förslagen: ") + headings + same_in_both("."),
                _(
                    "Ändra texten, töm rutan så att den uppdateras efter förslagen, eller kryssa i "
                    "att texten ska gälla."
                ),
            ),
        )
    written = board_item(session, about, on=on, rows=rows, over_because=because if over else "")
    content = paper_docx(session, session.person.board_id, written, OFFICIAL)
    row = SentItem(
        round_id=round_id,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        over_because=because if over else "",
        rows={str(item.case_id): [item.outcome.value if item.outcome else "", item.amount] for item in rows.waiting},
        at=session.now,
        by_user_id=session.person.id,
    )
    session.add(row)
    session.flush()
    cases = select(Case).where(Case.id.in_([item.case_id for item in rows.waiting])).order_by(Case.id)
    for case in session.scalars(cases):
        register_record(session, case, RecordKind.ITEM, row.id, DocumentStatus.SENT)
    session.note("item_sent", row, board_id=session.person.board_id)
    return row
