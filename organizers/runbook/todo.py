"""The page of one thing to do."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from meetups.communities.permissions import Permission
from meetups.events.models import Event
from meetups.runbook.actions.change_todo import change_todo
from meetups.runbook.actions.remove_todo import remove_todo
from meetups.runbook.models import Todo
from meetups.runbook.things import todo_version
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.edits import Edit
from organizers.desk.frame import event_page
from organizers.runbook.todo_form import TodoForm, typed


@require_http_methods(["GET", "POST"])
@for_event(Permission.PLAN_EVENTS)
def todo(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """What, who and when."""
    thing = get_object_or_404(Todo.objects.select_related("event", "owner__person"), event=event, pk=pk)
    form = TodoForm(request.POST if request.method == "POST" else None, event=event, todo=thing, initial=typed(thing))
    edit = Edit(request, form, todo_version(thing))
    if edit.succeeds(
        lambda: change_todo(todo=thing, plan=form.plan(), seen=request.POST.get("seen"), at=request.at, by=request.user)
    ):
        messages.success(request, _("Saved."))
        return redirect("desk_todos", event.public_id)
    if edit.is_overtaken:
        thing.refresh_from_db()
        edit.compare(typed(thing), todo_version(thing))
    context = event_page(request, event, current="desk_todos", form=form, edit=edit, todo=thing)
    return render(request, "desk/runbook/todo.html", context, status=edit.status)


@require_POST
@for_event(Permission.PLAN_EVENTS)
def removal(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """Removes the thing from the list."""
    thing = get_object_or_404(Todo.objects.select_related("event"), event=event, pk=pk)
    remove_todo(todo=thing, at=request.at, by=request.user)
    messages.success(request, _("“%(line)s” removed from the list.") % {"line": thing.title})
    return redirect("desk_todos", event.public_id)
