"""The pages of one slot, below `/desk/events/<id>/slots/`."""

from django.urls import path

from organizers import slot, slot_seats

urlpatterns = [
    path("<str:slot>/", slot.slot, name="desk_slot"),
    path("<str:slot>/order/", slot.order, name="desk_slot_order"),
    path("<str:slot>/seats/", slot_seats.seats, name="desk_slot_seats"),
]
