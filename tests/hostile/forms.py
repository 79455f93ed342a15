"""The forms of a page as a browser would send them, and texts that no one should send."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

# Texts by name. Those in EVERYWHERE also go into fields that are chosen from a list or hidden.
CORPUS = {
    "nothing": "",
    "very long": "長い文" * 7_000,
    "emoji": "👩‍👩‍👧‍👦🎉" * 20,
    "from right to left": "שלום \u202e\u2066 مرحبا",
    "a null character": "a\x00b",
    "HTML": '"><script>alert(1)</script><img src=x onerror=alert(1)>',
    "SQL": "'; DROP TABLE events_event; -- %s %(name)s {0} {{ 7*7 }} ${7}",
    "wide letters": "ｆｕｌｌ－ｗｉｄｔｈ　１２３＠ｅｘａｍｐｌｅ．ｏｒｇ",
    "a huge number": "9" * 400,
    "not a number": "NaN",
    "below zero": "-1",
    "a day that isn’t": "2026-99-99T99:99",
    "lines": "\r\n\r\n\t\v\f\u2028\u2029",
}
EVERYWHERE = {"a null character", "a huge number", "not a number", "SQL", "nothing"}
CHOSEN = {"hidden", "checkbox", "radio", "select"}


@dataclass
class Field:
    """One named field: its kind (the type of an input, `textarea`, `select`), what it would send now, and how many letters it takes."""

    kind: str
    value: str
    longest: int | None = None


@dataclass
class Form:
    """One form that is sent with POST. `buttons` are the names and values with which it can be sent."""

    action: str
    fields: dict[str, Field] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, name: str) -> dict[str, str]:
        """What is sent with the text called `name` in every field that takes text."""
        text = CORPUS[name]
        return {
            key: text if each.kind not in CHOSEN or name in EVERYWHERE else each.value
            for key, each in self.fields.items()
            if each.kind != "file" and key != "csrfmiddlewaretoken"
        }


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.form: Form | None = None
        self.select = self.textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form" and given.get("method", "").lower() == "post":
            self.form = Form(given.get("action", ""))
            self.forms.append(self.form)
        if self.form is None:
            return
        if tag == "button" and given.get("type", "submit") == "submit":
            self.form.buttons.append((name, given.get("value", "")))
        elif tag == "input" and name:
            kind = given.get("type", "text")
            if kind not in {"checkbox", "radio"} or "checked" in given or name not in self.form.fields:
                self.form.fields[name] = Field(kind, given.get("value", ""), int(given.get("maxlength") or 0) or None)
        elif tag == "textarea" and name:
            self.textarea = name
            self.form.fields[name] = Field("textarea", "")
        elif tag == "select" and name:
            self.select = name
            self.form.fields[name] = Field("select", "")
        elif tag == "option" and self.select and ("selected" in given or not self.form.fields[self.select].value):
            self.form.fields[self.select].value = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.form and self.textarea:
            self.form.fields[self.textarea].value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        if tag == "textarea":
            self.textarea = ""
        if tag == "select":
            self.select = ""


def forms_in(html: str) -> list[Form]:
    """The forms of a page that are sent with POST."""
    reader = _Reader()
    reader.feed(html)
    return reader.forms
