"""The child process that opens foreign files: limits itself first, takes one order, answers, ends."""

from __future__ import annotations

import json
import sys
import warnings
from typing import TYPE_CHECKING, Any

from vetting.files import limits
from vetting.files.refusals import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping


def main() -> int:
    """Reads order and file from standard input; writes the answer to standard output."""
    limit_oneself()
    warnings.simplefilter("ignore")
    source = sys.stdin.buffer
    order = json.loads(source.read(int.from_bytes(source.read(8), "big")))
    data = source.read()
    answer, more = _carried_out(order, data)
    head = json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace")
    sys.stdout.buffer.write(len(head).to_bytes(8, "big") + head + more)
    return 0


def limit_oneself() -> None:
    """Memory, processor time and written bytes, where the system can limit them."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    for which, most in (
        (resource.RLIMIT_AS, limits.CHILD_MEMORY),
        (resource.RLIMIT_CPU, limits.CHILD_SECONDS),
        (resource.RLIMIT_FSIZE, limits.ANSWER_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(which, (most, most))


def _carried_out(order: Mapping[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    from vetting.files import annotate, cell_reading  # noqa: PLC0415 - after the limits

    try:
        if order["task"] == "annotate":
            return {}, annotate.annotated(data, order)
        return {"sheets": cell_reading.sheets_as_data(data, order.get("most_rows", limits.CASE_ROWS))}, b""
    except RefusedError as refused:
        return {"refused": refused.code}, b""
    except MemoryError:
        return {"refused": "memory"}, b""
    except Exception:  # noqa: BLE001 - whatever a foreign file makes a library do, a person is told it is broken
        return {"refused": "broken"}, b""


if __name__ == "__main__":
    sys.exit(main())
