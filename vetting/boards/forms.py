"""The form for signing in."""

from __future__ import annotations

from wtforms import Form, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from vetting.boards.domain.sign_in import LONGEST_PASSWORD
from vetting.web.translation import lazy_gettext as _l


class LoginForm(Form):
    """User name and password; both may be pasted and filled in by a password manager."""

    login = StringField(_l("Användarnamn"), validators=[InputRequired(_l("Skriv ditt användarnamn.")), Length(max=200)])
    password = PasswordField(
        _l("Lösenord"), validators=[InputRequired(_l("Skriv ditt lösenord.")), Length(max=LONGEST_PASSWORD)]
    )
