"""The size limit of uploads."""

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest


class UploadLimit(FileUploadHandler):
    """Stops keeping a file that is too large for its page (UPLOAD_OCTETS, or the entry of UPLOAD_OCTETS_AT for the page's name).

    It runs before the handlers that keep files. The rest of the request is read as usual, so the page can answer: the file is
    missing from `request.FILES`, and `was_too_large` says why.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        assert self.request is not None
        if start + len(raw_data) > limit_of(self.request):
            self.request.META["meetups.too_large"] = True
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Returns nothing: the handlers behind this one keep the file."""


def limit_of(request: HttpRequest) -> int:
    """The largest number of octets that a file in this request may have."""
    match = request.resolver_match
    octets: int = settings.UPLOAD_OCTETS_AT.get((match and match.url_name) or "", settings.UPLOAD_OCTETS)
    return octets


def was_too_large(request: HttpRequest) -> bool:
    """Whether the request contained a file that was larger than its page accepts."""
    return bool(request.META.get("meetups.too_large"))
