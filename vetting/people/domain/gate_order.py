"""The gates in the order in which a case meets them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.kernel.text import Words, _, in_context

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.people.domain.ways_of_working import GateState

GATE_STEPS: Final = (
    (_("När ärendet kommer in"), ("ratt-forening", "diariefort", "kansliga-uppgifter-motiverade")),
    (
        _("Innan det är klart för beslut"),
        (
            "ansokan-komplett",
            "bedomningar-klara",
            "ny-forening-granskad",
            "lokalrutin-foljd",
            "grundkontroll-klar",
            "referensgrupp-har-granskat",
            "lika-fall-jamforda",
        ),
    ),
    (
        _("Före ett beslut mot föreningen"),
        (
            "komplettering-begard",
            "kommunicerat",
            "grund-ar-handling",
            "sarskilda-skal-vagda",
            "regelverk-fanns-i-forvag",
        ),
    ),
    (
        _("När det beslutas"),
        (
            "jav-provat",
            "motivering-finns",
            "undantag-motiverat",
            "behorig-beslutsfattare",
            "manniska-har-beslutat",
            "forbehall-i-beslutet",
            "underrattelse-och-overklagande",
        ),
    ),
    (
        _("Efter beslutet"),
        (
            "firmatecknare-legitimation-kontrollerad",
            "aterkravsvillkor-i-beslutet",
            "delegationsbeslut-anmalt",
            "stod-av-mindre-betydelse-registrerat",
            "beviljad-forening-uppfoljd",
        ),
    ),
)
"""The gates in the order in which a case meets them."""


def gates_by_step(states: Mapping[str, GateState]) -> list[tuple[Words, list[tuple[str, GateState]]]]:
    """Each step with its gates; what no step names stands last."""
    named = {gate for _unused, gates in GATE_STEPS for gate in gates}
    rest = [gate for gate in states if gate not in named]
    found = [(words, [(gate, states[gate]) for gate in gates if gate in states]) for words, gates in GATE_STEPS]
    return (
        [*found, (in_context("group of information", "Övrigt"), [(gate, states[gate]) for gate in rest])]
        if rest
        else found
    )
