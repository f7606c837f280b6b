from allauth.account.auth_backends import AuthenticationBackend

from config.prepared import Prepared

from .models import User

BY_ID = Prepared(lambda: User.objects.select_related("person"), "id")


class AccountBackend(AuthenticationBackend):
    """allauth's, which finds whoever is signed in together with their person: every page that is
    for somebody needs both."""

    def get_user(self, user_id):
        user = BY_ID.first(user_id)
        return user if user and self.user_can_authenticate(user) else None
