"""Settings from the environment, read once when the program starts: what is not understood stops it."""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import pyrage

from vetting.kernel.backup_plans import BackupPlan
from vetting.kernel.problem import Problem, UnreadableValueError
from vetting.kernel.text import LANGUAGES, Language, Words, _
from vetting.shipped import shipped_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

PREFIX: Final = "VETTING_"
APP_NAME: Final = "Föreningsstöd"
"""What the program is called on its pages and in apps for codes."""
SHORTEST_KEY = 32
HIGHEST_PORT = 65_535
MOST_PROXIES = 5
MOST_WORKERS = 32
LONGEST_NUMBER = 9
RETIRED: Final = frozenset({"BACKUP_KEEP", "NAME", "SMTP_PLAIN"})
"""Settings of earlier versions."""
OWN_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
DATABASES: Final = ("sqlite", "postgresql", "postgresql+psycopg")


SECRET: Final = (
    "VETTING_SECRET_KEY",
    "VETTING_DATABASE_URL",
    "VETTING_SMTP_PASSWORD",
    "VETTING_OIDC_SECRET",
    "VETTING_AUDIT_KEY",
)
"""Settings that nobody else is to read."""
REMOVED_SETTINGS: Final[dict[str, str]] = {}
"""The secret ones, once they have been taken out of the environment."""


class ConfigError(Exception):
    """Settings that the program cannot start with, all of them at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(problem.line("en") for problem in problems))
        self.problems = tuple(problems)


class TrialAccess(StrEnum):
    """Who may try a list at /prova."""

    EVERYONE = "everyone"
    STAFF = "staff"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings, with defaults that are safe on one's own machine."""

    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)
    key_given: bool = False
    """Whether the key is a setting; one made at start is another in every process and after every start."""
    rules: Path = field(default_factory=lambda: shipped_folder("rules"))
    imports: Path = field(default_factory=lambda: shipped_folder("imports"))
    language: Language = "sv"
    trusted_hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    sub_path: str = ""
    """Where on the host the pages are, where other things are there too; empty: at the top."""
    https: bool = False
    proxies: int = 0
    """How many proxies stand before the program, each of which adds the address that it was asked from."""
    trial: TrialAccess = TrialAccess.EVERYONE
    mail_host: str = ""
    """Empty: nothing is sent from here, letters are fetched as drafts and print."""
    mail_port: int = 587
    mail_user: str = ""
    mail_password: str = field(default="", repr=False)
    mail_from: str = ""
    audit_file: Path | None = None
    """Where the head of the trail is written once a day; kept where the database's keeper cannot change it."""
    audit_mail: str = ""
    """Whom it is mailed to once a day."""
    audit_key: str = field(default="", repr=False)
    """What it is sealed with."""
    metrics: tuple[str, int] | None = None
    """Host and port where numbers for Prometheus are answered; None: nowhere."""
    backup_folder: Path | None = None
    """Where a copy of everything is taken once a day; kept on another disk, or carried away from there."""
    backup_keys: tuple[str, ...] = ()
    """Whom copies are sealed for; what opens them lies elsewhere."""
    oidc_issuer: str = ""
    """The municipality's directory, as it names itself; empty: everybody signs in with a password of their own."""
    oidc_client: str = ""
    oidc_secret: str = field(default="", repr=False)
    oidc_roles: Path | None = None
    """The file that says which groups of the directory give which roles."""
    oidc_scopes: tuple[str, ...] = ("openid", "profile")
    """What the directory is asked to tell; some tell groups only where they are asked for them."""
    oidc_acr: tuple[str, ...] = ()
    """Values of `acr` by which the directory says that a second factor was given."""
    database_url: str = field(default="sqlite:///vetting.db", repr=False)
    processes: int = field(default_factory=lambda: min(os.cpu_count() or 2, 4))
    """Processes that answer; on Windows always one."""
    workers: int = field(default_factory=lambda: min(max((os.cpu_count() or 2) - 1, 1), 4))
    """Processes beside the pages that do what takes long; 0: `vetting work` is started elsewhere."""

    @property
    def outside(self) -> str:
        """What stands before each path in the address that visitors use; the path alone where the host is not known."""
        hosts = [host for host in self.trusted_hosts if not host.startswith(".") and host not in OWN_MACHINE]
        return f"https://{hosts[0]}{self.sub_path}" if self.https and hosts else self.sub_path

    @property
    def mail_encrypted(self) -> bool:
        """Whether the mail server is spoken to by TLS: always, but on the own machine."""
        return self.mail_host not in OWN_MACHINE

    @property
    def backups(self) -> BackupPlan | None:
        """How copies are taken by the clock; None where no folder is set for them."""
        return BackupPlan(self.backup_folder, self.backup_keys) if self.backup_folder else None


def settings() -> Mapping[str, str]:
    """The environment, with what has been taken out of it."""
    return {**REMOVED_SETTINGS, **os.environ}


def from_environment(environment: Mapping[str, str] | None = None) -> Config:
    """The settings of VETTING_* variables; an empty one is as one that is not given.

    Raises:
        ConfigError: a value that cannot be read or is unsafe, or a name that is no setting: nothing is guessed, since
            a setting that is silently passed over leaves a door open that somebody believes is shut.
    """
    env = settings() if environment is None else environment
    given = {name: value for name, value in env.items() if name.startswith(PREFIX) and value}
    read: dict[str, object] = {}
    problems = [_unknown(name) for name in sorted(given.keys() - SETTINGS.keys())]
    for name in sorted(given.keys() & SETTINGS.keys()):
        setting, reader = SETTINGS[name]
        try:
            read[setting] = reader(given[name])
        except UnreadableValueError as error:
            problems.append(Problem(name, error.what, error.remedy))
    problems += _incomplete(given)
    if problems:
        raise ConfigError(problems)
    read["key_given"] = "secret_key" in read
    read.pop("debug", None)  # the command line's own
    return Config(**read)  # type: ignore[arg-type] # each value was read by the reader of its field


def _unknown(name: str) -> Problem:
    if name.removeprefix(PREFIX) in RETIRED:
        return Problem(name, _("Inställningen finns inte längre."), _("Ta bort raden."))
    near = get_close_matches(name, SETTINGS, n=1)
    remedy = (
        _("Menade du {near}?", near=near[0])
        if near
        else _("Ta bort den; alla inställningar står i docs/operate/configure.md.")
    )
    return Problem(name, _("Det finns ingen sådan inställning."), remedy)


def _key(text: str) -> str:
    if len(text) < SHORTEST_KEY or len(set(text)) < SHORTEST_KEY // 4:
        raise UnreadableValueError(
            _("Nyckeln går att gissa."),
            _("Ange minst {SHORTEST_KEY} tecken av många olika slag.", SHORTEST_KEY=SHORTEST_KEY),
        )
    return text


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise UnreadableValueError(_("Mappen {text} finns inte.", text=text), _("Välj en mapp som finns."))
    return Path(text)


def _file(text: str) -> Path:
    if not Path(text).is_file():
        raise UnreadableValueError(_("Filen {text} finns inte.", text=text), _("Välj en fil som finns."))
    return Path(text)


def _file_to_be(text: str) -> Path:
    path = Path(text)
    if path.is_dir() or not path.parent.is_dir():
        raise UnreadableValueError(
            _("Mappen för {text} finns inte.", text=text), _("Ange en fil i en mapp som finns; filen görs vid behov.")
        )
    return path


def _address(text: str) -> tuple[str, int]:
    host, _unused, port = text.rpartition(":")
    if not re.fullmatch(r"[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]", host):
        raise UnreadableValueError(
            _("”{text}” är ingen adress.", text=text), _("Skriv värd och port, till exempel 127.0.0.1:9100.")
        )
    return host.strip("[]"), _port(port)


def _receivers(text: str) -> tuple[str, ...]:
    try:
        return tuple(str(pyrage.x25519.Recipient.from_str(part.strip())) for part in text.split(","))
    except pyrage.RecipientError:
        raise UnreadableValueError(
            _("Det är ingen nyckel som kopior krypteras för."),
            _("Gör en med 'vetting backup-key FILE' och skriv det som den svarar, age1..."),
        ) from None


def _issuer(text: str) -> str:
    parts = urlsplit(text)
    own = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if not parts.hostname or parts.query or parts.fragment or (parts.scheme != "https" and not own):
        raise UnreadableValueError(
            _("”{text}” är ingen säker adress.", text=text),
            _("Skriv katalogens utfärdare så som den själv anger den, med https."),
        )
    return text


def _scopes(text: str) -> tuple[str, ...]:
    found = tuple(text.replace(",", " ").split())
    if "openid" not in found:
        raise UnreadableValueError(_("Bland dem saknas openid."), _("Skriv till exempel: openid profile groups."))
    return found


def _values(text: str) -> tuple[str, ...]:
    return tuple(value.strip() for value in text.split(",") if value.strip())


def _language(text: str) -> Language:
    for language in LANGUAGES:
        if text == language:
            return language
    raise UnreadableValueError(_("Språket finns inte."), _("Skriv sv eller en."))


def _hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(host.strip() for host in text.split(",") if host.strip())
    wrong = [host for host in hosts if not re.fullmatch(r"\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:.]+\]", host)]
    if wrong or not hosts:
        told = wrong[0] if wrong else text
        raise UnreadableValueError(
            _("”{told}” är inget värdnamn.", told=told),
            _("Skriv namnen som i webbadressen, utan http och port, med komma emellan."),
        )
    return hosts


def _sub_path(text: str) -> str:
    path = text.rstrip("/")
    if not re.fullmatch(r"(/[a-z0-9][a-z0-9._-]*)*", path):
        raise UnreadableValueError(
            _("”{text}” är ingen väg på en webbplats.", text=text),
            _("Skriv det som står efter värdnamnet i webbadressen, med små bokstäver, till exempel /bidrag."),
        )
    return path


def _on(text: str) -> bool:
    if text.casefold() not in _WORDS_FOR_ON:
        raise UnreadableValueError(_("”{text}” är varken på eller av.", text=text), _("Skriv 1 för på, 0 för av."))
    return _WORDS_FOR_ON[text.casefold()]


def _trial(text: str) -> TrialAccess:
    for who in TrialAccess:
        if text == who:
            return who
    raise UnreadableValueError(
        _("”{text}” är inget av valen.", text=text), _("Skriv {TrialAccess}.", TrialAccess=", ".join(TrialAccess))
    )


def _proxies(text: str) -> int:
    return _whole(text, 0, MOST_PROXIES, _("antal"))


def _workers(text: str) -> int:
    return _whole(text, 0, MOST_WORKERS, _("antal"))


def _processes(text: str) -> int:
    return _whole(text, 1, MOST_WORKERS, _("antal"))


def _port(text: str) -> int:
    return _whole(text, 1, HIGHEST_PORT, _("portnummer"))


def _whole(text: str, lowest: int, highest: int, noun: Words) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER and lowest <= int(text) <= highest):
        raise UnreadableValueError(
            _("”{text}” är inget {noun}.", text=text, noun=noun),
            _("Skriv ett tal från {lowest} till {highest}.", lowest=lowest, highest=highest),
        )
    return int(text)


def _sender(text: str) -> str:
    if "@" not in text:
        raise UnreadableValueError(
            _("”{text}” är ingen adress.", text=text), _("Skriv e-postadressen som breven skickas från.")
        )
    return text


def _database(text: str) -> str:
    if text.partition("://")[0] not in DATABASES:
        raise UnreadableValueError(
            _("Adressen är varken till SQLite eller PostgreSQL."),
            _("Skriv sqlite:///fil.db eller postgresql://användare@värd/namn."),
        )
    return text


_WORDS_FOR_ON: Final = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "ja": True,
    "på": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
    "nej": False,
    "av": False,
}
SETTINGS: Final[Mapping[str, tuple[str, Callable[[str], object]]]] = {
    "VETTING_AUDIT_FILE": ("audit_file", _file_to_be),
    "VETTING_AUDIT_KEY": ("audit_key", _key),
    "VETTING_AUDIT_MAIL": ("audit_mail", _sender),
    "VETTING_BACKUP_FOLDER": ("backup_folder", _folder),
    "VETTING_BACKUP_KEY": ("backup_keys", _receivers),
    "VETTING_DATABASE_URL": ("database_url", _database),
    "VETTING_DEBUG": ("debug", _on),
    "VETTING_HTTPS": ("https", _on),
    "VETTING_IMPORTS": ("imports", _folder),
    "VETTING_LANGUAGE": ("language", _language),
    "VETTING_METRICS": ("metrics", _address),
    "VETTING_OIDC_ACR": ("oidc_acr", _values),
    "VETTING_OIDC_CLIENT": ("oidc_client", str),
    "VETTING_OIDC_ISSUER": ("oidc_issuer", _issuer),
    "VETTING_OIDC_ROLES": ("oidc_roles", _file),
    "VETTING_OIDC_SCOPES": ("oidc_scopes", _scopes),
    "VETTING_OIDC_SECRET": ("oidc_secret", str),
    "VETTING_PROCESSES": ("processes", _processes),
    "VETTING_PROXIES": ("proxies", _proxies),
    "VETTING_RULES": ("rules", _folder),
    "VETTING_SECRET_KEY": ("secret_key", _key),
    "VETTING_SMTP_FROM": ("mail_from", _sender),
    "VETTING_SMTP_HOST": ("mail_host", str),
    "VETTING_SMTP_PASSWORD": ("mail_password", str),
    "VETTING_SMTP_PORT": ("mail_port", _port),
    "VETTING_SMTP_USER": ("mail_user", str),
    "VETTING_SUBPATH": ("sub_path", _sub_path),
    "VETTING_TRIAL": ("trial", _trial),
    "VETTING_TRUSTED_HOSTS": ("trusted_hosts", _hosts),
    "VETTING_WORKERS": ("workers", _workers),
}
"""Variable -> its field, and how its value is read. The command line reads VETTING_DEBUG by itself."""
_TOGETHER: Final = (
    (
        "VETTING_SMTP_HOST",
        ("VETTING_SMTP_FROM", "VETTING_SMTP_PASSWORD", "VETTING_SMTP_PORT", "VETTING_SMTP_USER"),
    ),
    ("VETTING_SMTP_FROM", ("VETTING_SMTP_HOST",)),
    ("VETTING_SMTP_USER", ("VETTING_SMTP_PASSWORD",)),
    ("VETTING_SMTP_PASSWORD", ("VETTING_SMTP_USER",)),
    ("VETTING_SMTP_HOST", ("VETTING_AUDIT_MAIL",)),
    (
        "VETTING_OIDC_ISSUER",
        ("VETTING_OIDC_CLIENT", "VETTING_OIDC_SECRET", "VETTING_OIDC_ROLES", "VETTING_OIDC_ACR", "VETTING_OIDC_SCOPES"),
    ),
    ("VETTING_OIDC_CLIENT", ("VETTING_OIDC_ISSUER",)),
    ("VETTING_OIDC_SECRET", ("VETTING_OIDC_ISSUER",)),
    ("VETTING_OIDC_ROLES", ("VETTING_OIDC_ISSUER",)),
)
"""A setting, and those that say nothing without it."""


def _incomplete(given: Mapping[str, str]) -> list[Problem]:
    return [
        Problem(needed, _("Saknas, fast {told} är satt.", told=told), _("Sätt båda eller ingen."))
        for needed, others in _TOGETHER
        if needed not in given
        for told in [next((other for other in others if other in given), "")]
        if told
    ]
