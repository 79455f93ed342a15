"""Participants from a connpass CSV: choose the file, see the preview, import the people."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.registrations.actions.imports.import_participants import import_participants
from meetups.registrations.imports.file_answers import guess_answers
from meetups.registrations.imports.participants_csv import (
    LARGEST,
    FileIsTooLarge,
    Meaning,
    Table,
    guess,
    read_table,
    slim,
)
from organizers.attendees.import_preview import MappingForm, Ours, Preview
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.frame import event_page

# The rows travel in the form, packed and signed for two hours: the server keeps nothing of the file. A form may be 1 MiB.
SALT = "participants to bring in"
GOOD_FOR = 60 * 60 * 2
LONGEST = 900_000


class Utf8:
    """JSON with Japanese as it is: as escapes it would be twice as long."""

    def dumps(self, table: object) -> bytes:
        return json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Participants CSV"), widget=forms.FileInput(attrs={"accept": ".csv,text/csv"})
    )

    def clean_file(self) -> Table:
        file = self.cleaned_data["file"]
        try:
            if file.size > LARGEST:
                raise FileIsTooLarge
            return read_table(file.read())
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal)) from None


@never_cache
@require_http_methods(["GET", "POST"])
@for_event(Permission.MANAGE_ATTENDEES)
def participants_import(request: DeskRequest, event: Event) -> HttpResponse:
    """GET asks for the file. POST of a file shows its meaning. POST of that meaning shows the preview, or imports the people."""
    if request.method != "POST":
        return _file_page(request, event, FileForm())
    if "packed" not in request.POST:
        form = FileForm(request.POST, request.FILES)
        if not form.is_valid():
            return _file_page(request, event, form, status=422)
        ours = Ours.of(event)
        packed, table = _packed(request, event, form.cleaned_data["file"], ours)
        if len(packed) > LONGEST:
            form.add_error("file", str(FileIsTooLarge()))
            return _file_page(request, event, form, status=422)
        return _preview_page(request, event, packed, table, MappingForm.guessed(table, guess(table), ours))
    packed = request.POST["packed"]
    carried = _unpacked(request, event, packed)
    if carried is None:
        form = FileForm()
        messages.error(
            request,
            _("This took longer than two hours, or the page was changed. Choose the file again; nothing was lost."),
        )
        return _file_page(request, event, form, status=422)
    mapping = MappingForm(request.POST, table=carried, ours=Ours.of(event))
    if request.POST.get("intent") != "commit" or not mapping.is_valid() or mapping.changed_since_seen:
        return _preview_page(request, event, packed, carried, mapping)
    return _commit(request, event, packed, carried, mapping)


def _commit(request: DeskRequest, event: Event, packed: str, table: Table, mapping: MappingForm) -> HttpResponse:
    people = Preview.of(event, table, mapping, request.at).people
    above = mapping.cleaned_data["above"]
    try:
        done = import_participants(event=event, people=people, above=above, at=request.at, by=request.user)
    except DomainError as refusal:
        return _preview_page(request, event, packed, table, mapping, refusal=refusal)
    new = ngettext(
        "%(count)s person was added to the list.",
        "%(count)s people were added to the list.",
        done.seated + done.waiting,
    )
    sentences = [new % {"count": done.seated + done.waiting}]
    if done.known:
        known = ngettext("%(count)s was already on it.", "%(count)s were already on it.", done.known)
        sentences.append(known % {"count": done.known})
    messages.success(request, " ".join(sentences))
    return redirect("desk_attendees", event.public_id)


def _packed(request: DeskRequest, event: Event, table: Table, ours: Ours) -> tuple[str, Table]:
    """The table for the form. If it is too long, only the columns with a known meaning, or named as a question, are kept."""
    packed = _pack(request, event, table)
    found = guess(table)
    if len(packed) > LONGEST and all(meaning in found for meaning in Meaning if meaning.is_needed):
        answers = guess_answers(table, ours.questions, found.values())
        table = slim(table, [*found.values(), *answers.values()])
        packed = _pack(request, event, table)
    return packed, table


def _pack(request: DeskRequest, event: Event, table: Table) -> str:
    return signing.dumps([table.head, table.rows], salt=_salt(request, event), serializer=Utf8, compress=True)


def _unpacked(request: DeskRequest, event: Event, packed: str) -> Table | None:
    """The table as this user received it for this event; None for anything else."""
    try:
        head, rows = signing.loads(packed, salt=_salt(request, event), serializer=Utf8, max_age=GOOD_FOR)
    except signing.BadSignature:
        return None
    return Table(tuple(head), tuple(tuple(row) for row in rows))


def _salt(request: DeskRequest, event: Event) -> str:
    return f"{SALT}:{event.public_id}:{request.user.pk}"


def _file_page(request: DeskRequest, event: Event, form: FileForm, *, status: int = 200) -> HttpResponse:
    context = event_page(request, event, current="desk_attendees", form=form, is_open=event.is_open(request.at))
    return render(request, "desk/attendees/participants_file.html", context, status=status)


def _preview_page(
    request: DeskRequest,
    event: Event,
    packed: str,
    table: Table,
    mapping: MappingForm,
    *,
    refusal: DomainError | None = None,
) -> HttpResponse:
    valid = mapping.is_valid()
    preview = Preview.of(event, table, mapping, request.at) if mapping.means_enough else None
    context = event_page(
        request,
        event,
        current="desk_attendees",
        form=mapping,
        packed=packed,
        preview=preview,
        changed=valid and mapping.changed_since_seen and request.POST.get("intent") == "commit",
        refusal=refusal,
    )
    status = 200 if valid else 422
    return render(
        request, "desk/attendees/participants_import.html", context, status=refusal.status if refusal else status
    )
