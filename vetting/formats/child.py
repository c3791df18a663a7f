"""The child process that opens foreign files: limits itself first, takes one order, answers, ends."""

from __future__ import annotations

import base64
import json
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vetting.formats import limits, sandbox
from vetting.formats.refusals import FileReadingError
from vetting.kernel.own_templates import TemplateKind

if TYPE_CHECKING:
    from collections.abc import Mapping


def main() -> int:
    """Reads order and file from standard input; writes the answer to standard output, a frame at a time."""
    source = sys.stdin.buffer
    order = json.loads(source.read(int.from_bytes(source.read(8), "big")))
    limit_oneself(order.get("seconds", limits.CHILD_SECONDS))
    sandbox.enter_sandbox(Path.cwd())
    warnings.simplefilter("ignore")
    data = source.read()
    try:
        _carry_out(order, data)
    except FileReadingError as refused:
        _say({"refused": refused.code})
    except MemoryError:
        _say({"refused": "memory"})
    except Exception:  # noqa: BLE001 - whatever a foreign file makes a library do, a person is told it is broken
        _say({"refused": "broken"})
    sys.stdout.buffer.flush()
    return 0


def limit_oneself(seconds: int) -> None:
    """Memory, processor time, written bytes and open files, where the system can limit them."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    for which, most in (
        (resource.RLIMIT_AS, limits.CHILD_MEMORY),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, limits.ANSWER_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, limits.CHILD_FILES),
    ):
        resource.setrlimit(which, (most, most))


def _carry_out(order: Mapping[str, Any], data: bytes) -> None:
    """Each task loads what it needs and no more: after the limits, and in a process that ends with it."""
    if order["task"] in {"annotate", "mark"}:
        from vetting.formats import workbook_annotation  # noqa: PLC0415 - only what the task needs, after the limits

        make = (
            workbook_annotation.annotate_workbook
            if order["task"] == "annotate"
            else workbook_annotation.mark_corrections
        )
        book = make(data, order)
        _say({"bytes": len(book)})
        sys.stdout.buffer.write(book)
        return
    if order["task"] == "mail":
        from vetting.formats import mail_reading  # noqa: PLC0415 - only what the task needs, after the limits

        found = mail_reading.read_mail(data)
        _say(found.head())
        _say({"bytes": sum(len(content) for _, content in found.parts)})
        for _, content in found.parts:
            sys.stdout.buffer.write(content)
        return
    if order["task"] in {"paper_text", "paper_picture"}:
        from vetting.formats import document_reading  # noqa: PLC0415 - only what the task needs, after the limits

        if order["task"] == "paper_text":
            _say(document_reading.text_of_document(data, order["media"]))
            _say({"end": True})
            return
        drawn = document_reading.picture_of_page(data, order["media"], order["page"])
        _say({"bytes": len(drawn)})
        sys.stdout.buffer.write(drawn)
        return
    if order["task"] == "lay_behind":
        from vetting.formats import document_merging  # noqa: PLC0415 - only what the task needs, after the limits

        made = document_merging.lay_behind_each(base64.b64decode(order["letters"]), data)
        _say({"bytes": len(made)})
        sys.stdout.buffer.write(made)
        return
    if order["task"] in {"template_check", "template"}:
        from vetting.formats import word_templates  # noqa: PLC0415 - only what the task needs, after the limits

        kind = TemplateKind(order["kind"])
        if order["task"] == "template_check":
            _say({"problems": word_templates.problems_in(data, kind)})
            _say({"end": True})
            return
        made = word_templates.fill_template(data, kind, order["values"])
        _say({"bytes": len(made)})
        sys.stdout.buffer.write(made)
        return
    from vetting.formats import cell_reading  # noqa: PLC0415 - only what the task needs, after the limits

    for frame in cell_reading.frames_of_sheets(data, order["most_rows"]):
        _say(frame)
    _say({"end": True})


def _say(frame: Mapping[str, Any]) -> None:
    """One frame: eight bytes that say how long it is, and JSON."""
    text = json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    sys.stdout.buffer.write(len(text).to_bytes(8, "big") + text)


if __name__ == "__main__":
    sys.exit(main())
