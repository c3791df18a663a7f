"""The forms of boards: signing in, people and their roles, delegation, how the board works and is set up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.engine.gate_definitions import GateObligation
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import ROLE_WORDS, Role
from vetting.kernel.text import Words, _, same_in_both
from vetting.people.domain.delegation import (
    ADVERSE_ACTS,
    DECISION_AUTHORITY_WORDS,
    OFFERED_ACTS,
    DecisionAuthority,
    DelegatedAct,
    kinds_of_acts,
)
from vetting.people.domain.personal_data import RETAINED_WORDS, RetentionKind
from vetting.people.domain.reads import routine_of
from vetting.people.domain.ways_of_working import (
    HABIT_WORDS,
    LIMIT_WORDS,
    WAY_MEANS,
    WAY_WORDS,
    BoardHabit,
    BoardLimit,
    GateReason,
    WayOfWorking,
    limit_of,
)
from vetting.people.services.delegation import FUNCTIONS, NewDelegationRow
from vetting.people.services.roles import Colleague
from vetting.people.services.ways_of_working import SETUP_WORDS, ChosenRules
from vetting.web.forms import (
    NO_FILE,
    NOTHING_CHOSEN,
    AddressField,
    AmountField,
    CarriedField,
    ChoiceField,
    CodeField,
    DayField,
    FormsOfPage,
    KeyChoiceField,
    LoginField,
    NewSecretField,
    PostedForm,
    SecretField,
    SeveralField,
    ShownChoiceField,
    TextField,
    UnmaskedField,
    WholeNumberField,
    WordFileField,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from vetting.people.services.ways_of_working import BoardOrder

PASSWORD_HINT: Final = _("Minst 12 tecken, till exempel fyra ord efter varandra.")
NOBODY: Final = same_in_both("–")


class LoginForm(PostedForm):
    """User name and password; both may be pasted and filled in by a password manager."""

    login = LoginField(_("Användarnamn"), needs=(_("Användarnamnet saknas."), _("Skriv ditt användarnamn.")))
    password = SecretField(_("Lösenord"), needs=(_("Lösenordet saknas."), _("Skriv ditt lösenord.")))
    next = CarriedField()


class OtherBoardForm(PostedForm):
    """Which of one's boards to work in."""

    board = KeyChoiceField(_("Nämnd"))


class CodeForm(PostedForm):
    """The second step of signing in."""

    code = CodeField(
        _("Kod"),
        hint=_("De sex siffrorna i appen. Har du inte telefonen: en av dina reservkoder."),
        needs=(_("Koden saknas."), _("Skriv de sex siffrorna i appen, eller en reservkod.")),
    )
    next = CarriedField()


class NewAppForm(PostedForm):
    """An app that is to give the codes."""

    code = CodeField(_("Koden som appen visar"), needs=(_("Koden saknas."), _("Skriv de sex siffrorna i appen.")))
    carried = CarriedField()


class NewCodesForm(PostedForm):
    """That the recovery codes are to be made anew."""


class NoAppForm(PostedForm):
    """That signing in takes no second step any more."""

    receipt: Words = _("Inloggning i två steg är borttagen.")


class LostAppForm(PostedForm):
    """That a colleague has lost app and codes."""

    receipt: Words = _("Kontot loggar in med bara lösenordet nästa gång, och är utloggat överallt.")


class ProofForm(PostedForm):
    """Who somebody is, once more, by the password."""

    proof = SecretField(_("Lösenord"), needs=(_("Lösenordet saknas."), _("Skriv det lösenord som du loggar in med.")))
    next = CarriedField()


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


class FirstPasswordForm(PostedForm):
    """A password that is chosen by its owner."""

    receipt: Words = _("Lösenordet är sparat. Logga in med det.")

    new = NewSecretField(_("Lösenord"), hint=PASSWORD_HINT)
    again = NewSecretField(_("Upprepa lösenordet"))

    @property
    def repeats(self) -> bool:
        """Whether the same was typed twice."""
        return self.new.data == self.again.data


class PasswordForm(PostedForm):
    """A new password instead of one's own."""

    old = SecretField(_("Nuvarande lösenord"))
    new = NewSecretField(_("Nytt lösenord"), hint=PASSWORD_HINT)
    again = NewSecretField(_("Upprepa lösenordet"))

    @property
    def repeats(self) -> bool:
        """Whether the same was typed twice."""
        return self.new.data == self.again.data


class ColleagueForm(PostedForm):
    """An account with its roles, or roles for one that is there."""

    name = TextField(_("Namn"))
    login = TextField(_("Användarnamn"), hint=_("Finns det flera nämnder läggs nämndens kod till sist."), short=True)
    email = AddressField(_("E-post, dit länken för lösenord skickas"), short=True)
    role = SeveralField(_("Roller"), options=ROLE_WORDS)
    begins_on = DayField(_("Från och med"), hint=_("Tomt: nu."))
    ends_on = DayField(_("Till och med"), hint=_("Tomt: tills någon tar tillbaka den."))

    def command(self, board: str) -> Colleague:
        """Who it is; board: the code of the board."""
        return Colleague(
            login=self.login.data,
            name=self.name.data,
            board=board,
            roles=tuple(Role(name) for name in self.role.data),
            email=self.email.data,
            begins_on=self.begins_on.data,
            ends_on=self.ends_on.data,
        )


class LastDayForm(PostedForm):
    """The last day of a role."""

    receipt: Words = _("Sista dagen är sparad.")
    ends_on = DayField(_("Sista dag"), hint=_("Tomt: tills någon tar tillbaka rollen."))


class SessionEndForm(PostedForm):
    """That a sign-in is to end."""

    receipt: Words = _("Inloggningen är avslutad.")


class OtherSessionsForm(PostedForm):
    """That all of one's sign-ins but this are to end."""

    receipt: Words = _("Alla andra inloggningar är avslutade. Den här gäller.")


class SignOutForm(PostedForm):
    """That a colleague is to be signed out everywhere."""

    def tell_whose(self, name: str) -> None:
        """Who it is."""
        self.receipt = _("{name} är utloggad överallt.", name=name)


class RoleEndForm(PostedForm):
    """That a role is to end now."""

    def tell_whose(self, name: str, role: Words) -> None:
        """Whose it was."""
        self.receipt = _("{name} har inte längre rollen {role}.", name=name, role=role)


class AnswerForm(PostedForm):
    """A second person's yes or no."""

    answer = CarriedField()

    @property
    def is_yes(self) -> bool:
        """Whether it is a yes."""
        return self.answer.data == "yes"


class WishAnswerForm(AnswerForm):
    """The same, about something that can be asked for anew with another content."""

    seen = CarriedField()


class RoleAnswerForm(AnswerForm):
    """The same, about a role."""

    def tell_whose(self, name: str, role: Words) -> None:
        """What came of it."""
        self.receipt = (
            _("{name} har fått: {given}.", name=name, given=role)
            if self.is_yes
            else _("{name} får inte rollen {role}.", name=name, role=role)
        )


class DelegationForm(PostedForm):
    """A row of the scheme of delegation."""

    receipt: Words = _("Raden är tillagd.")
    user_id = KeyChoiceField(_("Person"), blank=NOBODY)
    function = ChoiceField(
        _("eller den som har funktionen"), options={role: ROLE_WORDS[role] for role in FUNCTIONS}, blank=NOBODY
    )
    title = TextField(_("Delegatens titel, som den står i beslut och register"), short=True)
    maker = ChoiceField(_("Beslutar som"), options=DECISION_AUTHORITY_WORDS, needs=NOTHING_CHOSEN)
    point = TextField(_("Punkt i delegationsordningen"), short=True)
    acts = SeveralField(
        _("Får"), options=OFFERED_ACTS, needs=(_("Det står inte vad delegationen gäller."), _("Kryssa i minst ett."))
    )
    largest = AmountField(_("Högsta belopp (kr), tomt betyder utan tak"))
    execution = ChoiceField(
        _("Vad det är"),
        options={"no": _("Beslut på delegation"), "yes": _("Verkställighet")},
        blank=_("Som vanligt: att bekräfta en lokal är verkställighet, resten beslut"),
    )
    valid_from = DayField(_("Från och med"))
    valid_to = DayField(_("Till och med, om den slutar"))

    def tell_waiting(self) -> None:
        """That nothing is decided by it yet."""
        self.receipt = _("Raden är tillagd. Den gäller när en annan person har sagt ja.")

    def command(self, today: date) -> NewDelegationRow:
        """The row; without a day it counts from today."""
        acts = tuple(DelegatedAct(act) for act in self.acts.data)
        return NewDelegationRow(
            user_id=self.user_id.data,
            function=Role(self.function.data) if self.function.data else None,
            maker=DecisionAuthority(self.maker.data),
            title=self.title.data,
            point=self.point.data,
            kinds=kinds_of_acts(acts),
            acts=() if self.maker.data == DecisionAuthority.BOARD else acts,
            largest=self.largest.data,
            execution={"yes": True, "no": False}.get(self.execution.data),
            refusals=any(act in ADVERSE_ACTS for act in acts),
            valid_from=self.valid_from.data or today,
            valid_to=self.valid_to.data,
        )


class AbsenceForm(PostedForm):
    """Days when somebody else decides."""

    receipt: Words = _("Frånvaron är antecknad.")
    substitute_id = KeyChoiceField(_("Ersättare"))
    first_on = DayField(_("Från och med"))
    last_on = DayField(_("Till och med"), needs=(_("Sista dagen saknas."), _("Skriv datumet så här: 2026-03-15.")))


class FormsOfDelegation(FormsOfPage):
    """The forms of the scheme of delegation."""

    def row(self, makers: Mapping[int, Words]) -> DelegationForm:
        """A new row. makers: the decision makers of the board, by key."""
        form = self.form(DelegationForm, "row", {"maker": DecisionAuthority.DELEGATE})
        form.user_id.options = makers
        return form

    def absence(self, makers: Mapping[int, Words]) -> AbsenceForm:
        """An absence. makers: those who may stand in."""
        form = self.form(AbsenceForm, "absence")
        form.substitute_id.options = makers
        return form


class ReportForm(PostedForm):
    """Delegated decisions that the board was told of at a meeting."""

    receipt: Words = _("Besluten är antecknade som anmälda.")
    decision = SeveralField(_("Beslut att anmäla"))
    on = DayField(_("Nämndens möte"), needs=(_("Dagen saknas."), _("Skriv datumet så här: 2026-03-15.")))
    paragraph = TextField(
        _("Paragraf i protokollet"),
        short=True,
        needs=(_("Paragrafen saknas."), _("Skriv den ur nämndens protokoll: besluten anmäls vid ett möte.")),
    )


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
        """That it is still on."""
        self.receipt = _("Spärren är på tills en annan person har sagt ja till att stänga av den.")


class HabitsForm(PostedForm):
    """The board's habits, all at once."""

    receipt: Words = _("Rutinerna är sparade.")
    habit = SeveralField(_("Rutiner"), options=HABIT_WORDS, heard=True)
    because = TextField(_("Om svar om värdekriterier ska gälla båda: varför det räcker"), rows=2)

    def command(self) -> frozenset[BoardHabit]:
        """The habits."""
        return frozenset(BoardHabit(name) for name in self.habit.data)

    def tell_waiting(self) -> None:
        """That one person may still not do both."""
        self.receipt = _("Sparat. Ingen får göra båda sysslorna förrän en annan person har sagt ja till det.")


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

    receipt: Words = _("Det är sparat vilka handlingar som öppnas.")
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
    who = TextField(_("Samordnarens funktion"), hint=_("Hellre funktionen än ett namn."))
    telephone = UnmaskedField(_("Telefon"), short=True)
    email = TextField(_("E-post"), hint=_("Hellre en funktionsbrevlåda än en persons."))


class AccountForm(PostedForm):
    """Where money that is asked back is paid."""

    receipt: Words = _("Kontot är sparat.")
    pay_to = TextField(
        _("Konto för återbetalning"),
        hint=_("Så som det ska stå i brev om återkrav, till exempel bankgiro 123-4567."),
    )

    def tell_waiting(self) -> None:
        """That letters name the one from before."""
        self.receipt = _("Kontot gäller när en annan person har sagt ja till det.")


class InformationForm(PostedForm):
    """What the board says of personal data in letters and forms."""

    receipt: Words = _("Texten är sparad. Den står i nya brev och blanketter från nu.")
    sv = TextField(_("På svenska"), rows=12)
    en = TextField(_("På engelska, om den finns"), rows=6, hint=_("Utan den står den svenska också i engelska brev."))

    def command(self) -> dict[str, str]:
        """Language -> text; without any the receipt says that letters are silent now."""
        if not self.sv.data.strip():
            self.receipt = _("Texten är borttagen. Nya brev och blanketter säger inget om personuppgifter.")
        return {"sv": self.sv.data, "en": self.en.data}


class RetentionForm(PostedForm):
    """How long what is no record is kept, in days."""

    receipt: Words = _("Tiderna är sparade. Det som är äldre tas bort i natt.")
    files = WholeNumberField(RETAINED_WORDS[RetentionKind.FILES])
    posts = WholeNumberField(RETAINED_WORDS[RetentionKind.POSTS])
    checks = WholeNumberField(RETAINED_WORDS[RetentionKind.CHECKS])
    sign_ins = WholeNumberField(RETAINED_WORDS[RetentionKind.SIGN_INS])
    reads = WholeNumberField(RETAINED_WORDS[RetentionKind.READS])
    texts = WholeNumberField(RETAINED_WORDS[RetentionKind.TEXTS])
    tips = WholeNumberField(RETAINED_WORDS[RetentionKind.TIPS])
    drafts = WholeNumberField(RETAINED_WORDS[RetentionKind.DRAFTS])
    decision = TextField(
        _("Nämndens gallringsbeslut"),
        short=True,
        hint=_("Diarienumret. Behövs för andra tider än de som gäller från början."),
    )

    def command(self) -> dict[RetentionKind, int | None]:
        """Days of each."""
        return {what: self[what.value].data for what in RetentionKind}


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
        """What was chosen."""
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

    def __init__(self, refused: PostedForm | None, order: BoardOrder, unit: str) -> None:
        super().__init__(refused)
        self.order, self.unit = order, unit

    def board(self) -> BoardNameForm:
        """Its name and unit."""
        return self.form(BoardNameForm, "board", {"name": self.order.board.name, "unit": self.unit})

    def way(self) -> WayForm:
        """Its way of working."""
        return self.form(WayForm, "way", {"way": self.order.way})

    def rules(self, sets: Mapping[CaseKind, Mapping[str, Words]]) -> RulesForm:
        """Its rules. sets: what there is to choose among for each kind of case."""
        form = self.form(RulesForm, "rules", self.order.board.rules)
        form.grant.options, form.booking.options = sets[CaseKind.GRANT], sets[CaseKind.BOOKING]
        return form

    def letterhead(self) -> LetterheadForm:
        """What stands first on its letters."""
        return self.form(LetterheadForm, "letterhead", {"letterhead": self.order.board.letterhead})


class FormsOfOrder(FormsOfPage):
    """The forms of how a board works."""

    def __init__(self, refused: PostedForm | None, order: BoardOrder) -> None:
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
            form.because.hint = _("En andra person måste gå med på det.")
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


class TemplateForm(PostedForm):
    """A board's own template."""

    receipt: Words = _("Mallen används.")
    file = WordFileField(_("Wordfil (.docx)"), needs=NO_FILE)
