"""Skickar en ansökan med en handling till vetting och hämtar hur det går. Bara standardbiblioteket behövs.

Sends an application with a paper to vetting and fetches how it is going; needs nothing but the standard library.

    python docs/develop/skicka-ansokan.py https://bidrag.exempel.se vtg_... stadgar.pdf

Nyckeln görs på sidan Andra system. Formulärets frågor hämtas som JSON Schema: en e-tjänst bygger sitt formulär av det.
The token is made on the page Other systems. The form's questions are fetched as JSON Schema, which an e-service builds
its own form from.
"""

from __future__ import annotations

import json
import sys
import uuid
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

ANSWERS = {
    "name_in_application": "Exempelkörens Vänner",
    "organisation_number": "802999-0234",
    "purpose": "En kör för nybörjare",
    "amount_applied": 25_000,
    "members_total": 42,
}


class Door:
    """The interface of one installation, with one system's token."""

    def __init__(self, address: str, token: str) -> None:
        self.address, self.token = address.rstrip("/"), token

    def ask(self, path: str, body: bytes | None = None, kind: str = "application/json", key: str = "") -> Any:  # noqa: ANN401 - JSON
        """An answer. The same thing is sent again with the same key when no answer came: it is taken in once."""
        headers = {"Authorization": f"Bearer {self.token}", "Accept-Language": "sv", "Content-Type": kind}
        if key:
            headers["Idempotency-Key"] = key
        try:
            with urlopen(Request(self.address + path, body, headers), timeout=30) as answer:  # noqa: S310 - the address that was asked for
                return json.load(answer)
        except HTTPError as refused:
            problem = json.load(refused)
            for error in problem.get("errors", ()):
                sys.stderr.write(f"{error['pointer']}: {error['detail']} {error['remedy']}\n")
            raise SystemExit(f"{problem['status']}: {problem['title']}") from None


def multipart(file: Path, **fields: str) -> tuple[bytes, str]:
    """A file with fields, as a browser's form sends them."""
    line = uuid.uuid4().hex
    parts = [
        f'--{line}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{line}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n\r\n'.encode()
    return b"".join([*parts, head, file.read_bytes(), f"\r\n--{line}--\r\n".encode()]), line


def main(address: str, token: str, paper: str) -> None:
    """The whole road: which forms there are, what is asked, the application, its paper, how it is going."""
    door = Door(address, token)
    form = next(form for form in door.ask("/api/v1/forms")["forms"] if form["kind"] == "grant")
    schema = door.ask(form["schema"])
    sys.stdout.write(f"{form['title']}: {len(schema['properties'])} frågor\n")
    answers = {name: answer for name, answer in ANSWERS.items() if name in schema["properties"]}
    body = json.dumps({"form": form["id"], "answers": answers}).encode()
    sent = door.ask("/api/v1/applications", body, key=str(uuid.uuid4()))
    content, line = multipart(Path(paper), type="statutes_document")
    path = f"/api/v1/cases/{sent['number']}"
    door.ask(f"{path}/documents", content, f"multipart/form-data; boundary={line}", key=str(uuid.uuid4()))
    state, papers = door.ask(path), door.ask(f"{path}/documents")["documents"]
    sys.stdout.write(f"{state['number']}: {state['state']}; {papers[0]['name']} {papers[0]['reading']}\n")


if __name__ == "__main__":
    main(*sys.argv[1:4])
