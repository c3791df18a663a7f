"""`make bench`: prints every ratio."""

from tests.bench import screening

screening.main()
