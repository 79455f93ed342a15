"""An instant in a sentence. The page's script adds it on the reader's own clock, where that is another, right behind the words."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.html import format_html
from django.utils.safestring import SafeString


def on_both_clocks(at: datetime, zone: str, words: str) -> SafeString:
    """`words` for an instant of that time zone, as HTML. An empty `data-until` says that it is a moment, not a period."""
    local = at.astimezone(ZoneInfo(zone))
    return format_html('<time datetime="{}" data-until>{}</time>', local.isoformat(), words)
