"""The base class of refusals."""

from django.utils.functional import Promise


class DomainError(Exception):
    """A rule of the domain refuses an action.

    `message` is a sentence for the person who asked, translated when it is read. `facts` fill its placeholders.
    Entry points (pages, commands) catch this class and nothing else.
    """

    message: str | Promise = ""
    status = 409

    def __init__(self, **facts: object) -> None:
        super().__init__(facts)
        self.facts = facts

    def __str__(self) -> str:
        return str(self.message) % self.facts if self.facts else str(self.message)
