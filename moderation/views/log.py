"""The log of a discussion, for its staff; and what everybody may know of it."""

from datetime import UTC

from django.db.models import prefetch_related_objects
from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from forum import cells, permissions
from forum.views.lookup import number_of, visible_discussion

from ..entries import details_of, reason_of
from ..forms.log import LogForm
from ..summary import sums_of
from .workbench import desk, workbench

ENTRIES_ON_PAGE = 100
# So many entries are in memory at a time.
CHUNK = 500


@require_safe
@workbench(permissions.can_see_workbench)
def log(request, discussion):
    """What was done here, by whom, when and why: the latest first, as somebody looks for it."""
    form = LogForm(request.GET, discussion=discussion)
    entries = form.found()
    before = number_of(request.GET.get("before"))
    if before is not None:
        entries = entries.filter(pk__lt=before)
    shown = list(told(discussion, entries[: ENTRIES_ON_PAGE + 1]))
    query = request.GET.copy()
    query.pop("before", None)
    return desk(
        request,
        discussion,
        "log",
        "log",
        form=form,
        entries=shown[:ENTRIES_ON_PAGE],
        before=shown[ENTRIES_ON_PAGE - 1].pk if len(shown) > ENTRIES_ON_PAGE else None,
        query=query.urlencode(),
        status=404 if form.errors else 200,
    )


def told(discussion, entries):
    """With their details in words; what those need is asked for once."""
    prefetch_related_objects([discussion], "extensions")
    for entry in entries:
        entry.discussion = discussion
        entry.told = details_of(entry)
        yield entry


COLUMNS = {
    "number": lambda entry: entry.pk,
    "at": lambda entry: entry.at.astimezone(UTC).isoformat(timespec="seconds"),
    "who": lambda entry: entry.actor or "",
    "as_superuser": lambda entry: "yes" if entry.as_superuser else "",
    "act": lambda entry: entry.act,
    "act_in_words": lambda entry: entry.act_name,
    "target": lambda entry: entry.label,
    "concerns": lambda entry: entry.person or "",
    "reason": lambda entry: reason_of(entry),
    "details": lambda entry: entry.told,
}


@require_safe
@workbench(permissions.can_see_workbench)
def log_csv(request, discussion):
    """The same as a table, as far as it was looked for."""
    form = LogForm(request.GET, discussion=discussion)
    entries = form.found().iterator(chunk_size=CHUNK)
    response = StreamingHttpResponse(
        lines(discussion, entries, translation.get_language()),
        content_type="text/csv; charset=utf-8",
        status=404 if form.errors else 200,
    )
    response["Content-Disposition"] = f'attachment; filename="{discussion.slug}-log.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def lines(discussion, entries, language):
    """They are made while they are sent, when the request's language is gone."""
    with translation.override(language):
        yield from cells.as_csv(rows(discussion, entries))


def rows(discussion, entries):
    yield list(COLUMNS)
    for entry in told(discussion, entries):
        yield [value(entry) for value in COLUMNS.values()]


@require_safe
def summary(request, slug):
    """How it was moderated, for everybody who reads it. It is made anew each time, in one query:
    what is returned or reported changes no other page, so it must not change the version by which
    those are kept."""
    discussion = visible_discussion(request, slug)
    context = {"discussion": discussion, "sums": sums_of(discussion)}
    return render(request, "moderation/summary.html", context)
