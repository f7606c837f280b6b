"""Everything that was said in a discussion, one after the other: in two queries whatever its size,
and never all of it in memory."""

from itertools import groupby
from operator import attrgetter

from django.db.models import F

from .models import Answer

# So many rows are in memory at a time.
CHUNK = 50
NO_MORE = None, ()


def everything(discussion, *, by="path", among=None):
    """Each numbered contribution with its answers, in the order of this field, path or number.

    among: those of the discussion that are wanted instead; what waits has an order by pk alone
    """
    wanted = discussion.contributions.numbered() if among is None else among
    contributions = wanted.for_display().prefetch_related(None).order_by(by)
    answers = Answer.objects.filter(contribution__in=wanted.select_related(None).order_by())
    answers = answers.annotate(place=F(f"contribution__{by}")).order_by("place")
    groups = groupby(answers.iterator(chunk_size=CHUNK), key=attrgetter("place"))
    place, its_answers = next(groups, NO_MORE)
    for contribution in contributions.iterator(chunk_size=CHUNK):
        here = getattr(contribution, by)
        while place is not None and place < here:
            place, its_answers = next(groups, NO_MORE)
        contribution.loaded_answers = list(its_answers) if place == here else []
        contribution.belong_to(discussion)
        yield contribution
