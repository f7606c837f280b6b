"""Who holds a discussion and who is in it, in the workbench."""

from functools import partial

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from forum import actions, permissions
from forum.models import Host, Membership
from forum.models.memberships import Role
from forum.views.contributions import status_of
from forum.views.lookup import number_of

from ..forms.workbench import HostForm, RoleForm, TitleForm
from .workbench import back_to, desk, done_at_once, saved, workbench

INVITED_ON_PAGE = 100


@require_http_methods(["GET", "HEAD", "POST"])
@workbench(permissions.can_organise)
def people(request, discussion):
    """The staff, those who were invited and have not written yet, and the form that gives a role.

    Addresses are typed in, never shown.
    """
    form = RoleForm(
        request.POST or None,
        instance=Membership(discussion=discussion),
        discussion=discussion,
        user=request.user,
    )
    if saved(request, form):
        given = {"name": form.instance.person, "role": form.instance.get_role_display()}
        messages.success(request, _("%(name)s now has the role: %(role)s.") % given)
        return back_to("people", discussion)
    return desk(
        request,
        discussion,
        "people",
        "people",
        form=form,
        staff=discussion.memberships.staff().for_display(),
        **invited(discussion, number_of(request.GET.get("after")) or 0),
        status=status_of(form),
    )


def invited(discussion, after):
    """Those who have not written yet, a page of them behind this key; how many have written."""
    participants = discussion.memberships.filter(role=Role.PARTICIPANT)
    written = Exists(discussion.contributions.numbered().filter(author=OuterRef("person")))
    silent = participants.filter(~written, pk__gt=after).select_related("person").order_by("pk")
    shown = list(silent[: INVITED_ON_PAGE + 1])
    return {
        "invited": shown[:INVITED_ON_PAGE],
        "after": shown[INVITED_ON_PAGE - 1].pk if len(shown) > INVITED_ON_PAGE else None,
        "participants": participants.filter(written).count(),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@workbench(permissions.can_organise)
def member(request, discussion, membership_id):
    """The title beside a role, and the button that takes the role away."""
    membership = member_of(discussion, membership_id)
    form = TitleForm(
        request.POST or None, instance=membership, discussion=discussion, user=request.user
    )
    if saved(request, form):
        messages.success(request, _("Saved."))
        return back_to("people", discussion)
    return desk(
        request,
        discussion,
        "member",
        "people",
        form=form,
        membership=membership,
        may_take=permissions.can_take_role(request.user, membership),
        status=status_of(form),
    )


def member_of(discussion, membership_id):
    """With this very discussion, which knows the roles of whoever asks."""
    members = discussion.memberships.select_related("person")
    membership = get_object_or_404(members, pk=membership_id)
    membership.discussion = discussion
    return membership


@require_POST
@workbench(permissions.can_organise)
def take(request, discussion, membership_id):
    membership = member_of(discussion, membership_id)
    if done_at_once(request, discussion, partial(actions.take_role, membership)):
        messages.success(request, _("Taken away: %(names)s") % {"names": membership})
        # Whoever gives up their own role may not see the workbench any more.
        if membership.person_id == request.user.person_id:
            return redirect("forum:home")
    return back_to("people", discussion)


# --- hosts ---


@require_http_methods(["GET", "HEAD", "POST"])
@workbench(permissions.can_organise)
def hosts(request, discussion):
    return edit_host(request, discussion, Host(discussion=discussion), "hosts")


@require_http_methods(["GET", "HEAD", "POST"])
@workbench(permissions.can_organise)
def host(request, discussion, host_id):
    return edit_host(request, discussion, get_object_or_404(discussion.hosts, pk=host_id), "host")


def edit_host(request, discussion, host, template):
    form = HostForm(request.POST or None, instance=host, discussion=discussion, user=request.user)
    if saved(request, form):
        messages.success(request, _("Saved."))
        return back_to("hosts", discussion)
    return desk(
        request,
        discussion,
        template,
        "hosts",
        form=form,
        host=host,
        status=status_of(form),
    )


@require_POST
@workbench(permissions.can_organise)
def remove_host(request, discussion, host_id):
    host = get_object_or_404(discussion.hosts, pk=host_id)
    if done_at_once(request, discussion, partial(actions.remove_part, host)):
        messages.success(request, _("Removed: %(name)s") % {"name": host})
    return back_to("hosts", discussion)
