"""Forms of a board's settings: way of working, gates, limits, and the first set-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.engine.gate_definitions import GateObligation
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import ROLE_WORDS, Role
from vetting.kernel.text import Words, _, same_in_both
from vetting.people import SETUP_WORDS
from vetting.people.domain.reads import routine_of
from vetting.people.domain.ways_of_working import (
    HABIT_WORDS,
    LIMIT_WORDS,
    WAY_MEANS,
    WAY_WORDS,
    BoardLimit,
    BoardOption,
    GateReason,
    WayOfWorking,
    limit_of,
)
from vetting.rules import ChosenRules
from vetting.web.forms import (
    NOTHING_CHOSEN,
    ChoiceField,
    DayField,
    FormsOfPage,
    PostedForm,
    SeveralField,
    ShownChoiceField,
    TextField,
    UnmaskedField,
    WholeNumberField,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.rules import BoardSettings


class WayForm(PostedForm):
    """The way of working."""

    receipt: Words = _("Arbetssättet är sparat.")
    way = ShownChoiceField(_("Arbetssätt"), options=WAY_WORDS, means=WAY_MEANS, heard=True, needs=NOTHING_CHOSEN)

    def command(self) -> WayOfWorking:
        """The way."""
        return WayOfWorking(self.way.data)


class GateForm(PostedForm):
    """One gate on, off, or as the way of working has it; and its legal basis in the board."""

    receipt: Words = _("Spärren är sparad.")
    on = ShownChoiceField(_("Spärren"), options={"": _("Enligt arbetssättet"), "on": _("På"), "off": _("Av")})
    legal = TextField(_("Nämndens eget rättsliga stöd, som det står i brev"))
    because = TextField(_("Varför den stängs av"), rows=2)

    @property
    def is_on(self) -> bool | None:
        """Whether it is to be on; None is as the way of working has it."""
        return {"on": True, "off": False}.get(self.on.data)

    def tell_waiting(self) -> None:
        self.receipt = _("Spärren är på tills en annan person har godkänt att den stängs av.")


class HabitsForm(PostedForm):
    """The board's habits, all at once."""

    receipt: Words = _("Rutinerna är sparade.")
    habit = SeveralField(_("Rutiner"), options=HABIT_WORDS, heard=True)
    because = TextField(
        _("Om svar om värdekriterier ska gälla både ansökningar och bokningar: varför det räcker"), rows=2
    )

    def command(self) -> frozenset[BoardOption]:
        """The habits."""
        return frozenset(BoardOption(name) for name in self.habit.data)

    def tell_waiting(self) -> None:
        self.receipt = _("Sparat. Samma person får göra båda först när en annan person har godkänt det.")


class LimitsForm(PostedForm):
    """The board's times, in days."""

    receipt: Words = _("Tiderna är sparade.")
    reply = WholeNumberField(_("{what} (dagar)", what=LIMIT_WORDS[BoardLimit.REPLY]))
    special_review = WholeNumberField(_("{what} (dagar)", what=LIMIT_WORDS[BoardLimit.SPECIAL_REVIEW]))
    expert = WholeNumberField(_("{what} (dagar)", what=LIMIT_WORDS[BoardLimit.EXPERT]))
    decision = WholeNumberField(_("{what} (dagar)", what=LIMIT_WORDS[BoardLimit.DECISION]))

    def command(self) -> dict[BoardLimit, int | None]:
        """Days of each."""
        return {limit: self[limit.value].data for limit in BoardLimit}


class PapersForm(PostedForm):
    """Which papers are opened in every case, and in one case of how many all are."""

    receipt: Words = _("Valet av handlingar är sparat.")
    always = SeveralField(_("Öppnas i varje ärende"))
    one_in = WholeNumberField(
        _("Stickprov: alla handlingar i vart … ärende"), hint=_("1 är varje ärende, 0 är inget stickprov.")
    )


class CourtForm(PostedForm):
    """The court that decisions are appealed to."""

    receipt: Words = _("Domstolen är sparad.")
    court = TextField(
        _("Förvaltningsrätt"),
        hint=_("Så som den ska stå i beslut och brev, till exempel Förvaltningsrätten i Exempelstad."),
    )


class CoordinatorForm(PostedForm):
    """How the coordinator against violent extremism is reached."""

    receipt: Words = _("Kontakten är sparad.")
    who = TextField(_("Samordnarens funktion"), hint=_("Ange hellre funktionen än ett namn."))
    telephone = UnmaskedField(_("Telefon"), short=True)
    email = TextField(_("E-post"), hint=_("Ange hellre en funktionsbrevlåda än en persons."))


class AccountForm(PostedForm):
    """Where money that is asked back is paid."""

    receipt: Words = _("Kontot är sparat.")
    pay_to = TextField(
        _("Konto för återbetalning"),
        hint=_("Så som det ska stå i brev om återkrav, till exempel bankgiro 123-4567."),
    )

    def tell_waiting(self) -> None:
        self.receipt = _("Kontot gäller när en annan person har godkänt det.")


class SkipForm(PostedForm):
    """A step that is left for now."""

    step = ChoiceField(options=SETUP_WORDS, needs=NOTHING_CHOSEN)


class BoardNameForm(PostedForm):
    """The board and its unit."""

    receipt: Words = _("Nämnden är sparad.")
    name = TextField(_("Nämndens namn"))
    unit = TextField(_("Enheten som handlägger"))


class RulesForm(PostedForm):
    """The rules, and when the board adopted them."""

    receipt: Words = _("Reglerna är sparade.")
    grant = ChoiceField(_("Regler för bidrag"), blank=_("Inga än"))
    booking = ChoiceField(_("Regler för bokningar"), blank=_("Inga än"))
    adopted_on = DayField(_("Dagen då nämnden antog reglerna"), hint=_("Utan den dagen kan inget krav ge avslag."))
    adopted_as = TextField(_("Beslutets diarienummer"), short=True)

    def command(self) -> ChosenRules:
        return ChosenRules(
            grant=self.grant.data,
            booking=self.booking.data,
            adopted_on=self.adopted_on.data,
            adopted_as=self.adopted_as.data,
        )


class LetterheadForm(PostedForm):
    """What stands first on letters."""

    receipt: Words = _("Brevhuvudet är sparat.")
    letterhead = TextField(_("Namn och adress, som de står på brev"), rows=4)


class FormsOfSetup(FormsOfPage):
    """The forms of a board that is set up, each with what is chosen already."""

    def __init__(self, refused: PostedForm | None, order: BoardSettings, unit: str) -> None:
        super().__init__(refused)
        self.order, self.unit = order, unit

    def board(self) -> BoardNameForm:
        """Its name and unit."""
        return self.form(BoardNameForm, "board", {"name": self.order.board.name, "unit": self.unit})

    @property
    def about_gate(self) -> bool:
        """Whether what was refused is about a gate that can be switched."""
        return isinstance(self.refused, GateForm) and not self.about_locked

    @property
    def about_locked(self) -> bool:
        """Whether what was refused is about a gate that cannot be switched off."""
        return isinstance(self.refused, GateForm) and self.order.gates[self.refused.key].locked

    def way(self) -> WayForm:
        """Its way of working."""
        return self.form(WayForm, "way", {"way": self.order.way})

    def rules(self, sets: Mapping[CaseKind, Mapping[str, Words]]) -> RulesForm:
        """Its rules. sets: what there is to choose among for each kind of case."""
        form = self.form(RulesForm, "rules", self.order.board.rules)
        form.grant.options, form.booking.options = sets[CaseKind.GRANT], sets[CaseKind.BOOKING]
        return form

    def letterhead(self) -> LetterheadForm:
        return self.form(LetterheadForm, "letterhead", {"letterhead": self.order.board.letterhead})


class FormsOfOrder(FormsOfPage):
    """The forms of how a board works."""

    def __init__(self, refused: PostedForm | None, order: BoardSettings) -> None:
        super().__init__(refused)
        self.order = order

    def way(self) -> WayForm:
        """Its way of working."""
        return self.form(WayForm, "way", {"way": self.order.way})

    def gate(self, gate_id: str) -> GateForm:
        """A gate: on or off can be said of one that is not locked."""
        state = self.order.gates[gate_id]
        said = "" if state.held is not GateReason.CHOSEN else "on" if state.on else "off"
        own = self.order.board.gates.get(gate_id, {})
        form = self.form(GateForm, gate_id, {"on": said, "legal": own.get("legal", "")})
        form.legal.hint = same_in_both(state.gate.legal)
        if state.gate.must is GateObligation.TWO_PERSONS:
            form.because.hint = _("En annan person måste godkänna det.")
        return form

    def factor(self) -> DemandForm:
        """Roles that a second step of signing in can still be demanded of."""
        form = self.form(DemandForm, "factor")
        form.role.options = {
            role: words for role, words in ROLE_WORDS.items() if role.value not in self.order.board.factor_roles
        }
        return form

    def habits(self) -> HabitsForm:
        """Its habits."""
        held = {"habit": self.order.habits, "because": self.order.board.habits.get("because", "")}
        return self.form(HabitsForm, "habits", held)

    def limits(self) -> LimitsForm:
        """Its times."""
        return self.form(
            LimitsForm, "limit", {limit.value: limit_of(self.order.board.limits, limit) for limit in BoardLimit}
        )

    def papers(self, papers: Mapping[str, Words]) -> PapersForm:
        """Its papers. papers: the types there are, by fact."""
        routine = routine_of(self.order.board.papers, self.order.way)
        form = self.form(PapersForm, "papers", {"always": tuple(routine.always), "one_in": routine.one_in})
        form.always.options = papers
        return form

    def court(self) -> CourtForm:
        """Its court."""
        return self.form(CourtForm, "court", {"court": self.order.board.court})

    def coordinator(self) -> CoordinatorForm:
        """How its coordinator is reached."""
        lines = [*self.order.board.contact.split("\n"), "", "", ""]
        return self.form(CoordinatorForm, "coordinator", dict(zip(("who", "telephone", "email"), lines, strict=False)))

    def account(self) -> AccountForm:
        """Its account."""
        return self.form(AccountForm, "account", {"pay_to": self.order.board.pay_to})


class DemandForm(PostedForm):
    """Roles that are to sign in by two steps."""

    receipt: Words = _("Kravet gäller från nästa sida som någon med rollerna öppnar.")
    role = SeveralField(
        _("Lägg till roller"),
        options=ROLE_WORDS,
        hint=_("Den som är inloggad får koppla en app innan nästa sida öppnas."),
    )

    def command(self) -> frozenset[Role]:
        """The roles."""
        return frozenset(Role(name) for name in self.role.data)
