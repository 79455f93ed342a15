"""The renderer of all forms."""

from typing import Any

from django.forms.renderers import DjangoTemplates, TemplatesSetting
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDGETS = DjangoTemplates()
GROUP = '<optgroup label="{}">{}</optgroup>'
OPTION = '<option value="{}"{}>{}</option>'


class PageRenderer(TemplatesSetting):
    """Draws forms and fields with templates/forms, and the bare widgets with Django's own templates.

    `{{ form }}` is an error summary (which takes the focus) and all fields; `{{ form.title.as_field_group }}` is one field: label, input,
    help and error, tied together for screen readers.
    """

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> Any:
        if template_name == "django/forms/widgets/select.html":
            return _select(context["widget"])
        return super().render(template_name, context, request)

    def get_template(self, template_name: str) -> Any:
        if template_name.startswith("django/forms/"):
            return WIDGETS.get_template(template_name)
        return super().get_template(template_name)


def _select(widget: dict[str, Any]) -> SafeString:
    """A list of choices as Django draws it, but without two templates for each: there are hundreds of time zones."""
    groups = []
    for group, options, _index in widget["optgroups"]:
        drawn = format_html_join("", OPTION, map(_option, options))
        groups.append(format_html(GROUP, group, drawn) if group else drawn)
    attributes = flatatt({"name": widget["name"], **widget["attrs"]})
    return format_html("<select{}>{}</select>", attributes, format_html_join("", "{}", ((one,) for one in groups)))


def _option(option: dict[str, Any]) -> tuple[str, SafeString, Any]:
    return str(option["value"]), flatatt(option["attrs"]), option["label"]
