"""Codes of conduct: a text in Markdown, or a link alone. A community without one of its own has the built-in one (RULES 159)."""

from django.utils.translation import gettext as _

from meetups.communities.models import Community


def built_in() -> str:
    """The text from which every community begins, in the active language, as Markdown."""
    return _(
        "Everyone here should feel safe: whatever their gender, age, origin, belief, body, job or experience. "
        "Attendees, speakers and organizers follow this alike, on site, online and in messages.\n\n"
        "- Be kind. Let others finish, and ask before you judge.\n"
        "- No harassment: no unwanted contact, remarks or messages.\n"
        "- Ask before you take or publish a photo of a person.\n"
        "- Talks and slides are for everyone in the room: nothing sexual, violent or demeaning.\n"
        "- Stop when someone asks you to.\n\n"
        "Organizers can ask a person to leave, at once and for good. Reports are kept confidential, and no one is "
        "worse off for making one."
    )


def text_of(community: Community) -> str:
    """The community's own text or link; else the built-in text."""
    return community.conduct or built_in()


def link_in(text: str) -> str:
    """The link, where the text is a link and nothing else; else empty."""
    words = text.split()
    return words[0] if len(words) == 1 and words[0].startswith(("https://", "http://")) else ""
