"""Default values of a new slot."""

from django.utils.translation import gettext as _

from meetups.registrations.models import Slot

USUAL_SEATS = 40


def admission_choices() -> list[tuple[str, str]]:
    """The ways to get into the general slot."""
    return [
        (Slot.Admission.LOTTERY.value, _("Lottery, on a set date")),
        (Slot.Admission.FIRST_COME.value, _("First come, first served")),
    ]
