"""Every letter that a year's cases can send says its own case's facts: who decided, of what, when, where, until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.board import rules
from tests.golden.letters import every
from vetting.casework.domain.letters import LetterContent, LetterKind, ReclaimContent
from vetting.casework.models.cases import Case, occurrences
from vetting.casework.models.decisions import Decision
from vetting.casework.services import letters
from vetting.casework.services.letter_texts import letter_text
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_reading
from vetting.kernel.text import same_in_both
from vetting.money.domain.reclaims import ReclaimState
from vetting.money.models.payments import waits_to_be_set_off
from vetting.money.models.reclaims import Reclaim
from vetting.rules.services.rulebook import use_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.demonstration import FilledOnce
    from vetting.casework.models.letters import Letter
    from vetting.kernel.store.session import Session

pytestmark = pytest.mark.long

Told = tuple[Case, letters.WritableLetter, "Letter"]
OF_REPORTS = {LetterKind.REPORT_REMINDER, LetterKind.REPORT_COMPLETION, LetterKind.UNUSED}
DECIDES = frozenset(LetterKind) - {
    LetterKind.COMMENT,
    LetterKind.REMINDER,
    LetterKind.SET_OFF,
    LetterKind.UPDATE,
    LetterKind.COPY,
    *OF_REPORTS,
}


@pytest.fixture(scope="module")
def session(demonstration: FilledOnce) -> Iterator[Session]:
    database = connect_database(f"sqlite:///{demonstration.path}")
    use_rules(database, rules)
    with open_reading(database) as opened:
        yield opened


@pytest.fixture(scope="module")
def written(session: Session) -> list[Told]:
    return list(every(session, "sv"))


def said(row: Letter) -> str:
    return "\n".join(row.lines).replace("\u00a0", " ")


def test_the_year_has_every_kind_that_it_should(written: list[Told]) -> None:
    kinds = {item.kind for _, item, _ in written}
    assert kinds >= {
        LetterKind.APPROVAL,
        LetterKind.PARTIAL,
        LetterKind.REFUSAL,
        LetterKind.STOP,
        LetterKind.RECLAIM,
        LetterKind.RESCISSION,
        LetterKind.COMMENT,
        LetterKind.REPORT_REMINDER,
    }


def test_a_letter_names_who_decided_and_execution_is_no_decision(session: Session, written: list[Told]) -> None:
    makers = set()
    for case, item, row in written:
        if item.kind not in DECIDES:
            continue
        decision = session.get_one(Decision, item.key)
        text, name = said(row), row.lines[-1]
        assert "Nämnden har" not in text
        assert ("Beslutet fattades den" in text) is not decision.execution, case.number
        assert ("Så överklagar ni:" in text) is not decision.execution
        assert ("Skälen för beslutet:" in text) is not decision.execution
        if decision.execution:
            continue
        makers.add(decision.maker)
        by_delegate = f"på delegation från {name} (punkt {decision.delegation_point})"
        assert (by_delegate in text) is (decision.maker == "delegate"), (case.number, text)
        assert (f"av {name}, §" in text) is (decision.maker == "board"), (case.number, text)
        reported = "där beslutet anmäldes till nämnden"
        assert (reported in text) is (decision.maker in {"delegate", "chair"})
        assert "Förvaltningsrätten i Exempelstad" in text
    assert makers >= {"delegate", "board"}


def test_a_letter_on_a_booking_says_what_when_and_where(session: Session, written: list[Told]) -> None:
    told = 0
    for case, _, row in written:
        if case.kind != CaseKind.BOOKING:
            continue
        times = [use for use in occurrences(session, case.id) if use.starts_at is not None]
        assert any(f", {use.room_name}" in said(row) for use in times), case.number
        assert "Tid och lokal:" in row.lines
        told += 1
    assert told > 20


def test_amounts_and_days_are_the_cases_own(session: Session, written: list[Told]) -> None:
    claims = list(session.scalars(select(Reclaim)))
    repaid = {claim.reclaim_decision_id for claim in claims if claim.state == ReclaimState.PAID.value}
    to_set_off = {claim.reclaim_decision_id for claim in claims if waits_to_be_set_off(session, claim.id)}
    assert repaid
    quoted = {claim.case_id: f"fakturanummer {claim.invoice}" if claim.invoice else claim.number for claim in claims}
    assert any("fakturanummer" in words for words in quoted.values())
    for case, item, row in written:
        text = said(row)
        if item.kind in {LetterKind.REFUSAL, LetterKind.PARTIAL, LetterKind.COMMENT} and case.amount_applied:
            assert f"Sökt belopp: {case.amount_applied // 100:,} kr.".replace(",", " ") in text
        if item.kind is LetterKind.STOP:
            assert "Stoppet gäller tills det hävs" in text
        if item.kind is LetterKind.RECLAIM:
            assert "som beviljades den" in text
            paid = item.key in repaid
            assert ("Hela beloppet är betalt." in text) is paid
            collected = "Kravet ligger hos Kronofogden" in text
            set_off = "dras av från nästa utbetalning" in text
            assert set_off is (item.key in to_set_off)
            assert (f"Ange {quoted[case.id]}" in text) is not (paid or collected or set_off)
            assert ("Betala till bankgiro 123-4567." in text) is not (paid or collected or set_off)


def test_english_letters_hold_no_swedish_of_ours(session: Session) -> None:
    """What somebody wrote stands as it was written, and the letter says so; all that is ours is English."""
    ours = ("Beslutet", "Skälen", "Betala", "Grund:", "Ni ", "Ändamål", "Villkor:", "anslagstavla", "Arrangör", "kl. ")
    for case, item, row in every(session, "en"):
        text = said(row)
        own = {line.strip() for line in text.splitlines()}
        if item.kind in DECIDES:
            own -= set(session.get_one(Decision, item.key).reasons.splitlines())
        if item.kind is LetterKind.COMMENT or case.kind == CaseKind.BOOKING:
            continue  # what was put to them, and terms that exist in one language only
        found = [line for line in own if any(word in line for word in ours) and not line.startswith("- Bidraget")]
        assert found == [], case.number


def test_a_board_that_has_named_no_account_says_how_to_learn_it() -> None:
    asked = ReclaimContent(
        number="ATK-2026-0001",
        granted=100_00,
        granted_on=date(2026, 1, 5),
        amount=50_00,
        decided_on=date(2026, 5, 4),
        ground=same_in_both("Fel"),
        established=same_in_both("kontroll"),
    )
    about = LetterContent(
        kind=LetterKind.RECLAIM,
        on=date(2026, 5, 4),
        board="Nämnden",
        number="BID-2026-0001",
        dnr="",
        name="Föreningen",
        purpose="",
        grant=True,
        lines=(),
        amount=50_00,
        decided_on=date(2026, 5, 4),
        due_on=date(2026, 6, 4),
        asked_back=asked,
    )
    assert "Fråga oss vilket konto ni ska betala till." in letter_text(about, "sv")[1]
    assert "Ask us which account to pay to." in letter_text(about, "en")[1]
    partly = letter_text(replace(about, asked_back=replace(asked, paid=20_00)), "sv")[1]
    assert {"Betalat hittills: 20\xa0kr.", "Kvar att betala: 30\xa0kr.", "Betala senast den 4 juni 2026."} <= set(
        partly
    )
    paid = letter_text(replace(about, asked_back=replace(asked, paid=50_00)), "sv")[1]
    assert "Hela beloppet är betalt." in paid
    assert not [line for line in paid if line.startswith(("Betala", "Kvar", "Fråga oss"))]
    late = letter_text(replace(about, on=date(2026, 6, 5)), "sv")[1]
    assert "Sista dag att betala var den 4 juni 2026. Betala så snart ni kan." in late
    assert not [line for line in late if line.startswith("Betala senast")]
    told = replace(about, asked_back=replace(asked, pay_to="plusgiro 1-2."))
    assert "Betala till plusgiro 1-2." in letter_text(told, "sv")[1]
