"""The desk."""

from django.urls import path

from organizers import (
    attendees,
    check_in,
    communities,
    dashboard,
    desk,
    draw,
    events,
    members,
    rehearsal,
    shift,
    shifts,
    slots,
    talks,
)

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("communities/new/", communities.found, name="desk_found_community"),
    path("c/<slug:slug>/", communities.community, name="desk_community"),
    path("c/<slug:slug>/profile/", communities.profile, name="desk_community_profile"),
    path("c/<slug:slug>/members/", members.members, name="desk_members"),
    path("c/<slug:slug>/members/<int:pk>/end/", members.end, name="desk_member_end"),
    path("c/<slug:slug>/invitations/<int:pk>/withdrawal/", members.withdrawal, name="desk_invitation_withdrawal"),
    path("c/<slug:slug>/events/new/", events.create, name="desk_event_new"),
    path("events/<str:public_id>/", dashboard.dashboard, name="desk_event"),
    path("events/<str:public_id>/edit/", events.edit, name="desk_event_edit"),
    path("events/<str:public_id>/publication/", events.publication, name="desk_event_publication"),
    path("events/<str:public_id>/cancellation/", events.cancellation, name="desk_event_cancellation"),
    path("events/<str:public_id>/rehearsal/", rehearsal.rehearsal, name="desk_rehearsal"),
    path("events/<str:public_id>/slots/new/", slots.new, name="desk_slot_new"),
    path("events/<str:public_id>/slots/<int:pk>/capacity/", slots.capacity, name="desk_slot_capacity"),
    path("events/<str:public_id>/attendees/", attendees.attendees, name="desk_attendees"),
    path("events/<str:public_id>/attendees.csv", attendees.export, name="desk_attendees_csv"),
    path(
        "events/<str:public_id>/registrations/<int:pk>/cancellation/",
        attendees.cancellation,
        name="desk_registration_cancellation",
    ),
    path("events/<str:public_id>/check-in/", check_in.check_in, name="desk_check_in"),
    path("events/<str:public_id>/registrations/<int:pk>/arrival/", check_in.arrival, name="desk_arrival"),
    path("events/<str:public_id>/draw/", draw.draw, name="desk_draw"),
    path("events/<str:public_id>/shifts/", shifts.shifts, name="desk_shifts"),
    path("events/<str:public_id>/shifts/<int:pk>/", shift.change, name="desk_shift"),
    path("events/<str:public_id>/shifts/<int:pk>/cancellation/", shift.cancellation, name="desk_shift_cancellation"),
    path("events/<str:public_id>/talks/", talks.talks, name="desk_talks"),
    path("events/<str:public_id>/talks/<int:pk>/decision/", talks.decision, name="desk_talk_decision"),
    path("events/<str:public_id>/talks/<int:pk>/place/", talks.place, name="desk_talk_place"),
]
