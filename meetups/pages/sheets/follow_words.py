"""The words to which people agree who ask for mails, by the number that a choice keeps (`Preference.wording`).

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


# For the mail when registration of an event opens.
OPENING_WORDINGS = {2: gettext_lazy("One email when registration opens")}


def opening_words() -> str:
    """The words of today beside “Remind me”."""
    return str(OPENING_WORDINGS[WORDING])
