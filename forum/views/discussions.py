from django.db.models import Count, Min
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from .. import actions, permissions, sheets, threads, ways
from ..forms import WayForm
from ..models import Discussion
from ..models.discussions import Window
from .lookup import LAST, number_of, path_of, slug_of, visible_discussion
from .visitors import WAYS, for_visitors

CLOSED_ON_PAGE = 20


@require_safe
def home(request):
    """Open discussions first, then those to come, then the closed ones, the latest first."""
    visible = Discussion.objects.visible_to(request.user).for_home()
    published = visible.filter(published=True)
    closed = published.in_window(Window.CLOSED).latest_closed_first()
    older_than = visible.filter(slug=slug_of(request.GET.get("before"))).first()
    if older_than:
        closed = closed.closed_before(older_than)
    closed = list(closed[: CLOSED_ON_PAGE + 1])
    context = {
        "open": [] if older_than else published.in_window(Window.OPEN).order_by("closes_at"),
        "upcoming": [] if older_than else published.in_window(Window.UPCOMING).order_by("opens_at"),
        "closed": closed[:CLOSED_ON_PAGE],
        "older": closed[CLOSED_ON_PAGE - 1] if len(closed) > CLOSED_ON_PAGE else None,
        "unpublished": [] if older_than else visible.filter(published=False),
        "further": older_than,
    }
    return render(request, "forum/home.html", context)


@require_safe
@for_visitors(takes=WAYS)
def discussion(request, slug):
    """The e-discussion: its frame, its questions, and what was said, thread by thread or as the
    reader chooses."""
    discussion = visible_discussion(request, slug)
    context = frame(request, discussion)
    chosen = ways.CHOICES.intersection(request.GET)
    context |= choice(request, context) if chosen else in_threads(request, discussion)
    context["is_first_page"] = context["page"].at_start and not chosen
    if request.user.is_authenticated:
        context |= news(request, discussion)
    wrong = chosen and context["form"].errors
    return render(request, "forum/discussion.html", context, status=404 if wrong else 200)


def frame(request, discussion):
    """What stands around the contributions."""
    return {
        "discussion": discussion,
        # Most often they are drawn already (same_for_all).
        "staff": SimpleLazyObject(discussion.memberships.staff().for_display),
        "may_contribute": permissions.can_contribute(request.user, discussion),
        "may_steer": permissions.can_steer(request.user, discussion),
        "is_staff": permissions.is_staff(request.user, discussion),
        "role_sleeps": permissions.role_sleeps(request.user, discussion),
        "may_export": permissions.can_export_everything(request.user, discussion),
    }


def in_threads(request, discussion):
    marks = {name: number_of(request.GET.get(name)) for name in ("after", "before", "at")}
    marks["begin"] = number_of(request.GET.get("from"))
    marks["last"] = request.GET.get("at") == LAST
    place = ("threads", *marks.values())
    page = sheets.sheet(
        discussion,
        request.user,
        place,
        lambda: threads_at(discussion, **marks),
        within=True,
        in_time=True,
    )
    places = threads.places(page, discussion.last_number) if page.is_one_of_several else []
    if all(place.is_here for place in places):
        places = []
    return {"page": page, "places": places}


def threads_at(discussion, *, after, before, at, begin, last):
    """The page that one of these numbers marks, or the last one. A mark in front of the first or
    behind the last contribution leads back to the beginning."""
    contributions = discussion.contributions.for_display()
    path = path_of(contributions, at)
    start = threads.root_path(path) or threads.path_from(begin)
    page = threads.page(
        discussion,
        contributions,
        after=path_of(contributions, after),
        before=path_of(contributions, before),
        start=start,
        last=last,
    )
    if path and not threads.reaches(page, path):
        # Its thread is longer than a page.
        page = threads.page(discussion, contributions, start=path)
    if not page and start:
        # No thread begins so late.
        page = threads.page(discussion, contributions, last=True)
    return page or threads.page(discussion, contributions)


def choice(request, context):
    """What a reader has chosen, and what else there is to choose."""
    discussion = context["discussion"]
    questions = list(discussion.questions_by_id.values())
    groups = ways.everything(discussion)
    form = WayForm(
        request.GET, discussion=discussion, questions=questions, there=ways.there(groups)
    )
    way = form.way
    total, counts = ways.tally(discussion, way, groups)
    form.count(counts)
    shown = {"form": form, "way": way, "total": total, "chosen": form.chosen(way)}
    if not way:
        return in_threads(request, discussion) | shown
    marks = {name: number_of(request.GET.get(name)) for name in ("after", "before")}
    last = request.GET.get("at") == LAST
    # Words that somebody looks for are looked for once.
    page = sheets.sheet(
        discussion,
        request.user,
        (way.query(), last, *marks.values()),
        lambda: ways.page(discussion, way, last=last, **marks),
        question=way.question,
        within=True,
    )
    return shown | {"page": page}


def news(request, discussion):
    """What is new to somebody who is signed in, since their last visit; they have seen it now."""
    reading = actions.look(discussion, request.user)
    if discussion.last_number <= reading.new_after:
        return {"reading": reading}
    new = discussion.contributions.published().filter(number__gt=reading.new_after)
    by_others = new.exclude(author=request.user.person_id)
    # The first in the order of threads.
    found = by_others.aggregate(count=Count("pk"), path=Min("path"))
    return {"reading": reading, "new": found, "first_new": threads.number_at(found["path"])}
