from django.contrib import messages
from django.http import StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from forum import permissions
from forum.views.bulletins import bulletin_of
from forum.views.contributions import confirmed, refuse, status_of
from forum.views.lookup import visible_contribution, visible_discussion
from forum.views.parking import never_loses_text, waiting

from .. import tables
from ..forms import AssignForm, BulletinForm, WithdrawBulletinForm, beginning


@require_safe
def public_table(request, slug):
    """What every reader of the discussion may see, as a table."""
    return answer(request, visible_discussion(request, slug), tables.PUBLIC, "contributions")


@require_safe
def full_table(request, slug):
    """For facilitators and organisers: what was hidden and who wrote anonymously, too."""
    discussion = visible_discussion(request, slug)
    may_export = permissions.can_export_everything(request.user, discussion)
    if not may_export:
        return refuse(request, may_export)
    response = answer(request, discussion, tables.FULL, "contributions-full")
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request, slug, number):
    """Put passages of a general text under the questions that they answer."""
    contribution = visible_contribution(request, slug, number)
    may_assign = permissions.can_assign(request.user, contribution)
    if not may_assign:
        return refuse(request, may_assign)
    form = AssignForm(request.POST or None, contribution=contribution, user=request.user)
    if confirmed(request, form):
        messages.success(
            request,
            _("The passages of %(label)s stand under their questions.")
            % {"label": contribution.label},
        )
        return redirect(contribution)
    context = {"form": form, "contribution": contribution, "discussion": contribution.discussion}
    return render(request, "facilitation/assign.html", context, status=status_of(form))


def answer(request, discussion, table, name):
    response = StreamingHttpResponse(
        tables.as_csv(discussion, table, request.build_absolute_uri),
        content_type="text/csv; charset=utf-8",
    )
    response["Content-Disposition"] = f'attachment; filename="{discussion.slug}-{name}.csv"'
    return response


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
