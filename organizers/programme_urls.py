"""The programme of an event at the desk."""

from django.urls import path

from organizers import programme, programme_lines, programme_run

urlpatterns = [
    path("", programme.programme, name="desk_programme"),
    path("order/", programme.order, name="desk_programme_order"),
    path("breaks/", programme.breaks, name="desk_programme_breaks"),
    path("breaks/<int:pk>/", programme_lines.pause, name="desk_break"),
    path("breaks/<int:pk>/removal/", programme_lines.removal, name="desk_break_removal"),
    path("talks/<int:pk>/", programme_lines.talk, name="desk_talk_line"),
    path("run/", programme_run.run, name="desk_programme_run"),
]
