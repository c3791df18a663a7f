"""Few requests are worked at together, and none waits longer than a while for those before it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from vetting.operations.cli.concurrency_limit import limit_concurrency

if TYPE_CHECKING:
    from collections.abc import Iterable


class _Work:
    """An application that works until it is let go, and counts how many work together."""

    def __init__(self) -> None:
        self.free = threading.Event()
        self.begun = 0
        self.ended = 0

    def __call__(self, _environ: Any, _start: Any) -> Iterable[bytes]:
        self.begun += 1
        if not self.free.wait(300):
            raise TimeoutError
        self.ended += 1
        return [b"done"]


def begin(app: Any, times: int) -> list[threading.Thread]:
    threads = [threading.Thread(target=app, args=({}, None)) for _ in range(times)]
    for thread in threads:
        thread.start()
    return threads


def until(work: _Work, begun: int) -> bool:
    last = time.monotonic() + 10
    while work.begun < begun and time.monotonic() < last:
        time.sleep(0.01)
    return work.begun == begun


def test_two_work_and_the_others_wait_their_turn() -> None:
    work = _Work()
    threads = begin(limit_concurrency(work, at_once=2, longest_wait=60), 6)
    assert until(work, 2)
    time.sleep(0.1)
    assert work.begun == 2
    work.free.set()
    for thread in threads:
        thread.join(10)
    assert work.ended == 6


def test_whoever_has_waited_a_while_goes_ahead_and_takes_nobodys_turn() -> None:
    work = _Work()
    app = limit_concurrency(work, at_once=1, longest_wait=0.05)
    threads = begin(app, 3)
    assert until(work, 3)
    work.free.set()
    for thread in threads:
        thread.join(10)
    work.free.clear()
    patient = limit_concurrency(work, at_once=1, longest_wait=60)
    begin(patient, 2)
    assert until(work, 4)
    time.sleep(0.1)
    assert work.begun == 4
    work.free.set()


def test_a_turn_comes_back_when_a_request_fails() -> None:
    def failing(_environ: Any, _start: Any) -> Iterable[bytes]:
        raise RuntimeError

    app = limit_concurrency(failing, at_once=1, longest_wait=60)
    for _ in range(3):
        began = time.monotonic()
        with pytest.raises(RuntimeError):
            app({}, lambda *_: None)  # type: ignore[arg-type] # nothing is sent
        assert time.monotonic() - began < 30
