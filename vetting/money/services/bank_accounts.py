"""The account that a grant is paid to: what the decision knew, a change after it, and the check that it asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import select

from vetting.casework import open_case
from vetting.casework.domain.cases import OPEN
from vetting.casework.models import cases
from vetting.casework.models.cases import Case, GrantApplication
from vetting.casework.models.facts import GivenFacts
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import SEPARATION_WORDS, Action, SeparationOfDuties
from vetting.kernel.store.import_batches import is_batch_not_undone
from vetting.kernel.text import NO_WORDS, Words, _
from vetting.money.domain.bank_accounts import (
    ACCOUNT_CHECK_WORDS,
    AccountCheck,
    account_problem,
    kept_account,
    mask_account,
    read_bank_account,
    same_bank_account,
)
from vetting.money.domain.payment_holds import WaitingPayment
from vetting.money.models.payments import (
    BankAccountChange,
    account_in,
    accounts_checked,
    accounts_paid_to,
    bank_account_changes,
    drop_attests,
    find_payment,
    of_case,
    paid_to_others,
)
from vetting.people import habits_of, require_permission
from vetting.people.domain.ways_of_working import BoardOption
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from vetting.kernel.store.session import Session, WritingSession

LONGEST: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAccount:
    """Where a case's grant is to be paid."""

    number: str
    """As it holds now: the decision's, or the newest change that was checked. Empty when nobody has said one."""
    waiting: BankAccountChange | None
    """A change that nobody has checked yet."""
    elsewhere: tuple[str, str] | None
    """(case, account) of a later case of the association that says another account, unless somebody has checked;
    both empty where this person may not open that case."""
    known: bool = False
    """It has been paid to before for this association, or a second person has checked it."""
    of_other: bool = False
    """Another association has been paid to it."""

    @property
    def to_check(self) -> bool:
        """Whether a second person must check it before anything is paid."""
        return self.waiting is not None or self.elsewhere is not None or (bool(self.number) and not self.known)

    @property
    def shown(self) -> str:
        """Its last digits."""
        return mask_account(self.number)


NO_BANK_ACCOUNT: Final = BankAccount(number="", waiting=None, elsewhere=None)


def bank_accounts_of(session: Session, paid: Sequence[Case]) -> dict[int, BankAccount]:
    """Case -> where its grant is to be paid; of one board's cases, in few statements."""
    if not paid:
        return {}
    keys = [case.id for case in paid]
    giros = select(GrantApplication.case_id, GrantApplication.giro).where(GrantApplication.case_id.in_(keys))
    own = {key: giro for key, giro in session.execute(giros)}  # noqa: C416 - rows are no pairs to mypy
    changes = bank_account_changes(session, keys)
    later = _later(session, paid)
    found = {case.id: _account(case, own.get(case.id, ""), changes.get(case.id, []), later) for case in paid}
    return _with_what_is_known(session, paid, found, changes)


def _with_what_is_known(
    session: Session,
    paid: Sequence[Case],
    accounts: Mapping[int, BankAccount],
    changes: Mapping[int, Sequence[BankAccountChange]],
) -> dict[int, BankAccount]:
    """The same, with whether each is the association's for certain, and whether it has been another's."""
    board, owners = paid[0].board_id, {case.association_id for case in paid if case.association_id is not None}
    before, checked = accounts_paid_to(session, board, owners), accounts_checked(session, board, owners)
    others = paid_to_others(session, board, {kept_account(one.number) for one in accounts.values() if one.number})
    found = {}
    for case in paid:
        account, owner = accounts[case.id], case.association_id or 0
        own = [change.account for change in changes.get(case.id, ()) if change.checked_at is not None]
        sure = [*before.get(owner, ()), *checked.get(owner, ()), *own]
        found[case.id] = replace(
            account,
            known=any(same_bank_account(account.number, one) for one in sure),
            of_other=bool(others.get(kept_account(account.number), set()) - {owner}),
        )
    return found


def _account(
    case: Case, own: str, changes: Sequence[BankAccountChange], later: Mapping[int, Sequence[_LaterAccount]]
) -> BankAccount:
    checked = [change for change in changes if change.checked_at is not None]
    number = account_in(own, changes)
    waiting = next((change for change in reversed(changes) if change.checked_at is None), None)
    since = checked[-1].checked_at if checked else None
    other = (
        next(
            (
                found
                for found in later.get(case.association_id or 0, ())
                if found.key > case.id
                and not same_bank_account(found.account, number)
                and (not since or found.at > since)
            ),
            None,
        )
        if number
        else None
    )
    elsewhere = None
    if other is not None:
        elsewhere = (other.number, other.account) if other.seen else ("", "")
    return BankAccount(number=number, waiting=waiting, elsewhere=elsewhere)


class _LaterAccount(NamedTuple):
    key: int
    number: str
    account: str
    at: datetime
    seen: bool
    """Whether this person may open the case."""


def _later(session: Session, paid: Sequence[Case]) -> dict[int, list[_LaterAccount]]:
    """Association -> its cases with an account, newest first."""
    wanted = {case.association_id for case in paid if case.association_id is not None}
    found: dict[int, list[_LaterAccount]] = {}
    rows = session.execute(
        select(
            Case.association_id,
            Case.id,
            Case.number,
            GrantApplication.giro,
            Case.received_at,
            cases.seen_by(session.person),
        )
        .join(GrantApplication, GrantApplication.case_id == Case.id)
        .where(
            Case.board_id == paid[0].board_id,
            Case.association_id.in_(wanted),
            GrantApplication.giro != "",
            is_batch_not_undone(Case.batch_id),
        )
        .order_by(Case.id.desc())
    )
    for association, key, number, giro, at, seen in rows:
        found.setdefault(association or 0, []).append(_LaterAccount(key, number, giro, at, bool(seen)))
    return found


def change_bank_account(session: WritingSession, number: str, account: str, how: str) -> BankAccountChange:
    """An association has said another account after the decision; nothing is paid there before somebody has checked.

    Raises:
        Refused: the case is not decided, the account is none, or nothing says how it was told.
    """
    case = open_case(session, number, action=Action.HANDLE)
    how = " ".join(mask_personal_numbers(how).split())[:LONGEST]
    if case.state in OPEN:
        raise Refused(
            Obstacle.CLOSED, Problem("account", _("Ärendet är inte beslutat."), _("Ändra girot under Ändra uppgifter."))
        )
    digits = read_bank_account(account)
    problems = [] if digits is not None else [account_problem("account")]
    if not how:
        problems.append(_missing("how", _("Det står inte hur föreningen meddelade det nya kontot.")))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    row = BankAccountChange(
        board_id=case.board_id,
        case_id=case.id,
        account=digits or "",
        how=how,
        at=session.now,
        by_user_id=session.person.id,
    )
    session.add(row)
    drop_attests(session, [one.id for one in of_case(session, case.id) if one.paid_on is None])
    session.flush()
    session.note("account_changed", row, case_id=case.id, detail={"account": mask_account(row.account)})
    return row


def check_bank_account(
    session: WritingSession, payment_id: int, account: str, way: AccountCheck | None, how: str = ""
) -> BankAccountChange:
    """A second person, who handles cases or pays, has checked whose an account is.

    account: the one that is right: the decision's, or that of the change. way: by what they know. how: in their words.

    Raises:
        Refused: there is no such payment, nothing to check, another account than those told, no word of how, or it
            is the same person who wrote the account.
    """
    action = Action.PAY if session.person.may(Action.PAY) else Action.HANDLE
    require_permission(session.person, action)
    found = find_payment(session, payment_id, action)
    if found is None:
        raise Refused(Obstacle.MISSING)
    _unused, case = found
    known = bank_accounts_of(session, [case])[case.id]
    how = " ".join(mask_personal_numbers(how).split())[:LONGEST]
    told = [known.number, known.waiting.account if known.waiting else "", known.elsewhere[1] if known.elsewhere else ""]
    if not known.to_check or not any(same_bank_account(account, one) for one in told):
        raise Refused(
            Obstacle.STALE,
            Problem(case.number, _("Kontot är redan kontrollerat eller ändrat igen."), _("Öppna listan på nytt.")),
        )
    if way is None:
        unsaid = _("Det står inte hur du kontrollerade.")
        raise Refused(Obstacle.INVALID, Problem("way", unsaid, _("Välj ett sätt.")))
    how = ": ".join(filter(None, [ACCOUNT_CHECK_WORDS[way].sv, how]))
    if session.person.id in _who_wrote_it(session, case, known, account):
        raise Refused(
            Obstacle.FORBIDDEN, Problem(case.number, SEPARATION_WORDS[SeparationOfDuties.CHECK_OWN_ACCOUNT], NO_WORDS)
        )
    for change in bank_account_changes(session, [case.id]).get(case.id, []):
        if change.checked_at is None:
            change.checked_at, change.checked_by_id, change.how_checked = session.now, session.person.id, how
    row = known.waiting
    if row is None or not same_bank_account(row.account, account):
        row = BankAccountChange(
            board_id=case.board_id,
            case_id=case.id,
            account=account,
            how="",
            at=session.now,
            by_user_id=session.person.id,
            checked_at=session.now,
            checked_by_id=session.person.id,
            how_checked=how,
        )
        session.add(row)
    session.flush()
    session.note("account_checked", row, case_id=case.id, detail={"account": mask_account(row.account)})
    return row


def _who_wrote_it(session: Session, case: Case, known: BankAccount, account: str) -> set[int]:
    """Those who noted a change that waits, took in the later case that says another, or wrote it in this case."""
    unchecked = [row for row in bank_account_changes(session, [case.id]).get(case.id, []) if row.checked_at is None]
    found = {row.by_user_id for row in unchecked}
    given = select(GivenFacts.by_user_id, GivenFacts.of_case, GivenFacts.of_association)
    for person, *parts in session.execute(given.where(GivenFacts.case_id == case.id)):
        written = [str(part["values"].get("giro_number") or "") for part in parts if part and "values" in part]
        if person and any(same_bank_account(account, one) for one in written):
            found.add(person)
    if known.elsewhere is not None and known.elsewhere[0]:
        of = select(Case.id).where(Case.board_id == case.board_id, Case.number == known.elsewhere[0]).scalar_subquery()
        said = select(GivenFacts.by_user_id).where(GivenFacts.case_id == of, GivenFacts.of_case.is_not(None))
        found |= {person for person in session.scalars(said.distinct()) if person}
    return found


def refuse_unchecked_account(session: Session, case: Case) -> None:
    """Nothing is paid before a new account has been checked.

    Raises:
        Refused: it has not.
    """
    why = not_checked(bank_accounts_of(session, [case])[case.id])
    if why is not None:
        raise Refused(Obstacle.CLOSED, Problem(case.number, why.sentence, why.remedy))


def not_checked(account: BankAccount) -> WaitingPayment | None:
    """What an account waits for before anything is paid to it."""
    if not account.to_check:
        return None
    what = _("Kontot är ändrat efter beslutet")
    if account.waiting is None and account.elsewhere is None:
        what = _("Nytt konto, väntar på kontroll")
    return WaitingPayment(
        what, _("En annan person än den som skrev in kontot kontrollerar det, i listan över utbetalningar.")
    )


def refuse_own_check(session: Session, case: Case) -> None:
    """Where the board keeps the two apart, whoever checked a changed account does not mark the grant as paid.

    Raises:
        Refused: the same person checked it.
    """
    if BoardOption.OTHER_PAYS not in habits_of(session.get_one(Board, case.board_id)):
        return
    changes = bank_account_changes(session, [case.id]).get(case.id, [])
    if any(change.checked_by_id == session.person.id for change in changes):
        words = SEPARATION_WORDS[SeparationOfDuties.PAY_CHECKED_ACCOUNT]
        raise Refused(Obstacle.FORBIDDEN, Problem(case.number, words, NO_WORDS))


def _missing(where: str, what: Words) -> Problem:
    return Problem(where, what, _("Skriv en kort mening."))
