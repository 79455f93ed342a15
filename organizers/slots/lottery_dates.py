"""The dates on which entries close and the draw takes place, as typed. Empty dates are computed."""

from datetime import datetime

from django import forms
from django.utils.translation import gettext as _

from meetups.registrations.admission import BEFORE_DRAW, LotteryDates, usual_lottery_dates
from organizers.desk.fields import instant_typed


def lottery_dates(form: forms.Form, *, starts_at: datetime, zone: str, at: datetime) -> LotteryDates:
    """The dates from the fields `closes`, `draws` and `admission` of `form`, read on the clock of `zone`; instants are UTC.

    If the dates are not possible, the form has an error afterwards.
    """
    usual = usual_lottery_dates(starts_at, zone, at)
    closes_at, draws_at = instant_typed(form, "closes", zone), instant_typed(form, "draws", zone)
    if draws_at is None:
        draws_at = usual.draws_at if closes_at is None else max(usual.draws_at, closes_at + BEFORE_DRAW)
    if closes_at is None:
        closes_at = min(usual.closes_at, draws_at - BEFORE_DRAW)
    if draws_at < closes_at + BEFORE_DRAW:
        form.add_error("draws", _("The draw must be at least 30 minutes after entries close."))
    elif draws_at >= starts_at:
        form.add_error("draws", _("The draw must be before the event starts."))
    elif closes_at <= at:
        form.add_error(
            "closes" if form.cleaned_data.get("closes") or "admission" not in form.fields else "admission",
            _("Entries would close in the past. Choose a later date, or use first come, first served."),
        )
    return LotteryDates(closes_at, draws_at)
