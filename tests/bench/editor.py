"""Server CPU of the pages where rules are written, with sixty criteria of a board's own and a worked case for each."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.bench.pages import MeasuredPage, cpu, empty, measured
from tests.board import BoardAtWork
from tests.factories import NOW
from tests.rules.services.guideline import CASES, GUIDELINE
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.operations.database import schema
from vetting.rules.models import RuleDraft
from vetting.rules.services import drafts, filled_cases
from vetting.rules.services.drafts import RuleDraftChange

CRITERIA: Final = 60
AIM: Final = 0.1
"""Seconds."""
PAGES: Final = {
    "the draft": "",
    "a criterion": "/kriterium/7",
    "a worked case": "/typfall/7",
    "cases to read": "/typfall",
    "the application form": "/formular",
    "the library": "/bibliotek?villkor=minst+20+medlemmar%0Asäte+i+kommunen",
}


def guideline() -> str:
    """The guideline of the tests with many criteria more."""
    more = [
        {
            "id": f"aktiviteter-{number}",
            "label": {"sv": f"Minst {number} aktiviteter om året"},
            "applies_to": ["grant"],
            "level": "activity",
            "kind": "automatic",
            "moment": "before",
            "condition": {"fact": "activities_per_year", "at_least": number},
            "if_not_met": "complete",
            "sources": [{"document": "Riktlinjer för hundkultur", "place": f"{number} §"}],
        }
        for number in range(5, 5 + CRITERIA - 4)
    ]
    lines = "".join(f"  - {json.dumps(entry, ensure_ascii=False)}\n" for entry in more)
    before, after = GUIDELINE.split("routine:")
    return f"{before}{lines}routine:{after}"


def main() -> None:
    """Prints each page's times, and whether it is under the aim."""
    nothing = empty()
    alone = min(cpu(lambda: nothing.get("/"), 1_000))
    with TemporaryDirectory() as folder:
        board = BoardAtWork(schema.open_database(f"sqlite:///{Path(folder) / 'rules.db'}")).build()
        draft = board.do(drafts.take_in, guideline().encode(), CASES.encode(), role=Role.RULES_OWNER)
        with open_reading(board.database) as session:
            found = session.get_one(RuleDraft, draft.id)
            report = drafts.report_on_draft(session, found, on=NOW.date())
            filled = filled_cases.filled_text(report, NOW.date()).text
        change = RuleDraftChange(key=draft.id, version=draft.version, cases=filled)
        board.do(drafts.save_draft_text, change, role=Role.RULES_OWNER)
        own = len(filled_cases.own_criteria(report))
        print(f"writing rules, {own} criteria of one's own and {filled.count('- name:')} worked cases:")
        for name, path in PAGES.items():
            page = MeasuredPage(Role.RULES_OWNER, f"/regler/utkast/{draft.id}{path}")
            took = measured(board, name, page, alone)
            print(f"    {took * 1e3:.0f} ms (aim {AIM * 1e3:.0f} ms)")
        board.database.close()


if __name__ == "__main__":
    main()
