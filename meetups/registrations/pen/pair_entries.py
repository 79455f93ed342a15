"""The part of the pen for two people who entered a lottery together, and for how they part (RULES 17)."""

from dataclasses import dataclass
from datetime import datetime

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.models import PairInvitation, Registration
from meetups.registrations.pen.ledger import Ledger
from meetups.registrations.refusals import AlreadyRegistered

State = Registration.State


@dataclass
class PairEntries:
    """The pairs of one event."""

    ledger: Ledger

    def enter_with(
        self, lead: Registration, person: User, *, at: datetime, answers: dict[str, object] | None = None
    ) -> Registration:
        """Enters `person` into the lottery as the second of a pair, with `lead`, who is already in it. Raises AlreadyRegistered."""
        if self.ledger.registration_of(person):
            raise AlreadyRegistered
        registration = self.ledger.new(lead.slot, person, at=at)
        registration.lead = lead
        registration.answers = answers or {}
        self.ledger.move(registration, lead.slot, State.APPLIED, at=at, by=person, verb="register", tell="pair_entered")
        return registration

    def split(self, registration: Registration, *, at: datetime) -> None:
        """Separates `registration` from its pair.

        The partner who stays is now single, keeps their entry in a manifest, and is told. Call this after the step that parted
        them. For a person who was alone it only ends the link that was passed on.
        """
        self._withdraw_invitation(registration, at=at)
        second = registration.lead is not None
        stays = registration.lead or Registration.objects.filter(lead=registration).first()
        if stays is None:
            return
        if second:
            registration.lead = None
            registration.save(update_fields=["lead"])
        else:
            entry = self.ledger.entries_left.pop(registration.pk, None)
            if entry and registration.entry_id == entry:
                registration.entry_id = None
                registration.save(update_fields=["entry_id"])
            stays.lead = None
            stays.entry_id = entry or stays.entry_id
            stays.save(update_fields=["lead", "entry_id"])
        self._tell_who_stays(stays, lead=stays if second else registration, at=at)

    def _tell_who_stays(self, stays: Registration, *, lead: Registration, at: datetime) -> None:
        accepted = PairInvitation.objects.filter(lead=lead, state=PairInvitation.State.ACCEPTED)
        invitation = accepted.order_by("-pk").first()
        if invitation is None or not stays.is_active:
            return
        thread = self.ledger.event.thread
        cause = record(thread=thread, subject=invitation.subject, verb="part", at=at, by=None)
        told = notification(
            kind="pair_parted",
            recipient_id=stays.attendee_id,
            thread=thread,
            subject=invitation.subject,
            cause=cause.pk,
            at=at,
        )
        notify_all([told])

    def _withdraw_invitation(self, lead: Registration, *, at: datetime) -> None:
        invitation = PairInvitation.objects.filter(lead=lead, state=PairInvitation.State.OPEN).first()
        if invitation:
            self.end_invitation(invitation, PairInvitation.State.WITHDRAWN, at=at, by=None)

    def end_invitation(
        self, invitation: PairInvitation, state: PairInvitation.State, *, at: datetime, by: User | None
    ) -> None:
        """Ends the invitation to a pair: it was answered, or it is no longer valid."""
        before, invitation.state, invitation.ended_at = invitation.state, state, at
        invitation.save(update_fields=["state", "ended_at"])
        record(
            thread=self.ledger.event.thread,
            subject=invitation.subject,
            verb="end_pair_invitation",
            at=at,
            by=by,
            from_state=before,
            to_state=state,
        )
