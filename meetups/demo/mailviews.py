"""What the pages with caught mails say, as HTML."""

import re
from collections.abc import Callable
from html import escape

from meetups.demo.mailbox import Mail

Translate = Callable[[str], str]
ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]。、）」]")


def listing(mails: list[Mail], *, to: str, _: Translate) -> str:
    """All mails, newest first, with a filter by recipient."""
    rows = "".join(
        f"""<li><a href="/mails/{mail.key}"><span class="to">{escape(", ".join(mail.recipients))}</span>
        <span class="subject">{escape(mail.subject) or _("(no subject)")}</span>{_time(mail)}</a></li>"""
        for mail in mails
    )
    nothing = (
        _("No mail to this recipient.")
        if to
        else _("Nothing has been sent yet. Mails appear here as soon as they are.")
    )
    clear = f'<a href="/">{_("Show all")}</a>' if to else ""
    return _page(
        _("Mails sent"),
        f"""<h1>{_("Mails sent")}</h1>
        <p class="quiet">{_("Nothing leaves this machine: every mail that the site sends ends here.")}</p>
        <form action="/"><label for="to">{_("Recipient")}</label>
        <input id="to" name="to" type="search" value="{escape(to)}" autocomplete="off"><button>{_("Filter")}</button>{clear}</form>
        {f'<ol class="mails">{rows}</ol>' if rows else f'<p class="empty">{nothing}</p>'}""",
        _,
    )


def detail(mail: Mail, *, _: Translate) -> str:
    """One mail: who, what, its HTML in a frame, its text, its files."""
    files = "".join(
        f'<li><a href="/mails/{mail.key}/attachments/{number}">{escape(attachment.name)}</a> '
        f'<span class="quiet">{escape(attachment.content_type)}</span></li>'
        for number, attachment in enumerate(mail.attachments)
    )
    headers = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in mail.headers.items())
    frame = (
        f'<section><h2>HTML</h2><iframe src="/mails/{mail.key}/html" title="{_("The mail as HTML")}" '
        'sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe></section>'
    )
    return _page(
        mail.subject,
        f"""<nav><a href="/">{_("All mails")}</a></nav>
        <h1>{escape(mail.subject) or _("(no subject)")}</h1>
        <dl class="facts"><dt>{_("To")}</dt><dd>{_recipients(mail)}</dd>
        <dt>{_("From")}</dt><dd>{escape(mail.sender)}</dd><dt>{_("Sent")}</dt><dd>{_time(mail)}</dd></dl>
        {frame if mail.html else ""}
        <section><h2>{_("Text")}</h2><pre>{_linked(mail.text)}</pre></section>
        {f"<section><h2>{_('Files')}</h2><ul>{files}</ul></section>" if files else ""}
        <details><summary>{_("All headers")}</summary><dl class="headers">{headers}</dl></details>
        <p><a href="/mails/{mail.key}/raw">{_("Download the mail as it was sent")}</a></p>""",
        _,
    )


def framed(mail: Mail) -> str:
    """The mail's own HTML; its links open in a tab of their own."""
    base = '<base target="_blank">'
    html, found = re.subn(r"(<head[^>]*>)", lambda head: head[0] + base, mail.html, count=1, flags=re.IGNORECASE)
    return html if found else base + html


def _page(title: str, body: str, _: Translate) -> str:
    # The catalogue names its own language, so that the page is marked with the one that it is in.
    language = "ja" if _("Mails sent") != "Mails sent" else "en"
    return f"""<!doctype html><html lang="{language}"><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
        <title>{escape(title)}</title><link rel="stylesheet" href="/mails.css"><main>{body}</main></html>"""


def _recipients(mail: Mail) -> str:
    return ", ".join(f'<a href="/?to={escape(address)}">{escape(address)}</a>' for address in mail.recipients)


def _time(mail: Mail) -> str:
    local = mail.at.astimezone()
    return f'<time datetime="{mail.at.isoformat()}">{local:%Y-%m-%d %H:%M:%S} {local:%Z}</time>'


def _linked(text: str) -> str:
    parts, end = [], 0
    for match in ADDRESS.finditer(text):
        address = escape(match[0])
        parts += [
            escape(text[end : match.start()]),
            f'<a href="{address}" target="_blank" rel="noopener">{address}</a>',
        ]
        end = match.end()
    return "".join(parts) + escape(text[end:])
