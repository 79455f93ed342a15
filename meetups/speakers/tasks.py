"""The clock's jobs for talks."""

from datetime import datetime

from meetups.core.each import clock_job, each
from meetups.speakers.actions.invitations.remind_invited_speaker import remind_invited_speaker
from meetups.speakers.actions.slides.ask_for_slides import ask_for_slides
from meetups.speakers.actions.talks.remind_to_confirm import remind_to_confirm
from meetups.speakers.models import SpeakerInvitation, Talk
from meetups.speakers.slide_states import to_remind


@clock_job("speakers.remind_to_confirm")
def remind_unconfirmed(at: datetime) -> str:
    """Reminds speakers who have not confirmed yet, where a reminder is due. Reports the number."""
    run = each(Talk.objects.reminder_due(at).order_by("pk"), lambda talk: remind_to_confirm(talk=talk, at=at))
    return run.report(f"{sum(run.results)} speakers reminded to confirm")


@clock_job("speakers.remind_invited")
def remind_invited(at: datetime) -> str:
    """Asks invited speakers again who have not answered, where a reminder is due. Reports the number."""
    due = SpeakerInvitation.objects.reminder_due(at)
    run = each(due, lambda invitation: remind_invited_speaker(invitation=invitation, at=at))
    return run.report(f"{sum(run.results)} invited speakers asked again")


@clock_job("speakers.ask_for_slides")
def remind_of_slides(at: datetime) -> str:
    """Asks speakers for slides at noon of the day after their event. Reports the number of talks."""
    run = each(to_remind(at), lambda event: ask_for_slides(event=event, at=at, by=None))
    return run.report(f"{sum(run.results)} talks without slides asked about")
