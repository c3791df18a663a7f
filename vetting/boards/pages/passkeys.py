"""Passkeys in the browser: what it is asked lies in the page, its answer comes back in a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, url_for

from vetting.boards.forms import PasskeyAnswerForm, PasskeyEndForm, PasskeyForm
from vetting.boards.pages import known_browsers, second_factor
from vetting.boards.pages.passkey_questions import site, take_challenge
from vetting.boards.services import passkeys as service
from vetting.kernel.problem import Obstacle, Refused
from vetting.web import visitor
from vetting.web.view_moves import act_by_form, act_in_steps, page_by_form, posted_form, redirect_after_post

if TYPE_CHECKING:
    from flask import Response

    from vetting.kernel.store.session import WritingSession

blueprint = Blueprint("passkeys", __name__)


@blueprint.post("/losenord/passnyckel")
def add() -> Response:
    """A key for one's own account; recovery codes are shown where there were none."""
    form, person, challenge = posted_form(PasskeyForm, key="passkey"), visitor.signed_in_person(), take_challenge()

    def make(s: WritingSession) -> list[str]:
        return service.add_passkey(
            s,
            form.answer.data,
            challenge,
            form.name.data,
            site=site(),
            by=person,
            token=visitor.token_of_browser(),
            at=visitor.now(),
        )

    return page_by_form(
        form,
        make,
        page=lambda codes: (
            second_factor.render_own(codes=codes) if codes else redirect_after_post(url_for("second_factor.own"))
        ),
        again=second_factor.render_own,
    )


@blueprint.post("/losenord/passnyckel/<int:passkey_id>/ta-bort")
def remove(passkey_id: int) -> Response:
    """One of one's own keys opens nothing any more."""
    person = visitor.signed_in_person()
    return act_by_form(
        posted_form(PasskeyEndForm),
        lambda s: service.remove_passkey(s, passkey_id, by=person, at=visitor.now()),
        onto=url_for("second_factor.own"),
        again=second_factor.render_own,
    )


@blueprint.post("/logga-in/passnyckel")
def enter() -> Response:
    """Begins the session of a sign-in that waits for its second factor."""
    form, challenge = posted_form(PasskeyAnswerForm, key="passkey"), take_challenge()
    try:
        if not form.validate():
            raise Refused(Obstacle.INVALID)
        began = service.finish_sign_in_by_passkey(
            visitor.database(),
            visitor.token_of_browser(),
            form.answer.data,
            challenge,
            site=site(),
            at=visitor.now(),
            device=known_browsers.secret_of(second_factor.waiting_user()),
        )
    except Refused as refused:
        form.tell(refused.problems)
        return second_factor.render_refused_code(form, refused, form.next.data)
    return second_factor.begin_known(began, form.next.data)


@blueprint.post("/bekrafta/passnyckel")
def prove() -> Response:
    """Goes on to what asked for the proof."""
    form, person, challenge = (
        posted_form(PasskeyAnswerForm, key="passkey"),
        visitor.signed_in_person(),
        take_challenge(),
    )
    return act_in_steps(
        form,
        lambda: service.prove_by_passkey(
            visitor.database(),
            person,
            form.answer.data,
            challenge,
            site=site(),
            token=visitor.token_of_browser(),
            at=visitor.now(),
            device=known_browsers.secret_of(person.id),
        ),
        onto=lambda _done: redirect_after_post(second_factor.proved_onto(form.next.data)),
        again=second_factor.render_proof,
    )
