"""Signing in by the municipality's directory: there and back, for a sign-in, a proof asked for anew, or to connect."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from flask import Blueprint, abort, flash, g, make_response, render_template, request, session, url_for

from vetting.kernel.problem import Refused
from vetting.kernel.text import Words, _
from vetting.people.domain.directory import read_claims
from vetting.people.pages.identity_provider import FAILED_FOR, ProviderError, ProviderFault, identity_provider
from vetting.people.pages.second_factor import proved_onto
from vetting.people.pages.sign_in import begin_in_browser, onward
from vetting.people.services import directory
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.preferences import visitor_language
from vetting.web.view_helpers import in_transaction, outside_address, redirect_after_post

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response

    from vetting.kernel.problem import Problem
    from vetting.people.domain.directory import DirectoryVisitor
    from vetting.people.pages.identity_provider import IdentityProvider, ProviderAnswer

blueprint = Blueprint("directory", __name__)
KEY: Final = "directory"
"""Where a browser's cookie says what it went to the directory for."""
CONNECTED: Final[Words] = _("Ditt konto är kopplat till kommunens inloggning.")


class DirectoryPurpose(StrEnum):
    """What somebody goes to the directory for."""

    SIGN_IN = "sign_in"
    PROVE = "prove"
    CONNECT = "connect"


@blueprint.get("/logga-in/katalog")
def begin() -> Response:
    return _go(DirectoryPurpose.SIGN_IN)


@blueprint.get("/bekrafta/katalog")
def prove() -> Response:
    """To the directory, to prove who one is once more."""
    return _go(DirectoryPurpose.PROVE)


@blueprint.get("/losenord/katalog")
def connect() -> Response:
    """To the directory, so that one's account is known by it."""
    return _go(DirectoryPurpose.CONNECT)


def _provider() -> IdentityProvider:
    found = identity_provider()
    if found is None:
        abort(404)
    return found


def _go(errand: DirectoryPurpose) -> Response:
    provider = _provider()
    session[KEY] = {"errand": errand.value, "next": request.args.get("next", "")[:2000]}
    try:
        return provider.begin(outside_address("directory.answer"), anew=errand is not DirectoryPurpose.SIGN_IN)
    except ProviderError as error:
        return _fault_page(error)


@blueprint.get("/logga-in/katalog/svar")
def answer() -> Response:
    """Back from the directory."""
    provider = _provider()
    told = session.pop(KEY, None) or {}
    errand, onto = DirectoryPurpose(told.get("errand", DirectoryPurpose.SIGN_IN)), str(told.get("next", ""))
    try:
        found = provider.finish()
    except ProviderError as error:
        return _fault_page(error)
    try:
        return _go_on(errand, found, provider, onto)
    except Refused as refused:
        return _problem_page(refused.problems, STATUS[refused.obstacle])


def _go_on(errand: DirectoryPurpose, found: ProviderAnswer, provider: IdentityProvider, onto: str) -> Response:
    who = read_claims(found.claims, trusted_acr=provider.trusted_acr)
    if errand is DirectoryPurpose.SIGN_IN:
        return _sign_in(who, found, provider, onto)
    person, at = visitor.visitor(), visitor.now()
    if person is None:  # the session ended meanwhile
        return redirect_after_post(url_for("sign_in.ask", next=onto or None))
    if errand is DirectoryPurpose.PROVE:
        token = visitor.token_of_browser()
        directory.prove_by_directory(visitor.database(), who, by=person, token=token, at=at)
        g.proved = True
        return redirect_after_post(proved_onto(onto))
    in_transaction(lambda s: directory.connect_account(s, who))
    g.account_connected = True
    flash(CONNECTED.to(visitor_language()))
    return redirect_after_post(url_for("people.password"))


def _sign_in(who: DirectoryVisitor, found: ProviderAnswer, provider: IdentityProvider, onto: str) -> Response:
    began = directory.sign_in_by_directory(
        visitor.database(),
        who,
        provider.rules,
        at=visitor.now(),
        agent=request.user_agent.string,
        id_token=found.id_token,
    )
    if began.waits:
        g.code_asked_for = True
        return begin_in_browser(began, url_for("second_factor.ask", next=onto or None))
    return begin_in_browser(began, onward(onto))


def _fault_page(error: ProviderError) -> Response:
    if error.fault is not ProviderFault.UNREACHABLE:
        return _problem_page((error.problem,), 422)
    page = _problem_page((error.problem,), 503)
    page.headers["Retry-After"] = str(int(FAILED_FOR))
    return page


def _problem_page(problems: Sequence[Problem], status: int) -> Response:
    return make_response(render_template("people/directory/answer.html", problems=problems), status)
