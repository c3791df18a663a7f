"""Settings from the environment, read once when the program starts."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from vetting.domain.words import LANGUAGES, Language
from vetting.shipped import shipped

if TYPE_CHECKING:
    from collections.abc import Mapping

SHORTEST_KEY = 32
DEFAULT_NAME = "Föreningsstöd"


class ConfigError(Exception):
    """A setting that the program cannot start with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings, with defaults that are safe on one's own machine."""

    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)
    rules: Path = field(default_factory=lambda: shipped("rules"))
    imports: Path = field(default_factory=lambda: shipped("imports"))
    name: str = DEFAULT_NAME
    language: Language = "sv"
    trusted_hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    https: bool = False
    mail_host: str = ""
    """Empty: nothing is sent from here, letters are fetched as drafts and print."""
    mail_port: int = 587
    mail_user: str = ""
    mail_password: str = field(default="", repr=False)
    mail_from: str = ""
    mail_encrypted: bool = True
    database_url: str = field(default="sqlite:///vetting.db", repr=False)


def from_environment(environment: Mapping[str, str] | None = None) -> Config:
    """The settings of VETTING_* variables.

    Raises:
        ConfigError: a value that is unsafe or cannot be used.
    """
    env = os.environ if environment is None else environment
    given: dict[str, object] = {}
    if key := env.get("VETTING_SECRET_KEY"):
        if len(key) < SHORTEST_KEY or len(set(key)) < SHORTEST_KEY // 4:
            raise ConfigError(f"VETTING_SECRET_KEY must have at least {SHORTEST_KEY} characters of many kinds.")
        given["secret_key"] = key
    for name in ("rules", "imports"):
        if folder := env.get(f"VETTING_{name.upper()}"):
            if not Path(folder).is_dir():
                raise ConfigError(f"VETTING_{name.upper()}: there is no folder {folder}.")
            given[name] = Path(folder)
    if name := env.get("VETTING_NAME", "").strip():
        given["name"] = name[:60]
    if language := env.get("VETTING_LANGUAGE"):
        if language not in LANGUAGES:
            raise ConfigError("VETTING_LANGUAGE must be sv or en.")
        given["language"] = language
    if hosts := env.get("VETTING_TRUSTED_HOSTS"):
        given["trusted_hosts"] = tuple(host.strip() for host in hosts.split(",") if host.strip())
    if address := env.get("VETTING_DATABASE_URL"):
        given["database_url"] = address
    given |= _mail(env)
    given["https"] = env.get("VETTING_HTTPS", "") == "1"
    return Config(**given)  # type: ignore[arg-type] # each value was checked above


def _mail(env: Mapping[str, str]) -> dict[str, object]:
    host, sender, port = (
        env.get("VETTING_SMTP_HOST", ""),
        env.get("VETTING_SMTP_FROM", ""),
        env.get("VETTING_SMTP_PORT", "587"),
    )
    if not host:
        return {}
    if "@" not in sender:
        raise ConfigError("VETTING_SMTP_FROM must be the address that mails are sent from.")
    if not port.isdigit():
        raise ConfigError("VETTING_SMTP_PORT must be a number.")
    return {
        "mail_host": host, "mail_from": sender, "mail_port": int(port), "mail_user": env.get("VETTING_SMTP_USER", ""),
        "mail_password": env.get("VETTING_SMTP_PASSWORD", ""),
        "mail_encrypted": env.get("VETTING_SMTP_PLAIN", "") != "1",
    }  # fmt: skip
