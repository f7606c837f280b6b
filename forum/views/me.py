"""One's own page: what one has written, what was replied, what one follows."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from .. import actions, permissions
from ..models import Contribution, Discussion, Draft, Reading, Revision
from .contributions import refuse
from .lookup import number_of, visible_discussion
from .notifications import unread_by
from .parking import all_waiting

CONTRIBUTIONS_ON_PAGE = 20
REPLIES_ON_PAGE = 20
DRAFTS_ON_PAGE = 5
# On one's own page, and on the page of all of them.
FOLLOWED_FIRST, FOLLOWED_ON_PAGE = 10, 50


@login_required
@require_safe
def me(request):
    before = number_of(request.GET.get("before"))
    mine = contributions_of(request.user, before)
    context = {
        "contributions": mine[:CONTRIBUTIONS_ON_PAGE],
        "older": mine[CONTRIBUTIONS_ON_PAGE - 1] if len(mine) > CONTRIBUTIONS_ON_PAGE else None,
        "is_first_page": before is None,
    }
    if before is None:
        readings = followed_by(request.user)[: FOLLOWED_FIRST + 1]
        context |= {
            "news": unread_by(request.user),
            "replies": replies_to(request.user),
            "readings": readings[:FOLLOWED_FIRST],
            "follows_more": len(readings) > FOLLOWED_FIRST,
            "drafts": Draft.objects.filter(person=request.user.person_id).for_list()[
                :DRAFTS_ON_PAGE
            ],
            "waiting": all_waiting(request),
        }
    return render(request, "forum/me.html", context)


@login_required
@require_safe
def following(request):
    """Every discussion that one follows, which for staff may be many."""
    before = number_of(request.GET.get("before"))
    readings = followed_by(request.user, before)[: FOLLOWED_ON_PAGE + 1]
    context = {
        "readings": readings[:FOLLOWED_ON_PAGE],
        "further": readings[FOLLOWED_ON_PAGE - 1] if len(readings) > FOLLOWED_ON_PAGE else None,
        "is_first_page": before is None,
    }
    return render(request, "forum/following.html", context)


def contributions_of(user, before):
    """The latest first, and one more than a page shows; before: the key of the last one shown."""
    mine = Contribution.objects.filter(author=user.person_id)
    last = mine.filter(pk=before).first() if before is not None else None
    if last:
        same_moment = Q(created_at=last.created_at, pk__lt=last.pk)
        mine = mine.filter(Q(created_at__lt=last.created_at) | same_moment)
    proposed = Revision.objects.proposed().filter(contribution=OuterRef("pk"))
    mine = mine.for_list().annotate(proposed=Subquery(proposed.values("state")[:1]))
    return list(mine.order_by("-created_at", "-pk")[: CONTRIBUTIONS_ON_PAGE + 1])


def replies_to(user):
    """What others have replied to this person since their last visit to the discussion."""
    mine = Reading.objects.filter(person=user.person_id, discussion=OuterRef("discussion"))
    return list(
        Contribution.objects.published()
        .filter(parent__author=user.person_id)
        .filter(discussion__in=Discussion.objects.visible_to(user))
        .exclude(author=user.person_id)
        .filter(number__gt=Coalesce(Subquery(mine.values("new_after")), 0))
        .for_list()
        .order_by("-published_at", "-pk")[:REPLIES_ON_PAGE]
    )


def followed_by(user, before=None):
    """The discussions that this person follows, those that close last first, with how many
    contributions are new to them; before: the key of the last one shown."""
    unseen = (
        Contribution.objects.published()
        .filter(discussion=OuterRef("discussion"), number__gt=OuterRef("seen"))
        .exclude(author=user.person_id)
        .order_by()
        .values("discussion")
        .annotate(count=Count("pk"))
    )
    followed = Reading.objects.filter(person=user.person_id, follows=True)
    last = before is not None and followed.filter(pk=before).select_related("discussion").first()
    if last:
        closes_at = last.discussion.closes_at
        same_moment = Q(discussion__closes_at=closes_at, pk__lt=last.pk)
        followed = followed.filter(Q(discussion__closes_at__lt=closes_at) | same_moment)
    return (
        followed.filter(discussion__in=Discussion.objects.visible_to(user))
        .select_related("discussion")
        .annotate(new=Coalesce(Subquery(unseen.values("count")), 0))
        .order_by("-discussion__closes_at", "-pk")
    )


@require_POST
def follow(request, slug):
    """Follow a discussion, or follow it no more, as the button says."""
    discussion = visible_discussion(request, slug)
    answer = permissions.can_follow(request.user)
    if not answer:
        return refuse(request, answer)
    follows = request.POST.get("follow") == "yes"
    actions.follow(discussion, user=request.user, follows=follows)
    messages.success(
        request,
        _("You follow this discussion now: it stands on your page.")
        if follows
        else _("You follow this discussion no more."),
    )
    return redirect(discussion)
