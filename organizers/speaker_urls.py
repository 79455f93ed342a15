"""How talks are found, below `events/<public_id>/talks/`."""

from django.urls import path

from organizers import calls, decisions, speaker_invitations

urlpatterns = [
    path("call/", calls.of_event, name="desk_call"),
    path("decisions/", decisions.decisions, name="desk_decisions"),
    path("<int:pk>/decision/", decisions.decision, name="desk_talk_decision"),
    path("invitations/", speaker_invitations.invitations, name="desk_speaker_invitations"),
    path("invitations/<int:pk>/withdrawal/", speaker_invitations.withdrawal, name="desk_speaker_invitation_withdrawal"),
]
