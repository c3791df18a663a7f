"""How the board works: the steps of a case with their gates in plain words; and where it is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template, request, url_for

from vetting.boards.domain.ways_of_working import LIMIT_WORDS, BoardHabit, BoardLimit, WayOfWorking, limit_of
from vetting.boards.services import order_changes
from vetting.boards.services import ways_of_working as service
from vetting.gates.domain.closing import HELD_BY
from vetting.kernel.roles import Action
from vetting.kernel.text import Words, _, in_context
from vetting.web import visitor
from vetting.web.view_moves import (
    act_and_redirect,
    choice_of,
    posted_text,
    posted_texts,
    posted_whole_number,
    rules_in_use,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from vetting.boards.domain.ways_of_working import GateState
    from vetting.kernel.problem import Problem
    from vetting.kernel.store.session import WritingSession

blueprint = Blueprint("ways_of_working", __name__)
STEPS: Final = (
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
            "beviljad-forening-uppfoljd",
        ),
    ),
)
"""The gates in the order in which a case meets them."""


def gates_by_step(states: dict[str, GateState]) -> list[tuple[Words, list[tuple[str, GateState]]]]:
    """Each step with its gates; what no step names stands last."""
    named = {gate for _unused, gates in STEPS for gate in gates}
    rest = [gate for gate in states if gate not in named]
    found = [(words, [(gate, states[gate]) for gate in gates if gate in states]) for words, gates in STEPS]
    return (
        [*found, (in_context("group of information", "Övrigt"), [(gate, states[gate]) for gate in rest])]
        if rest
        else found
    )


@blueprint.get("/ordning")
def show() -> str:
    """The board's order, for everybody who works in it."""
    return _render_order(())


def _render_order(problems: tuple[Problem, ...], gate: str = "") -> str:
    """gate: the one whose form was refused; what was typed stands in it."""
    with reading_session() as session:
        order = service.order_of(session, visitor.signed_in_person().board_id, rules_in_use(), on=visitor.today())
        changes = order_changes.recent_changes(session, order.gates, by=visitor.signed_in_person(), on=visitor.today())
    return render_template(
        "boards/ways_of_working/show.html",
        order=order,
        steps=gates_by_step(dict(order.gates)),
        problems=problems,
        gate=gate,
        may_change=visitor.signed_in_person().may(Action.MANAGE_BOARD),
        typed=request.form,
        limit_words=LIMIT_WORDS,
        held_by=HELD_BY,
        changes=changes,
        watches=bool(visitor.signed_in_person().roles & order_changes.WATCHES),
        limits={limit: limit_of(order.board.limits, limit) for limit in BoardLimit},
    )


def _act_on_order(work: Callable[[WritingSession], object]) -> Response:
    return act_and_redirect(work, url_for("ways_of_working.show"), _render_order)


@blueprint.post("/ordning/arbetssatt")
def set_way() -> Response:
    """Another way of working."""
    way = choice_of("way", WayOfWorking)
    return _act_on_order(
        lambda s: service.set_way(s, way, rules=rules_in_use(), by=visitor.signed_in_person(), at=visitor.now())
    )


@blueprint.post("/ordning/sparr/<gate_id>")
def set_gate(gate_id: str) -> Response:
    """One gate on, off, or as the way of working has it; and its legal basis here."""
    on = {"on": True, "off": False}.get(request.form.get("on", ""))
    return act_and_redirect(
        lambda s: service.set_gate(
            s,
            gate_id,
            posted_text("legal"),
            on=on,
            because=posted_text("gate-because"),
            rules=rules_in_use(),
            by=visitor.signed_in_person(),
            at=visitor.now(),
        ),
        url_for("ways_of_working.show"),
        lambda problems: _render_order(problems, gate_id),
    )


@blueprint.post("/ordning/vanor")
def set_habits() -> Response:
    """The board's habits, all at once."""
    found, because = (
        frozenset(BoardHabit(name) for name in posted_texts("habit") if name in list(BoardHabit)),
        posted_text("because"),
    )
    return _act_on_order(
        lambda s: service.set_habits(
            s, found, because=because, rules=rules_in_use(), by=visitor.signed_in_person(), at=visitor.now()
        )
    )


@blueprint.post("/ordning/domstol")
def set_court() -> Response:
    """The court that decisions are appealed to."""
    return _act_on_order(
        lambda s: service.set_court(
            s, posted_text("court"), rules=rules_in_use(), by=visitor.signed_in_person(), at=visitor.now()
        )
    )


@blueprint.post("/ordning/konto")
def set_pay_to() -> Response:
    """Where money that is asked back is paid."""
    account = posted_text("pay_to")
    return _act_on_order(
        lambda s: service.set_pay_to(s, account, rules=rules_in_use(), by=visitor.signed_in_person(), at=visitor.now())
    )


@blueprint.post("/ordning/tider")
def set_limits() -> Response:
    """The board's times, in days."""
    days = {limit: posted_whole_number(limit.value) for limit in BoardLimit}
    return _act_on_order(
        lambda s: service.set_limits(s, days, rules=rules_in_use(), by=visitor.signed_in_person(), at=visitor.now())
    )
