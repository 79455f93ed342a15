"""Addresses: the things to do of an event. All below `events/<str:public_id>/`."""

from django.urls import path

from organizers.runbook import todo, todos

urlpatterns = [
    path("todos/", todos.todos, name="desk_todos"),
    path("todos/usual/", todos.usual, name="desk_todos_usual"),
    path("todos/<int:pk>/", todo.todo, name="desk_todo"),
    path("todos/<int:pk>/mark/", todos.mark, name="desk_todo_mark"),
    path("todos/<int:pk>/removal/", todo.removal, name="desk_todo_removal"),
]
