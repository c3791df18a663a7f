"""Forms of the facts of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from vetting.casework import NewCase
from vetting.engine.facts import Facts
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.text import _
from vetting.web import visitor
from vetting.web.fact_forms import OF_SCHEME, FactField, FactForm, said_in
from vetting.web.forms import CarriedField, DayField, RoundChoiceField, TextField

if TYPE_CHECKING:
    from vetting.casework.models.intake import RequestedTime
    from vetting.grants.models.schemes import GrantScheme


class NewCaseForm(FactForm):
    """A case that comes in: its facts, the day, the round, and why there are two."""

    creates = True
    received_on = DayField(_("Inkom"), default=visitor.today)
    round_id = RoundChoiceField(_("Omgång"), blank=_("Ingen omgång"))
    doubled_because = TextField(_("Varför ska ärendet läggas upp en gång till?"))
    asked_by = CarriedField()
    kind: ClassVar[CaseKind] = CaseKind.GRANT

    @property
    def uses(self) -> tuple[RequestedTime, ...]:
        """The times of rooms that are asked for."""
        return ()

    def command(self, asked_by: str | None = None) -> NewCase:
        """The case. asked_by: the grant scheme's own rules that the form was drawn by; empty of the shared ones."""
        return NewCase(
            kind=self.kind,
            facts=self.facts,
            received_on=self.received_on.data or visitor.today(),
            channel="form",
            round_id=self.round_id.data,
            scheme_id=self.round_id.scheme_id,
            asked_by=asked_by,
            uses=self.uses,
            doubled_because=self.doubled_because.data,
        )


class SeveralSchemesForm(FactForm):
    """An application for several grant schemes of a round: f-<fact> is asked once, s<key>-<fact> of one of them."""

    creates = True
    received_on = DayField(_("Inkom"), default=visitor.today)
    doubled_because = TextField(_("Varför ska ärendet läggas upp en gång till?"))

    def of_scheme(self, key: int) -> dict[str, FactField]:
        """Fact -> its field, of what is asked of one grant scheme."""
        return self.asked_under(OF_SCHEME.format(scheme=key))

    def part(self, round_id: int | None, scheme: GrantScheme, own_rules: str) -> NewCase:
        """The case that one of the grant schemes gets. own_rules: those that it was asked by; empty of the shared."""
        own, once = said_in(self.of_scheme(scheme.id)), self.facts
        return NewCase(
            kind=CaseKind.GRANT,
            facts=Facts({**once.values, **own.values}, once.absent | own.absent),
            received_on=self.received_on.data or visitor.today(),
            channel="form",
            round_id=round_id,
            scheme_id=scheme.id,
            asked_by=own_rules,
            doubled_because=self.doubled_because.data,
        )
