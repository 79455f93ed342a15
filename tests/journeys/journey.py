"""People who use the whole product in a real browser. Their clicks and keys are counted, and their mails are read."""

import json
import re
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self
from urllib.parse import quote

from django.utils import translation
from django.utils.translation import gettext, ngettext, pgettext
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response

from tests.conftest import Site
from tests.support.waiting import wait_until

PATIENCE = 15.0
# Codes and dates are typed key by key, because scripts on the page may react after any key.
LETTERS_PRESSED = 8
JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")
ENGLISH = re.compile(r"\b(you|your|the|is|at|of)\b", re.IGNORECASE)
STRAIGHT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
NAMES = {
    "ja": {"aiko": "愛子", "ben": "ベン", "chie": "千恵", "dan": "ダン", "emi": "絵美", "finn": "フィン"},
    "en": {"aiko": "Aiko", "ben": "Ben", "chie": "Chie", "dan": "Dan", "emi": "Emi", "finn": "Finn"},
}
# The stories' own words, which do not show the language of a mail.
COMMUNITY = {"ja": "ML勉強会", "en": "ML Study Group"}


@dataclass(frozen=True)
class Manage:
    """`manage.py` commands on the site."""

    site: Site

    def __call__(self, *arguments: str) -> str:
        """The output of the command. Raises Trouble if it fails."""
        return self.site.manage(*arguments)

    def tick(self, at: datetime) -> str:
        """Runs every recurring job once as if it were `at` (aware), and sees that each mail it had to send has left."""
        said = self.site.tick(at)
        # Without this a mail catcher that did not answer in time looks like a mail that was never written.
        assert "could not be reached" not in said, said
        assert "will be tried again" not in said, said
        return said


@dataclass(frozen=True)
class Words:
    """The product's texts in one language, by which labels are found."""

    language: str

    def __call__(self, msgid: str, *, context: str = "", **facts: object) -> str:
        with translation.override(self.language):
            text = pgettext(context, msgid) if context else gettext(msgid)
        return text % facts if facts else text

    def several(self, one: str, many: str, count: int, **facts: object) -> str:
        """A sentence that depends on a number."""
        with translation.override(self.language):
            return ngettext(one, many, count) % {"count": count, **facts}


@dataclass(frozen=True)
class Mails:
    """The mails of one address, from the JSON of the mail catcher."""

    url: str
    address: str

    def all(self) -> list[dict[str, Any]]:
        """All mails, oldest first."""
        with STRAIGHT.open(f"{self.url}/api/mails?to={quote(self.address)}", timeout=5) as answer:
            mails: list[dict[str, Any]] = json.load(answer)
        return mails[::-1]

    def await_one(self, known: int, wanted: str = "") -> dict[str, Any]:
        """The first mail after `known` others whose subject contains `wanted`. Waits, because the worker sends it later."""
        found = wait_until(
            lambda: [mail for mail in self.all()[known:] if wanted in mail["subject"]], PATIENCE, every=0.03
        )
        if found:
            return found[0]
        subjects = [mail["subject"] for mail in self.all()]
        raise AssertionError(f"{self.address} got no mail with {wanted!r} after number {known}: {subjects}")

    def files(self, mail: dict[str, Any]) -> list[str]:
        """The contents of a mail's files, unfolded as calendar programs read them."""
        contents = []
        for number in range(len(mail["attachments"])):
            with STRAIGHT.open(f"{self.url}/mails/{mail['key']}/attachments/{number}", timeout=5) as answer:
                contents.append(answer.read().decode().replace("\r\n ", ""))
        return contents


@dataclass
class Person:
    """A person with their own browser. `clicks` and `keys` count what they do in it; `faults` are the errors that it reported."""

    handle: str
    page: Page
    say: Words
    mails: Mails
    base_url: str
    clicks: int = 0
    keys: int = 0
    read: int = 0
    faults: list[str] = field(default_factory=list)

    @classmethod
    def arrive(
        cls, site: Site, browser: Browser, handle: str, language: str, *, zone: str, javascript: bool = True
    ) -> Self:
        """A person whose browser has the language `language` and the time zone `zone`; no one is signed in yet."""
        context = browser.new_context(
            locale="en-US" if language == "en" else language,
            timezone_id=zone,
            base_url=site.base_url,
            java_script_enabled=javascript,
            reduced_motion="reduce",
            accept_downloads=True,
        )
        context.set_default_timeout(PATIENCE * 1000)
        address = f"{handle}.{language}{'' if javascript else '.plain'}@example.com"
        person = cls(handle, context.new_page(), Words(language), Mails(site.mails_url, address), site.base_url)
        person.page.on("console", person._hear)
        person.page.on("pageerror", lambda error: person.faults.append(f"{person.page.url}: {error}"))
        person.page.on("response", person._check)
        return person

    @property
    def language(self) -> str:
        return self.say.language

    @property
    def name(self) -> str:
        return NAMES[self.language][self.handle]

    @property
    def address(self) -> str:
        return self.mails.address

    def _hear(self, message: ConsoleMessage) -> None:
        # A refusal is answered with 409 or 422. The browser reports that as a failed load of the page itself.
        if message.type == "error" and not re.search(r"status of 4\d\d", message.text):
            self.faults.append(f"{self.page.url}: {message.text}")

    def _check(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.request.method} {response.url} answered {response.status}")

    # Hands

    def open(self, path: str, *, until: str = "") -> None:
        """Goes to an address. Pages for all readers may be a second old, so the page is reloaded until it says `until`."""

        def says() -> bool:
            self.page.goto(path)
            return until in self.text()

        wait_until(says, PATIENCE, every=0.1, on=self.page)
        self.sees(until)

    def click(self, target: str | Locator, *, of: str = "") -> None:
        """One click that leads to another page: a locator, or the text of a link or button inside the selector `of`."""
        self.clicks += 1
        with self.page.expect_navigation():
            self.found(target, of=of).click()

    def unfold(self, part: str) -> None:
        """Opens a part of the event's page that is folded for those who are coming. For others it is open."""
        for fold in self.page.locator(f"details#{part}").all():
            self.touch(fold.locator("summary").first)

    def touch(self, target: str | Locator) -> None:
        """One click that stays on the page: into a field, or on a choice."""
        self.clicks += 1
        self.found(target).click()

    def type(self, selector: str, text: str) -> None:
        """A click into a field, then every key."""
        self.touch(self.page.locator(selector))
        self.page.keyboard.press("ControlOrMeta+a") if self.page.locator(selector).input_value() else None
        self.press(text)

    def press(self, text: str) -> None:
        """Types keys at the cursor."""
        self.keys += len(text)
        # Each key passes through four processes, so of a long text only the last letter is typed as a key.
        if len(text) > LETTERS_PRESSED:
            self.page.keyboard.insert_text(text[:-1])
            text = text[-1]
        self.page.keyboard.type(text)

    def found(self, target: str | Locator, *, of: str = "") -> Locator:
        """The link or button with this text."""
        if isinstance(target, Locator):
            return target
        place = self.page.locator(of or "body")
        return place.get_by_role("link", name=target).or_(place.get_by_role("button", name=target)).first

    def counted(self, does: Callable[[], None]) -> int:
        """The number of clicks that `does` takes."""
        before = self.clicks
        does()
        return self.clicks - before

    # Eyes

    def view(self) -> str:
        """The address and the text of the person's page, and the errors that their browser reported."""
        return "\n".join([self.page.url, self.page.locator("body").inner_text(timeout=1_000)[:2_000], *self.faults])

    def text(self, selector: str = "main") -> str:
        """The text of an element, with white space collapsed. It includes text for screen readers only."""
        return " ".join((self.page.locator(selector).first.text_content() or "").split())

    def sees(self, *texts: str, on: str = "main") -> None:
        """Asserts that the page says all of these."""
        seen = self.text(on)
        for text in texts:
            assert text in seen, f"{self.page.url} does not say {text!r}: {seen[:1500]}"

    def state(self) -> str:
        """The person's state, in the page's words."""
        return self.text(".state, .ticket")

    def gets(self, subject: str, *, says: str = "", files: int | None = None) -> dict[str, Any]:
        """The person's next mail with this subject. It is in their language and sent to them alone, contains `says`, and has
        `files` calendar files."""
        mail = self.mails.await_one(self.read, subject)
        self.read = self.mails.all().index(mail) + 1
        assert mail["to"] == [self.address]
        self.in_my_language(mail)
        assert says in mail["text"], f"{subject}: {says!r} is not in {mail['text']}"
        if files is not None:
            assert len(mail["attachments"]) == files, (mail["subject"], mail["attachments"])
            for file in self.mails.files(mail):
                assert file.startswith("BEGIN:VCALENDAR")
                assert "DTSTART" in file
        return mail

    def in_my_language(self, mail: dict[str, Any]) -> None:
        """Asserts that subject, text and HTML are in the person's language, and that both forms exist."""
        text = re.sub(r"https?://\S+", "", mail["text"])
        html = re.sub(r"<[^>]+>", "", mail["html"].split("</head>")[-1])
        for part in (mail["subject"], text, html):
            words = part.replace(COMMUNITY[self.language], "")
            assert bool(JAPANESE.search(words)) == (self.language == "ja"), f"{self.language}: {part}"
            assert bool(ENGLISH.search(words)) <= (self.language == "en"), f"{self.language}: {part}"
        assert f'lang="{self.language}"' in mail["html"]

    def unread(self) -> list[str]:
        """The subjects of mails that no step has read."""
        return [mail["subject"] for mail in self.mails.all()[self.read :]]

    def catch_up(self) -> None:
        """Marks all mails so far as read."""
        self.read = len(self.mails.all())

    def catch_up_to(self, subject: str) -> dict[str, Any]:
        """Waits for a mail with this subject and returns it. Earlier mails count as read."""
        mail = self.mails.await_one(self.read, subject)
        self.read = self.mails.all().index(mail)
        return self.gets(subject)

    # Account

    def sign_up(self, *, password: str = "") -> None:
        """The person enters name, address, and the code from the mail. A person with a password starts at the home page."""
        if password:
            self.open("/")
            self.click(self.say("Sign in"), of="header")
            self.click(self.say("Sign up"), of="main")
        else:
            self.open("/accounts/signup/")
        self.type("#id_name", self.name)
        self.type("#id_email", self.address)
        if password:
            self.type("#id_password1", password)
        self.click(self.say("Sign up"), of="main")
        self.enter_code()

    def enter_code(self) -> None:
        """Types the code from the next mail."""
        mail = self.gets("")
        code = re.search(r"\b\d{6}\b", mail["subject"])
        assert code, mail["subject"]
        self.type("input[name=code]", code[0])
        self.click(self.page.locator(".code-entry button[type=submit]"))
        assert self.found(self.say("My page"), of="header").is_visible()

    def sign_out(self) -> None:
        """Signs out by the link at the end of the page."""
        self.click(self.say("Sign out"), of="footer")
        self.click(self.say("Sign out"), of="main")
        assert self.found(self.say("Sign in"), of="header").is_visible()
