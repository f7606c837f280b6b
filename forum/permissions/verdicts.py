"""What permissions answer, and what a view does with it."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied


class Allowed:
    reason = ""

    def __bool__(self):
        return True


@dataclass(frozen=True)
class Denied:
    reason: str
    # Might somebody who signs in be allowed to?
    sign_in: bool = False

    def __bool__(self):
        return False


ALLOWED = Allowed()


def require(answer):
    """Let an allowed request pass; refuse any other with its reason."""
    if not answer:
        raise PermissionDenied(answer.reason)
