"""The municipality's own sign-in: one provider of OpenID Connect, by code with PKCE; nothing else speaks with it."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import current_app, session
from joserfc.errors import ExpiredTokenError, InvalidClaimError, JoseError

from vetting.kernel.circuit_breaker import CircuitBreaker, CircuitOpenError
from vetting.kernel.problem import Problem
from vetting.kernel.text import Words, _
from vetting.people.domain.directory import ASKED_NOW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from flask import Flask, Response

    from vetting.config import Config
    from vetting.people.domain.directory import GroupRoles

LOG: Final = logging.getLogger(__name__)
NAME: Final = "directory"
EXTENSION: Final = "vetting_identity_provider"
SECONDS: Final = 5
"""How long the provider may take to answer."""
WAITED: Final = 2.0
"""Seconds that a page waits for what the provider says of itself, while that is fetched beside it."""
FAILED_FOR: Final = 30.0
"""Seconds for which one that did not answer is not asked again."""
SERVERS_FAULT: Final = 500
"""From this status on it is the provider that fails."""
AT_ONCE: Final = 2
"""Pages that may speak with the provider at once: the others go on without it."""
LEEWAY: Final = 120
"""Seconds that the two clocks may differ."""
MOST_UNDER_WAY: Final = 3
"""Sign-ins that a browser may have begun at once; the state of each lies in its cookie."""
STATE: Final = f"_state_{NAME}_"
SIGNED_BY: Final = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"}
)
"""Signatures whose key only the provider has."""


class ProviderFault(StrEnum):
    """Why nobody was signed in by the provider."""

    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    UNTRUE = "untrue"
    CLOCK = "clock"


FAULT_WORDS: Final[Mapping[ProviderFault, tuple[Words, Words]]] = {
    ProviderFault.UNREACHABLE: (
        _("Kommunens inloggning svarar inte."),
        _("Vänta en stund och försök igen. Fortsätter det, be it-avdelningen om hjälp."),
    ),
    ProviderFault.REFUSED: (
        _("Kommunens inloggning avbröts."),
        _("Försök igen. Fortsätter det, be it-avdelningen om hjälp."),
    ),
    ProviderFault.UNTRUE: (
        _("Svaret från kommunens inloggning gick inte att lita på."),
        _("Försök igen. Fortsätter det, be it-avdelningen om hjälp."),
    ),
    ProviderFault.CLOCK: (
        _("Svaret från kommunens inloggning gällde inte längre, eller inte än."),
        _("Försök igen. Fortsätter det, be it-avdelningen att jämföra serverns klocka med katalogens."),
    ),
}


class ProviderError(Exception):
    """Nobody was signed in by the provider."""

    def __init__(self, fault: ProviderFault) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.problem = Problem("directory", *FAULT_WORDS[fault])


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderAnswer:
    """Who was signed in, as the provider says."""

    claims: Mapping[str, object]
    id_token: str


class IdentityProvider:
    """The one provider of an installation."""

    def __init__(self, app: Flask, config: Config, rules: tuple[GroupRoles, ...]) -> None:
        self.issuer, self.client_id = config.oidc_issuer, config.oidc_client
        self.rules, self.trusted_acr = rules, config.oidc_acr
        oauth = OAuth(app)
        oauth.register(
            NAME,
            client_id=config.oidc_client,
            client_secret=config.oidc_secret,
            server_metadata_url=f"{self.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": " ".join(config.oidc_scopes),
                "code_challenge_method": "S256",
                "default_timeout": SECONDS,
            },
        )
        self._client = oauth.create_client(NAME)
        self.breaker = CircuitBreaker(at_once=AT_ONCE, waited=WAITED, failed_for=FAILED_FOR)
        self._fetching: threading.Thread | None = None
        self._one_fetch = threading.Lock()

    def begin(self, back: str, *, anew: bool = False) -> Response:
        """To the provider's page; back: where it sends the browser. anew: it asks for a proof, whoever is signed in.

        Raises:
            ProviderError: it cannot be reached, or is not who it should be.
        """
        under_way = [name for name in session if name.startswith(STATE)]
        for oldest in under_way[: len(under_way) + 1 - MOST_UNDER_WAY]:
            session.pop(oldest)
        more = {"prompt": "login", "max_age": ASKED_NOW} if anew else {}
        with _as_faults(self._note_fault):
            self._metadata()
            answer: Response = self._client.authorize_redirect(back, **more)
            return answer

    def finish(self) -> ProviderAnswer:
        """Who came back: the state, the nonce, the signature, the times and whom it is for have been looked at.

        Raises:
            ProviderError: it cannot be reached, refused, or what it says is not to be trusted.
        """
        with self._spoken_with(), _as_faults(self._note_fault):
            self._metadata()
            token = self._client.authorize_access_token(claims_options=self._wanted(), leeway=LEEWAY)
            claims = dict(token.get("userinfo") or {})
            if not claims:
                raise ProviderError(ProviderFault.UNTRUE)
            return ProviderAnswer(claims=claims | self._told_beside(token, claims), id_token=str(token["id_token"]))

    def logout_address(self, id_token: str, back: str) -> str:
        """Where a browser is sent so that it is signed out there too; empty where the provider has no such place."""
        try:
            with self._spoken_with(), _as_faults():
                if not self._metadata().get("end_session_endpoint"):
                    return ""
                made = self._client.create_logout_url(
                    post_logout_redirect_uri=back, id_token_hint=id_token, client_id=self.client_id, state="ut"
                )
                return str(made["url"])
        except ProviderError:
            return ""

    def _is_known(self) -> bool:
        """Whether the provider has said who it is."""
        return "_loaded_at" in self._client.server_metadata

    @contextmanager
    def _spoken_with(self) -> Iterator[None]:
        """Few pages wait for the provider at once: one that hangs holds up no other page.

        Raises:
            ProviderError: as many as may are waiting, or it did not answer a moment ago.
        """
        try:
            with self.breaker.call():
                yield
        except CircuitOpenError:
            raise ProviderError(ProviderFault.UNREACHABLE) from None

    def _fetch(self) -> None:
        """Fetches the provider's metadata beside the pages."""
        try:
            self._client.load_server_metadata()
        except Exception as error:  # noqa: BLE001 - whatever it is, the provider is not reached
            LOG.warning("%s: %s", ProviderFault.UNREACHABLE.value, type(error).__name__)
            self.breaker.note_failure()

    def _metadata(self) -> dict[str, Any]:
        """Metadata of the provider: known, or fetched beside the page, one attempt at a time.

        Raises:
            ProviderError: it has not answered, or is not who it should be.
        """
        if not self._is_known():
            if self.breaker.is_open:
                raise ProviderError(ProviderFault.UNREACHABLE)
            with self._one_fetch:
                fetching = self._fetching
                if fetching is None or not fetching.is_alive():
                    fetching = self._fetching = threading.Thread(target=self._fetch, name="directory", daemon=True)
                    fetching.start()
            fetching.join(WAITED)
            if not self._is_known():
                raise ProviderError(ProviderFault.UNREACHABLE)
        found: dict[str, Any] = self._client.server_metadata
        if str(found.get("issuer", "")).rstrip("/") != self.issuer.rstrip("/"):
            self._client.server_metadata.clear()  # another time it may be whom it should
            raise ProviderError(ProviderFault.UNTRUE)
        told = found.get("id_token_signing_alg_values_supported") or ["RS256"]
        found["id_token_signing_alg_values_supported"] = [name for name in told if name in SIGNED_BY]
        return found

    def _wanted(self) -> dict[str, Any]:
        metadata = self._client.server_metadata
        return {
            "iss": {"essential": True, "values": [metadata["issuer"]]},
            "aud": {"essential": True, "values": [self.client_id]},
            "sub": {"essential": True},
        }

    def _told_beside(self, token: Mapping[str, Any], claims: Mapping[str, object]) -> dict[str, object]:
        """What providers tell only when they are asked: the groups and the name, of the same subject."""
        known = {"groups", "_claim_names", "hasgroups"} & claims.keys()
        if known or not self._client.server_metadata.get("userinfo_endpoint"):
            return {}
        told = dict(self._client.userinfo(token=token))
        if told.get("sub") != claims.get("sub"):
            raise ProviderError(ProviderFault.UNTRUE)
        wanted = ("groups", "_claim_names", "hasgroups", "name", "given_name", "family_name", "preferred_username")
        return {name: told[name] for name in wanted if name in told and name not in claims}

    def _note_fault(self, fault: ProviderFault) -> None:
        """Its keys are fetched anew next time: it may have changed them. One that does not answer is left alone."""
        self._client.server_metadata.pop("jwks", None)
        if fault is ProviderFault.UNREACHABLE:
            self.breaker.note_failure()


@contextmanager
def _as_faults(noted: Callable[[ProviderFault], object] = str) -> Iterator[None]:
    """Whatever goes wrong with the provider, as one kind of error; the log has what kind, and none of its words.

    noted: what is done before it is told.
    """
    try:
        yield
    except ProviderError:
        raise
    except Exception as error:
        fault = _fault_of(error)
        if fault is None:
            raise
        LOG.warning("%s: %s", fault.value, type(error).__name__)
        noted(fault)
        raise ProviderError(fault) from None


def _fault_of(error: Exception) -> ProviderFault | None:
    """What kind of fault it is; None where it is a mistake of ours."""
    if (
        isinstance(error, requests.HTTPError)
        and error.response is not None
        and error.response.status_code < SERVERS_FAULT
    ):
        return ProviderFault.REFUSED
    if isinstance(error, requests.RequestException):
        return ProviderFault.UNREACHABLE
    if isinstance(error, ExpiredTokenError | InvalidClaimError):
        too_early = isinstance(error, ExpiredTokenError) or error.claim in {"iat", "nbf"}
        return ProviderFault.CLOCK if too_early else ProviderFault.UNTRUE
    if isinstance(error, AuthlibBaseError) and not isinstance(error, JoseError):
        return ProviderFault.REFUSED
    if isinstance(error, JoseError):
        return ProviderFault.UNTRUE
    return ProviderFault.UNTRUE if isinstance(error, RuntimeError | ValueError | KeyError) else None


def use_identity_provider(app: Flask, config: Config, rules: tuple[GroupRoles, ...]) -> None:
    """Signing in by the municipality's directory, where one is set."""
    app.extensions[EXTENSION] = IdentityProvider(app, config, rules) if config.oidc_issuer else None


def identity_provider() -> IdentityProvider | None:
    """The provider of this installation; None where everybody signs in with a password."""
    found: IdentityProvider | None = current_app.extensions[EXTENSION]
    return found
