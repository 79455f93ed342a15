"""Addresses: health checks and the Markdown preview."""

from django.urls import path

from meetups.pages.site import health, mail_health, markdown_preview, metrics

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("healthz/mail", mail_health.mail_health, name="mail_health"),
    path("metrics", metrics.metrics, name="metrics"),
    path("markdown/", markdown_preview.markdown_preview, name="markdown_preview"),
]
