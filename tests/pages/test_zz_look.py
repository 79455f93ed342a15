import pytest
from django.test import RequestFactory
from django.contrib.auth.models import AnonymousUser
from django.utils import translation
from meetups.pages.site.middleware import refusal

@pytest.mark.django_db
def test_look(site, browser):
    for lang in ("ja", "en"):
        for scheme in ("light", "dark"):
            for width in (390, 1280):
                ctx = browser.new_context(base_url=site.base_url, locale="ja" if lang == "ja" else "en-US", color_scheme=scheme, viewport={"width": width, "height": 800})
                page = ctx.new_page()
                name = f"/tmp/trust_look/%s-{lang}-{scheme}-{width}.png"
                for n in range(4):
                    page.goto("/accounts/login/")
                    page.fill("#id_email", f"dan{lang}{scheme}{width}@example.org")
                    page.locator("main form button[type=submit]").first.click()
                    page.wait_for_load_state("load")
                page.screenshot(path=name % "wait", full_page=True)
                print(page.url, page.locator("main").inner_text()[:300])
                request = RequestFactory().post("/events/abc/offer/")
                request.user = AnonymousUser(); request.session = {}
                with translation.override(lang):
                    request.LANGUAGE_CODE = lang
                    body = refusal(request, "先着枠にはもう空席がありません。補欠として並ぶことができます。" if lang == "ja" else "“General” has no seats left now. You can join the waitlist instead.", 409).content.decode()
                page.route("**/pretend", lambda route: route.fulfill(status=409, content_type="text/html", body=body))
                page.goto("/pretend")
                page.screenshot(path=name % "refusal", full_page=True)
                ctx.close()
