"""What the templates of the dashboard need of a form that edits one stored thing."""

from django import forms, template

from organizers.desk.three_way import was

register = template.Library()


@register.filter(name="was")
def filled_from(form: forms.Form) -> str:
    """What the form was filled from, for its hidden input."""
    return was(form)
