"""The pages with caught mails, as HTML."""

import re
import time
from collections.abc import Callable
from html import escape
from urllib.parse import quote
from zoneinfo import ZoneInfo

from meetups.demo.mailbox.mailbox import CaughtMail

# The approximate number of characters in a line of a mail.
LINE = 60
Translate = Callable[[str], str]
# Only the characters that an address may have, so that it ends where Japanese text follows. It ends with no full stop or bracket.
ADDRESS = re.compile(r"https?://[\w\-.~:/?#\[\]@!$&'()*+,;=%]*[\w\-~/#&=%]", re.ASCII)


def listing(mails: list[CaughtMail], *, to: str, _: Translate) -> str:
    """All mails, newest first, with a filter by recipient."""
    title, no_subject = _("Emails sent"), _("(no subject)")
    explanation = _("Nothing leaves this machine: every email the site sends ends up here.")
    recipient, do_filter, show_all = _("Recipient"), _("Filter"), _("Show all")
    rows = "".join(
        f"""<li><a href="/mails/{mail.key}"><span class="to">{escape(", ".join(mail.recipients))}</span>
        <span class="subject">{escape(mail.subject) or no_subject}</span>{_time(mail)}</a></li>"""
        for mail in mails
    )
    if rows:
        content = f'<ol class="mails">{rows}</ol>'
    elif to:
        content = '<p class="empty">' + _("No emails to this recipient.") + "</p>"
    else:
        content = '<p class="empty">' + _("No emails yet. They appear here as soon as they’re sent.") + "</p>"
    return _page(
        title,
        f"""<h1>{title}</h1>
        <p class="quiet">{explanation}</p>
        <form action="/"><label for="to">{recipient}</label>
        <input id="to" name="to" type="search" value="{escape(to)}" autocomplete="off"><button>{do_filter}</button>
        {f'<a href="/">{show_all}</a>' if to else ""}</form>
        {content}""",
        _,
    )


def detail(mail: CaughtMail, *, _: Translate) -> str:
    """One mail: sender, recipients, HTML in a frame, text and files."""
    subject = escape(mail.subject) or _("(no subject)")
    facts = {_("Recipient"): _recipients(mail), _("Sender"): escape(mail.sender), _("Sent at"): _time(mail)}
    headers = {escape(name): escape(value) for name, value in mail.headers.items()}
    files = "".join(
        f'<li><a href="/mails/{mail.key}/attachments/{number}">{escape(attachment.name)}</a> '
        f'<span class="quiet">{escape(attachment.content_type)}</span></li>'
        for number, attachment in enumerate(mail.attachments)
    )
    frame = f'<iframe src="/mails/{mail.key}/html" title="HTML" height="{frame_height(mail.text)}" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>'
    sections = {"HTML": frame if mail.html else "", _("Plain text"): f"<pre>{_linked(mail.text)}</pre>"}
    if files:
        sections[_("Attachments")] = f"<ul>{files}</ul>"
    body = "".join(f"<section><h2>{name}</h2>{content}</section>" for name, content in sections.items() if content)
    back, all_headers, download = _("All emails"), _("All headers"), _("Download the email as it was sent")
    return _page(
        subject,
        f"""<nav><a href="/">{back}</a></nav>
        <h1>{subject}</h1><dl class="facts">{_facts(facts)}</dl>
        {body}
        <details><summary>{all_headers}</summary><dl class="headers">{_facts(headers)}</dl></details>
        <p><a href="/mails/{mail.key}/raw">{download}</a></p>""",
        _,
    )


def frame_mail(html: str) -> str:
    """A mail's own HTML. Its links open in a new tab."""
    base = '<base target="_blank">'
    based, found = re.subn(r"(<head[^>]*>)", lambda head: head[0] + base, html, count=1, flags=re.IGNORECASE)
    return based if found else base + html


def frame_height(text: str) -> int:
    """The height in pixels of a mail's HTML, estimated from its plain text. A frame without scripts cannot adapt its height."""
    lines = sum(1 + len(line) // LINE for line in text.splitlines() if line)
    return 270 + 34 * lines


def _page(title: str, body: str, _: Translate) -> str:
    # Without a Japanese catalogue the page is English, whatever the browser asks for.
    language = "en" if _("Emails sent") == "Emails sent" else "ja"
    return f"""<!doctype html><html lang="{language}"><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
        <title>{title}</title><link rel="stylesheet" href="/mails.css"><main>{body}</main></html>"""


def _facts(facts: dict[str, str]) -> str:
    return "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts.items())


def _recipients(mail: CaughtMail) -> str:
    return ", ".join(f'<a href="/?to={quote(address)}">{escape(address)}</a>' for address in mail.recipients)


def _time(mail: CaughtMail) -> str:
    local = mail.at.astimezone(_zone())
    return f'<time datetime="{mail.at.isoformat()}">{local:%Y-%m-%d %H:%M:%S %Z}</time>'


def _zone() -> ZoneInfo | None:
    """The machine's own zone, which is the reader's. If it is UTC, the zone is probably not set, so the sample's zone is used."""
    return ZoneInfo("Asia/Tokyo") if time.tzname[0] == "UTC" else None


def _linked(text: str) -> str:
    parts, end = [], 0
    for match in ADDRESS.finditer(text):
        address = escape(match[0])
        link = f'<a href="{address}" target="_blank" rel="noopener">{address}</a>'
        parts += [escape(text[end : match.start()]), link]
        end = match.end()
    return "".join(parts) + escape(text[end:])
