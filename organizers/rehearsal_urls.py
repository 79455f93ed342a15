"""What happens with speakers between their yes and the stage."""

from django.urls import path

from organizers import co_speakers, connections, readiness, rehearsal

urlpatterns = [
    path("rehearsal/", rehearsal.rehearsal, name="desk_rehearsal"),
    path("rehearsal/removal/", rehearsal.removal, name="desk_rehearsal_removal"),
    path("connections/", connections.connections, name="desk_connections"),
    path("people/<int:pk>/presence/", readiness.presence, name="desk_presence"),
    path("talks/readiness/", readiness.readiness, name="desk_readiness"),
    path("talks/<int:pk>/co-speakers/", co_speakers.co_speakers, name="desk_co_speakers"),
    path("co-speakers/<int:pk>/end/", co_speakers.end, name="desk_co_speaker_end"),
]
