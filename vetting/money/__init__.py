"""Payments, bank accounts, stops, reclaims, grant reports and follow-up."""

from vetting.money.services.bank_accounts import NO_BANK_ACCOUNT, BankAccount, bank_accounts_of, not_checked
from vetting.money.services.closing import close_case, closing_situation
from vetting.money.services.letter_contents import instalments_of
from vetting.money.services.payment_batches import has_left
from vetting.money.services.payment_holds import waiting_payments
from vetting.money.services.payments import mark_paid, note_returned, unpay
from vetting.money.services.planned_payments import usual_instalments
from vetting.money.services.ready_payments import held_payments, payments_until, sort_payments
from vetting.money.services.support_endings import endings_to_decide

__all__ = [
    "NO_BANK_ACCOUNT",
    "BankAccount",
    "bank_accounts_of",
    "close_case",
    "closing_situation",
    "endings_to_decide",
    "has_left",
    "held_payments",
    "instalments_of",
    "mark_paid",
    "not_checked",
    "note_returned",
    "payments_until",
    "sort_payments",
    "unpay",
    "usual_instalments",
    "waiting_payments",
]
