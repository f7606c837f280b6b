"""Refusals that give back what somebody has written."""

from django.shortcuts import render
from django.utils.translation import gettext as _

# Fields of a form that are no text of the person's.
NOT_TEXT = {
    "csrfmiddlewaretoken",
    "submission_key",
    "begun",
    "sequence",
    "again",
    "rules",
    "version",
    "language",
    "capacity",
    "terms",
}


def give_back(request, reason, drafts=""):
    """Refuse a form that was sent, with the reason and every text that was in it.

    drafts: where the same text is kept as a draft
    """
    texts = [
        text
        for name, values in request.POST.lists()
        if name not in NOT_TEXT and "password" not in name
        for text in values
        if text.strip()
    ]
    context = {"reason": reason, "texts": texts, "drafts": drafts}
    return render(request, "forum/refused.html", context, status=403)


def stale_form(request, reason=""):
    """The form's token is too old, or cookies are off."""
    sentence = _(
        "This form had expired, so nothing was saved. That happens when you logged in or out in "
        "another window, or when your browser refuses cookies. Go back, load the page again, and "
        "send it once more."
    )
    return give_back(request, sentence)
