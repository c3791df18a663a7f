"""`vetting doctor`: whether an installation is well, point by point, and what to do where it is not."""

from __future__ import annotations

import json
import os
import shutil
import stat
import sys
from datetime import UTC, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import click
import requests
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from vetting import clock
from vetting.casework.models.rescreening import RecurringWork
from vetting.config import OWN_MACHINE, ConfigError, from_environment
from vetting.formats.mail_sending import NotSentError, open_connection, server_of
from vetting.kernel.backup_plans import OLDEST_COPY
from vetting.kernel.problem import Problem
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.jobs import ENDED_STATES, Job
from vetting.kernel.store.noted_faults import faults_since
from vetting.kernel.store.session import open_reading
from vetting.kernel.store.trail import TrailEntry
from vetting.kernel.store.trail_anchors import TrailAnchor
from vetting.kernel.text import Words, _, same_in_both
from vetting.operations.cli.commands import COMMANDS
from vetting.operations.cli.language import LANGUAGE, translate
from vetting.operations.database import backup_files, schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from vetting.config import Config
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import Session

SECONDS: Final = 10
LEAST_FREE: Final = 1024**3
"""Bytes that are to be free, besides room for one more copy of the database."""
LATEST_WORK: Final = timedelta(hours=1)
LONGEST_WAIT: Final = timedelta(minutes=30)
OLDEST_ANCHOR: Final = timedelta(days=2)
AHEAD: Final = timedelta(minutes=5)
TOLD_FAULTS: Final = 5
FAULT_DAYS: Final = timedelta(days=7)
EVERYWHERE: Final = frozenset({"0.0.0.0", "::", "*"})  # noqa: S104 - what is warned of
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Health(StrEnum):
    """How a point stands."""

    WELL = "well"
    WARNS = "warns"
    FAILS = "fails"


HEALTH_WORDS: Final = {Health.WELL: _("bra"), Health.WARNS: _("varning"), Health.FAILS: _("fel")}


class Point(NamedTuple):
    """One point, as it was found."""

    health: Health
    where: str
    what: Words
    remedy: Words | None = None

    def line(self) -> str:
        """As it is printed."""
        told = f"{HEALTH_WORDS[self.health].to(LANGUAGE):<8} "
        return told + Problem(self.where, self.what, self.remedy or same_in_both("")).line(LANGUAGE).rstrip()


@click.command(help=COMMANDS["doctor"].help)
@click.option("--json", "as_json", is_flag=True, help=translate("Skriv ett JSON-dokument."))
def doctor(*, as_json: bool) -> None:
    """Exit code 0: well, or warnings only. 1: something is wrong. Settings that cannot be read are told as ever."""
    found = examine(from_environment(), clock.now())
    if as_json:
        points = [
            {
                "health": one.health.value,
                "where": one.where,
                "what": one.what.to(LANGUAGE),
                "remedy": one.remedy.to(LANGUAGE) if one.remedy else "",
            }
            for one in found
        ]
        click.echo(json.dumps({"points": points}, ensure_ascii=False))
    else:
        for one in found:
            click.echo(one.line())
    sys.exit(1 if any(one.health is Health.FAILS for one in found) else 0)


def refuse_unsafe_start(config: Config, host: str) -> None:
    """Whoever is reached from other machines begins only as is safe; on one's own machine anything goes.

    Raises:
        ConfigError: all that is unsafe, at once.
    """
    elsewhere = host.strip("[]") not in LOOPBACK
    if not elsewhere and not config.https:
        return
    problems = [
        Problem(point.where, point.what, point.remedy or same_in_both(""))
        for point in (*_settings(config), *_rights(config))
        if point.health is Health.FAILS
    ]
    if elsewhere and not config.https:
        what = _("Sidorna nås från andra maskiner, men inloggningar går okrypterade.")
        remedy = _("Låt en proxy avsluta TLS och sätt VETTING_HTTPS=1, eller lyssna på 127.0.0.1.")
        problems.append(Problem("VETTING_HTTPS", what, remedy))
    if problems:
        raise ConfigError(problems)


def examine(config: Config, now: datetime) -> list[Point]:
    """Every point there is, each by itself: one that fails hides no other."""
    found = [
        *_settings(config),
        *_rights(config),
        *_keeper(config),
        *_disk(config),
        *_mail(config),
        *_directory(config),
    ]
    try:
        database = connect_database(config.database_url)
    except (SQLAlchemyError, ValueError, OSError) as error:
        return [*found, _unreachable_point(error)]
    try:
        return [*found, *_of_database(database, now), *_copies(config, now)]
    finally:
        database.close()


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _well(where: str, what: Words) -> Point:
    return Point(Health.WELL, where, what)


def _settings(config: Config) -> Iterator[Point]:
    if not config.key_given:
        what = _("Saknas: webbsidorna startar inte.")
        yield Point(Health.FAILS, "VETTING_SECRET_KEY", what, _("Skapa en på minst 32 tecken och sätt den."))
    else:
        yield _well("VETTING_SECRET_KEY", _("Är satt."))
    if not config.https:
        what = _("Är av: inloggningar går okrypterade om sidorna nås från en annan maskin.")
        yield Point(Health.WARNS, "VETTING_HTTPS", what, _("Sätt den till 1 bakom en proxy som avslutar TLS."))
    if config.https and set(config.trusted_hosts) <= OWN_MACHINE:
        what = _("Nämner bara den egna maskinen: besökare möter felet 400.")
        yield Point(Health.FAILS, "VETTING_TRUSTED_HOSTS", what, _("Skriv värdnamnet som står i webbadressen."))
    if config.metrics is not None and config.metrics[0] in EVERYWHERE:
        what = _("Mätvärdena visas för alla som når maskinen.")
        yield Point(
            Health.WARNS, "VETTING_METRICS", what, _("Skriv adressen som övervakningen frågar på, 127.0.0.1:9100.")
        )
    if config.https and not config.proxies:
        what = _("Ingen proxy är angiven: står ingen framför, håller långsamma och halva anrop upp sidorna.")
        yield Point(Health.WARNS, "VETTING_PROXIES", what, _("Låt nginx eller en annan proxy ta emot, och sätt 1."))
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        what = _("Programmet körs som root.")
        yield Point(Health.WARNS, "user", what, _("Kör det under ett eget konto utan andra rättigheter."))


def _rights(config: Config) -> Iterator[Point]:
    """Whether others on the machine can read what is secret; Windows has other rights."""
    if os.name != "posix":
        return
    files = [_file_of(config), config.audit_file, config.oidc_roles]
    for file in files:
        if file is not None and file.exists() and file.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
            what = _("Andra användare på maskinen kan läsa eller ändra filen.")
            yield Point(Health.FAILS, str(file), what, _("Kör: chmod o-rw {file}", file=str(file)))


def _keeper(config: Config) -> Iterator[Point]:
    """Whether the heads of the trail have another keeper than whoever keeps the database."""
    if not config.audit_key:
        what = _("Saknas: den som skriver om spåret kan skriva om dess kontrollpunkter.")
        remedy = _("Gör en på minst 32 tecken, sätt den och ge revisorn en kopia.")
        yield Point(Health.WARNS, "VETTING_AUDIT_KEY", what, remedy)
    if config.audit_mail or (config.audit_file is not None and not _can_rewrite(config.audit_file)):
        return
    what = _("Programmet kan självt skriva om kontrollpunkterna, och de skickas inte till någon.")
    remedy = _(
        "Sätt VETTING_AUDIT_MAIL till någon annan än den som sköter databasen, eller kör: chattr +a FILE som root."
    )
    yield Point(Health.WARNS, "VETTING_AUDIT_MAIL", what, remedy)


def _can_rewrite(file: Path) -> bool:
    """Whether what stands in a file can be written over: nothing is changed by the look."""
    try:
        os.close(os.open(file, os.O_WRONLY))
    except OSError:
        return not file.exists()
    return True


def _file_of(config: Config) -> Path | None:
    """The file that the database is; None where it is a server's."""
    kind, _unused, place = config.database_url.partition("://")
    return Path(place.removeprefix("/")) if kind == "sqlite" else None


def _disk(config: Config) -> Iterator[Point]:
    places = {file.parent for file in (_file_of(config), config.audit_file) if file is not None}
    if config.backup_folder is not None:
        places.add(config.backup_folder)
    own = _file_of(config)
    needed = LEAST_FREE + (own.stat().st_size if own is not None and own.exists() else 0)
    for place in sorted(places):
        if not place.is_dir():
            yield Point(
                Health.FAILS, str(place), _("Mappen finns inte."), _("Skapa mappen, eller rätta inställningen.")
            )
        elif not os.access(place, os.W_OK):
            yield Point(
                Health.FAILS, str(place), _("Mappen går inte att skriva i."), _("Ge kontot rätt att skriva i mappen.")
            )
        else:
            free = shutil.disk_usage(place).free
            told = _("{free} MB är fria.", free=free // 1024**2)
            enough = free >= needed
            remedy = None if enough else _("Frigör plats: minst {needed} MB behövs.", needed=needed // 1024**2)
            yield Point(Health.WELL if enough else Health.WARNS, str(place), told, remedy)


def _mail(config: Config) -> Iterator[Point]:
    server = server_of(config)
    if server is None:
        yield _well("VETTING_SMTP_HOST", _("Ingen e-postserver: brev hämtas som utkast och utskrift."))
        return
    try:
        with open_connection(server):
            pass
    except NotSentError as error:
        what = _("E-postservern svarar inte som den ska ({name}).", name=str(error))
        yield Point(Health.FAILS, "VETTING_SMTP_HOST", what, _("Kontrollera värd, port, inloggning och certifikat."))
    else:
        yield _well("VETTING_SMTP_HOST", _("E-postservern svarar. Inget mejl är skickat."))


def _directory(config: Config) -> Iterator[Point]:
    if not config.oidc_issuer:
        return
    try:
        answer = requests.get(f"{config.oidc_issuer.rstrip('/')}/.well-known/openid-configuration", timeout=SECONDS)
        same = answer.json().get("issuer") == config.oidc_issuer
    except (requests.RequestException, ValueError, AttributeError) as error:
        what = _("Katalogen går inte att nå ({name}).", name=type(error).__name__)
        yield Point(Health.FAILS, "VETTING_OIDC_ISSUER", what, _("Kontrollera adressen, nätet och certifikatet."))
    else:
        wrong = _("Katalogen anger en annan utfärdare än inställningen.")
        yield (
            _well("VETTING_OIDC_ISSUER", _("Katalogen svarar."))
            if same
            else Point(Health.FAILS, "VETTING_OIDC_ISSUER", wrong, _("Skriv utfärdaren så som den själv anger den."))
        )


def _unreachable_point(error: Exception) -> Point:
    what = _("Databasen går inte att nå ({name}).", name=type(error).__name__)
    return Point(Health.FAILS, "VETTING_DATABASE_URL", what, _("Kontrollera adressen och att servern är igång."))


def _of_database(database: Database, now: datetime) -> Iterator[Point]:
    try:
        step = schema.present_step(database)
    except (SQLAlchemyError, OSError) as error:
        yield _unreachable_point(error)
        return
    if step != schema.newest_step():
        what = _("Databasen har inte de senaste tabellerna.")
        yield Point(Health.FAILS, "VETTING_DATABASE_URL", what, _("Kör 'vetting db upgrade'."))
        return
    yield _well("VETTING_DATABASE_URL", _("Databasen har de senaste tabellerna ({step}).", step=step))
    with open_reading(database) as session:
        for look in LOOKS:
            yield from look(session, now)


def _clock(session: Session, now: datetime) -> Iterator[Point]:
    last = session.scalar(select(func.max(TrailEntry.at)))
    if last is not None and last - now > AHEAD:
        what = _("Maskinens klocka går efter: spårets senaste post är från {at}.", at=_moment(last))
        yield Point(Health.FAILS, "clock", what, _("Ställ klockan efter en tidsserver innan någon arbetar."))
    else:
        yield _well("clock", _("Klockan är {now}.", now=_moment(now)))


def _work(session: Session, now: datetime) -> Iterator[Point]:
    late = session.scalars(select(RecurringWork.name).where(RecurringWork.next_at < now - LATEST_WORK)).all()
    begun = session.scalar(select(func.count(RecurringWork.id))) or 0
    if late or not begun:
        what = _("Återkommande jobb blir inte gjorda: {names}.", names=", ".join(sorted(late)) or "–")
        yield Point(Health.FAILS, "work", what, _("Se att 'vetting serve' eller 'vetting work' är igång."))
    else:
        yield _well("work", _("Återkommande jobb är gjorda i tid."))


def _jobs(session: Session, now: datetime) -> Iterator[Point]:
    first = session.scalar(select(func.min(Job.created_at)).where(Job.state.not_in(ENDED_STATES)))
    if first is not None and now - first > LONGEST_WAIT:
        what = _("Ett beställt jobb har väntat sedan {at}.", at=_moment(first))
        yield Point(
            Health.FAILS, "jobs", what, _("Se att 'vetting serve' eller 'vetting work' är igång, och i loggen.")
        )
    else:
        yield _well("jobs", _("Inget beställt jobb har väntat länge."))


def _anchors(session: Session, now: datetime) -> Iterator[Point]:
    newest = session.scalar(select(func.max(TrailAnchor.at)))
    moved = session.scalar(select(func.max(TrailEntry.id))) or 0
    kept = session.scalar(select(func.max(TrailAnchor.entry_id))) or 0
    if moved > kept and (newest is None or now - newest > OLDEST_ANCHOR):
        what = _("Spårets kontrollpunkt är gammal eller saknas.")
        yield Point(Health.WARNS, "VETTING_AUDIT_FILE", what, _("Se i loggen varför filen inte gick att skriva."))
    else:
        yield _well("VETTING_AUDIT_FILE", _("Spåret har en kontrollpunkt."))


def _faults(session: Session, now: datetime) -> Iterator[Point]:
    found = faults_since(session, now - FAULT_DAYS, most=TOLD_FAULTS)
    for one in found:
        what = _("Fel {at}: {place}", at=_moment(one.at), place=one.place)
        yield Point(Health.WARNS, one.reference, what, _("Skicka raden till den som underhåller programmet."))
    if not found:
        yield _well("faults", _("Inget fel den senaste veckan."))


LOOKS: Final[tuple[Callable[[Session, datetime], Iterator[Point]], ...]] = (_clock, _work, _jobs, _anchors, _faults)


def _copies(config: Config, now: datetime) -> Iterator[Point]:
    folder = config.backup_folder
    if folder is None:
        what = _("Ingen mapp för säkerhetskopior är satt: inga kopior tas automatiskt.")
        yield Point(Health.WARNS, "VETTING_BACKUP_FOLDER", what, _("Sätt den, eller ta kopior på annat sätt."))
        return
    newest = next(iter(backup_files.copies_in(folder)), None)
    if newest is None:
        what = _("Det finns ingen säkerhetskopia i mappen.")
        yield Point(Health.FAILS, str(folder), what, _("Kör 'vetting backup', och se vad den säger."))
        return
    told = _("Den senaste säkerhetskopian är från {at}.", at=_moment(newest.at))
    old = now - newest.at > OLDEST_COPY
    remedy = _("Kör 'vetting backup', och se att 'vetting work' är igång.") if old else None
    yield Point(Health.FAILS if old else Health.WELL, str(newest.file), told, remedy)
    if not config.backup_keys:
        what = _("Kopiorna är inte krypterade.")
        yield Point(Health.WARNS, "VETTING_BACKUP_KEY", what, _("Gör en nyckel med 'vetting backup-key FILE'."))
