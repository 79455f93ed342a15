"""Addresses: pages that anyone can read: home, communities, events, archive."""

from django.urls import path

from meetups.pages.events import archive, community, conduct, event, event_calendar, home, search, share_image

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("c/<slug:slug>/talks/", archive.archive, name="archive"),
    path("c/<slug:slug>/", community.community, name="community"),
    path("c/<slug:slug>/conduct/", conduct.community_conduct, name="conduct"),
    path("events/<str:public_id>/conduct/", conduct.event_conduct, name="event_conduct"),
    path("events/<str:public_id>/", event.event, name="event"),
    path("events/<str:public_id>/calendar.ics", event_calendar.event_calendar, name="event_calendar"),
    path("events/<str:public_id>/card.png", share_image.card, name="event_card"),
]
