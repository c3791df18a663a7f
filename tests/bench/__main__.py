"""`make bench`: prints every ratio."""

from tests.bench import (
    acts,
    board_items,
    editor,
    figures,
    imports,
    library,
    names,
    pages,
    screening,
    waiting,
    walk,
    weeks,
    what_if,
)

screening.main()
what_if.shipped_sets()
what_if.main()
imports.main()
names.main()
library.main()
editor.main()
board_items.main()
pages.main()
acts.main()
figures.main()
weeks.main()
waiting.main()
walk.main()
