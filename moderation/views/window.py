"""The window of a discussion: its dates, and the acts that publish, open and close it."""

import zoneinfo
from copy import copy

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from forum import permissions
from forum.views.contributions import refuse, status_of
from forum.views.lookup import number_of

from ..changes import last_act, locked_unchanged
from ..forms.workbench import DatesForm
from ..steering import ACTS
from .workbench import back_to, desk, explain, saved, workbench


@require_http_methods(["GET", "HEAD", "POST"])
@workbench(permissions.can_steer)
def window(request, discussion):
    """The dates, which organisers edit as long as nobody has relied on them, and the acts."""
    may_organise = permissions.can_organise(request.user, discussion)
    if request.method == "POST" and not may_organise:
        return refuse(request, may_organise)
    # The form fills its instance with what was sent; the page is about what is stored.
    stored = copy(discussion)
    with timezone.override(zone_brought(request, discussion)):
        form = DatesForm(request.POST or None, instance=discussion, user=request.user)
        if saved(request, form):
            messages.success(request, _("Saved."))
            return back_to("window", discussion)
        has_dates = may_organise and form.visible_fields()
        return desk(
            request,
            stored,
            "window",
            "window",
            form=form if has_dates else None,
            acts=[(act, act.may(request.user, stored)) for act in ACTS],
            status=status_of(form),
        )


def done(request, discussion, act):
    """What is said afterwards: who has given more time and may tell everybody finds where."""
    said = act.done % {"names": discussion}
    if act.name not in ("extend", "reopen") or not permissions.can_post_bulletin(
        request.user, discussion
    ):
        return said
    address = reverse("facilitation:new_bulletin", args=[discussion.slug]) + "?kind=extension"
    return format_html('{} <a href="{}">{}</a>', said, address, _("Write a bulletin about it"))


def zone_brought(request, discussion):
    """As long as the zone can be chosen, the form's dates are times of the one that it brings."""
    brought = request.POST.get("time_zone")
    if not discussion.published and brought in zoneinfo.available_timezones():
        return zoneinfo.ZoneInfo(brought)
    return discussion.zone


@require_http_methods(["GET", "HEAD", "POST"])
@workbench(permissions.can_steer)
def act(request, discussion, name):
    """One page for each act: it asks, and does it by POST."""
    act = next((act for act in ACTS if act.name == name), None)
    if act is None:
        raise Http404
    may = act.may(request.user, discussion)
    seen = discussion.last_act
    form = act.form(request.POST if request.method == "POST" else None, things=[discussion])
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                locked_unchanged(discussion, number_of(request.POST.get("seen")) or 0)
                act.do(discussion, user=request.user, **form.values_for(discussion))
        except ValidationError as wrong:
            explain(form, wrong)
            seen = last_act(discussion.pk)
        except PermissionDenied as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, done(request, discussion, act))
            return back_to("window", discussion)
    return desk(
        request,
        discussion,
        "act",
        "window",
        act=act,
        may=may,
        form=form,
        seen=seen,
        status=status_of(form),
    )
