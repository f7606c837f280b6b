"""What waits in a discussion for its staff, at a glance."""

from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from forum import permissions
from forum.models import Contribution, Discussion

from .queue import KINDS, Wanted


class Waiting(NamedTuple):
    """So many of one kind, and the address of the page on which they stand, if there is one."""

    label: str
    count: int
    address: str = ""


def what_waits(discussion, user):
    """In one query for each kind, whatever the size; each with its number, also where that is
    none. The queue is open for those who decide."""
    labels = {
        "held": _("Contributions that wait for a moderator"),
        "change": _("Changes of contributions"),
        "appeal": _("Answers of authors to a hiding"),
        "report": _("Reported contributions"),
    }
    queue = f"{reverse('moderation:queue')}?discussion={discussion.slug}"
    address = queue if permissions.can_steer(user, discussion) else ""
    wanted = Wanted(Discussion.objects.filter(pk=discussion.pk))
    found = [
        Waiting(labels[name], wanted.rows(kind).count(), address) for name, kind in KINDS.items()
    ]
    returned = discussion.contributions.filter(state=Contribution.State.RETURNED)
    return [*found, Waiting(_("Contributions returned to their authors"), returned.count())]
