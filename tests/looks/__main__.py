"""`make looks`: a picture of every page, and the faults that axe finds on it.

Pages × Japanese and English × light and dark × 320 and 1280 pixels, on the sample community, and then every kind of mail. Each
language takes light on one width and dark on the other: what is too wide depends on language and width, and contrast on language
and theme, so half of the pictures see the same faults. `python -m tests.looks --all` takes all of them.

Pictures go to `looks/`. Ends with 1 if axe finds a violation of WCAG 2.2 AA, the browser reports an error (for example a broken
content security policy), or something is wider than the screen. Each language has its own process and product.

`python -m tests.looks.__main__ desk` takes only the pages whose names begin with `desk`, `python -m tests.looks.__main__ mail`
only the mails.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import django
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, sync_playwright
from playwright.sync_api import Page as Tab

from meetups.demo.processes import free_port
from meetups.demo.stack import Stack
from tests.conftest import CHROMIUM_FLAGS
from tests.looks.picture import take_picture

PICTURES = Path("looks")
SESSION = "sessionid"
LANGUAGES = ("ja", "en")
WIDTHS = {1280: 900, 320: 700}
CROSSWISE = {("ja", 1280): "light", ("ja", 320): "dark", ("en", 1280): "dark", ("en", 320): "light"}
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
WIDER = """() => [...document.querySelectorAll('body *')].filter(e => {
  const box = e.getBoundingClientRect();
  if (!box.width || box.right <= document.documentElement.clientWidth + 1) return false;
  for (let p = e.parentElement; p; p = p.parentElement) {
    if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(p).overflowX)) return false;
  }
  return true;
}).slice(0, 3).map(e => e.tagName.toLowerCase() + '.' + e.className)"""


SEND = """([typed, was]) => {
  const edited = document.querySelector('main input[name=was]');
  const form = edited?.form ?? document.querySelector('main form[method=post]');
  for (const [name, value] of Object.entries(typed)) form.elements[name].value = value;
  if (edited) edited.value = JSON.stringify({...JSON.parse(edited.value), ...was});
  HTMLFormElement.prototype.submit.call(form);
}"""


# What asks for the mails instead of pages.
MAILS = ["mail"]


@dataclass(frozen=True)
class Page:
    """One page: the name of its picture, its viewer (empty: not signed in), and its address.

    With `typed` it is the answer to the form there, of several to that which edits a thing: these fields are filled in, and the form is sent. `was`
    changes what that form says that it was filled from. With `file` it is the answer to a file with this text. With `session` its
    viewer has the session with this key, which has ended when something typed is sent.
    """

    name: str
    who: str
    path: str
    status: int = 200
    typed: dict[str, str] = field(default_factory=dict)
    was: dict[str, Any] = field(default_factory=dict)
    file: str = ""
    session: str = ""


def pages() -> list[Page]:
    """Every page, on the sample community."""
    from meetups.events.models import Event  # noqa: PLC0415 - needs django.setup()
    from meetups.registrations.models import Registration  # noqa: PLC0415 - needs django.setup()
    from meetups.speakers.models import Talk  # noqa: PLC0415 - needs django.setup()
    from tests.looks.covers import covered_events  # noqa: PLC0415 - needs django.setup()
    from tests.looks.desk.copying import copied_sheets  # noqa: PLC0415 - needs django.setup()
    from tests.looks.desk.edits import edits_and_undo  # noqa: PLC0415 - needs django.setup()
    from tests.looks.desk.messages import messages_written  # noqa: PLC0415 - needs django.setup()
    from tests.looks.desk.todos import things_to_do  # noqa: PLC0415 - needs django.setup()
    from tests.looks.draws import drawn_and_to_be_drawn  # noqa: PLC0415 - needs django.setup()
    from tests.looks.event_days import days_of_events  # noqa: PLC0415 - needs django.setup()
    from tests.looks.openings import yet_to_open  # noqa: PLC0415 - needs django.setup()
    from tests.looks.people import PARTICIPANTS, people_brought_in, teams  # noqa: PLC0415 - needs django.setup()
    from tests.looks.rehearsal import speakers_together  # noqa: PLC0415 - needs django.setup()
    from tests.looks.scene import seats_on_their_way  # noqa: PLC0415 - needs django.setup()
    from tests.looks.sessions import sessions_and_codes  # noqa: PLC0415 - needs django.setup()
    from tests.looks.shifts import many_shifts  # noqa: PLC0415 - needs django.setup()
    from tests.looks.slides import slides_and_archive  # noqa: PLC0415 - needs django.setup()
    from tests.looks.speakers import talks_looked_for  # noqa: PLC0415 - needs django.setup()
    from tests.looks.teardown import teardown_evenings  # noqa: PLC0415 - needs django.setup()

    def event(title: str) -> Event:
        return Event.objects.get(title__contains=title)

    lottery, online, cancelled, past = event("#14"), event("番外編"), event("もくもく"), event("#13")
    english = event("Forecasting")
    shift = lottery.shifts.in_order()[0]
    accepted = Talk.objects.get(event=lottery, state=Talk.State.ACCEPTED)
    guest = Registration.objects.applied().filter(event=lottery).order_by("pk")[0]
    general, student = lottery.slots.in_order()[:2]

    def at(one: Event) -> str:
        return f"/events/{one.public_id}"

    def desk(one: Event) -> str:
        return f"/desk/events/{one.public_id}"

    return [
        Page("home", "", "/"),
        Page("search", "", "/search/"),
        Page("search-words", "", "/search/?q=推薦&prefecture=13"),
        Page("search-nothing", "", "/search/?q=ない言葉&online=1"),
        Page("community", "", "/c/ml-study/"),
        Page("event-lottery", "", f"{at(lottery)}/"),
        Page("draw-proof", "", f"{at(lottery)}/draws/{general.public_id}/"),
        Page("event-online", "", f"{at(online)}/"),
        Page("event-cancelled", "", f"{at(cancelled)}/"),
        Page("event-past", "", f"{at(past)}/"),
        Page("event-hybrid-english", "", f"{at(english)}/"),
        Page("sign-in", "", "/accounts/login/"),
        Page("sign-in-by-code", "", "/accounts/login/code/"),
        Page("sign-up", "", "/accounts/signup/"),
        Page("password-reset", "", "/accounts/password/reset/"),
        Page("not-found", "", "/events/nowhere/", status=404),
        Page("register-without-account", "", f"{at(lottery)}/registration/"),
        Page("registration-code-over", "", f"{at(lottery)}/registration/code/", status=410),
        Page("gate-teardown", "", f"{at(lottery)}/shifts/{shift.pk}/signup/"),
        Page("gate-talk", "", f"{at(lottery)}/talks/new/"),
        Page("gate-code-elsewhere", "", "/code/", status=410),
        Page("register", "dan", f"{at(lottery)}/registration/"),
        Page("register-student", "dan", f"{at(lottery)}/registration/?slot={student.public_id}"),
        Page("shift-signup", "dan", f"{at(lottery)}/shifts/{shift.pk}/signup/"),
        Page("event-with-my-seat", "dan", f"{at(online)}/"),
        Page("my-registration", "dan", f"{at(online)}/registration/"),
        Page("cancel-registration", "dan", f"{at(online)}/registration/cancellation/"),
        Page("my-page", "dan", "/me/"),
        Page("profile", "dan", "/me/profile/"),
        Page("account-deletion", "dan", "/me/deletion/"),
        Page("preferences", "dan", "/me/mails/"),
        Page("following", "dan", "/me/following/"),
        Page("desk-rights", "chie", "/desk/c/ml-study/rights/"),
        Page("raise-hand", "", "/c/ml-study/hands/"),
        Page("desk-rest", "aiko", "/desk/c/ml-study/rest/"),
        Page("contact", "", f"{at(lottery)}/contact/"),
        Page("desk-inbox", "aiko", "/desk/c/ml-study/inbox/"),
        Page("conduct", "", "/c/ml-study/conduct/"),
        Page("event-conduct", "", f"{at(lottery)}/conduct/"),
        Page("desk-conduct", "aiko", "/desk/c/ml-study/conduct/"),
        Page("follow", "finn", "/c/ml-study/following/"),
        Page("my-sessions", "dan", "/me/sessions/"),
        Page("confirm-it-is-you", "dan", "/accounts/reauthenticate/code/"),
        Page("propose-talk", "dan", f"{at(lottery)}/talks/new/"),
        Page("password-change", "dan", "/accounts/password/change/"),
        Page("second-factor", "dan", "/accounts/2fa/"),
        Page("my-page-speaker", "emi", "/me/"),
        Page("confirm-talk", "emi", f"/talks/{accepted.pk}/confirmation/"),
        Page("prepare-talk", "emi", f"/talks/{accepted.pk}/preparation/"),
        Page("withdraw-talk", "emi", f"/talks/{accepted.pk}/withdrawal/"),
        Page("my-page-empty", "finn", "/me/"),
        Page("desk-empty", "finn", "/desk/"),
        Page("desk-found-community", "finn", "/desk/communities/new/"),
        Page("desk", "aiko", "/desk/"),
        Page("desk-community", "aiko", "/desk/c/ml-study/"),
        Page("desk-community-profile", "aiko", "/desk/c/ml-study/profile/"),
        Page("desk-members", "aiko", "/desk/c/ml-study/members/"),
        Page("desk-new-event", "aiko", "/desk/c/ml-study/events/new/"),
        Page("desk-event", "aiko", f"{desk(lottery)}/"),
        Page("desk-event-online", "aiko", f"{desk(online)}/"),
        Page("desk-event-cancelled", "aiko", f"{desk(cancelled)}/"),
        Page("desk-copy-days", "aiko", f"{desk(lottery)}/copy/"),
        *(Page(*one) for one in copied_sheets(lottery)),
        Page("desk-edit", "aiko", f"{desk(lottery)}/edit/"),
        Page("desk-cancel-event", "aiko", f"{desk(lottery)}/cancellation/"),
        Page("desk-rehearsal", "aiko", f"{desk(online)}/rehearsal/"),
        Page("desk-slots", "aiko", f"{desk(lottery)}/slots/"),
        Page("desk-questions", "aiko", f"{desk(lottery)}/inbox/"),
        Page("desk-add-slot", "aiko", f"{desk(lottery)}/slots/new/"),
        Page("desk-slot", "aiko", f"{desk(lottery)}/slots/{student.public_id}/"),
        Page("desk-slot-admission", "aiko", f"{desk(lottery)}/slots/{general.public_id}/admission/"),
        Page("desk-slot-questions", "aiko", f"{desk(lottery)}/slots/{general.public_id}/questions/"),
        Page("desk-slot-reconfirmation", "aiko", f"{desk(lottery)}/slots/{student.public_id}/reconfirmation/"),
        Page("desk-slot-seats", "aiko", f"{desk(lottery)}/slots/{student.public_id}/seats/"),
        Page("people-import-preview", "aiko", f"{desk(online)}/participants/", file=PARTICIPANTS),
        Page("desk-attendees", "aiko", f"{desk(lottery)}/attendees/"),
        Page("desk-person", "aiko", f"{desk(lottery)}/attendees/{guest.pk}/?state=applied"),
        Page("desk-person-slot", "aiko", f"{desk(lottery)}/attendees/{guest.pk}/slot/"),
        Page("desk-messages", "aiko", f"{desk(lottery)}/messages/"),
        Page("desk-cancel-registration", "aiko", f"{desk(lottery)}/registrations/{guest.pk}/cancellation/"),
        Page("desk-check-in", "chie", f"{desk(online)}/check-in/"),
        Page("desk-draw", "aiko", f"{desk(lottery)}/draw/"),
        Page("desk-draw-trial", "aiko", f"{desk(lottery)}/draw/?try=1"),
        Page("desk-draw-nominations", "aiko", f"{desk(lottery)}/draw/{general.public_id}/nominations/"),
        Page("desk-draw-value", "aiko", f"{desk(lottery)}/draw/{general.public_id}/value/"),
        Page("desk-shifts", "aiko", f"{desk(lottery)}/shifts/"),
        Page("desk-shift", "aiko", f"{desk(lottery)}/shifts/{shift.pk}/"),
        Page("desk-cancel-shift", "aiko", f"{desk(lottery)}/shifts/{shift.pk}/cancellation/"),
        Page("desk-talks", "aiko", f"{desk(lottery)}/talks/"),
        Page("desk-readiness", "aiko", f"{desk(lottery)}/talks/readiness/"),
        Page("gallery", "", "/gallery/"),
        Page("gallery-mails", "", "/gallery/mails/"),
        Page("gallery-mail", "", "/gallery/mails/drawn_in/?scheme=dark"),
        *(Page(*one) for one in seats_on_their_way()),
        *(Page(*one) for one in yet_to_open()),
        *(Page(*one) for one in days_of_events()),
        *(Page(*one) for one in many_shifts()),
        *(Page(**one) for one in edits_and_undo()),
        *(Page(*one) for one in people_brought_in()),
        *(Page(*one) for one in messages_written()),
        *(Page(*one) for one in drawn_and_to_be_drawn()),
        *(Page(*one) for one in talks_looked_for()),
        *(Page(*one) for one in teardown_evenings()),
        *(Page(*one) for one in things_to_do()),
        *(Page(*one) for one in teams()),
        *(Page(*one) for one in speakers_together()),
        *(Page(*one) for one in slides_and_archive()),
        *(Page(*one) for one in covered_events()),
        *(Page(**one) for one in sessions_and_codes()),
    ]


def sign_in(browser: Browser, base_url: str, who: str) -> Any:
    """The cookies of a person who signed in with a password."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{base_url}/accounts/login/")
    page.fill("input[name=login]", f"{who}@example.com")
    page.fill("input[name=password]", "meetups")
    page.locator("form:has(input[name=password]) button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/login" not in url)
    state = context.storage_state()
    context.close()
    return state


def faults(page: Tab, page_: Page, base_url: str, height: int, picture: Path) -> Iterator[str]:
    """Opens one page on a screen of this height, takes its picture, and yields its faults. The tab is reused, because opening a
    tab takes longer than most pages."""
    errors: list[str] = []
    width = page.viewport_size["width"] if page.viewport_size else 0
    page.set_viewport_size({"width": width, "height": height})

    def hear(message: ConsoleMessage) -> None:
        # The browser reports a page that says "not found" as a failed load of the page itself.
        if message.type == "error" and not (page_.status != 200 and str(page_.status) in message.text):
            errors.append(message.text)

    def fail(error: object) -> None:
        errors.append(str(error))

    page.on("console", hear)
    page.on("pageerror", fail)
    if page_.session:
        page.context.add_cookies([{"name": SESSION, "value": page_.session, "url": base_url}])
    answer = page.goto(base_url + page_.path, wait_until="load")
    if page_.session:
        page.context.clear_cookies(name=SESSION)
    if page_.typed:
        with page.expect_navigation(wait_until="load") as sent:
            page.evaluate(SEND, [page_.typed, page_.was])
        answer = sent.value
    if page_.file:
        page.set_input_files(
            "main input[type=file]", {"name": "people.csv", "mimeType": "text/csv", "buffer": page_.file.encode()}
        )
        with page.expect_navigation(wait_until="load") as sent:
            page.locator("main form:has(input[type=file])").evaluate("form => form.submit()")
        answer = sent.value
    take_picture(page, picture)
    if answer is None or answer.status != page_.status:
        yield f"answered {answer.status if answer else 'nothing'}"
    yield from errors
    yield from (f"wider than the screen: {element}" for element in page.evaluate(WIDER))
    # On a screen as high as the page, the bar at its bottom covers nothing, so axe measures every target completely.
    page.set_viewport_size({"width": width, "height": page.evaluate("document.body.scrollHeight")})
    for violation in Axe().run(page, options=RULES).response["violations"]:
        where = ", ".join(str(node["target"]) for node in violation["nodes"][:3])
        yield f"{violation['id']}: {violation['help']} at {where}"
    page.remove_listener("console", hear)
    page.remove_listener("pageerror", fail)


def look(browser: Browser, base_url: str, language: str, wanted: list[str], *, whole: bool) -> int:
    """Takes all pages in `language`, or those whose name begins with one of `wanted`: crosswise, or as a `whole`, each width in both
    themes. Returns the number of faults."""
    from meetups.accounts.models import User  # noqa: PLC0415 - needs django.setup()

    todo = [page for page in pages() if not wanted or any(page.name.startswith(name) for name in wanted)]
    cookies: dict[str, Any] = {who: sign_in(browser, base_url, who) for who in {page.who for page in todo} if who}
    found = pictures = 0
    User.objects.update(language=language)
    for scheme in ("light", "dark"):
        for width, height in WIDTHS.items():
            if not whole and CROSSWISE[language, width] != scheme:
                continue
            looks: dict[str, Any] = {
                "viewport": {"width": width, "height": height},
                "locale": language,
                "timezone_id": "Asia/Tokyo",
                "color_scheme": scheme,
                "reduced_motion": "reduce",
            }
            contexts = {
                who: browser.new_context(storage_state=cookies.get(who), **looks) for who in {page.who for page in todo}
            }
            tabs = {who: context.new_page() for who, context in contexts.items()}
            for page in todo:
                name = f"{page.name}-{language}-{scheme}-{width}"
                for fault in faults(tabs[page.who], page, base_url, height, PICTURES / f"{name}.png"):
                    print(f"FAULT {name}: {fault}", flush=True)
                    found += 1
                pictures += 1
            for context in contexts.values():
                context.close()
            print(f"{language} {scheme} {width}: {len(todo)} pages", flush=True)
    print(f"{language}: {pictures} pictures in {PICTURES}/, {found} faults")
    return found


def mails(browser: Browser, language: str) -> int:
    """Takes every kind of mail in `language`. Returns the number of faults."""
    from tests.looks.mails import look_at_mails  # noqa: PLC0415 - needs django.setup()

    pictures, found = look_at_mails(browser, PICTURES, language)
    print(f"{language}: {pictures} pictures of mails in {PICTURES}/, {found} faults")
    return found


@contextmanager
def sample_site(application: str = "meetups.wsgi") -> Iterator[tuple[str, Browser]]:
    """The product running with the sample: its address, and a browser. Stops everything afterwards."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        sys.exit("Chromium is not on this machine. Install the package chromium.")
    folder = Path(tempfile.mkdtemp(prefix="meetups-looks-"))
    folder.chmod(0o755)
    stack = Stack(folder, free_port(), throw_away=True)
    try:
        stack.start_servers()
        stack.prepare(sample=True)
        stack.start_web(application=application)
        stack.await_web()
        os.environ |= stack.settings | {
            "DJANGO_SETTINGS_MODULE": "meetups.settings",
            # The pages need to find the files that the scenes upload.
            "UPLOADS_DIR": stack.environment["UPLOADS_DIR"],
            "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        }
        django.setup()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
            yield stack.base_url, browser
            browser.close()
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)


def look_in(language: str, wanted: list[str], *, whole: bool) -> int:
    """Starts everything with the sample, takes the pictures in one language, and stops it. Returns the number of faults."""
    with sample_site() as (base_url, browser):
        return mails(browser, language) if wanted == MAILS else look(browser, base_url, language, wanted, whole=whole)


def main() -> None:
    """Takes the pictures in all languages, pages and mails, each in a process of its own. With `--language ja`, in this process:
    pages or mails in that language."""
    options = argparse.ArgumentParser(prog="python -m tests.looks")
    options.add_argument("wanted", nargs="*", help="how the names of pages begin; 'mail' for the mails")
    options.add_argument("--all", action="store_true", help="every width in both themes")
    options.add_argument("--language", choices=LANGUAGES)
    given = options.parse_args()
    # Who asks for a few pages wants to see them in every form.
    whole = given.all or bool(given.wanted)
    if given.language:
        PICTURES.mkdir(exist_ok=True)
        sys.exit(1 if look_in(given.language, given.wanted, whole=whole) else 0)
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir()
    command = [sys.executable, "-m", "tests.looks", *sys.argv[1:]]
    # A picture is mostly waiting, so two processes a core are quicker than one.
    parts = [command] if given.wanted else [command, [*command, *MAILS]]
    running = [subprocess.Popen([*part, "--language", language]) for part in parts for language in LANGUAGES]
    failed = [one.wait() for one in running]
    print(
        f"{sum(1 for _file in PICTURES.iterdir())} pictures in {PICTURES}/{', with faults' if any(failed) else ', 0 faults'}"
    )
    sys.exit(1 if any(failed) else 0)


if __name__ == "__main__":
    main()
