"""Tasks of the clock for seats: lotteries, offers, held places, attendance checks. Each task finds what is due."""

from datetime import datetime

from meetups.core.each import clock_job, each
from meetups.events.models import Event
from meetups.registrations.actions.held_places.lapse_places import lapse_places
from meetups.registrations.actions.lottery.draw_lottery import draw_lottery
from meetups.registrations.actions.lottery.fetch_randomness import fetch_randomness
from meetups.registrations.actions.lottery.freeze_lottery import freeze_lottery
from meetups.registrations.actions.offers.pass_on_seats import pass_on_seats
from meetups.registrations.actions.reconfirmation.ask_to_reconfirm import ask_to_reconfirm
from meetups.registrations.actions.reconfirmation.remind_to_reconfirm import remind_to_reconfirm
from meetups.registrations.actions.reconfirmation.settle_reconfirmation import settle_reconfirmation
from meetups.registrations.models import HeldPlace, Lottery, Reconfirmation, Slot


@clock_job("registrations.freeze_lotteries")
def freeze_lotteries(at: datetime) -> str:
    """Freezes the manifests of lotteries whose entries have closed. Says how many."""
    run = each(Lottery.objects.freeze_due(at), lambda lottery: freeze_lottery(lottery=lottery, at=at))
    return run.report(f"{run.done} manifests frozen")


@clock_job("registrations.fetch_randomness")
def fetch_values(at: datetime) -> str:
    """Fetches the random values of lotteries whose draw is due. Says how many."""
    run = each(Lottery.objects.value_due(at), lambda lottery: fetch_randomness(lottery=lottery, at=at))
    return run.report(f"{run.done} random values fetched")


@clock_job("registrations.draw_lotteries")
def draw_lotteries(at: datetime) -> str:
    """Draws the lotteries that are due. Says how many."""
    run = each(Lottery.objects.draw_due(at), lambda lottery: draw_lottery(lottery=lottery, at=at))
    return run.report(f"{run.done} lotteries drawn")


@clock_job("registrations.lapse_places")
def lapse_held_places(at: datetime) -> str:
    """Ends held places whose time is over (RULES 27). Says at how many events."""
    events = Event.objects.filter(held_places__in=HeldPlace.objects.lapse_due(at)).distinct()
    run = each(events, lambda event: lapse_places(event=event, at=at))
    return run.report(f"held places lapsed at {run.done} events")


@clock_job("registrations.pass_on_seats")
def pass_on(at: datetime) -> str:
    """Passes on offers that were not answered, and ends hand-overs where promotion has stopped (RULES 7). Says in how many slots."""
    run = each(Slot.objects.pass_on_due(at), lambda slot: pass_on_seats(slot=slot, at=at))
    return run.report(f"seats passed on in {run.done} slots")


@clock_job("registrations.reconfirm")
def reconfirm_seats(at: datetime) -> str:
    """Asks, reminds and settles the attendance checks that are due (RULES 26). Says how many checks it handled."""
    due = Reconfirmation.objects
    run = each(due.ask_due(at), lambda one: ask_to_reconfirm(reconfirmation=one, at=at))
    run += each(due.remind_due(at), lambda one: remind_to_reconfirm(reconfirmation=one, at=at))
    run += each(due.settle_due(at), lambda one: settle_reconfirmation(reconfirmation=one, at=at))
    return run.report(f"{run.done} questions asked, reminded of or settled")
