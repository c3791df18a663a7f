"""A provider that answers as the protocol says, but for what a test makes it say."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from vetting import clock

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = "only-of-these-tests"


def _as_it_is(claims: dict[str, Any]) -> dict[str, Any]:
    return claims


@dataclass
class FalseProvider:
    """What it says of everybody who comes: `claims`, changed by `twist` before it is signed."""

    claims: dict[str, Any] = field(
        default_factory=lambda: {"sub": "s-1", "name": "Kim Ek", "preferred_username": "kim"}
    )
    twist: Callable[[dict[str, Any]], dict[str, Any]] = _as_it_is
    beside: dict[str, Any] = field(default_factory=dict)
    """What it tells where it is asked beside the token."""
    issuer_told: str = ""
    """The issuer in its metadata, where it is not its own."""
    signed_by: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1", "use": "sig"}))
    published: list[RSAKey] = field(default_factory=list)
    """Its public keys; none: the one that signs."""
    asked: list[dict[str, str]] = field(default_factory=list)
    """The parameters that browsers came with."""
    draw: Callable[[], str] = lambda: secrets.token_hex(8)
    """Makes its codes."""
    down: bool = False
    hangs: threading.Event = field(default_factory=threading.Event)
    """Until it is cleared nothing is answered."""
    met: int = 0
    """How often somebody has asked anything."""
    under_way: dict[str, dict[str, str]] = field(default_factory=dict)
    port: int = 0

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self) -> ThreadingHTTPServer:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_words: object) -> None:
                """Nothing."""

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                provider.answer(self, parts.path, {name: value[0] for name, value in parse_qs(parts.query).items()})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                provider.answer(self, self.path, {name: value[0] for name, value in parse_qs(body).items()})

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = server.server_port
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    def answer(self, to: BaseHTTPRequestHandler, path: str, given: dict[str, str]) -> None:
        self.met += 1
        while self.hangs.is_set():
            time.sleep(0.02)
        if self.down:
            _send(to, 500, {})
        elif path == "/.well-known/openid-configuration":
            _send(to, 200, self.metadata())
        elif path == "/keys":
            keys = self.published or [self.signed_by]
            _send(to, 200, {"keys": [key.as_dict(private=False) for key in keys]})
        elif path == "/authorize":
            self.asked.append(given)
            code = self.draw()
            self.under_way[code] = given
            to.send_response(302)
            to.send_header("Location", given["redirect_uri"] + "?" + urlencode({"code": code, "state": given["state"]}))
            to.end_headers()
        elif path == "/token":
            self.give_token(to, given)
        elif path == "/userinfo":
            _send(to, 200, {"sub": self.claims["sub"], **self.beside})
        else:
            _send(to, 404, {})

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer_told or self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "end_session_endpoint": f"{self.issuer}/end",
            "id_token_signing_alg_values_supported": ["none", "HS256", "RS256"],
        }

    def give_token(self, to: BaseHTTPRequestHandler, given: dict[str, str]) -> None:
        asked = self.under_way.pop(given.get("code", ""), None)
        own = base64.b64encode(f"vetting:{SECRET}".encode()).decode()
        if asked is None or to.headers.get("Authorization") != f"Basic {own}":
            _send(to, 400, {"error": "invalid_grant"})
            return
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != asked.get("code_challenge"):
            _send(to, 400, {"error": "invalid_grant"})
            return
        now = int(time.time())
        times = {"iat": now, "exp": now + 300, "auth_time": int(clock.now().timestamp())}
        claims = self.twist({"iss": self.issuer, "aud": "vetting", "nonce": asked["nonce"], **times, **self.claims})
        token = jwt.encode({"alg": "RS256", "kid": self.signed_by.kid}, claims, self.signed_by)
        _send(to, 200, {"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": token})


def _send(to: BaseHTTPRequestHandler, status: int, data: dict[str, Any]) -> None:
    body = json.dumps(data).encode()
    to.send_response(status)
    to.send_header("Content-Type", "application/json")
    to.send_header("Content-Length", str(len(body)))
    to.end_headers()
    to.wfile.write(body)
