"""A large city on PostgreSQL: 20 boards, in a year 8,000 applications and 300,000 bookings, 60 people at once.

`python -m tests.soak.large_city ADDRESS SHARE` fills an empty database with a share of a year and measures it. In each
board some cases are walked by the services; the others are like them by plain inserts, without a trail of their own.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from http.client import HTTPConnection
from statistics import quantiles
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, insert, select, text

from tests.api.asking import new_system
from tests.bench.pages import AT_ONCE, columns_of
from tests.board import NUMBERS, BoardAtWork, booking_facts, clean_facts
from tests.browser.conftest import free_port, start_server
from tests.house.samples import organisation_number
from tests.soak.visitors import Visitor
from vetting import clock
from vetting.api.domain.rights import SystemRight
from vetting.api.services.systems import add_system
from vetting.associations.models.associations import CURRENT, Association, AssociationName
from vetting.casework.models.cases import Case, Occurrence
from vetting.casework.models.decisions import Decision
from vetting.casework.models.rescreening import NEW_DAY, RecurringWork, RescreeningRequest
from vetting.casework.services import rescreening
from vetting.grants.services.rounds import NewRound, add_round
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.organisation_numbers import fold_name
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.operations.database import schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vetting.kernel.store.base import Base
    from vetting.kernel.store.engine import Database

BOARDS, APPLICATIONS, BOOKINGS, PEOPLE = 20, 8_000, 300_000, 60
ASSOCIATIONS: Final = 4_000
YEAR: Final = 2026
LAST: Final = date(YEAR, 11, 20)
OPEN: Final = 0.05
"""The share of the applications that are handled now."""
PASSWORD: Final = "korrekt häst batteri"
SENDERS, EVENING = 8, 60.0
"""E-services of as many boards that send applications on the last evening of a round, for so many seconds."""
LAST_DAY: Final = "Sista dagen"
LONGEST_NIGHT: Final = 1_800.0
THINKING: Final = 4.0
"""Seconds from one page to the next, on average, of somebody who works fast."""
PAGES: Final = {
    "I dag": ("caseworker", "/i-dag"),
    "Ansökningar": ("caseworker", "/arenden"),
    "Ett ärende": ("caseworker", "/arenden/BID-2026-0001"),
    "Bokningar": ("premises", "/bokningar"),
    "Snabbkoll": ("premises", f"/snabbkoll?q={NUMBERS[0]}&typ=bokning"),
    "Att besluta": ("decision_maker", "/att-besluta"),
    "Register": ("manager", "/register/approvals"),
    "Översikt": ("manager", "/oversikt"),
}


@dataclass
class Measured:
    """What a share of a year came to. pages: name -> seconds of each answer; acts: written in how many seconds."""

    share: float
    filled_in: float = 0.0
    night: float = 0.0
    """Seconds until every open case had been judged again, as it is each night."""
    size: int = 0
    pages: dict[str, list[float]] = field(default_factory=dict)
    statuses: dict[int, int] = field(default_factory=dict)
    visited_in: float = 0.0
    written: int = 0
    evening: list[float] = field(default_factory=list)
    """Seconds of each application that was sent while the 60 went on."""

    def p95(self, name: str) -> float:
        """Milliseconds that 95 of 100 answers of a page took at most."""
        return _p95(self.pages[name])

    def lines(self) -> Iterator[str]:
        """As it is told."""
        asked = sum(self.statuses.values())
        yield (
            f"{self.share:g} of a year: filled in {self.filled_in:.0f} s, {self.size / 1e6:.0f} MB; "
            f"the night's work {self.night:.0f} s"
        )
        yield (
            f"  {PEOPLE} people, {asked / self.visited_in:.1f} requests and {self.written / self.visited_in:.1f} acts "
            f"a second; answers {dict(sorted(self.statuses.items()))}"
        )
        for name in PAGES:
            middle = quantiles(self.pages[name], n=2, method="inclusive")[0] * 1e3
            yield f"  {name}: half within {middle:.0f} ms, 95 of 100 within {self.p95(name):.0f} ms"
        yield (
            f"  last evening: {len(self.evening) / EVENING:.1f} applications a second from e-services, 95 of 100 answered "
            f"within {_p95(self.evening):.0f} ms"
        )


def _p95(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=20, method="inclusive")[-1] * 1e3


def fill(address: str, share: float) -> tuple[BoardAtWork, list[str]]:
    """Fills a database with a share of a year; one of its boards, and the tokens of e-services."""
    database = schema.open_database(address)
    boards = [BoardAtWork(database, code=f"b{place:02}").build() for place in range(BOARDS)]
    rows: dict[type[Base], list[dict[str, Any]]] = {Association: [], AssociationName: [], Case: [], Decision: []}
    rows[Occurrence] = []
    keys = _names(database, boards[0], rows)
    next_case = 1_000_000
    for place, board in enumerate(boards):
        grants, bookings = int(APPLICATIONS * share / BOARDS), int(BOOKINGS * share / BOARDS)
        _grants(board, rows, keys, range(next_case, next_case + grants))
        _bookings(board, rows, keys, range(next_case + grants, next_case + grants + bookings))
        next_case += grants + bookings
        _insert(database, rows)
        sys.stderr.write(f"\r{place + 1} of {BOARDS} boards")
    schema.count_rows(database)
    rescreening.rescreen_all(database, at=clock.now())
    return boards[0], [_token_for_last_day(board) for board in boards[:SENDERS]]


def _token_for_last_day(board: BoardAtWork) -> str:
    """The token of an e-service of a board, where a round closes today."""
    at, today = clock.now(), clock.now().date()
    board.do(add_round, NewRound(name=LAST_DAY, opens_on=today - timedelta(days=30), closes_on=today), at=at)
    system = new_system(SystemRight.APPLY, last_day=today + timedelta(days=1))
    secret: str = board.do(add_system, system, role=Role.ADMINISTRATOR, at=at)[1]
    return secret


def _names(database: Database, board: BoardAtWork, rows: dict[type[Base], list[dict[str, Any]]]) -> list[int]:
    """The associations, and their ids."""
    board.receive(clean_facts(NUMBERS[5], "Mönsterföreningen"))
    with open_reading(database) as session:
        known = columns_of(session.scalars(select(Association)).one())
    keys = [10_000 + place for place in range(ASSOCIATIONS)]
    for key in keys:
        name = f"Föreningen Storstad {key}"
        folded = fold_name(name)
        rows[Association].append(known | {"id": key, "number": None, "name": name, "name_key": folded})
        named = {"association_id": key, "name": name, "name_key": folded, "kind": CURRENT, "source": ""}
        rows[AssociationName].append(named)
    return keys


def _columns_of_case(board: BoardAtWork, number: str, model: type[Base] = Case) -> dict[str, Any]:
    with open_reading(board.database) as session:
        case = session.scalars(select(Case).where(Case.number == number, Case.board_id == board.board_id)).one()
        if model is Case:
            return columns_of(case)
        return columns_of(session.scalars(select(model).where(getattr(model, "case_id") == case.id)).one())  # noqa: B009 - a table of cases


def _grants(board: BoardAtWork, rows: dict[type[Base], list[dict[str, Any]]], keys: list[int], ids: range) -> None:
    ready = board.receive(clean_facts(NUMBERS[0], "Kulturföreningen Provkvarnen")).number
    board.make_ready(ready)
    board.propose(ready)
    paid = board.approve(clean_facts(NUMBERS[1], "Föreningen Betald")).number
    case, decision = _columns_of_case(board, ready), _columns_of_case(board, paid, Decision)
    for place, key in enumerate(ids):
        is_open = place < len(ids) * OPEN
        day = LAST - timedelta(days=place % 40 if is_open else 60 + place % 300)
        who = keys[key % len(keys)]
        rows[Case].append(
            case
            | {"id": key, "number": f"BID-{day.year}-{key}", "association_id": who, "received_on": day}
            | {"name": f"Föreningen Storstad {who}", "state": "in_progress" if is_open else "closed"}
        )
        if not is_open:
            decided = {"id": key, "case_id": key, "decided_on": day + timedelta(days=40)}
            rows[Decision].append(decision | decided)


def _bookings(board: BoardAtWork, rows: dict[type[Base], list[dict[str, Any]]], keys: list[int], ids: range) -> None:
    number = board.receive(booking_facts(NUMBERS[2], "Bokaren"), kind=CaseKind.BOOKING).number
    case = _columns_of_case(board, number)
    for place, key in enumerate(ids):
        day = LAST + timedelta(days=30 - place % 365)
        who = keys[key % len(keys)]
        waits = day > LAST and place % 10 == 0
        rows[Case].append(
            case
            | {"id": key, "number": f"BOK-{day.year}-{key}", "association_id": who}
            | {"received_on": min(day - timedelta(days=14), LAST), "name": f"Föreningen Storstad {who}"}
            | {"state": "requested" if waits else "confirmed"}
        )
        begins = datetime(day.year, day.month, day.day, 8 + place % 12, tzinfo=UTC)
        rows[Occurrence].append(
            {"id": key, "case_id": key, "room_name": f"Sal {place % 15}", "starts_at": begins}
            | {"ends_at": begins + timedelta(hours=2), "state": "requested"}
        )


def _insert(database: Database, rows: dict[type[Base], list[dict[str, Any]]]) -> None:
    with database.engine.begin() as connection:
        for model, some in rows.items():
            for start in range(0, len(some), AT_ONCE):
                connection.execute(insert(model), some[start : start + AT_ONCE])
            some.clear()


def measure(address: str, share: float, *, seconds: float = 120.0) -> Measured:
    """Fills an empty database, and lets so many people work in it for some seconds."""
    found, began = Measured(share), time.monotonic()
    board, tokens = fill(address, share)
    found.filled_in = time.monotonic() - began
    with board.database.engine.connect() as connection:
        found.size = int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
    port = free_port()
    server = start_server(port, address)
    began = time.monotonic()
    _wait_for_night(board.database)
    found.night = time.monotonic() - began
    board.database.close()
    found.pages = {name: [] for name in PAGES}
    stop, lock = threading.Event(), threading.Lock()
    try:
        people = [
            threading.Thread(target=_work, args=(port, place, found, stop, lock), daemon=True)
            for place in range(PEOPLE)
        ]
        for person in people:
            person.start()
        stop.wait(PEOPLE * 0.5)  # until they have signed in
        with lock:
            found.pages = {name: [] for name in PAGES}
            found.statuses, found.written = {}, 0
        began = time.monotonic()
        stop.wait(seconds)
        with lock:
            found.visited_in = time.monotonic() - began
            visited = {name: list(each) for name, each in found.pages.items()}
        found.evening = _last_evening(port, tokens)
        stop.set()
        for person in people:
            person.join(timeout=60)
        found.pages = visited
    finally:
        server.terminate()
        server.wait(60)
    return found


def _wait_for_night(database: Database) -> None:
    """Until what a new day brings is done: it goes on beside the pages, and most days nobody is there then."""
    last = time.monotonic() + LONGEST_NIGHT
    while time.monotonic() < last:
        time.sleep(1)
        with open_reading(database) as session:
            day = session.scalar(select(RecurringWork.next_at).where(RecurringWork.name == NEW_DAY))
            left = session.scalar(select(func.count(RescreeningRequest.id)))
        if day is not None and day > clock.now() and not left:
            return
    raise AssertionError("the night's work is not done")


def _last_evening(port: int, tokens: Sequence[str]) -> list[float]:
    """Sends applications as fast as each is answered; how long each took. Whatever is not taken in is an error."""
    began, took, wrong = time.monotonic(), list[float](), list[str]()

    def send(place: int, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
            connection.request("GET", "/api/v1/forms", headers=headers)
            forms = json.load(connection.getresponse())["forms"]
            name = next(form["id"] for form in forms if form["title"].startswith(LAST_DAY))
            for turn in range(1_000):
                if time.monotonic() - began > EVENING:
                    return
                serial = (turn + place * 1_000 // SENDERS) % 1_000
                who = {"name_in_application": f"Sena föreningen {serial}", "amount_applied": 20_000}
                answers = who | {"organisation_number": organisation_number(serial)}
                sent = time.monotonic()
                body = json.dumps({"form": name, "answers": answers})
                connection.request("POST", "/api/v1/applications", body, headers | {"Idempotency-Key": str(turn)})
                answer = connection.getresponse()
                said = answer.read().decode()
                took.append(time.monotonic() - sent)
                if answer.status != HTTPStatus.CREATED:
                    wrong.append(said)

    senders = [threading.Thread(target=send, args=sender) for sender in enumerate(tokens)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    if wrong:
        raise AssertionError(wrong[:3])
    return took


def _work(port: int, place: int, found: Measured, stop: threading.Event, lock: threading.Lock) -> None:
    """One person: pages of their role in their board, and every eighth time a note in a case."""
    chance = random.Random(place)
    code = f"b{place % BOARDS:02}"
    own = list(PAGES)[place % len(PAGES)]
    role = PAGES[own][0]
    names = [name for name, (needs, _path) in PAGES.items() if needs == role]
    stop.wait(place * 0.3)  # they do not all come at once: to check a password is meant to be slow
    with closing(Visitor(port)) as visitor:
        visitor.sign_in(f"{role}.{code}", PASSWORD)
        while not stop.wait(chance.expovariate(1 / THINKING)):
            name = chance.choice(names)
            answer = visitor.ask("GET", PAGES[name][1])
            with lock:
                if not stop.is_set():
                    found.pages[name].append(answer.seconds)
                    found.statuses[answer.status] = found.statuses.get(answer.status, 0) + 1
            if role == "caseworker" and answer.status == 200:
                page = visitor.ask("GET", "/arenden/BID-2026-0001")
                note = {"text": f"Anteckning {chance.random()}", "official": "1"}
                sent = visitor.send("/arenden/BID-2026-0001/anteckning", page.token, note)
                with lock:
                    if not stop.is_set():
                        found.written += sent.status == 303
                        found.statuses[sent.status] = found.statuses.get(sent.status, 0) + 1


WIDE, TALL, EDGE = 640, 360, 60
BOTTOM: Final = TALL - EDGE


def curve(measured: Sequence[Measured]) -> str:
    """How soon 95 of 100 answers of each page came, by the share of a year that the database holds, as SVG."""
    most = max(one.p95(name) for one in measured for name in PAGES)
    across, up = (WIDE - 3 * EDGE) / max(one.share for one in measured), (BOTTOM - EDGE / 2) / most
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{TALL}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDE}" height="{TALL}" fill="#fff"/>',
        f'<path d="M{EDGE} {EDGE / 2}V{BOTTOM}H{WIDE - 2 * EDGE}" fill="none" stroke="#555"/>',
        f'<text x="8" y="16">95 av 100 svar inom, ms (högst {most:.0f})</text>',
        f'<text x="{EDGE}" y="{TALL - 12}">andel av ett år: {", ".join(f"{one.share:g}" for one in measured)}</text>',
    ]
    ends = sorted(PAGES, key=measured[-1].p95, reverse=True)
    for place, name in enumerate(ends):
        points = [(EDGE + one.share * across, BOTTOM - one.p95(name) * up) for one in measured]
        line = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="#0062ba" stroke-width="1.5"/>')
        at = EDGE / 2 + 14 + place * 18
        parts.append(f'<text x="{points[-1][0] + 8:.0f}" y="{at:.0f}">{name} {measured[-1].p95(name):.0f}</text>')
    return "\n".join([*parts, "</svg>", ""])


def main() -> None:
    """Prints what a share came to."""
    for line in measure(sys.argv[1], float(sys.argv[2])).lines():
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
