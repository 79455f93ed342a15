"""The clock's jobs for shifts."""

from datetime import datetime

from meetups.core.each import clock_job, each
from meetups.events.models import Event
from meetups.volunteers.actions.shifts.end_canceled_shift import end_canceled_shift
from meetups.volunteers.actions.shifts.seek_help import seek_help
from meetups.volunteers.models import Shift


@clock_job("volunteers.seek_help")
def seek_help_for_short_shifts(at: datetime) -> str:
    """Seeks help for short shifts when it is due (RULES 66). Reports the number."""
    due = Event.objects.filter(shifts__in=Shift.objects.help_due(at)).distinct()
    run = each(due, lambda event: seek_help(event=event, at=at))
    return run.report(f"help sought for {sum(run.results)} shifts")


@clock_job("volunteers.end_canceled_shifts")
def end_canceled_shifts(at: datetime) -> str:
    """Ends shifts whose cancellation can no longer be undone (RULES 224). Reports the number."""
    due = Shift.objects.to_cancel(at).select_related("event").order_by("cancels_at", "pk")
    run = each(due, lambda shift: end_canceled_shift(shift=shift, at=at))
    return run.report(f"{sum(run.results)} canceled shifts ended")
