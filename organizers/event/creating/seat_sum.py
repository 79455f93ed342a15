"""The sum: the seats of all slots and the team, against what the room holds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SumPart:
    """One share of the sum. `begin` is where it begins on the bar."""

    name: str
    seats: int
    begin: int


@dataclass(frozen=True)
class SeatSum:
    """`room` is None where no number is known. `general` is how many seats the general slot may have so that all fit."""

    parts: list[SumPart]
    total: int
    room: int | None
    general: int

    @property
    def length(self) -> int:
        """The length of the bar: the larger of the two."""
        return max(self.total, self.room or 0, 1)

    @property
    def over(self) -> int:
        return max(self.total - self.room, 0) if self.room else 0

    @property
    def left(self) -> int:
        return max((self.room or 0) - self.total, 0)


def seat_sum(seats: list[tuple[str, int]], *, room: int | None) -> SeatSum:
    """Of `seats` the first is the general slot, which gives way if there are too many."""
    parts, begin = [], 0
    for name, number in seats:
        if number:
            parts.append(SumPart(name, number, begin))
            begin += number
    general = seats[0][1] - (begin - room) if room else seats[0][1]
    return SeatSum(parts, begin, room, max(general, 0))
