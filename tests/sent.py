"""What a browser would send of a page's forms when nobody changes anything."""

from __future__ import annotations

from html.parser import HTMLParser


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.inside = ""
        self.options: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "input" and given.get("type") in {"checkbox", "radio"}:
            if "checked" in given:
                self.found[name] = given.get("value", "on")
        elif tag == "input" and name:
            self.found[name] = given.get("value", "")
        elif tag in {"textarea", "select"} and name:
            self.inside = name
            self.found[name] = ""
        elif tag == "option" and self.inside and "selected" in given:
            self.found[self.inside] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.inside and self.lasttag == "textarea":
            self.found[self.inside] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in {"textarea", "select"}:
            self.inside = ""


def fields(page: str) -> dict[str, str]:
    """Field -> value of all forms of a page, without the token, the language and the colours."""
    parser = _Fields()
    parser.feed(page)
    return {name: value for name, value in parser.found.items() if name not in {"csrf_token", "language", "colours"}}
