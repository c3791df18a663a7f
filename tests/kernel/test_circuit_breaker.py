"""Calls to a service outside: few at once, none for a while after one failed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from vetting.kernel.circuit_breaker import CircuitBreaker, CircuitOpenError

if TYPE_CHECKING:
    from collections.abc import Callable


def refused(call: Callable[[], object]) -> bool:
    try:
        call()
    except CircuitOpenError:
        return True
    return False


def called(breaker: CircuitBreaker) -> None:
    with breaker.call():
        pass


def test_calls_after_a_failure_are_refused_until_the_time_is_over() -> None:
    breaker = CircuitBreaker(at_once=1, waited=0.01, failed_for=300)
    called(breaker)
    breaker.note_failure()
    assert breaker.is_open
    assert refused(lambda: called(breaker))
    breaker.failed_for = 0
    breaker.note_failure()
    called(breaker)


def test_no_more_calls_than_allowed_run_at_once() -> None:
    breaker = CircuitBreaker(at_once=2, waited=0.01, failed_for=300)
    with breaker.call(), breaker.call():
        assert refused(lambda: called(breaker))
    called(breaker)


def test_a_failing_call_gives_its_turn_back() -> None:
    breaker = CircuitBreaker(at_once=1, waited=0.01, failed_for=300)
    for _ in range(2):
        with pytest.raises(ValueError, match="ours"), breaker.call():
            raise ValueError("ours")


def test_a_call_that_waited_is_refused_when_the_one_before_it_failed() -> None:
    breaker = CircuitBreaker(at_once=1, waited=300, failed_for=300)
    found: list[bool] = []
    with breaker.call():
        waiting = threading.Thread(target=lambda: found.append(refused(lambda: called(breaker))))
        waiting.start()
        breaker.note_failure()
    waiting.join()
    assert found == [True]
