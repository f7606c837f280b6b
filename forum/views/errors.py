"""Refusals that give back what somebody has written."""

from django.http import HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string

from config import look

from ..models.parking import is_text


def texts_of(request):
    """Whatever somebody has written that was sent, in any form of the site."""
    return [
        text
        for name, texts in request.POST.lists()
        for text in texts
        if text.strip() and (is_text(name) or is_prose(name, text))
    ]


def is_prose(name, text):
    """More than one word, or words in letters that no code of ours has."""
    return "password" not in name and (len(text.split()) > 1 or not text.isascii())


def give_back(request, reason, status=403, *, texts=None, drafts=""):
    """Refuse a form that was sent, with the reason and every text that was in it.

    texts: what was in it, where it was sent before
    drafts: where the same text is kept as a draft
    """
    context = {"reason": reason, "texts": texts or texts_of(request), "drafts": drafts}
    return render(request, "forum/refused.html", context, status=status)


def broken(request):
    """Something of ours has failed, the database perhaps: a page that needs nothing but itself."""
    context = {"texts": texts_of(request), "look": look.addresses()}
    page = render_to_string("500.html", context)
    return HttpResponseServerError(page)
