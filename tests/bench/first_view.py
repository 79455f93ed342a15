"""`python -m tests.bench.first_view`: what each public page weighs, and when its largest part is there on a slow phone.

Weights are bytes as they come over the wire, compressed as by the proxy. The phone has 1.4 Mbit/s, 300 ms to the server and a processor four times as slow, and has
never seen the site. Times mean nothing while the machine does something else. Ends with 1 if a page is over its budget.
"""

import statistics
import sys
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, CDPSession, Page

from tests.looks.__main__ import sample_site

NETWORK = {"offline": False, "latency": 300, "downloadThroughput": 1.4e6 / 8, "uploadThroughput": 1.4e6 / 8}
SLOWER = 4
ROUNDS = 5
LATEST_LCP = 1500
# Bytes of script and of style sheets, and requests, of a public page.
MOST_SCRIPT, MOST_STYLE, MOST_REQUESTS = 6 * 1024, 15 * 1024, 8
TIMED = {"event", "register"}
LARGEST = """() => new Promise(done => {
  new PerformanceObserver(list => done(list.getEntries().at(-1).startTime)).observe({type: 'largest-contentful-paint', buffered: true});
})"""


@dataclass
class Weight:
    """What one page loads: bytes by kind, and the number of requests."""

    bytes: dict[str, int] = field(default_factory=dict)
    requests: int = 0

    @property
    def is_within(self) -> bool:
        script, style = self.bytes.get("Script", 0), self.bytes.get("Stylesheet", 0)
        return script <= MOST_SCRIPT and style <= MOST_STYLE and self.requests <= MOST_REQUESTS


def paths() -> dict[str, str]:
    """The public pages by name."""
    from meetups.events.models import Event  # noqa: PLC0415 - needs django.setup()
    from meetups.speakers.models import Talk  # noqa: PLC0415 - needs django.setup()

    event = Event.objects.get(title__contains="#14")
    held = Talk.objects.filter(event__title__contains="#13", state="confirmed").order_by("pk")[0]
    here = f"/events/{event.public_id}"
    return {
        "home": "/",
        "search": "/search/",
        "community": "/c/ml-study/",
        "talks": "/c/ml-study/talks/",
        "event": f"{here}/",
        "register": f"{here}/registration/",
        "gate": f"{here}/shifts/{event.shifts.in_order()[0].pk}/signup/",
        "proposal": f"{here}/talks/new/",
        "draw": f"{here}/draws/{event.slots.in_order()[0].public_id}/",
        "talk": f"/events/{held.event.public_id}/talks/{held.pk}/",
        "conduct": f"{here}/conduct/",
        "contact": f"{here}/contact/",
        "sign in": "/accounts/login/",
    }


def opened(browser: Browser) -> tuple[Page, CDPSession]:
    """A phone that has never seen the site, and the protocol of its browser."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="ja-JP", device_scale_factor=2)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    return page, session


def weigh(browser: Browser, url: str) -> Weight:
    """Opens the page and adds up what comes."""
    page, session = opened(browser)
    weight, kinds = Weight(), {}

    def begun(told: dict[str, str]) -> None:
        kinds[told["requestId"]] = told.get("type", "Other")

    def ended(told: dict[str, float]) -> None:
        kind = kinds.get(str(told["requestId"]), "Other")
        weight.bytes[kind] = weight.bytes.get(kind, 0) + int(told["encodedDataLength"])
        weight.requests += 1

    session.on("Network.responseReceived", begun)
    session.on("Network.loadingFinished", ended)
    page.goto(url, wait_until="networkidle")
    page.context.close()
    return weight


def largest_paint(browser: Browser, url: str) -> float:
    """Milliseconds until the largest part is painted, the median of several first visits."""
    times = []
    for _round in range(ROUNDS):
        page, session = opened(browser)
        session.send("Network.emulateNetworkConditions", NETWORK)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(url, wait_until="load")
        page.wait_for_timeout(300)
        times.append(float(page.evaluate(LARGEST)))
        page.context.close()
    return statistics.median(times)


def main() -> None:
    """Prints the table."""
    over = []
    print(f"{'page':10} {'requests':>8} {'HTML':>7} {'CSS':>7} {'script':>7} {'images':>7} {'all':>7} {'LCP ms':>7}")
    with sample_site("tests.support.compressing") as (base_url, browser):
        for name, path in paths().items():
            # The server has made the page once.
            weigh(browser, base_url + path)
            weight = weigh(browser, base_url + path)
            took = largest_paint(browser, base_url + path) if name in TIMED else None
            kinds = [weight.bytes.get(kind, 0) for kind in ("Document", "Stylesheet", "Script", "Image")]
            columns = [weight.requests, *kinds, sum(weight.bytes.values()), "" if took is None else round(took)]
            print(f"{name:10} {columns[0]:8} " + " ".join(f"{column:>7}" for column in columns[1:]), flush=True)
            if not weight.is_within or (took or 0) > LATEST_LCP:
                over.append(f"{name} at {urlsplit(path).path}")
    print(f"over their budget: {', '.join(over) or 'none'}")
    sys.exit(1 if over else 0)


if __name__ == "__main__":
    main()
