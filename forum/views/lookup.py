"""How every view finds its object: what this reader may not see does not exist for them."""

import re

from django.http import Http404
from django.shortcuts import get_object_or_404

from config.prepared import Prepared

from .. import permissions
from ..models import Contribution, Discussion

BY_SLUG = Prepared(lambda: Discussion.objects.order_by(), "slug")

# In an address: the page at the end.
LAST = "end"
# Digits; longer ones are the number of nothing.
LONGEST_NUMBER = 15
SLUG = re.compile(r"[-\w]{1,80}", re.ASCII)


def visible_discussion(request, slug):
    discussion = BY_SLUG.first(slug)
    if discussion is None or not permissions.is_visible(request.user, discussion):
        raise Http404
    return discussion


def visible_contribution(request, slug, number):
    """A numbered contribution whose discussion this reader may see."""
    return contribution_of(visible_discussion(request, slug), number)


def contribution_of(discussion, number):
    """The contribution with this number, ready to be drawn."""
    contribution = get_object_or_404(
        discussion.contributions.numbered().for_display(), number=number
    )
    contribution.belong_to(discussion)
    return contribution


def own_contribution(user, pk):
    """One of this user's own, with a number or without, ready to be drawn."""
    return unnumbered(Contribution.objects.filter(author=user.person_id), pk)


def unnumbered(contributions, pk):
    """The contribution with this key, which may have no number, ready to be drawn."""
    found = contributions.for_display().select_related("discussion", "byline", "parent")
    contribution = get_object_or_404(found, pk=pk)
    contribution.belong_to(contribution.discussion)
    return contribution


def with_questions(revision, discussion):
    """The same revision; its answers know what was asked."""
    questions = {question.key: question for question in discussion.questions_by_id.values()}
    for answer in revision.answers:
        answer["asked"] = questions[answer["question"]]
    return revision


def slug_of(value):
    """A slug that stands in the address, or nothing: databases choke on some of what comes."""
    return value if value and SLUG.fullmatch(value) else ""


def path_of(contributions, number):
    """The path of the contribution with this number; None where there is none."""
    if number is None:
        return None
    return contributions.filter(number=number).values_list("path", flat=True).first()


def number_of(value):
    """A number that stands in the address, or None."""
    return int(value) if value and value.isdecimal() and len(value) <= LONGEST_NUMBER else None
