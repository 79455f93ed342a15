"""Addresses: talks with decisions, invitations, readiness, programme, rehearsal, slides. All below `events/<str:public_id>/`."""

from django.urls import path

from organizers.talks import (
    co_speakers,
    connections,
    decisions,
    programme,
    programme_lines,
    programme_run,
    readiness,
    rehearsal,
    slides,
    speaker_invitations,
    talks,
)

urlpatterns = [
    path("slides/", slides.slides, name="desk_slides"),
    path("slides/publication/", slides.publication, name="desk_slides_publication"),
    path("slides/request/", slides.request_slides, name="desk_slides_request"),
    path("talks/<int:pk>/slides/", slides.of_talk, name="desk_talk_slides"),
    path("talks/<int:pk>/themes/", slides.themes, name="desk_talk_themes"),
    path("rehearsal/", rehearsal.rehearsal, name="desk_rehearsal"),
    path("rehearsal/removal/", rehearsal.removal, name="desk_rehearsal_removal"),
    path("connections/", connections.connections, name="desk_connections"),
    path("people/<int:pk>/presence/", readiness.presence, name="desk_presence"),
    path("talks/readiness/", readiness.readiness, name="desk_readiness"),
    path("talks/<int:pk>/co-speakers/", co_speakers.co_speakers, name="desk_co_speakers"),
    path("co-speakers/<int:pk>/end/", co_speakers.end, name="desk_co_speaker_end"),
    path("talks/", talks.talks, name="desk_talks"),
    path("talks/decisions/", decisions.decisions, name="desk_decisions"),
    path("talks/<int:pk>/decision/", decisions.decision, name="desk_talk_decision"),
    path("talks/invitations/", speaker_invitations.invitations, name="desk_speaker_invitations"),
    path(
        "talks/invitations/<int:pk>/withdrawal/",
        speaker_invitations.withdrawal,
        name="desk_speaker_invitation_withdrawal",
    ),
    path("programme/", programme.programme, name="desk_programme"),
    path("programme/order/", programme.order, name="desk_programme_order"),
    path("programme/breaks/", programme.breaks, name="desk_programme_breaks"),
    path("programme/breaks/<int:pk>/", programme_lines.pause, name="desk_break"),
    path("programme/breaks/<int:pk>/removal/", programme_lines.removal, name="desk_break_removal"),
    path("programme/talks/<int:pk>/", programme_lines.talk, name="desk_talk_line"),
    path("programme/run/", programme_run.run, name="desk_programme_run"),
]
