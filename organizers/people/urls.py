"""Addresses: one person of an event, and what organizers do for them. All below `events/<str:public_id>/`."""

from django.urls import path

from organizers.people import new_slot, person

urlpatterns = [
    path("attendees/<int:pk>/", person.person, name="desk_person"),
    path("attendees/<int:pk>/address/", person.address, name="desk_person_address"),
    path("attendees/<int:pk>/confirmation/", person.confirmation, name="desk_person_confirmation"),
    path("attendees/<int:pk>/nomination/", person.nomination, name="desk_person_nomination"),
    path("attendees/<int:pk>/slot/", new_slot.new_slot, name="desk_person_slot"),
]
