"""Python runs this at its start in every process of a run of tests: the program's clock shows the tests' day."""

import os
from datetime import UTC, datetime, timedelta

if "TESTS_CLOCK_SHIFT" in os.environ:
    try:
        from vetting import clock
        from vetting.kernel.dates import HERE
    except ImportError:  # another program
        pass
    else:
        _shift = timedelta(seconds=float(os.environ["TESTS_CLOCK_SHIFT"]))
        clock.now = lambda: (datetime.now(UTC) + _shift).astimezone(HERE)  # noqa: TID251 - the real moment, moved
