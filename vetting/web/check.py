"""The quick check at the counter or on the phone."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template, request

from vetting.domain.association import NumberKind
from vetting.domain.criteria import CaseKind
from vetting.domain.people import Role
from vetting.services.checks import check
from vetting.store.people import Board
from vetting.web import visitor
from vetting.web.views import rules, stored

if TYPE_CHECKING:
    from vetting.services.checks import Checked

REPLY_TIME: Final = timedelta(days=7)
blueprint = Blueprint("check", __name__)


@blueprint.get("/snabbkoll")
def show() -> str:
    """One box, and the answer with its reasons."""
    person = visitor.person()
    counter = Role.PREMISES in person.roles
    kind = CaseKind.GRANT if request.args.get("typ") == "bidrag" else CaseKind.BOOKING
    if "typ" not in request.args and not counter:
        kind = CaseKind.GRANT
    wanted = request.args.get("q", "")
    chosen = request.args.get("val", "")
    found: Checked | None = None
    with stored() as session:
        board = session.get(Board, person.board_id)
        if wanted.strip():
            found = check(
                session, wanted, kind=kind, chosen=int(chosen) if re.fullmatch(r"[0-9]{1,15}", chosen) else None,
                rules=rules(), by=person, at=visitor.now(),
            )  # fmt: skip
    return render_template(
        "check/show.html",
        found=found,
        kind=kind,
        counter=counter,
        today=visitor.today(),
        numbers=NumberKind,
        reply_by=visitor.today() + REPLY_TIME,
        contact=board.contact if board else "",
    )
