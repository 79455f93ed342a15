"""The clock's job for things to do."""

from datetime import datetime

from meetups.core.each import clock_job, each
from meetups.events.models import Event
from meetups.runbook.actions.chase_todos import chase_todos
from meetups.runbook.models import Todo


@clock_job("runbook.chase_todos")
def chase_late_todos(at: datetime) -> str:
    """Reminds people of things to do that are late (RULES 217). Reports the number."""
    found: dict[Event, list[Todo]] = {}
    for todo in Todo.objects.to_chase(at).select_related("event").order_by("event_id", "pk"):
        found.setdefault(todo.event, []).append(todo)

    def step(event: Event) -> int:
        return chase_todos(event=event, at=at) if any(todo.chase_at <= at for todo in found[event]) else 0

    run = each(found, step)
    return run.report(f"people reminded of {sum(run.results)} things to do")
