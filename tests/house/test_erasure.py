"""No column that can hold a name, an address or free text is forgotten when a person is erased (RULES 211)."""

from collections.abc import Iterable

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from meetups.lifecycle.actions.erase_person import erase_person
from tests.support import cast
from tests.support.erasure import ADDRESS, planted, well_known_person

KINDS = (models.CharField, models.TextField, models.JSONField, models.FileField, ArrayField, SearchVectorField)

# The person's own columns. The test plants a word in each, erases, and looks for it everywhere.
ERASED = {
    "account_emailaddress.email",
    "account_emailconfirmation.key",
    "accounts_calendarfeed.token",
    "accounts_session.session_data",
    "accounts_session.session_key",
    "accounts_user.email",
    "accounts_user.name",
    "communities_community.conduct_address",
    "communities_community.contact_address",
    "communities_invitation.email",
    "communities_raisedhand.about",
    "lifecycle_inquiry.answer",
    "lifecycle_inquiry.text",
    "mfa_authenticator.data",
    "notifications_notification.address",
    "notifications_notification.error",
    "notifications_notification.key",
    "notifications_notification.letter",
    "notifications_suppression.address",
    "registrations_heldplace.email",
    "registrations_heldplace.name",
    "registrations_heldplace.person_key",
    "registrations_registration.answers",
    "registrations_registration.guest_name",
    "registrations_registration.person_key",
    "speakers_cospeaker.address",
    "speakers_cospeaker.bio",
    "speakers_proposal.abstract",
    "speakers_proposal.title",
    "speakers_readiness.bio",
    "speakers_speakerinvitation.address",
    "speakers_talkoffer.address",
    "speakers_talkoffer.word",
    "speakers_speakerinvitation.name",
    "speakers_speakerinvitation.note",
    "speakers_speakerinvitation.word",
    "speakers_talk.abstract",
    "speakers_talk.note",
    "speakers_talk.reply",
    "speakers_talk.slides_file",
    "speakers_talk.slides_name",
    "speakers_talk.slides_url",
    "speakers_talk.themes",
    "speakers_talk.title",
    "volunteers_handover.address",
    "volunteers_roomphoto.caption",
    "volunteers_roomphoto.image",
}

OF_THE_TEAM = "what a community says of itself and its events: the team wrote it, and others go on with it"
NO_WORDS = "made by the product: an id, a key, a hash, a time zone, the name of a kind"
WITHOUT_PEOPLE = "holds numbers and states, never names or addresses (its own docstring says so)"

EXCUSED = {
    "accounts_attempt.account": "a keyed hash, gone after a day",
    "accounts_attempt.code": "a keyed hash, gone after a day",
    "accounts_attempt.network": "a keyed hash, gone after a day",
    "accounts_user.password": "made unusable with the rest; it was a hash",
    "auth_group.name": NO_WORDS,
    "auth_permission.codename": NO_WORDS,
    "auth_permission.name": NO_WORDS,
    "communities_community.chosen_letter": OF_THE_TEAM,
    "communities_community.resting_words": OF_THE_TEAM,
    "communities_community.conduct": OF_THE_TEAM,
    "communities_community.description": OF_THE_TEAM,
    "communities_community.motto": OF_THE_TEAM,
    "communities_community.name": OF_THE_TEAM,
    "communities_community.slug": OF_THE_TEAM,
    "communities_community.time_zone": NO_WORDS,
    "communities_invitation.token": NO_WORDS,
    "django_content_type.app_label": NO_WORDS,
    "django_content_type.model": NO_WORDS,
    "events_unfinishedevent.public_id": NO_WORDS,
    "events_unfinishedevent.tab": NO_WORDS,
    "events_unfinishedevent.title": OF_THE_TEAM,
    "events_unfinishedevent.typed": OF_THE_TEAM,
    "events_event.cancel_reason": OF_THE_TEAM,
    "events_event.change_note": OF_THE_TEAM,
    "events_event.cover": OF_THE_TEAM,
    "events_event.description": OF_THE_TEAM,
    "events_event.hashtag": OF_THE_TEAM,
    "events_event.hook": OF_THE_TEAM,
    "events_event.join_url": OF_THE_TEAM,
    "events_event.other_description": OF_THE_TEAM,
    "events_event.other_hook": OF_THE_TEAM,
    "events_event.other_title": OF_THE_TEAM,
    "events_event.other_venue_address": OF_THE_TEAM,
    "events_event.other_venue_conduct": OF_THE_TEAM,
    "events_event.other_venue_directions": OF_THE_TEAM,
    "events_event.other_venue_name": OF_THE_TEAM,
    "events_event.prefecture": NO_WORDS,
    "events_event.public_id": NO_WORDS,
    "events_event.reminder_times": NO_WORDS,
    "events_event.time_zone": NO_WORDS,
    "events_event.title": OF_THE_TEAM,
    "events_event.venue_address": OF_THE_TEAM,
    "events_event.venue_conduct": OF_THE_TEAM,
    "events_event.venue_directions": OF_THE_TEAM,
    "events_event.venue_name": OF_THE_TEAM,
    "events_eventpicture.alt": OF_THE_TEAM,
    "events_eventpicture.image": OF_THE_TEAM,
    "events_eventpicture.name": NO_WORDS,
    "events_undo.before": "what an event was before; the row goes a day after it can be taken back",
    "events_undo.subject": NO_WORDS,
    "events_undo.title": OF_THE_TEAM,
    "history_historyentry.details": WITHOUT_PEOPLE,
    "history_historyentry.from_state": NO_WORDS,
    "history_historyentry.subject": NO_WORDS,
    "history_historyentry.thread": NO_WORDS,
    "history_historyentry.to_state": NO_WORDS,
    "history_historyentry.verb": NO_WORDS,
    "lifecycle_message.audience": WITHOUT_PEOPLE,
    "lifecycle_message.earlier": "what `texts` said before; they tell who had the old words",
    "lifecycle_message.texts": "what a community wrote to its attendees, under its own name",
    "lifecycle_searchentry.words": "made anew from titles and talks by the clock, within half a minute",
    "notifications_notification.kind": NO_WORDS,
    "notifications_notification.language": NO_WORDS,
    "notifications_notification.message_id": "a hash",
    "notifications_notification.subject": NO_WORDS,
    "notifications_notification.thread": NO_WORDS,
    "notifications_outbox.mark_name": NO_WORDS,
    "notifications_outbox.place": NO_WORDS,
    "notifications_preference.thread": NO_WORDS,
    "notifications_suppression.reason": "the answer of a mail server, without the address",
    "registrations_heldplace.browser_sha256": "a hash, blanked with the rest",
    "registrations_heldplace.code_sha256": "a hash, blanked with the rest",
    "registrations_heldplace.answers": "blanked with the rest; the place of an invitation has none",
    "registrations_heldplace.language": NO_WORDS,
    "registrations_hold.subject": NO_WORDS,
    "registrations_lottery.commitment": NO_WORDS,
    "registrations_lottery.manifest": "the published list: ids and weights, so that the proof can be checked for ever",
    "registrations_lottery.manifest_sha256": NO_WORDS,
    "registrations_lottery.secret": NO_WORDS,
    "registrations_lottery.source_note": OF_THE_TEAM,
    "registrations_lottery.value": NO_WORDS,
    "registrations_pairinvitation.token": NO_WORDS,
    "registrations_registration.code": NO_WORDS,
    "registrations_registration.entry_id": NO_WORDS,
    "registrations_slot.name": OF_THE_TEAM,
    "registrations_slot.public_id": NO_WORDS,
    "registrations_slot.questions": OF_THE_TEAM,
    "runbook_todo.title": OF_THE_TEAM,
    "speakers_break.note": OF_THE_TEAM,
    "speakers_break.title": OF_THE_TEAM,
    "speakers_call.text": OF_THE_TEAM,
    "speakers_cospeaker.token": NO_WORDS,
    "speakers_rehearsal.join_url": OF_THE_TEAM,
    "speakers_speakerinvitation.token": NO_WORDS,
    "volunteers_chore.detail": OF_THE_TEAM,
    "volunteers_chore.text": OF_THE_TEAM,
    "volunteers_handover.token": NO_WORDS,
    "volunteers_shift.cancel_reason": OF_THE_TEAM,
    "volunteers_shift.instructions": OF_THE_TEAM,
    "volunteers_shift.place": OF_THE_TEAM,
    "volunteers_shift.title": OF_THE_TEAM,
}


def columns(tables: Iterable[type[models.Model]]) -> set[str]:
    """The columns that can hold words. One with choices can't."""
    return {
        f"{model._meta.db_table}.{field.column}"
        for model in tables
        for field in model._meta.local_fields
        if isinstance(field, KINDS) and not field.choices
    }


def forgotten(tables: Iterable[type[models.Model]]) -> set[str]:
    return columns(tables) - ERASED - EXCUSED.keys()


def test_every_column_with_words_is_erased_or_excused_by_name() -> None:
    tables = apps.get_models(include_auto_created=True)
    assert forgotten(tables) == set()
    assert (ERASED | EXCUSED.keys()) - columns(tables) == set(), "a column that is not there any longer"
    assert not ERASED & EXCUSED.keys()


def test_a_new_column_is_found() -> None:
    """The control."""

    class Badge(models.Model):
        person = models.CharField(max_length=60)
        printed = models.BooleanField()

        class Meta:
            app_label = "planted"
            managed = False

        def __str__(self) -> str:
            return self.person

    assert forgotten([Badge]) == {"planted_badge.person"}


@pytest.mark.story
@pytest.mark.django_db
def test_what_was_planted_in_each_of_them_is_gone() -> None:
    well_known_person()
    assert ERASED - planted() == set(), "The scene writes nothing there, so the test would prove nothing."
    assert planted() - ERASED == set()
    erase_person(address=ADDRESS, at=cast.NOW)
    assert planted() == set()
