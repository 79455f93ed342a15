"""Addresses: registering, cancelling, and every link about a seat."""

from django.urls import path

from meetups.pages.registration import (
    cancellation,
    first_time,
    held_place,
    my_answers,
    no_shows,
    offer,
    one_click,
    pair,
    proof,
    reconfirmation,
    registration,
)

urlpatterns = [
    path("places/<str:token>/", held_place.held_place, name="seat_invitation"),
    path("offers/<str:token>/", offer.offer, name="offer"),
    path("reconfirmations/<str:token>/", reconfirmation.reconfirmation, name="reconfirmation"),
    path("cancellations/<str:token>/", one_click.cancellation, name="one_click_cancellation"),
    path("events/<str:public_id>/draws/<str:slot>/", proof.proof, name="draw_proof"),
    path("events/<str:public_id>/draws/<str:slot>/manifest.txt", proof.manifest, name="draw_manifest"),
    path("events/<str:public_id>/draws/<str:slot>/check.py", proof.check, name="draw_check"),
    path("events/<str:public_id>/registration/", registration.registration, name="registration"),
    path("events/<str:public_id>/registration/slot/", registration.slot, name="registration_slot"),
    path("events/<str:public_id>/registration/code/", first_time.code, name="registration_code"),
    path("events/<str:public_id>/registration/partner/", pair.partner, name="registration_partner"),
    path("pairs/<str:token>/", pair.pair, name="pair"),
    path("events/<str:public_id>/registration/answers/", my_answers.answers, name="registration_answers"),
    path(
        "events/<str:public_id>/registration/cancellation/", cancellation.cancellation, name="registration_cancellation"
    ),
    path("events/<str:public_id>/no-show/", no_shows.no_show, name="no_show"),
]
