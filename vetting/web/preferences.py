"""Language, colours and keys, kept in the visitor's own cookie."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Final, cast

from flask import Blueprint, current_app, redirect, request, session

from vetting.config import Config
from vetting.kernel.text import LANGUAGES, Language
from vetting.web.sub_path import front, path_here, path_within

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from vetting.kernel.text import Words

COLOURS: Final = ("auto", "light", "dark")
KEYS: Final = ("on", "off")
LONGEST_PATH: Final = 200
API: Final = "/api/"
blueprint = Blueprint("preferences", __name__)


_LANGUAGE: Final[ContextVar[Language | None]] = ContextVar("language", default=None)
"""Found once a request: every text of a page asks for it."""


def visitor_language() -> Language:
    """The visitor's language, else the installation's."""
    found = _LANGUAGE.get()
    if found is None:
        found = _find_language()
        _LANGUAGE.set(found)
    return found


def translate(words: Words) -> str:
    """A text of the domain in the visitor's language."""
    return words.to(visitor_language())


def forget_language(_error: BaseException | None = None) -> None:
    """The next request, or a language chosen in this one, finds it anew."""
    _LANGUAGE.set(None)


def is_asked_by_system() -> bool:
    """Whether the address is one of the interface for other systems."""
    return request.path.startswith(API)


def _find_language() -> Language:
    if is_asked_by_system():
        return cast("Language", request.accept_languages.best_match(LANGUAGES) or "sv")
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return cast("Language", chosen)
    config = current_app.extensions["vetting_config"]
    return config.language if isinstance(config, Config) else "sv"


def visitor_colours() -> str:
    """'auto' follows the system."""
    chosen = session.get("colours")
    return chosen if chosen in COLOURS else "auto"


def single_keys_allowed() -> bool:
    """Whether a sign alone goes somewhere ("/" to the quick check); whoever is troubled by it turns it off."""
    return session.get("keys") != "off"


# A form and not a link: a GET changes nothing, language and colours included.
@blueprint.post("/installningar")
def choose() -> Response:
    """Remembers one of them and goes back to where the visitor was."""
    remember_preferences()
    return redirect(own_path(request.form.get("next", "")), 303)


def remember_preferences() -> None:
    """Keeps what a form names of them."""
    forget_language()
    form = request.form
    if form.get("language") in LANGUAGES:
        session["language"] = form["language"]
    if form.get("colours") in COLOURS:
        session["colours"] = form["colours"]
    if form.get("keys") in KEYS:
        session["keys"] = form["keys"]


def way_back() -> str:
    """Where one is, as an address to open: of a page that answers a form, the page that the form stands on."""
    if request.method == "GET" or request.url_rule is None:
        whole = request.script_root + request.full_path
        return whole if request.query_string and len(whole) <= LONGEST_PATH else path_here()
    rules = {str(rule) for rule in current_app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    rule, path = str(request.url_rule), path_here()
    while rule and rule not in rules:
        rule, path = rule.rpartition("/")[0], path.rpartition("/")[0]
    return path or front()


def own_path(path: str) -> str:
    """A path of this site, or the first page: never another host."""
    plain = path_within(path) and not path.startswith("//") and "\\" not in path
    return path if plain and path.isprintable() and len(path) <= LONGEST_PATH else front()
