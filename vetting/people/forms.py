"""The forms of boards: signing in, people and their roles, delegation, how the board works and is set up."""

from __future__ import annotations

from typing import Final

from vetting.kernel.roles import ROLE_WORDS, Role
from vetting.kernel.text import Words, _
from vetting.people.domain.personal_data import RETAINED_WORDS, RetentionKind
from vetting.people.services.roles import Colleague
from vetting.web.forms import (
    NO_FILE,
    AddressField,
    AnswerForm,
    CarriedField,
    CodeField,
    DayField,
    KeyChoiceField,
    LoginField,
    NewSecretField,
    PostedForm,
    SecretField,
    SeveralField,
    TextField,
    WholeNumberField,
    WordFileField,
)

PASSWORD_HINT: Final = _("Minst 12 tecken, till exempel fyra ord efter varandra.")


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
    login = TextField(
        _("Användarnamn"), hint=_("Finns det flera nämnder läggs nämndens kod till i slutet."), short=True
    )
    email = AddressField(_("E-post, dit länken för lösenord skickas"), short=True)
    role = SeveralField(_("Roller"), options=ROLE_WORDS)
    begins_on = DayField(_("Från och med"), hint=_("Lämna tomt för att rollen ska börja nu."))
    ends_on = DayField(_("Till och med"), hint=_("Lämna tomt om rollen ska gälla tills någon tar tillbaka den."))

    def command(self, board: str) -> Colleague:
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
    ends_on = DayField(_("Sista dag"), hint=_("Lämna tomt om rollen ska gälla tills någon tar tillbaka den."))


class SessionEndForm(PostedForm):
    """That a sign-in is to end."""

    receipt: Words = _("Inloggningen är avslutad.")


class OtherSessionsForm(PostedForm):
    """That all of one's sign-ins but this are to end."""

    receipt: Words = _("Alla andra inloggningar är avslutade. Den här gäller.")


class SignOutForm(PostedForm):
    """That a colleague is to be signed out everywhere."""

    def tell_whose(self, name: str) -> None:
        self.receipt = _("{name} är utloggad överallt.", name=name)


class RoleEndForm(PostedForm):
    """That a role is to end now."""

    def tell_whose(self, name: str, role: Words) -> None:
        self.receipt = _("{name} har inte längre rollen {role}.", name=name, role=role)


class RoleAnswerForm(AnswerForm):
    """The same, about a role."""

    def tell_whose(self, name: str, role: Words) -> None:
        self.receipt = (
            _("{name} har fått: {given}.", name=name, given=role)
            if self.is_yes
            else _("{name} får inte rollen {role}.", name=name, role=role)
        )


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


class TemplateForm(PostedForm):
    """A board's own template."""

    receipt: Words = _("Mallen används.")
    file = WordFileField(_("Wordfil (.docx)"), needs=NO_FILE)
