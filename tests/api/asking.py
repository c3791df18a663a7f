"""A system with a token, and what it asks."""

from __future__ import annotations

import io
import json
from datetime import date
from itertools import count
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.browsers import browser_on
from vetting.api.domain.rights import SystemRight
from vetting.api.services.systems import NewSystem, add_system, agree_system
from vetting.kernel.roles import Role

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.board import BoardAtWork

NAME = "E-tjänsten för bidrag"
KEYS = count(1)


def new_system(*rights: SystemRight, per_minute: int = 6_000, last_day: date = date(2027, 11, 20)) -> NewSystem:
    return NewSystem(name=NAME, rights=rights or tuple(SystemRight), per_minute=per_minute, last_day=last_day)


def token_of(board: BoardAtWork, *rights: SystemRight, **more: Any) -> str:
    row, secret = board.do(add_system, new_system(*rights, **more), role=Role.ADMINISTRATOR)
    if row.waits:
        board.do(agree_system, row.id, role=Role.MANAGER)
    return str(secret)


class AskingSystem:
    """A system that asks by its token; each thing it sends has a key of its own unless one is said."""

    def __init__(self, board: BoardAtWork, *rights: SystemRight, **more: Any) -> None:
        self.secret = token_of(board, *rights, **more)
        self.client: FlaskClient = browser_on(board.database, use_cookies=False)

    def headers(self, key: str | None = None, language: str = "sv") -> dict[str, str]:
        key = f"nyckel-{next(KEYS)}" if key is None else key
        return {"Authorization": f"Bearer {self.secret}", "Idempotency-Key": key, "Accept-Language": language}

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(f"/api/v1{path}", headers={**self.headers(), **headers})

    def post(self, path: str, body: object, *, key: str | None = None, **headers: str) -> TestResponse:
        data = body if isinstance(body, bytes) else json.dumps(body)
        sent = {**self.headers(key), **headers}
        return self.client.post(f"/api/v1{path}", data=data, content_type="application/json", headers=sent)

    def send_file(
        self, number: str, content: bytes, name: str, *, key: str | None = None, **fields: str
    ) -> TestResponse:
        file = FileStorage(io.BytesIO(content), name, "file")
        boundary, body = encode_multipart({**fields, "file": file})
        kind = f"multipart/form-data; boundary={boundary}"
        path = f"/api/v1/cases/{number}/documents"
        return self.client.post(path, data=body, content_type=kind, headers=self.headers(key))
