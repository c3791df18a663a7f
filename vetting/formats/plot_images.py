"""A picture drawn as SVG as a file of points, for where SVG cannot be pasted."""

from __future__ import annotations

from typing import Final

import typst

PAGE: Final = b"""#set page(width: auto, height: auto, margin: 8pt)
#image(bytes(sys.inputs.svg), format: "svg")
"""
POINTS_AN_INCH: Final = 192


def png_of_svg(svg: str) -> bytes:
    """The picture as PNG, on white, twice as dense as a screen.

    Raises:
        typst.TypstError: it is no SVG.
    """
    return typst.compile(PAGE, format="png", ppi=POINTS_AN_INCH, sys_inputs={"svg": svg})
