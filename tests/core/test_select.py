"""A list of choices is drawn without templates, and is the same as Django's."""

from typing import Any

import pytest
from django import forms
from django.test.html import parse_html

from meetups.pages.site.forms import WIDGETS, PageRenderer
from organizers.desk.fields import ZoneField

CHOICES: list[Any] = [("", "–"), ("a<b", "a & b"), (7, "七"), ("群", [("x", "X"), ("y", "Y")])]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (ZoneField(), "Asia/Tokyo"),
        (forms.ChoiceField(choices=CHOICES), "7"),
        (forms.ChoiceField(choices=CHOICES, required=False), "y"),
        (forms.MultipleChoiceField(choices=CHOICES), ["a<b", "x"]),
        (
            forms.ChoiceField(
                choices=CHOICES, disabled=True, widget=forms.Select({"aria-label": '"', "data-x": False})
            ),
            "",
        ),
    ],
)
def test_it_is_drawn_as_django_draws_it(field: forms.ChoiceField, value: Any) -> None:
    ours, djangos = (
        field.widget.render("name", value, {"id": "id_name", "disabled": field.disabled}, renderer)
        for renderer in (PageRenderer(), WIDGETS)
    )
    assert parse_html(ours) == parse_html(djangos)
    assert ours.count("<option") == djangos.count("<option") > 3


def test_another_choice_would_be_found() -> None:
    """The control."""
    field = ZoneField()
    assert parse_html(field.widget.render("name", "Asia/Tokyo")) != parse_html(field.widget.render("name", "UTC"))
