"""Bulletins are written, changed and withdrawn; readers find them in forum/views/bulletins.py."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from forum import permissions
from forum.views.bulletins import bulletin_of
from forum.views.contributions import confirmed, refuse, status_of
from forum.views.lookup import visible_discussion
from forum.views.parking import never_loses_text, waiting

from ..forms import BulletinForm, WithdrawBulletinForm, beginning


@require_http_methods(["GET", "HEAD", "POST"])
@never_loses_text
def new_bulletin(request, slug):
    """Write a bulletin: it begins with what happened since the last one."""
    discussion = visible_discussion(request, slug)
    may_post = permissions.can_post_bulletin(request.user, discussion)
    if not may_post:
        return refuse(request, may_post)
    begin = None
    if request.method != "POST":
        begin = beginning(discussion, request.GET.get("kind"), request.GET.get("language"))
    return receive(request, discussion, begin=begin, done=_("The bulletin is published."))


@require_http_methods(["GET", "HEAD", "POST"])
@never_loses_text
def edit_bulletin(request, slug, number):
    """Change a bulletin, pin it or unpin it."""
    discussion = visible_discussion(request, slug)
    bulletin = bulletin_of(discussion, number)
    may_edit = permissions.can_edit_bulletin(request.user, bulletin)
    if not may_edit:
        return refuse(request, may_edit)
    return receive(request, discussion, bulletin=bulletin, done=_("The bulletin is changed."))


def receive(request, discussion, *, done, **about):
    """Show the form of a bulletin; preview or store what it brings. about: as for BulletinForm"""
    form = BulletinForm(
        request.POST or None,
        discussion=discussion,
        user=request.user,
        waiting=waiting(request),
        **about,
    )
    context = {"form": form, "discussion": discussion, "bulletin": form.bulletin}
    if "preview" in request.POST:
        context["preview"] = form.preview()
        form.errors.clear()
    elif confirmed(request, form):
        messages.success(request, done)
        return redirect("forum:bulletins", discussion.slug)
    return render(request, "facilitation/bulletin.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_bulletin(request, slug, number):
    """Take a bulletin back: its number stays."""
    discussion = visible_discussion(request, slug)
    bulletin = bulletin_of(discussion, number)
    may_edit = permissions.can_edit_bulletin(request.user, bulletin)
    if not may_edit:
        return refuse(request, may_edit)
    form = WithdrawBulletinForm(request.POST or None, bulletin=bulletin, user=request.user)
    if confirmed(request, form):
        messages.success(request, _("The bulletin is withdrawn. Its number stays."))
        return redirect(bulletin)
    context = {"form": form, "discussion": discussion, "bulletin": bulletin}
    return render(request, "facilitation/withdraw_bulletin.html", context, status=status_of(form))
