"""The preview of a new event: what will happen if the form is sent, shown before anything is saved."""

from datetime import datetime
from typing import Any

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.events.models import Event
from meetups.events.undo import mail_leaves_at
from meetups.lifecycle.due_reminders import attendee_moments
from meetups.lifecycle.visibility import asked_for_news
from organizers.event.new_event_form import NewEventForm


def summary(form: NewEventForm) -> dict[str, Any]:
    """Title, period and the future steps with their dates, for a form that was sent.

    `steps` is empty as long as the date is not known.
    """
    cleaned = getattr(form, "cleaned_data", {})
    starts_at, ends_at, zone = cleaned.get("starts_at"), cleaned.get("ends_at"), cleaned.get("time_zone")
    if not (starts_at and ends_at and ends_at > starts_at) or _wrong(form):
        return {"title": cleaned.get("title") or "", "steps": [], "asks": _asks(form), "wrong": _wrong(form)}
    has_place = cleaned.get("format") != Event.Format.ONLINE
    return {
        "title": cleaned.get("title") or "",
        "starts_at": starts_at,
        "ends_at": ends_at,
        "zone": zone,
        "place": cleaned.get("venue_name") if has_place else "",
        "lacks_venue": has_place and not (cleaned.get("venue_name") or cleaned.get("venue_address")),
        "steps": _steps(form, cleaned),
        "sum": form.seat_sum(),
        "note": _note(form, cleaned),
        "asks": _asks(form),
        "wrong": _wrong(form),
    }


def _asks(form: NewEventForm) -> str:
    """The end on the next day, where the page asks for it."""
    if not form.is_bound or not form.asks_next_day:
        return ""
    return _moment(form.cleaned_data["ends_at"], form.cleaned_data["time_zone"])


def _wrong(form: NewEventForm) -> list[str]:
    """What is wrong with the date, said while it is typed."""
    return [str(error) for error in form.errors.get("day", [])] if form.is_bound and form.data.get("day") else []


def _moment(at: datetime, zone: str) -> str:
    return dates.moment(at, zone, get_language() or "en")


def _steps(form: NewEventForm, cleaned: dict[str, Any]) -> list[dict[str, str]]:
    zone, starts_at, ends_at = cleaned["time_zone"], cleaned["starts_at"], cleaned["ends_at"]
    rows: list[tuple[datetime, str, str]] = []
    if cleaned.get("lottery"):
        rows += [
            (cleaned["lottery"].closes_at, _("Entries close"), ""),
            (cleaned["lottery"].draws_at, pgettext("step", "Draw"), _("automatic; everyone is emailed")),
        ]
    if cleaned.get("rehearses"):
        rehearsal = cleaned["rehearses"]
        rows.append((rehearsal.starts_at, _("Rehearsal"), _("speakers get a reminder that morning")))
    if cleaned.get("reminders_on"):
        event = Event(starts_at=starts_at, time_zone=zone, reminder_times=cleaned.get("reminder_times", ""))
        language = get_language() or "en"
        ahead = [moment.due_at for moment in attendee_moments(event) if moment.due_at > form.at]
        if ahead:
            others = pgettext("list", ", ").join(dates.short_moment(due_at, zone, language) for due_at in ahead[1:])
            rows.append((ahead[0], _("Reminder"), _("then %(times)s") % {"times": others} if others else ""))
    if opens_at := cleaned.get("registration_opens_at"):
        rows.append((opens_at, _("Registration opens"), _("automatic; until then the page counts down")))
    rows.append((starts_at, _("Start"), ""))
    if form.tears_down:
        rows.append((ends_at, pgettext("step", "Teardown"), _duty(form)))
    steps = [
        {"when": _moment(at, zone), "what": what, "more": more}
        for at, what, more in sorted(rows, key=lambda row: row[0])
        if at > form.at
    ]
    later = opens_at is not None and opens_at > form.at
    more = _("the page is public, registration opens later") if later else _("registration opens right away")
    return [{"when": _("Now"), "what": pgettext("step", "Publish"), "more": more}, *steps]


def _duty(form: NewEventForm) -> str:
    return ngettext("%(seats)s person", "up to %(seats)s people", form.duty_seats) % {"seats": form.duty_seats}


def _note(form: NewEventForm, cleaned: dict[str, Any]) -> str:
    """The second line of the button that publishes: when one gets in, how many get mail, and that it can be undone."""
    event = Event(community=form.community, visibility=cleaned.get("visibility") or Event.Visibility.PUBLIC)
    said = [_way_in(cleaned)]
    readers = asked_for_news(event).count()
    if readers:
        told = ngettext("We’ll email %(number)s follower", "We’ll email %(number)s followers", readers)
        said.append(told % {"number": readers})
    if mail_leaves_at(cleaned["starts_at"], at=form.at) > form.at:
        said.append(_("can be undone for 10 minutes"))
    return pgettext("list", ", ").join(said)


def _way_in(cleaned: dict[str, Any]) -> str:
    language = get_language() or "en"
    if opens_at := cleaned.get("registration_opens_at"):
        when = dates.short_moment(opens_at, cleaned["time_zone"], language)
        return _("Registration opens %(when)s") % {"when": when}
    if cleaned.get("lottery"):
        when = dates.short_moment(cleaned["lottery"].draws_at, cleaned["time_zone"], language)
        return _("Entries open now. Draw: %(when)s") % {"when": when}
    return _("Registration opens now")
