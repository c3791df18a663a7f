"""A rules owner's desk: one draft of a guideline, and the forms that change its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests import browsers
from tests.board import BoardAtWork
from tests.rules.services.guideline import CASES, GUIDELINE
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.rules.models import RuleDraft
from vetting.rules.services import drafts
from vetting.rules.services.drafts import RuleDraftChange

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.databases import Databases


class Desk:
    """A rules owner at work on one draft."""

    def __init__(self, databases: Databases, text: str = GUIDELINE, worked: str = CASES) -> None:
        self.board = BoardAtWork.copied(databases, "sqlite")
        self.draft = self.board.do(drafts.take_in, text.encode(), worked.encode(), role=Role.RULES_OWNER)
        self.client = self.signed_in(Role.RULES_OWNER)

    def signed_in(self, role: Role) -> FlaskClient:
        return browsers.signed_in(self.board.database, f"{role.value}.norr")

    def kept(self) -> RuleDraft:
        with open_reading(self.board.database) as session:
            return session.get_one(RuleDraft, self.draft.id)

    def get(self, path: str = "") -> TestResponse:
        return self.client.get(f"/regler/utkast/{self.draft.id}{path}")

    def post(
        self, path: str, form: Mapping[str, str] | None = None, *, version: int | None = None, **fields: str
    ) -> TestResponse:
        data = {
            "csrf_token": browsers.token_of(self.client),
            "version": str(version or self.kept().version),
            **(form or {}),
            **fields,
        }
        return self.client.post(f"/regler/utkast/{self.draft.id}{path}", data=data)

    def somebody_else_saves(self) -> None:
        given = RuleDraftChange(
            key=self.draft.id, version=self.kept().version, text=self.kept().text + "# någon annan\n"
        )
        self.board.do(drafts.save_draft_text, given, role=Role.RULES_OWNER)


FACT = {"label_sv": "Antal katter", "type": "whole_number", "level": "activity", "supplied_by": "applicant"}
ENTRY = {
    "list": "ord-att-titta-pa",
    "entry": "vitmakt*",
    "why": "Hördes",
    "source": "Anteckning",
    "review_on": "2027-11-01",
}
CRITERION = {
    "label_sv": "Minst tre hundar",
    "kind": "automatic",
    "level": "activity",
    "moment": "before",
    "if_not_met": "assess",
    "applies_grant": "1",
    "document": "Riktlinjer",
    "condition_group": "all",
    "fact-condition-0": "dogs_in_activity",
    "comparison-condition-0": "at_least",
    "value-condition-0": "3",
}
CASE = {
    "name": "Nytt fall",
    "kind": "grant",
    "on": "2027-02-01",
    "fact-0": "dogs_in_activity",
    "value-0": "3",
    "proposal": "complete",
}
ABOUT = {"title": "Ny titel", "body": "Nämnden", "on": "2026-11-01", "reference": "X 1"}
FORMS = [
    ("/kriterium/ny", CRITERION),
    ("/kriterium/0", CRITERION),
    ("/uppgift", FACT),
    ("/lista", ENTRY),
    ("/typfall/ny", CASE),
    ("/typfall/0", CASE),
    ("/om", ABOUT),
]
