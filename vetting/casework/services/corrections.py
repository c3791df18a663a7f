"""An evident slip in a decision is corrected as such: the decision stays the one it is, and says what was meant.

Source: 36 § förvaltningslagen (2017:900). Whoever sees the matter otherwise than before reconsiders it instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.casework.domain.letters import LetterKind
from vetting.casework.domain.records import RECORD_KIND_WORDS, RecordKind
from vetting.casework.models.cases import Case, in_conflict, seen_by
from vetting.casework.models.corrections import DecisionCorrection
from vetting.casework.models.decisions import Decision, current_decisions, is_sent
from vetting.casework.models.letters import newest_unsent
from vetting.casework.services import before_decision, letters
from vetting.casework.services.cases import raise_version
from vetting.casework.services.money_of_cases import MONEY
from vetting.casework.services.readable_cases import has_answered_on_conflict
from vetting.casework.services.records import register_record
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import FAVOURABLE, DecisionGround, DecisionOutcome
from vetting.kernel.money import kronor
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import OFFICIAL, _, day_in_words, join_words, same_in_both
from vetting.people import require_permission
from vetting.people.domain.delegation import BY_MINUTES, acts_needed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession
    from vetting.kernel.text import Words

LONGEST: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipCorrection:
    """The right amount in öre, or the right words in place of the wrong ones, and why it is an evident slip."""

    amount: int | None = None
    wrong: str = ""
    right: str = ""
    because: str = ""
    minutes: str = ""
    """Day and paragraph of the board's minutes with the right text, when the board took the decision."""

    @property
    def grounds(self) -> str:
        """Why it is a slip, with the minutes that show it."""
        shown = _("Enligt protokollet: ").to(OFFICIAL) + self.minutes.strip() if self.minutes.strip() else ""
        return " ".join(part for part in (self.because.strip()[: LONGEST - len(shown) - 1], shown) if part)


def correct_slip(session: WritingSession, decision_id: int, new: SlipCorrection) -> DecisionCorrection:
    """Corrects a decision, notes what stood, and writes the letter that says so.

    Raises:
        Refused: there is no such decision for this person, it does not hold, nothing is changed, the words do not
            stand in it, or money has left by it.
    """
    require_permission(session.person, Action.DECIDE)
    decision, case = _decision(session, decision_id)
    problems = [*_wrong_right(session, decision, case, new), *_wrong_words(decision, new)]
    payment = MONEY.function.payment_to_correct(session, decision, new.amount) if new.amount is not None else None
    if new.amount is not None:
        problems += _wrong_amount(case, decision, new.amount, payment)
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    row = _correction(case, decision, new, session.person, session.now)
    session.add(row)
    session.flush()
    decision.amount, decision.outcome = row.amount_after, row.outcome_after
    decision.reasons, decision.conditions = row.reasons_after, row.conditions_after
    if payment is not None:
        difference = (row.amount_after or 0) - (row.amount_before or 0)
        MONEY.function.correct_payment(session, payment, difference)
    raise_version(case)
    session.flush()
    record = register_record(session, case, RecordKind.CORRECTION, row.id, on=row.on)
    record.said = [[RECORD_KIND_WORDS[RecordKind.CORRECTION].to(OFFICIAL), [corrected_in_words(row).to(OFFICIAL)]]]
    session.note("decision_corrected", row, case_id=case.id, reason=row.because)
    session.note("decision_corrected", decision, case_id=case.id)
    if payment is not None:
        MONEY.function.note_correction(session, payment)
    told = session.scalar(select(Decision.id).where(Decision.id == decision.id, is_sent()))
    kind = LetterKind.CORRECTION if told is not None else letters.letter_kind_of(decision)
    if told is not None or any(letter.decision_id == decision.id for letter in newest_unsent(session, case.id)):
        letters.keep_letter_about(session, case, kind, decision.id)
    return row


def corrected_in_words(row: DecisionCorrection) -> Words:
    """The note of a correction, for the decision's page and paper: day, name, wrong and right, and why."""
    said = [_("Rättat {day} av {name}:", day=day_in_words(row.on), name=row.by_name)]
    if row.corrects_amount:
        said.append(
            kronor(row.amount_before or 0) + same_in_both(" → ") + kronor(row.amount_after or 0) + same_in_both(".")
        )
    if row.wrong:
        said.append(same_in_both(f"”{row.wrong}” → ”{row.right}”."))
    return join_words([*said, same_in_both(row.because)], " ")


def _to_be(case: Case, decision: Decision, new: SlipCorrection) -> tuple[DecisionOutcome, int | None]:
    """The outcome and the amount as they are to read."""
    if new.amount is None or case.amount_applied is None:  # of what nobody asked for nothing is a part
        return decision.outcome, decision.amount if new.amount is None else new.amount
    whole = new.amount == case.amount_applied
    return DecisionOutcome.APPROVED if whole else DecisionOutcome.PARTLY_APPROVED, new.amount


def _correction(case: Case, decision: Decision, new: SlipCorrection, by: Person, at: datetime) -> DecisionCorrection:
    """The row that keeps the decision's present amount, outcome and words beside the corrected ones."""
    wrong, right = new.wrong.strip(), mask_personal_numbers(new.right.strip())[:LONGEST]
    outcome, amount = _to_be(case, decision, new)
    return DecisionCorrection(
        board_id=decision.board_id,
        case_id=case.id,
        decision_id=decision.id,
        amount_before=decision.amount,
        amount_after=amount,
        outcome_before=decision.outcome,
        outcome_after=outcome,
        reasons_before=decision.reasons,
        reasons_after=decision.reasons.replace(wrong, right) if wrong else decision.reasons,
        conditions_before=list(decision.conditions),
        conditions_after=[line.replace(wrong, right) if wrong else line for line in decision.conditions],
        wrong=wrong[:LONGEST],
        right=right,
        because=mask_personal_numbers(new.grounds)[:LONGEST],
        on=at.date(),
        at=at,
        by_user_id=by.id,
        by_name=by.name,
    )


def _decision(session: WritingSession, key: int) -> tuple[Decision, Case]:
    found = session.execute(
        select(Decision, Case)
        .join(Case, Case.id == Decision.case_id)
        .where(Decision.id == key, seen_by(session.person, Action.DECIDE), current_decisions())
    ).one_or_none()
    if found is None or in_conflict(session, session.person.id, found[1].id) or found[0].kind not in list(CaseKind):
        raise Refused(Obstacle.MISSING)
    session.refresh(found[0], with_for_update=True)  # somebody may correct it just now
    return found[0], found[1]


def _wrong_right(session: WritingSession, decision: Decision, case: Case, new: SlipCorrection) -> Iterator[Problem]:
    stood_and_to_be = {(decision.outcome, decision.amount), _to_be(case, decision, new)}
    grounds = [DecisionGround(ground) for ground in decision.grounds]
    held = [
        before_decision.delegation_for(
            session,
            case.kind,
            on=session.today,
            outcome=outcome,
            amount=amount,
            needed=acts_needed(case.kind, outcome, grounds, against_values=decision.against_values),
        )
        for outcome, amount in stood_and_to_be
    ]
    right = all(one is not None and one.maker is decision.maker for one in held)
    if not right or not has_answered_on_conflict(session, case, session.person.id):
        what = _("Din delegation omfattar inte beslutet, eller så har du inte svarat på frågan om jäv.")
        yield Problem(
            case.number, what, _("Be någon som får besluta i ärendet, och har svarat på frågan om jäv, att rätta det.")
        )
    if not new.because.strip():
        what = _("Det står inte vad som visar att det är ett förbiseende.")
        yield Problem("because", what, _("Skriv det, till exempel: förslaget och protokollet säger 45 000 kr."))
    if decision.maker in BY_MINUTES and not new.minutes.strip():
        what = _("Nämnden har själv beslutat: det står inte vilket protokoll som visar det rätta.")
        remedy = _("Skriv sammanträdets dag och paragraf. Står felet i protokollet rättar nämnden det först.")
        yield Problem("minutes", what, remedy)
    if new.amount is None and not new.wrong.strip():
        what = _("Det står inte vad som ska rättas.")
        yield Problem("amount", what, _("Skriv rätt belopp, eller orden som är fel och vad det ska stå."))


def _wrong_words(decision: Decision, new: SlipCorrection) -> Iterator[Problem]:
    wrong = new.wrong.strip()
    times = sum(text.count(wrong) for text in (decision.reasons, *decision.conditions)) if wrong else 1
    if not times:
        what = _("Orden står inte i beslutet: {words}.", words=wrong)
        yield Problem("wrong", what, _("Skriv dem precis som de står i skälen eller villkoren."))
    if times > 1:
        what = _("Orden står på flera ställen i beslutet: {words}.", words=wrong)
        yield Problem("wrong", what, _("Skriv fler av orden, så att de bara stämmer på ett ställe."))
    if wrong and not new.right.strip():
        yield Problem("right", _("Det står inte vad det ska stå i stället."), _("Skriv de rätta orden."))


def _wrong_amount(case: Case, decision: Decision, amount: int, payment: object | None) -> Iterator[Problem]:
    if decision.kind != CaseKind.GRANT or decision.outcome not in FAVOURABLE:
        yield Problem("amount", _("Beslutet ger inga pengar."), _("Lämna beloppet tomt."))
    elif amount <= 0 or amount == decision.amount or (case.amount_applied is not None and amount > case.amount_applied):
        remedy = _(
            "Skriv beloppet som beslutades. Det ska vara större än noll, ett annat än det "
            "som står i beslutet och högst det sökta."
        )
        yield Problem("amount", _("Beloppet kan inte vara det som beslutades."), remedy)
    elif payment is None:
        what = _("Pengarna är betalda eller stoppade, eller ingår i ett utbetalningsunderlag till ekonomi.")
        yield Problem("amount", what, _("Ta ut utbetalningen ur utbetalningsunderlaget först, eller ompröva beslutet."))
