"""Canaille, a real provider, with a few people: run by an environment of its own (`requirements/provider.in`).

    python real_provider.py PORT ADDRESS one|two

ADDRESS is where the program is served; two: a second factor is asked for. /for-tests/groups/NAME?to=OTHER renames a group.
It reads settings where it stands: run it in an empty folder.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from typing import Any

from canaille import create_app
from canaille.app import models
from canaille.backends.memory.backend import MemoryBackend, listify
from flask import request
from werkzeug.serving import make_server

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
PORT, ADDRESS, FACTORS = int(sys.argv[1]), sys.argv[2], sys.argv[3]
PASSWORD, APP = "korrekt häst batteri", "0123456789abcdef"
PEOPLE = {"kim": "Kim Ek", "lo": "Lo Sund", "utan": "Ingen Grupp"}
GROUPS = {"vetting-norr-handlaggare": ["kim"], "vetting-norr-ekonomi": ["lo"], "alla": ["utan"]}


def query_all_criteria(self: Any, model: Any, *_arguments: object, **wanted: object) -> list[Any]:
    """What agrees with every criterion: the version in use takes what agrees with any of them."""
    states, ids = self.index(model), None
    for name, values in wanted.items():
        index = self.attribute_index(model, name)
        hits = {key for value in model.serialize(listify(values)) for key in index.get(value, ())}
        ids = hits if ids is None else ids & hits
    return [model(**state) for key, state in states.items() if ids is None or key in ids]


MemoryBackend.do_query = query_all_criteria
NOW = datetime.fromtimestamp(time.time(), UTC)
app = create_app(
    {
        "SECRET_KEY": "a provider of tests, and of nothing else",
        "SERVER_NAME": f"127.0.0.1:{PORT}",
        "PREFERRED_URL_SCHEME": "http",
        "TRUSTED_HOSTS": ["127.0.0.1"],
        "CANAILLE": {
            "DATABASE": "memory",
            "JAVASCRIPT": False,
            "HTMX": False,
            "SMTP": None,
            "CAPTCHA_ENABLED": False,
            "AUTHENTICATION_FACTORS": ["password", "otp"] if FACTORS == "two" else ["password"],
            "ACL": {"DEFAULT": {"PERMISSIONS": ["use_oidc"]}},
        },
        "CANAILLE_OIDC": {},
    }
)
with app.app_context():
    people = {}
    for login, name in PEOPLE.items():
        people[login] = models.User(
            user_name=login,
            formatted_name=name,
            given_name=name.split()[0],
            family_name=name.split()[1],
            emails=[f"{login}@exempelstad.example"],
            password=PASSWORD,
            secret_token=APP,
            last_otp_login=NOW,
            hotp_counter=0,
        )
        app.backend.save(people[login])
    for group, members in GROUPS.items():
        app.backend.save(models.Group(display_name=group, members=[people[login] for login in members]))
    client = models.Client(
        client_id="vetting",
        client_secret="only-of-these-tests",
        client_name="vetting",
        client_uri=ADDRESS,
        client_id_issued_at=NOW,
        redirect_uris=[f"{ADDRESS}/logga-in/katalog/svar"],
        post_logout_redirect_uris=[f"{ADDRESS}/logga-in"],
        grant_types=["authorization_code"],
        response_types=["code"],
        scope=["openid", "profile", "groups"],
        token_endpoint_auth_method="client_secret_basic",
        id_token_signed_response_alg="RS256",
    )
    app.backend.save(client)
    client.audience = [client]
    app.backend.save(client)


def rename_group(name: str) -> str:
    """Another name for a group, as somebody at the municipality may give it one day."""
    found = app.backend.get(models.Group, display_name=name)
    found.display_name = request.args["to"]
    app.backend.save(found)
    return ""


app.add_url_rule("/for-tests/groups/<name>", view_func=rename_group)
make_server("127.0.0.1", PORT, app, threaded=True).serve_forever()
