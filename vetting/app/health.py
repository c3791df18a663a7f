"""Whether the program lives and whether it can work, for whatever watches it: no sign-in, and nothing of a case."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from vetting.kernel.hooks import Hook
from vetting.kernel.store.engine import Database
from vetting.web import visitor

TABLES_ARE_CURRENT: Final = Hook[Callable[[Database], bool]]("whether the tables are the newest")

blueprint = Blueprint("health", __name__)


@blueprint.get("/halsa")
def alive() -> Response:
    """That the process answers; it asks nobody else."""
    return _answer("ok", HTTPStatus.OK)


@blueprint.get("/redo")
def ready() -> Response:
    """That the database is there with the newest tables: what comes before may send visitors here."""
    told = _tell_state(visitor.database())
    return _answer(told, HTTPStatus.OK if told == "ok" else HTTPStatus.SERVICE_UNAVAILABLE)


def _tell_state(database: Database) -> str:
    try:
        return "ok" if TABLES_ARE_CURRENT.function(database) else "tables"
    except SQLAlchemyError:
        return "database"


def _answer(told: str, status: HTTPStatus) -> Response:
    return Response(told + "\n", status, mimetype="text/plain")
