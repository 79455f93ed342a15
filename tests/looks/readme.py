"""`python -m tests.looks.readme`: the pictures of README.md, taken again on the sample community."""

import io
import os
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from PIL import Image

from tests.conftest import CLOCK
from tests.looks.__main__ import sample_site, sign_in

PICTURES = Path(".pictures")
# The widths that GitHub shows side by side.
WIDE, PHONE = 800, 360
# The event of the sample that has just ended.
TEARDOWN = "読書会"


@dataclass(frozen=True)
class Picture:
    """A file, its viewer (empty: not signed in), language and address, and its height: pixels of a wide screen or of a phone."""

    name: str
    who: str
    language: str
    path: str
    height: int
    phone: bool = False
    # Whether the pages' clock uses the time that `evening` sets.
    in_the_evening: bool = False


def evening() -> timedelta:
    """Moves the sample's teardown so that its event ended at 21:30 in Tokyo, whenever it is made. Returns the shift in time."""
    from django.db.models import F  # noqa: PLC0415 - needs django.setup()

    from meetups.events.models import Event  # noqa: PLC0415 - needs django.setup()
    from meetups.volunteers.models import Chore, Shift  # noqa: PLC0415 - needs django.setup()

    event = Event.objects.get(title__contains=TEARDOWN)
    ended = event.ends_at.astimezone(event.zone)
    later = (ended.replace(hour=21, minute=30) - ended) % timedelta(days=1)
    begins, ends = F("starts_at") + later, F("ends_at") + later
    Event.objects.filter(pk=event.pk).update(starts_at=begins, ends_at=ends)
    Shift.objects.filter(event=event).update(starts_at=begins, ends_at=ends)
    Chore.objects.filter(event=event).update(done_at=F("done_at") + later)
    return later


def pictures() -> list[Picture]:
    """All pictures of README.md."""
    from meetups.events.models import Event  # noqa: PLC0415 - needs django.setup()

    def event(title: str) -> str:
        return f"events/{Event.objects.get(title__contains=title).public_id}"

    return [
        Picture("event-ja", "", "ja", f"/{event('#14')}/", 1000),
        Picture("desk-ja", "aiko", "ja", f"/desk/{event('#14')}/", 1000),
        Picture("programme-en", "aiko", "en", f"/desk/{event('Forecasting')}/programme/", 760),
        Picture("readiness-ja", "aiko", "ja", f"/desk/{event('番外編')}/talks/readiness/", 760),
        Picture("my-page-phone-ja", "dan", "ja", "/me/", 780, phone=True),
        Picture("shifts-phone-en", "finn", "en", f"/{event('Forecasting')}/shifts/", 780, phone=True),
        Picture(
            "teardown-phone-ja", "emi", "ja", f"/{event(TEARDOWN)}/teardown/", 780, phone=True, in_the_evening=True
        ),
    ]


def main() -> None:
    """Takes the pictures, in light colours."""
    clock = Path(tempfile.mkdtemp(prefix="meetups-clock-")) / "clock"
    os.environ[CLOCK] = str(clock)
    with sample_site("tests.support.travelling") as (base_url, browser):
        from meetups.accounts.models import User  # noqa: PLC0415 - needs django.setup()

        wanted = pictures()
        states = {who: sign_in(browser, base_url, who) for who in {one.who for one in wanted} if who}
        for one in wanted:
            User.objects.update(language=one.language)
            if one.in_the_evening:
                clock.write_text(str(evening().total_seconds()))
            context = browser.new_context(
                storage_state=states.get(one.who),
                viewport={"width": PHONE if one.phone else 1280, "height": one.height},
                locale=one.language,
                timezone_id="Europe/Berlin" if one.language == "en" else "Asia/Tokyo",
                color_scheme="light",
                reduced_motion="reduce",
            )
            page = context.new_page()
            page.goto(base_url + one.path, wait_until="load")
            shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            if not one.phone:
                shot = shot.resize((WIDE, shot.height * WIDE // shot.width), Image.Resampling.LANCZOS)
            shot.quantize(method=Image.Quantize.FASTOCTREE).save(PICTURES / f"{one.name}.png", optimize=True)
            print(PICTURES / f"{one.name}.png", flush=True)
            context.close()
            clock.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
