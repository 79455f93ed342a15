"""The pages of one slot, below `/desk/events/<id>/slots/`."""

from django.urls import path

from organizers import slot, slot_admission, slot_questions, slot_reconfirmation, slot_seats

urlpatterns = [
    path("<str:slot>/", slot.slot, name="desk_slot"),
    path("<str:slot>/order/", slot.order, name="desk_slot_order"),
    path("<str:slot>/admission/", slot_admission.admission, name="desk_slot_admission"),
    path("<str:slot>/questions/", slot_questions.questions, name="desk_slot_questions"),
    path("<str:slot>/questions/<str:question>/", slot_questions.question, name="desk_slot_question"),
    path("<str:slot>/questions/<str:question>/place/", slot_questions.place, name="desk_slot_question_place"),
    path(
        "<str:slot>/questions/<str:question>/retirement/",
        slot_questions.retirement,
        name="desk_slot_question_retirement",
    ),
    path("<str:slot>/reconfirmation/", slot_reconfirmation.reconfirmation, name="desk_slot_reconfirmation"),
    path("<str:slot>/seats/", slot_seats.seats, name="desk_slot_seats"),
]
