"""The words to which people agree who ask for mails about new events, by the number that a choice keeps (`Preference.wording`).

The last wording is the current one: it stands at every button and box that asks. Changed words need a new number.
"""

from django.utils.translation import gettext_lazy

from meetups.notifications.models import WORDING

WORDINGS = {
    1: gettext_lazy("One email when this community publishes an event"),
    2: gettext_lazy("We’ll email you about new events. Stop any time."),
}


def current_words() -> str:
    """The words of today."""
    return str(WORDINGS[WORDING])
