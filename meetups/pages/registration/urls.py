"""Addresses: pages for registering, for cancelling, and for every link about a seat."""

from django.urls import path

from meetups.pages.registration import (
    cancellation,
    draw_proof,
    my_answers,
    my_no_show,
    one_click_cancellation,
    opening_reminder,
    pair,
    reconfirmation,
    registration,
    seat_invitation,
    seat_offer,
    without_account,
)

urlpatterns = [
    path("places/<str:token>/", seat_invitation.seat_invitation, name="seat_invitation"),
    path("offers/<str:token>/", seat_offer.offer, name="offer"),
    path("reconfirmations/<str:token>/", reconfirmation.reconfirmation, name="reconfirmation"),
    path("cancellations/<str:token>/", one_click_cancellation.cancellation, name="one_click_cancellation"),
    path("events/<str:public_id>/draws/<str:slot>/", draw_proof.proof, name="draw_proof"),
    path("events/<str:public_id>/draws/<str:slot>/manifest.txt", draw_proof.manifest, name="draw_manifest"),
    path("events/<str:public_id>/draws/<str:slot>/check.py", draw_proof.check, name="draw_check"),
    path("events/<str:public_id>/registration/", registration.registration, name="registration"),
    path("events/<str:public_id>/reminder/", opening_reminder.opening_reminder, name="opening_reminder"),
    path("events/<str:public_id>/registration/slot/", registration.slot, name="registration_slot"),
    path("events/<str:public_id>/registration/code/", without_account.code, name="registration_code"),
    path("events/<str:public_id>/registration/partner/", pair.partner, name="registration_partner"),
    path("pairs/<str:token>/", pair.pair, name="pair"),
    path("events/<str:public_id>/registration/answers/", my_answers.answers, name="registration_answers"),
    path(
        "events/<str:public_id>/registration/cancellation/", cancellation.cancellation, name="registration_cancellation"
    ),
    path("events/<str:public_id>/no-show/", my_no_show.no_show, name="no_show"),
]
