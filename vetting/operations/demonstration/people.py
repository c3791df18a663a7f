"""An invented substitute: a decision maker for some weeks, asked for by one and agreed to by another."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from vetting.kernel.roles import Role
from vetting.operations.demonstration.acting import acting
from vetting.people.services import role_endings, roles
from vetting.people.services.roles import Colleague

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession


def lend_role(session: WritingSession, code: str, staff: Mapping[Role, Person]) -> None:
    """Somebody decides in the board for a month, and no longer."""
    now = session.now

    def who(role: Role, days_ago: int) -> WritingSession:
        return acting(session, staff[role], now - timedelta(days=days_ago))

    maker = (Role.DECISION_MAKER,)
    new = Colleague(login=f"vikarie.{code}", name="Mira Fält", board=code, roles=maker)
    taken = roles.give_roles(who(Role.ADMINISTRATOR, 60), new)
    [ask] = roles.waiting_role_requests(session, staff[Role.ADMINISTRATOR].board_id)
    roles.answer_role_request(who(Role.MANAGER, 59), ask.id, yes=True)
    board_id = staff[Role.ADMINISTRATOR].board_id
    until = now.date() + timedelta(days=200)
    auditor = staff[Role.AUDITOR].id
    role_endings.set_last_day(who(Role.ADMINISTRATOR, 40), auditor, Role.AUDITOR, until, board_id=board_id)
    role_endings.end_role(who(Role.ADMINISTRATOR, 30), taken.user.id, maker[0], board_id=board_id)
