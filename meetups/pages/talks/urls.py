"""Addresses: pages for speakers."""

from django.urls import path

from meetups.pages.talks import (
    co_speaker,
    community_proposal,
    connection_check,
    preparation,
    slides,
    slides_pdf,
    speaker_invitation,
    talk_offer,
    talk_page,
    talk_proposal,
)

urlpatterns = [
    path("talks/<int:pk>/slides/", slides.slides, name="talk_slides"),
    path("talks/<int:pk>/slides/removal/", slides.removal, name="talk_slides_removal"),
    path("talks/<int:pk>/slides/publication/", slides.publication, name="talk_slides_publication"),
    path("talks/<int:pk>/themes/", slides.themes, name="talk_themes"),
    path("events/<str:public_id>/talks/<int:pk>/", talk_page.talk, name="talk"),
    path("events/<str:public_id>/talks/<int:pk>/slides.pdf", slides_pdf.slides, name="talk_pdf"),
    path("c/<slug:slug>/proposals/new/", community_proposal.proposal, name="proposal"),
    path("proposals/<int:pk>/", community_proposal.revision, name="proposal_revision"),
    path("proposals/<int:pk>/withdrawal/", community_proposal.withdrawal, name="proposal_withdrawal"),
    path("speaker-invitations/<str:token>/", speaker_invitation.speaker_invitation, name="speaker_invitation"),
    path("events/<str:public_id>/talks/new/", talk_proposal.proposal, name="talk_proposal"),
    path("talks/<int:pk>/proposal/", talk_proposal.revision, name="talk_revision"),
    path("talks/<int:pk>/confirmation/", talk_proposal.confirmation, name="talk_confirmation"),
    path("talks/<int:pk>/preparation/", preparation.preparation, name="talk_preparation"),
    path("talks/<int:pk>/co-speakers/", preparation.co_speakers, name="talk_co_speakers"),
    path("co-speakers/<int:pk>/end/", co_speaker.end, name="co_speaker_end"),
    path("co-speakers/<str:token>/", co_speaker.co_speaker, name="co_speaker"),
    path("talk-offers/<str:token>/", talk_offer.talk_offer, name="talk_offer"),
    path("events/<str:public_id>/connection/", connection_check.connection, name="connection"),
    path("talks/<int:pk>/withdrawal/", talk_proposal.withdrawal, name="talk_withdrawal"),
]
