"""The addresses of coming in: the link of an invitation, and our own versions of allauth's pages.

They stand before allauth's, under the names that allauth asks for.
"""

from django.urls import path

from exchange.portal.accounts import closed
from exchange.portal.views import entrance, factors

urlpatterns = [
    path("invitation/<str:token>/", entrance.invitation, name="invitation"),
    path("accounts/secure/", entrance.secure, name="secure_sign_in"),
    path("accounts/passkey/", entrance.passkey, name="passkey_sign_in"),
    path("accounts/oidc/<str:provider_id>/login/", entrance.company, name="openid_connect_login"),
    path("accounts/password/set/", factors.set_password, name="account_set_password"),
    path("accounts/2fa/", factors.your_sign_in, name="mfa_index"),
    path("accounts/2fa/webauthn/", factors.to_your_sign_in, name="mfa_list_webauthn"),
    path("accounts/2fa/webauthn/add/", factors.add_passkey, name="mfa_add_webauthn"),
    path("accounts/2fa/webauthn/keys/<int:pk>/remove/", factors.remove_passkey, name="mfa_remove_webauthn"),
    path("accounts/2fa/totp/activate/", factors.add_app, name="mfa_activate_totp"),
    path("accounts/2fa/totp/deactivate/", factors.remove_app, name="mfa_deactivate_totp"),
    path("accounts/2fa/recovery-codes/generate/", factors.make_codes, name="mfa_generate_recovery_codes"),
    # The company's file has the addresses, and they change there; the company's sign-in connects by itself.
    path("accounts/email/", closed),
    path("accounts/confirm-email/", closed),
    path("accounts/3rdparty/", closed),
    path("accounts/3rdparty/signup/", closed),
]
