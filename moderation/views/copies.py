"""A copy of a discussion as a new draft, from the workbench of the earlier one."""

import zoneinfo

from django.contrib import messages
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from forum import permissions
from forum.views.contributions import status_of

from ..forms.workbench import CopyForm
from .workbench import back_to, desk, saved, workbench


@require_http_methods(["GET", "HEAD", "POST"])
@workbench(permissions.can_copy)
def copy(request, discussion):
    with timezone.override(zone_brought(request, discussion)):
        form = CopyForm(request.POST or None, source=discussion, user=request.user)
        if saved(request, form):
            messages.success(
                request, _("This is the copy. Nobody but its staff sees it until it is published.")
            )
            return back_to("manage", form.instance)
        return desk(request, discussion, "copy", "copy", form=form, status=status_of(form))


def zone_brought(request, discussion):
    """The dates are times of the zone that is chosen in the same form."""
    brought = request.POST.get("time_zone")
    known = brought in zoneinfo.available_timezones()
    return zoneinfo.ZoneInfo(brought) if known else discussion.zone
