"""Addresses: pages that anyone can read: home, communities, events, archive."""

from django.urls import path

from meetups.pages.events import (
    archive,
    community,
    conduct,
    contact,
    event,
    event_calendar,
    feeds,
    home,
    manifest,
    pictures,
    raised_hand,
    search,
    share_image,
    sitemaps,
)

urlpatterns = [
    # First, because it is asked for most: Django tries one after another.
    path("events/<str:public_id>/", event.event, name="event"),
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("site.webmanifest", manifest.manifest, name="manifest"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemaps.sitemap_section, name="sitemap_section"),
    path("calendar.ics", feeds.site_calendar, name="site_calendar"),
    path("feed.atom", feeds.site_feed, name="site_feed"),
    path("c/<slug:slug>/calendar.ics", feeds.community_calendar, name="community_calendar"),
    path("c/<slug:slug>/feed.atom", feeds.community_feed, name="community_feed"),
    path("speakers/<int:pk>/calendar.ics", feeds.speaker_calendar, name="speaker_calendar"),
    path("speakers/<int:pk>/feed.atom", feeds.speaker_feed, name="speaker_feed"),
    path("c/<slug:slug>/talks/", archive.archive, name="archive"),
    path("card.png", share_image.site_card, name="site_card"),
    path("c/<slug:slug>/card.png", share_image.community_card, name="community_card"),
    path("c/<slug:slug>/", community.community, name="community"),
    path("c/<slug:slug>/conduct/", conduct.community_conduct, name="conduct"),
    path("c/<slug:slug>/hands/", raised_hand.raised_hand, name="raised_hand"),
    path("c/<slug:slug>/contact/", contact.community_contact, name="contact"),
    path("events/<str:public_id>/contact/", contact.event_contact, name="event_contact"),
    path("events/<str:public_id>/conduct/", conduct.event_conduct, name="event_conduct"),
    path("events/<str:public_id>/calendar.ics", event_calendar.event_calendar, name="event_calendar"),
    path("events/<str:public_id>/cover/<str:version>.webp", pictures.cover, name="event_cover"),
    path("events/<str:public_id>/pictures/<str:name>.webp", pictures.picture, name="event_picture"),
    path("events/<str:public_id>/card.png", share_image.card, name="event_card"),
]
