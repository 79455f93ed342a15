"""All addresses of the site."""

from django.conf import settings
from django.urls import include, path

from meetups.pages.entrance.factor_activation import FactorActivation
from meetups.pages.entrance.fresh_sign_in import CodeByMail, set_password
from meetups.pages.entrance.resent_code import ProofOfAddress
from meetups.pages.entrance.sign_in import sign_in
from meetups.pages.me.sign_out import SignOut

urlpatterns = [
    path("", include("meetups.page_urls")),
    path("accounts/login/code/", sign_in, name="account_request_login_code"),
    path("accounts/logout/", SignOut.as_view(), name="account_logout"),
    path("accounts/confirm-email/", ProofOfAddress.as_view(), name="account_email_verification_sent"),
    path("accounts/password/set/", set_password, name="account_set_password"),
    path("accounts/reauthenticate/code/", CodeByMail.as_view(), name="account_reauthenticate_by_code"),
    path("accounts/2fa/totp/activate/", FactorActivation.as_view(), name="mfa_activate_totp"),
    path("accounts/", include("allauth.urls")),
]

if not settings.PRODUCTION:
    urlpatterns += [path("", include("meetups.demo.urls"))]
