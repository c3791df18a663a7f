"""Pages of the golden record: what people of two boards are shown, and what they are told when a form is sent empty.

`kept/asked.txt` says which pages: login, tab, address; and which forms: login, tab, address, tab, action. It is made by
`python -m tests.golden.pages`, which walks along links and keeps the first page of each kind that somebody reaches.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import Counter, deque
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest import mock
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from lxml import html
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from tests.browsers import COOKIE
from tests.golden import record
from tests.golden.frozen import MOMENT
from tests.golden.reading import text_of, text_of_element
from vetting import clock
from vetting.app.application import create_app
from vetting.casework.models.cases import Case
from vetting.config import Config
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_reading
from vetting.people.services import sign_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

ASKED = Path(__file__).parent / "kept" / "asked.txt"
PASSWORD = "prova utan risk"
NOBODY = "-"
DIGEST = re.compile(r"(?:\b\d+ )?\b[0-9a-f]{64}\b|\b(?=[a-f]*\d)[0-9a-f]{16}\b")
"""Of what is salted or dated anew for every run."""
MOST_LINES = 1_000
OF_A_KIND = 4
"""So many pages of one kind are opened for each person in search of forms."""
NOT_ASKED = frozenset({"static", "second_factor.own"})
"""Pages that are no two times the same."""


class Asked(NamedTuple):
    """One page, or one form of it."""

    login: str
    address: str
    action: str = ""


class Visitors:
    """The application on a copy of the demonstration, at a moment that stands still, with everybody signed in."""

    def __init__(self, path: Path, language: str) -> None:
        self.path, self.language = path, language
        self.begin()

    def begin(self) -> None:
        self.database = connect_database(f"sqlite:///{self.path}")
        self.app: Flask = create_app(Config(language=self.language), self.database)  # type: ignore[arg-type]
        self.clients: dict[str, FlaskClient] = {}

    def end(self) -> None:
        self.database.close()

    def of(self, login: str) -> FlaskClient:
        if login not in self.clients:
            client = self.app.test_client()
            if login != NOBODY:
                began = sign_in.sign_in(self.database, login, PASSWORD, address="127.0.0.1", at=clock.now())
                client.set_cookie(COOKIE, began.token)
            self.clients[login] = client
        return self.clients[login]

    def endpoint(self, address: str, method: str = "GET") -> tuple[str, Mapping[str, Any]]:
        try:
            return self.app.url_map.bind("localhost").match(urlsplit(address).path, method=method)
        except HTTPException:
            return "", {}


@contextmanager
def visitors(source: Path, language: str) -> Iterator[Visitors]:
    """People at a copy of a filled database."""
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(clock, "now", return_value=MOMENT):
        made = Visitors(Path(shutil.copy(source, folder)), language)
        try:
            yield made
        finally:
            made.end()


def opened(client: FlaskClient, answer: TestResponse, address: str) -> html.HtmlElement:
    """A page with everything that stands closed in it in its place."""
    tree = html.fromstring(answer.text)
    for link in tree.xpath("//a[@data-opens]"):
        part = html.fragment_fromstring(client.get(f"{urldefrag(urljoin(address, link.get('href')))[0]}&del=1").text)
        shell = link.getparent()
        part.tail = shell.tail
        shell.getparent().replace(shell, part)
    return tree


def is_page(answer: TestResponse) -> bool:
    return answer.status_code == 200 and answer.mimetype == "text/html"


def walk(at: Visitors, logins: Sequence[str]) -> Iterator[Asked]:
    """The first page of each kind that people of one board reach along links, and those with forms not seen before."""
    with open_reading(at.database) as session:
        states = {number: f"{kind} {state}" for number, kind, state in session.execute(_CASES)}

    def kind_of(address: str) -> tuple[str, str]:
        name, given = at.endpoint(address)
        return name, states.get(given.get("number", ""), "") if name == "cases.show" else ""

    known: set[tuple[str, str]] = set()
    forms: set[str] = set()
    for login in logins:
        client, waiting, seen = at.of(login), deque(["/"]), {"/"}
        followed: Counter[tuple[str, str]] = Counter()
        while waiting:
            address = waiting.popleft()
            answer = client.get(address)
            links = [answer.location] if answer.status_code in {302, 303} else []
            sent: set[str] = set()
            if is_page(answer):
                tree = opened(client, answer, address)
                links = tree.xpath("//a/@href")
                sent = {at.endpoint(action, "POST")[0] for action, _form in forms_of(tree, address)} - {""}
            if answer.status_code == 200 and (kind_of(address) not in known or sent - forms or address == "/"):
                yield Asked(login, address)
                known.add(kind_of(address))
                forms |= sent
            for link in links:
                target = urldefrag(urljoin(address, link))[0]
                kind = kind_of(target)
                if urlsplit(target).netloc or not kind[0] or kind[0] in NOT_ASKED or target in seen:
                    continue
                if followed[kind] < OF_A_KIND:
                    followed[kind] += 1
                    seen.add(target)
                    waiting.append(target)


_CASES = select(Case.number, Case.kind, Case.state)


def forms_of(tree: html.HtmlElement, address: str) -> Iterator[tuple[str, html.HtmlElement]]:
    """Forms that are posted, by the address they go to; one without an address of its own goes to its page."""
    for form in tree.xpath("//main//form[@method='post']"):
        yield form.get("action") or address, form


def empty(form: html.HtmlElement) -> dict[str, str]:
    """What a browser sends of a form in which nothing is filled in: its hidden fields."""
    hidden = form.xpath(".//input[@type='hidden']")
    typed = form.xpath(".//input[not(@type) or @type='text' or @type='date' or @type='number'] | .//textarea")
    return {**{one.get("name"): "" for one in typed}, **{one.get("name"): one.get("value", "") for one in hidden}}


def refused_forms(source: Path, pages: Sequence[Asked]) -> Iterator[Asked]:
    """The first form to each address that is refused when it is sent empty; what is taken is undone by another copy."""
    known: set[str] = set()
    waiting = deque(pages)
    while waiting:
        with visitors(source, "sv") as at:
            while waiting:
                page = waiting[0]
                taken = False
                answer = at.of(page.login).get(page.address)
                tree = opened(at.of(page.login), answer, page.address) if is_page(answer) else html.fromstring("<p>")
                for action, form in forms_of(tree, page.address):
                    name, _values = at.endpoint(action, "POST")
                    if name in known or not name:
                        continue
                    known.add(name)
                    status = at.of(page.login).post(action, data=empty(form)).status_code
                    if status == 422:
                        yield Asked(page.login, page.address, action)
                    elif status < 400:
                        taken = True
                        break
                if taken:
                    break
                waiting.popleft()


def told(at: Visitors, asked: Asked) -> str:
    """What the page says, or what is said of the form sent empty."""
    client = at.of(asked.login)
    answer = client.get(asked.address)
    head = f"{answer.status_code} {answer.mimetype} {answer.location or ''}".strip()
    if not is_page(answer):
        return f"{head}\n{text_of(answer.data, answer.mimetype or '')}\n"
    tree = opened(client, answer, asked.address)
    if asked.action:
        form = next(form for action, form in forms_of(tree, asked.address) if action == asked.action)
        answer = client.post(asked.action, data=empty(form))
        tree = html.fromstring(answer.text)
        sent = [form for action, form in forms_of(tree, asked.address) if action == asked.action]
        parts = [*tree.xpath("//title"), *tree.xpath("//main//*[@role='alert']"), *sent[:1]]
        return "\n".join([f"{answer.status_code}", *map(text_of_element, parts)]) + "\n"
    whole = asked.address == "/"
    parts = [*tree.xpath("//title"), tree] if whole else [*tree.xpath("//title"), *tree.xpath("//main")]
    return "\n".join([head, *map(text_of_element, parts)]) + "\n"


def read_asked() -> list[Asked]:
    return [Asked(*line.split("\t")) for line in ASKED.read_text(encoding="utf-8").splitlines()]


def of_pages(folder: Path, source: Path, language: str) -> None:
    """Writes each page and each refused form to a file of its own."""
    with visitors(source, language) as at:
        for asked in read_asked():
            kind = f"refused/{language}" if asked.action else f"pages/{language}/{asked.login}"
            name = record.name_of(unquote(asked.action or asked.address))
            record.keep(
                folder / kind / f"{name}.txt", record.shortened(DIGEST.sub("DIGEST", told(at, asked)), MOST_LINES)
            )


def main() -> None:
    """Chooses the pages and forms anew."""
    with tempfile.TemporaryDirectory() as folder:
        source, demo = record.fill(Path(folder))
        found = []
        for board in record.BOARDS:
            logins = [one["user"] for one in demo["logins"] if one["user"].endswith(f".{board}")]
            with visitors(source, "sv") as at:
                found += list(walk(at, [NOBODY, *logins] if board == record.BOARDS[0] else logins))
        found += list(refused_forms(source, found))
    ASKED.parent.mkdir(exist_ok=True)
    ASKED.write_text("".join("\t".join(filter(None, one)) + "\n" for one in found), encoding="utf-8")


if __name__ == "__main__":
    main()
