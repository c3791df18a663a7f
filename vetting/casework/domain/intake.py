"""A case as it comes in, by form, mail, paper or list: what stops it, and what is kept of what it says beside facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from vetting.engine.facts import CUSTOMER_NUMBER, NAME, NUMBER
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import day_here
from vetting.kernel.organisation_numbers import MASK, mask_personal_numbers
from vetting.kernel.problem import Problem
from vetting.kernel.text import _, day_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vetting.engine.facts import Value

PRIVATE: Final = "Privatperson"
"""What a private person is called here."""
LONGEST_NAME: Final = 200
LONGEST_PURPOSE: Final = 2_000
LONGEST_CUSTOMER: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeFrame:
    """What holds for all that is taken in at once."""

    on: date
    source: str
    """Where an association without a number is known from."""
    opens_on: date | None = None
    """The day that the round opens; nothing can have come before."""
    due_on: date | None = None
    """The day that the round is decided."""
    answer_days: int | None = None
    """Of a grant that is applied for all the year: within how many days it is answered."""

    def due_of(self, received_on: date) -> date | None:
        """By which day what came in that day is to be answered."""
        return self.due_on if self.answer_days is None else received_on + timedelta(days=self.answer_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptOfCase:
    """What is kept of a case in columns of its own, for queues and registers."""

    name: str
    number: str
    private: bool
    due_on: date | None
    purpose: str
    amount: int | None
    """Öre."""
    giro: str
    reference: str
    customer: str
    title: str
    open_to_public: bool | None
    rate: str


def is_private(values: Mapping[str, Value]) -> bool:
    """Whether somebody books for themselves: of them neither name nor number is kept."""
    return values.get("booker_is_private") is True


def kept_of_case(
    kind: CaseKind, values: Mapping[str, Value], frame: IntakeFrame, received_on: date, *, starts: datetime | None
) -> KeptOfCase:
    """What is kept of what came in that day. starts: when a booking begins."""
    private, opened = is_private(values), values.get("open_to_public")
    first = day_here(starts) if starts is not None else None
    return KeptOfCase(
        name="" if private else _text(values, NAME)[:LONGEST_NAME],
        number="" if private else str(values.get(NUMBER, "")),
        private=private,
        due_on=(first - timedelta(days=1) if first else None)
        if kind is CaseKind.BOOKING
        else frame.due_of(received_on),
        purpose=str(values.get("purpose") or values.get("event_purpose") or "")[:LONGEST_PURPOSE],
        amount=whole_amount(values.get("amount_applied")),
        giro=str(values.get("giro_number", "")),
        reference=str(values.get("booking_reference", "")),
        customer="" if private else _customer(values),
        title=str(values.get("event_title", "")),
        open_to_public=opened if isinstance(opened, bool) else None,
        rate=str(values.get("rate_applied_for", "")),
    )


def whole_amount(value: Value | None) -> int | None:
    """Öre, where it is an amount."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _text(values: Mapping[str, Value], fact: str) -> str:
    return " ".join(mask_personal_numbers(str(values.get(fact, ""))).split())


def _customer(values: Mapping[str, Value]) -> str:
    """The booking system's number of whoever books; somebody's personal number is none."""
    given = str(values.get(CUSTOMER_NUMBER, ""))[:LONGEST_CUSTOMER]
    return given if mask_personal_numbers(given) == given and MASK not in given else ""


def wrong_with_intake(values: Mapping[str, Value], received_on: date | None, frame: IntakeFrame) -> Iterator[Problem]:
    """What stops a case; `where` is the field. received_on: as it was said, None where nothing was."""
    if not values.get(NAME) and not values.get(NUMBER) and not is_private(values):
        yield Problem(
            NAME,
            _("Varken föreningens namn eller ett organisationsnummer som går att läsa är ifyllt."),
            _("Fyll i något av dem."),
        )
    if received_on is None:
        return
    if received_on > frame.on:
        yield Problem("received_on", _("Ankomstdagen ligger i framtiden."), _("Rätta datumet."))
    elif frame.opens_on is not None and received_on < frame.opens_on:
        yield Problem(
            "round_id",
            _("Ansökan kom in före ") + day_in_words(frame.opens_on) + _(", då omgången öppnar."),
            _("Rätta ankomstdagen, eller välj en annan omgång."),
        )
