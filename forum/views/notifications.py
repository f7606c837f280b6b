"""What concerns somebody: listed, and marked as read."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from .. import actions
from ..models import Notification
from ..telling import Told
from .lookup import number_of

NOTIFICATIONS_ON_PAGE = 20
UNREAD_ON_OWN_PAGE = 5


@login_required
@require_safe
def notifications(request):
    mine = of(request.user)
    if (before := number_of(request.GET.get("before"))) is not None:
        mine = mine.behind(before)
    rows = list(mine.for_list()[: NOTIFICATIONS_ON_PAGE + 1])
    shown = rows[:NOTIFICATIONS_ON_PAGE]
    context = {
        "rows": [Told(row) for row in shown],
        "older": shown[-1] if len(rows) > len(shown) else None,
        "newest": shown[0] if any(row.read_at is None for row in shown) else None,
    }
    return render(request, "forum/notifications.html", context)


def of(user):
    return Notification.objects.of(user.person_id).tellable_to(user)


def unread_by(user):
    """The latest few, in words."""
    return [Told(row) for row in of(user).unread().for_list()[:UNREAD_ON_OWN_PAGE]]


@login_required
@require_POST
def mark_read(request):
    """One of them, or all up to the newest that the page has shown."""
    only, up_to = (number_of(request.POST.get(name)) for name in ("only", "up_to"))
    chosen = {"pk": only} if only is not None else {"pk__lte": up_to or 0}
    actions.mark_read(request.user, Notification.objects.filter(**chosen))
    messages.success(request, _("Marked as read."))
    return redirect("forum:notifications")
