"""What was done to a discussion since somebody looked at it.

Forms of the admin and of the workbench carry the last act that their page knew of. The discussion's
version would not do: it changes with every contribution, and a discussion could never be extended
while people write.
"""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from forum.actions.base import locked
from forum.models import LogEntry

# So many acts are told; whoever sleeps over a form sees the latest.
TOLD = 5


def acts_on(discussion_id):
    """Everything done to the discussion itself, the latest first."""
    return (
        LogEntry.objects.filter(discussion=discussion_id, contribution=None)
        .exclude(act__in=("contact.send", "discussion.export"))
        .order_by("-pk")
    )


def last_act(discussion_id):
    return acts_on(discussion_id).values_list("pk", flat=True).first() or 0


def locked_unchanged(discussion, seen):
    """The locked discussion; a ValidationError tells what was done since that act."""
    fresh = locked(discussion)
    entries = list(acts_on(fresh.pk).filter(pk__gt=seen).select_related("actor")[:TOLD])
    if entries:
        raise ValidationError(
            _("Meanwhile somebody else was here, so nothing was done: %(acts)s."),
            params={"acts": "; ".join(sentence(entry) for entry in reversed(entries))},
        )
    return fresh


def sentence(entry):
    return _("%(who)s %(what)s") % {"who": entry.actor or "–", "what": entry.act_name}
