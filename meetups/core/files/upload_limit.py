"""How much of an upload is taken in at all."""

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest


class UploadLimit(FileUploadHandler):
    """Stops keeping a file that is larger than its page takes (UPLOAD_OCTETS, or what UPLOAD_OCTETS_AT says for the page's name).

    It stands before the handlers that keep files. The rest of the request is read as always, so that the page can answer: the file is
    missing from `request.FILES`, and `was_too_large` says why.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        assert self.request is not None
        if start + len(raw_data) > limit_of(self.request):
            self.request.META["meetups.too_large"] = True
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """What is kept is kept by the handlers behind this one."""


def limit_of(request: HttpRequest) -> int:
    """How many octets a file may have that is sent with this request."""
    match = request.resolver_match
    octets: int = settings.UPLOAD_OCTETS_AT.get((match and match.url_name) or "", settings.UPLOAD_OCTETS)
    return octets


def was_too_large(request: HttpRequest) -> bool:
    """Whether a file came with the request that was larger than its page takes."""
    return bool(request.META.get("meetups.too_large"))
