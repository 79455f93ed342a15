"""Addresses: communities with their members, calls and proposals."""

from django.urls import path

from organizers.community import (
    calls,
    communities,
    conduct,
    event_inbox,
    inbox,
    members,
    proposals,
    rest,
    rights,
    succession,
)

urlpatterns = [
    path("communities/new/", communities.found, name="desk_found_community"),
    path("c/<slug:slug>/", communities.community, name="desk_community"),
    path("c/<slug:slug>/profile/", communities.profile, name="desk_community_profile"),
    path("c/<slug:slug>/profile/face/", communities.face, name="desk_community_face"),
    path("c/<slug:slug>/conduct/", conduct.conduct, name="desk_conduct"),
    path("c/<slug:slug>/rest/", rest.rest, name="desk_rest"),
    path("c/<slug:slug>/inbox/", inbox.inbox, name="desk_inbox"),
    path("c/<slug:slug>/inbox/<int:pk>/", inbox.inquiry, name="desk_inquiry"),
    path("c/<slug:slug>/members/", members.members, name="desk_members"),
    path("c/<slug:slug>/rights/", rights.rights, name="desk_rights"),
    path("c/<slug:slug>/members/<int:pk>/role/", members.role, name="desk_member_role"),
    path("c/<slug:slug>/members/<int:pk>/successor/", succession.successor, name="desk_successor"),
    path("c/<slug:slug>/succession/", succession.succession, name="desk_succession"),
    path("c/<slug:slug>/members/<int:pk>/end/", members.end, name="desk_member_end"),
    path("c/<slug:slug>/invitations/<int:pk>/withdrawal/", members.withdrawal, name="desk_invitation_withdrawal"),
    path("c/<slug:slug>/call/", calls.of_community, name="desk_standing_call"),
    path("c/<slug:slug>/proposals/", proposals.proposals, name="desk_proposals"),
    path("c/<slug:slug>/proposals/<int:pk>/answer/", proposals.answer, name="desk_proposal_answer"),
    path("events/<str:public_id>/inbox/", event_inbox.event_inbox, name="desk_event_inbox"),
    path("events/<str:public_id>/talks/call/", calls.of_event, name="desk_call"),
]
