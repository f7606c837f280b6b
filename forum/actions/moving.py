"""Move a contribution to another place among the threads, with everything that replies to it."""

from django.utils.translation import gettext as _

from ..models import Contribution
from ..models.contributions import MAX_NUMBER

# Rows in one statement.
BATCH = 500


def why_not_below(contribution, parent):
    """The sentence that says why it cannot reply to this one, or nothing.

    Numbers rise with time, and a reply is later than what it answers: so what replies to a
    contribution, however far down, has a higher number, and no cycle can come about.
    """
    if parent == contribution:
        return _("A contribution cannot reply to itself.")
    if not parent.is_published:
        return _("%(label)s is hidden or withdrawn.") % {"label": parent.label}
    if contribution.number and parent.number > contribution.number:
        return _("%(label)s was published later: a reply comes after what it replies to.") % {
            "label": parent.label
        }
    return ""


def move(contribution, parent):
    """Put a contribution of a locked discussion below another one, or with None at the beginning of
    a thread of its own. What replies to it comes with it, at whatever depth; numbers stay.

    Numbers rise downwards (why_not_below): read by number, each row comes after what it replies to,
    whose new place is known by then. What waits for a moderator has no place yet, only a thread.
    """
    thread = Contribution.objects.filter(root=contribution.root_id or contribution.pk)
    fields = ("discussion", "parent", "root", "number", "path", "depth")
    rows = thread.exclude(pk=contribution.pk).only(*fields)
    contribution.parent = parent
    place(contribution)
    moved = {contribution.pk: contribution}
    for row in sorted(rows, key=lambda row: row.number or MAX_NUMBER):
        if row.parent_id in moved:
            row.parent = moved[row.parent_id]
            place(row)
            moved[row.pk] = row
    Contribution.objects.bulk_update(
        moved.values(), ["parent", "root", "path", "depth"], batch_size=BATCH
    )


def place(contribution):
    if contribution.number:
        contribution.place_below(contribution.parent)
    else:
        parent = contribution.parent
        contribution.root = parent and (parent.root or parent)
