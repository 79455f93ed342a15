"""The renderer of all forms."""

from typing import Any

from django.forms.renderers import DjangoTemplates, TemplatesSetting

WIDGETS = DjangoTemplates()


class PageRenderer(TemplatesSetting):
    """Draws forms and fields with templates/forms, and the bare widgets with Django's own templates.

    `{{ form }}` is an error summary (which takes the focus) and all fields; `{{ form.title.as_field_group }}` is one field: label, input,
    help and error, tied together for screen readers.
    """

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"

    def get_template(self, template_name: str) -> Any:
        if template_name.startswith("django/forms/"):
            return WIDGETS.get_template(template_name)
        return super().get_template(template_name)
