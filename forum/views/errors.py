"""Refusals that give back what somebody has written."""

from django.http import HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string

# Fields of a form that are no text of the person's.
NOT_TEXT = {
    "csrfmiddlewaretoken",
    "submission_key",
    "begun",
    "pen",
    "sequence",
    "window",
    "waiting",
    "again",
    "undivided",
    "keep",
    "preview",
    "divide",
    "rules",
    "version",
    "language",
    "capacity",
    "anonymous",
    "terms",
}


def texts_of(request):
    """Every text that was sent."""
    return texts_in((name, text) for name, texts in request.POST.lists() for text in texts)


def texts_in(fields):
    return [
        text
        for name, text in fields
        if name not in NOT_TEXT and "password" not in name and text.strip()
    ]


def give_back(request, reason, *, texts=None, drafts="", status=403):
    """Refuse a form that was sent, with the reason and every text that was in it.

    texts: what was in it, where it was sent before
    drafts: where the same text is kept as a draft
    """
    context = {"reason": reason, "texts": texts or texts_of(request), "drafts": drafts}
    return render(request, "forum/refused.html", context, status=status)


def broken(request):
    """Something of ours has failed, the database perhaps: a page that needs nothing but itself."""
    page = render_to_string("500.html", {"texts": texts_of(request)})
    return HttpResponseServerError(page)
