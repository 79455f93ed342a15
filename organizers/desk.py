"""To come."""

from django.http import HttpResponse

from organizers.access import DeskRequest, open_to_all


@open_to_all
def desk(request: DeskRequest) -> HttpResponse:
    return HttpResponse("")
