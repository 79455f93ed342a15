"""Where the shifts of an event are."""

from django.urls import path

from organizers import shift, shift_people, shifts

urlpatterns = [
    path("shifts/", shifts.shifts, name="desk_shifts"),
    path("shifts/usual/", shifts.usual, name="desk_usual_shifts"),
    path("shifts/<int:pk>/", shift.change, name="desk_shift"),
    path("shifts/<int:pk>/volunteers/", shift_people.volunteers, name="desk_shift_volunteers"),
    path("shifts/<int:pk>/offers/", shift_people.offers, name="desk_shift_offers"),
    path("shifts/<int:pk>/cancellation/", shift.cancellation, name="desk_shift_cancellation"),
    path("signups/<int:pk>/answer/", shift_people.answer, name="desk_signup_answer"),
    path("signups/<int:pk>/mark/", shift_people.mark, name="desk_signup_mark"),
]
