"""The form of /prova: a rule set and a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms import Form, RadioField, SelectField
from wtforms.fields import FileField
from wtforms.validators import AnyOf, InputRequired

from vetting.web.translation import lazy_gettext as _l

if TYPE_CHECKING:
    from vetting.engine.ruleset import RuleSet
    from vetting.kernel.text import Language

DETECT = "auto"


class TrialForm(Form):
    """Which rules, which file, and what the list holds."""

    rules = SelectField(
        _l("Regeluppsättning"), validators=[InputRequired(_l("Välj en regeluppsättning."))], validate_choice=False
    )
    kind = RadioField(_l("Vad innehåller listan?"), default=DETECT, validate_choice=False)
    file = FileField(_l("Lista (Excel eller CSV)"))

    def offer(self, rulesets: dict[str, RuleSet], language: Language) -> None:
        """The choices: rule sets by title, those to start with first."""
        ordered = sorted(rulesets.values(), key=lambda item: (not item.id.endswith("-med-grundkrav"), item.title.sv))
        self.rules.choices = [("", str(_l("Välj …"))), *((item.id, item.title.to(language)) for item in ordered)]
        self.kind.choices = [
            (DETECT, str(_l("Avgörs av rubrikerna"))),
            ("grant", str(_l("Ansökningar"))),
            ("booking", str(_l("Bokningar"))),
        ]
        self.rules.validators = [
            InputRequired(_l("Välj en regeluppsättning.")),
            AnyOf(list(rulesets), _l("Regeluppsättningen finns inte. Välj en i listan.")),
        ]
        self.kind.validators = [AnyOf([DETECT, "grant", "booking"], _l("Välj vad listan innehåller."))]

    @property
    def problems(self) -> list[tuple[str, Any]]:
        """(field id, text) of every error, in the order of the fields."""
        return [(field.id, error) for field in self for error in field.errors]
