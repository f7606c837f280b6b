"""What somebody has begun to write."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from .. import actions, permissions
from ..models import Discussion, Draft


@login_required
@require_safe
def drafts(request):
    """One's own, the latest first; also those of discussions that one may not see any more."""
    mine = Draft.objects.filter(person=request.user.person_id).for_list()
    visible = set(
        Discussion.objects.visible_to(request.user)
        .filter(pk__in=mine.values("discussion").order_by())
        .values_list("pk", flat=True)
    )
    for draft in mine:
        if draft.parent:
            draft.parent.discussion = draft.discussion
        draft.may_go_on = draft.discussion_id in visible and permissions.can_write(
            request.user, draft.discussion, draft.parent, begun_at=draft.begun_at
        )
    return render(request, "forum/drafts.html", {"drafts": mine})


@login_required
@require_POST
def discard(request, pk):
    draft = get_object_or_404(Draft, pk=pk, person=request.user.person_id)
    actions.discard_draft(draft)
    messages.success(request, _("The draft is thrown away."))
    return redirect("forum:drafts")
