"""What visitors see and send."""

from django.urls import path

from meetups.pages import (
    account,
    calendar,
    cancellation,
    card,
    community,
    event,
    health,
    home,
    invitation,
    my_answers,
    my_page,
    offer,
    one_click,
    pair,
    preview,
    proof,
    reconfirmation,
    registration,
    shifts,
    talks,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("language/", account.language, name="set_language_preference"),
    path("me/", my_page.my_page, name="my_page"),
    path("me/profile/", account.profile, name="profile"),
    path("markdown/", preview.markdown_preview, name="markdown_preview"),
    path("c/<slug:slug>/", community.community, name="community"),
    path("invitations/<str:token>/", invitation.invitation, name="invitation"),
    path("offers/<str:token>/", offer.offer, name="offer"),
    path("reconfirmations/<str:token>/", reconfirmation.reconfirmation, name="reconfirmation"),
    path("cancellations/<str:token>/", one_click.cancellation, name="one_click_cancellation"),
    path("events/<str:public_id>/", event.event, name="event"),
    path("events/<str:public_id>/calendar.ics", calendar.event_calendar, name="event_calendar"),
    path("events/<str:public_id>/card.png", card.card, name="event_card"),
    path("events/<str:public_id>/draws/<str:slot>/", proof.proof, name="draw_proof"),
    path("events/<str:public_id>/draws/<str:slot>/manifest.txt", proof.manifest, name="draw_manifest"),
    path("events/<str:public_id>/draws/<str:slot>/check.py", proof.check, name="draw_check"),
    path("events/<str:public_id>/registration/", registration.registration, name="registration"),
    path("events/<str:public_id>/registration/slot/", registration.slot, name="registration_slot"),
    path("events/<str:public_id>/registration/partner/", pair.partner, name="registration_partner"),
    path("pairs/<str:token>/", pair.pair, name="pair"),
    path("events/<str:public_id>/registration/answers/", my_answers.answers, name="registration_answers"),
    path(
        "events/<str:public_id>/registration/cancellation/", cancellation.cancellation, name="registration_cancellation"
    ),
    path("events/<str:public_id>/shifts/<int:pk>/signup/", shifts.signup, name="signup"),
    path("events/<str:public_id>/shifts/<int:pk>/signup/end/", shifts.step_down, name="signup_end"),
    path("events/<str:public_id>/talks/new/", talks.proposal, name="talk_proposal"),
    path("talks/<int:pk>/confirmation/", talks.confirmation, name="talk_confirmation"),
    path("talks/<int:pk>/withdrawal/", talks.withdrawal, name="talk_withdrawal"),
]
