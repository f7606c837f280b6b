"""What waits in a discussion for its staff, at a glance."""

from typing import NamedTuple

from django.db.models import Count
from django.utils.translation import gettext as _

from forum.models import Contribution


class Waiting(NamedTuple):
    """So many of one kind, and the address of the page on which they stand, if there is one."""

    label: str
    count: int
    address: str = ""


def what_waits(discussion):
    """In one query, whatever the size: each kind with its number, also where that is none."""
    kinds = {
        Contribution.State.HELD: _("Contributions that wait for a moderator"),
        Contribution.State.RETURNED: _("Contributions returned to their authors"),
    }
    found = discussion.contributions.filter(state__in=kinds).order_by().values_list("state")
    counts = dict(found.annotate(Count("pk")))
    return [Waiting(label, counts.get(state, 0)) for state, label in kinds.items()]
