"""Every kind of mail as a picture, for `make looks`: as wide as a phone and as a mail program's pane, with the sample's names and
with the longest names that the fields take.
"""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from django.db import models
from django.utils import translation
from playwright.sync_api import Browser

from meetups.accounts.models import User
from meetups.communities.models import Community
from meetups.core.texts.email_layout import letter
from meetups.demo.mail_scenes.every_kind import every_kind
from meetups.demo.mail_scenes.every_mail import AT
from meetups.demo.mail_scenes.thrown_away import thrown_away
from meetups.events.models import Event
from meetups.notifications.email_registry import KINDS
from meetups.notifications.masthead import mastheads_of, shorten_heading
from meetups.registrations.models import Slot
from meetups.speakers.models import Talk
from meetups.volunteers.models import Shift
from tests.looks.picture import take_picture

WIDTHS = (390, 720)
RULES = {"runOnly": {"type": "rule", "values": ["color-contrast", "image-alt", "link-name"]}}
LONG = {
    "ja": "推薦システムを本番で動かし続けるために私たちが三年間で学んだことと、いまなら最初からこう作るという話",
    "en": "What three years of running recommenders in production taught us, and how we would build them today, from the beginning",
}
NAMES: list[tuple[type[models.Model], str]] = [
    (Community, "name"),
    *((Event, "title"), (Event, "venue_name"), (Event, "venue_address")),
    *((Slot, "name"), (Shift, "title"), (Shift, "place"), (Talk, "title"), (User, "name")),
]


def mails(language: str, *, long: bool) -> dict[str, str]:
    """The HTML of one mail of each kind. With `long`, titles and names are as long as possible."""
    found = {}
    with thrown_away(), translation.override(language):
        rows = every_kind(language, AT)
        for model, name in NAMES if long else []:
            limit = getattr(model._meta.get_field(name), "max_length", None) or 60
            model._default_manager.update(**{name: LONG[language][:limit]})
        heads = mastheads_of({row.thread for row in rows if row.thread})
        for row in rows:
            kind = KINDS[row.kind]
            about = kind.about(row)
            if about is not None:
                part, masthead = kind.compose(about, row, AT), heads.get(row.thread)
                said = shorten_heading(part, masthead) if masthead else part
                mail = letter([said], to="reader@example.org", name="愛子", masthead=masthead)
                found[row.kind] = str(mail.alternatives[0][0])
    return found


def look_at_mails(browser: Browser, pictures: Path, language: str) -> tuple[int, int]:
    """Takes the pictures. Returns the number of pictures and of faults, and prints each fault."""
    taken = found = 0
    for long in (False, True):
        letters = mails(language, long=long)
        for scheme in ("light", "dark"):
            for width in WIDTHS:
                context = browser.new_context(viewport={"width": width, "height": 600}, color_scheme=scheme)
                page = context.new_page()
                for kind, html in letters.items():
                    name = f"mail-{kind}-{language}-{scheme}-{width}{'-long' if long else ''}"
                    page.set_content(html)
                    take_picture(page, pictures / f"{name}.png")
                    taken += 1
                    wide = page.evaluate("document.documentElement.scrollWidth")
                    faults = [f"{wide} pixels wide"] if wide > width else []
                    if width == WIDTHS[0] and not long:
                        violations = Axe().run(page, options=RULES).response["violations"]
                        faults += [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in violations]
                    for fault in faults:
                        print(f"FAULT {name}: {fault}", flush=True)
                    found += len(faults)
                context.close()
        print(f"mails {language}{' long' if long else ''}: {len(letters)} kinds", flush=True)
    return taken, found
