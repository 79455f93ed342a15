"""Addresses: pages for volunteers."""

from django.urls import path

from meetups.pages.shifts import handover, helper_link, missed_shift, shift_list, signup, teardown

urlpatterns = [
    path("shifts/", shift_list.shifts, name="shifts"),
    path("help/<str:token>/", helper_link.helper_link, name="helper_link"),
    path("handovers/<str:token>/", handover.handover, name="handover"),
    path("events/<str:public_id>/shifts/", shift_list.event_shifts, name="event_shifts"),
    path("events/<str:public_id>/shifts/<int:pk>/handover/", handover.signup_handover, name="signup_handover"),
    path("events/<str:public_id>/shifts/<int:pk>/absence/", missed_shift.absence, name="shift_absence"),
    path("events/<str:public_id>/shifts/<int:pk>/signup/", signup.signup, name="signup"),
    path("events/<str:public_id>/shifts/<int:pk>/signup/end/", signup.step_down, name="signup_end"),
    path("events/<str:public_id>/teardown/", teardown.teardown, name="teardown"),
    path("events/<str:public_id>/teardown/lines/", teardown.lines, name="teardown_lines"),
    path("events/<str:public_id>/teardown/<int:pk>/tick/", teardown.tick, name="chore_tick"),
    path("events/<str:public_id>/teardown/photos/<int:pk>/", teardown.photo, name="room_photo"),
]
