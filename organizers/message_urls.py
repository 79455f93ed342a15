"""Messages to people of an event, and the log of all that they were told."""

from django.urls import path

from organizers import deliveries, message_new, messages

urlpatterns = [
    path("", deliveries.deliveries, name="desk_deliveries"),
    path("new/", message_new.new, name="desk_message_new"),
    path("log/<int:pk>/repetition/", deliveries.again, name="desk_delivery_again"),
    path("<int:pk>/", messages.message, name="desk_message"),
    path("<int:pk>/withdrawal/", messages.withdrawal, name="desk_message_withdrawal"),
]
