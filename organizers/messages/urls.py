"""Addresses: messages of organizers, and the log of all sent messages. All below `events/<str:public_id>/`."""

from django.urls import path

from organizers.messages import message_log, message_new, messages, standing

urlpatterns = [
    path("messages/", message_log.deliveries, name="desk_deliveries"),
    path("messages/new/", message_new.new, name="desk_message_new"),
    path("messages/log/<int:pk>/repetition/", message_log.again, name="desk_delivery_again"),
    path("messages/<int:pk>/", messages.message, name="desk_message"),
    path("messages/<int:pk>/withdrawal/", messages.withdrawal, name="desk_message_withdrawal"),
    path("messages/<int:pk>/words/", standing.words, name="desk_message_words"),
    path("messages/<int:pk>/stop/", standing.stop, name="desk_message_stop"),
]
