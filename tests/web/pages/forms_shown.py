"""Forms of a page as a browser would send them, and what they show as typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

_CARRIED = ("csrf_token", "once")


@dataclass
class Field:
    """`value` is what is shown; of a choice among several, what is chosen."""

    name: str
    kind: str
    value: str = ""
    choices: list[str] = field(default_factory=list)
    longest: int = 1000


@dataclass
class Form:
    action: str
    method: str
    is_guarded: bool
    """The script that keeps a second press from being sent knows it."""
    fields: list[Field] = field(default_factory=list)
    other_actions: list[str] = field(default_factory=list)

    @property
    def carried(self) -> dict[str, str]:
        """What no visitor sees."""
        return {each.name: each.value for each in self.fields if each.kind == "hidden"}

    @property
    def about(self) -> dict[str, str]:
        """Which of several alike it is."""
        return {name: value for name, value in self.carried.items() if name not in _CARRIED}

    def open_fields(self, secrets: frozenset[str]) -> Iterator[Field]:
        """What a visitor types or chooses and may see again."""
        return (each for each in self.fields if each.kind != "hidden" and each.name not in secrets)


def forms_of(page: str) -> list[Form]:
    reader = _Reader()
    reader.feed(page)
    return reader.found


def filled_in(form: Form, secrets: frozenset[str]) -> dict[str, str]:
    """Something else in every field than what is shown, and markup where text can be."""
    typed = dict(form.carried)
    for each in form.fields:
        if each.name in secrets and each.kind != "hidden":
            typed[each.name] = "a secret that stays one"[: each.longest]
        elif each.kind in ("select", "radio"):
            typed[each.name] = next((one for one in each.choices if one != each.value), each.value)
        elif each.kind == "checkbox":
            if not each.value:
                typed[each.name] = each.choices[0]
        elif each.kind != "hidden":
            typed[each.name] = f"<i>7 & “{each.name}”"[: each.longest]
    return typed


def shown_in(form: Form, secrets: frozenset[str]) -> Mapping[str, str]:
    """Fields that say nothing are left out, as an unticked box is."""
    return {each.name: each.value for each in form.open_fields(secrets) if each.value}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._form: Form | None = None
        self._open: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get"), "data-form" in given)
            self.found.append(self._form)
        elif self._form is not None:
            self._take(self._form, tag, given)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag in ("select", "textarea"):
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open is not None and self._open.kind == "textarea":
            self._open.value += data

    def _take(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name, longest = given.get("name", ""), int(given.get("maxlength") or 1000)
        if tag == "button" and "formaction" in given:
            form.other_actions.append(given["formaction"])
        elif tag == "option" and self._open is not None:
            self._open.choices.append(given["value"])
            if "selected" in given or len(self._open.choices) == 1:
                self._open.value = given["value"]
        elif tag in ("select", "textarea"):
            self._open = Field(name, tag, longest=longest)
            form.fields.append(self._open)
        elif tag == "input" and given.get("type") in ("radio", "checkbox"):
            self._choice(form, name, given)
        elif tag == "input" and name:
            form.fields.append(Field(name, given.get("type", "text"), given.get("value", ""), longest=longest))

    @staticmethod
    def _choice(form: Form, name: str, given: dict[str, str]) -> None:
        kind, value = given["type"], given.get("value", "on")
        known = next((each for each in form.fields if each.name == name and kind == "radio"), None)
        if known is None:
            known = Field(name, kind)
            form.fields.append(known)
        known.choices.append(value)
        if "checked" in given:
            known.value = value
