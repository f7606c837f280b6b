from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("accounts")

    def ready(self):
        from allauth.account.signals import password_changed, password_reset, password_set
        from allauth.mfa.signals import authenticator_added

        from .actions import after_first_factor, after_new_password

        authenticator_added.connect(after_first_factor)
        for signal in (password_changed, password_set, password_reset):
            signal.connect(after_new_password)
