"""Addresses: slots, their settings, and the lottery. All below `events/<str:public_id>/`."""

from django.urls import path

from organizers.slots import (
    draw,
    draw_nominations,
    draw_value,
    new_slot,
    slot,
    slot_admission,
    slot_deletion,
    slot_reconfirmation,
    slot_seats,
    slots,
)
from organizers.slots.questions import event_questions, slot_questions

urlpatterns = [
    path("questions/", event_questions.questions, name="desk_event_questions"),
    path("questions/<str:question>/", event_questions.question, name="desk_event_question"),
    path("questions/<str:question>/retirement/", event_questions.retirement, name="desk_event_question_retirement"),
    path("slots/", slots.slots, name="desk_slots"),
    path("slots/new/", new_slot.new, name="desk_slot_new"),
    path("slots/<int:pk>/capacity/", new_slot.capacity, name="desk_slot_capacity"),
    path("slots/<str:slot>/", slot.slot, name="desk_slot"),
    path("slots/<str:slot>/deletion/", slot_deletion.deletion, name="desk_slot_deletion"),
    path("slots/<str:slot>/order/", slot.order, name="desk_slot_order"),
    path("slots/<str:slot>/admission/", slot_admission.admission, name="desk_slot_admission"),
    path("slots/<str:slot>/questions/", slot_questions.questions, name="desk_slot_questions"),
    path("slots/<str:slot>/questions/<str:question>/", slot_questions.question, name="desk_slot_question"),
    path("slots/<str:slot>/questions/<str:question>/place/", slot_questions.place, name="desk_slot_question_place"),
    path(
        "slots/<str:slot>/questions/<str:question>/retirement/",
        slot_questions.retirement,
        name="desk_slot_question_retirement",
    ),
    path("slots/<str:slot>/reconfirmation/", slot_reconfirmation.reconfirmation, name="desk_slot_reconfirmation"),
    path("slots/<str:slot>/seats/", slot_seats.seats, name="desk_slot_seats"),
    path("draw/", draw.draw, name="desk_draw"),
    path("draw/<str:slot>/value/", draw_value.value, name="desk_draw_value"),
    path("draw/<str:slot>/nominations/", draw_nominations.nominations, name="desk_draw_nominations"),
]
