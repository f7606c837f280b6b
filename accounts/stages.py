"""A step of our own between giving one's keys and being logged in."""

from allauth.account.stages import LoginStage
from allauth.account.utils import get_next_redirect_url


class RememberTheWay(LoginStage):
    """After a reset of the password, the second factor would forget where somebody was going."""

    key = "remember_the_way"

    def handle(self):
        self.login.redirect_url = self.login.redirect_url or get_next_redirect_url(self.request)
        return None, True
