"""What every action needs: the lock, the refusal, the counters."""

from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import rates
from config.prepared import Prepared

from ..models import Contribution, Discussion, GuidingQuestion

LOCKED = Prepared(lambda: Discussion.objects.select_for_update().order_by(), "id")
# The keys of what somebody has published under their name.
SIGNED = Prepared(
    lambda: Contribution.objects.published().filter(anonymous=False).order_by().values_list("pk"),
    "discussion",
    "author",
    most=2,
)


class Refused(PermissionDenied):
    """Not allowed at the moment of the writing, whatever the page showed before."""


class TooMany(Refused):
    """Too much in a short time: it says when to try again."""


class Stale(Refused):
    """Somebody else changed it meanwhile; nothing was written."""

    def __init__(self):
        super().__init__(_("This was changed by somebody else meanwhile. Look at it again."))


class SentBefore(Refused):
    """This form was sent before with another text; nothing was written."""

    def __init__(self, contribution):
        self.contribution = contribution
        if contribution.number is None:
            words = _(
                "You have sent a text with this form already, which is not published. Send it "
                "again if you want to send this text too, as another contribution."
            )
        else:
            words = _(
                "You have published %(label)s with this form already. Send it again if you want to "
                "publish this text too, as another contribution."
            )
        super().__init__(words % {"label": contribution.label})


class SaidBefore(Refused):
    """The same person has published the same text a moment ago; nothing was written."""

    def __init__(self, contribution):
        self.contribution = contribution
        if contribution.number is None:
            words = _(
                "You have sent the same text to “%(discussion)s” within the last hour; it waits "
                "for a moderator. Send it again only if you want it to stand there twice."
            )
        else:
            words = _(
                "You have published the same text as %(label)s in “%(discussion)s” within the last "
                "hour. Send it again only if you want it to stand there twice."
            )
        title = contribution.discussion.title
        super().__init__(words % {"label": contribution.label, "discussion": title})


def refuse_unless(answer):
    if not answer:
        raise Refused(answer.reason)


def refuse_too_many(what, sender):
    """Count one more (accounts/rates.py) or raise TooMany.

    sender: rates.sender(request), from the form that was sent; None for what was sent by no form
    """
    if sender and (sentence := rates.count(what, sender)):
        raise TooMany(sentence)


def locked(discussion):
    """The row as it is now, locked until the transaction ends: opening, closing and every number
    go through this lock."""
    return LOCKED.get(discussion.pk)


def locked_contribution(contribution, version):
    """A contribution as it is now, with its locked discussion. Stale if it is not this version."""
    discussion = locked(contribution.discussion)
    fresh = Contribution.objects.select_related("byline", "parent").get(pk=contribution.pk)
    fresh.discussion = discussion
    if fresh.version != version:
        raise Stale
    return fresh


def give_place(contribution):
    """Publish it under the next number of its locked discussion, below what it replies to. The
    caller stores both: count() the number."""
    discussion = contribution.discussion
    discussion.last_number += 1
    contribution.number = discussion.last_number
    contribution.published_at = timezone.now()
    contribution.state = Contribution.State.PUBLISHED
    contribution.place_below(contribution.parent)


def count(contribution, step, *, answered=None):
    """The counters after a contribution was published (step 1) or hidden or withdrawn (step -1).

    answered: the ids of the questions that it answers, where they are known

    Anonymous contributions count no author: the number would tell whether the author is a new one.
    """
    discussion = contribution.discussion
    signed = SIGNED.rows(discussion.pk, contribution.author_id)
    known = any(pk != contribution.pk for (pk,) in signed)
    authors = 0 if contribution.anonymous or known else step
    if answered is None:
        answered = contribution.answers.values("question")
    questions = GuidingQuestion.objects.filter(pk__in=answered)
    # Nothing is asked where nothing is answered.
    questions.update(answer_count=F("answer_count") + step)
    discussion.touch(
        contribution_count=F("contribution_count") + step,
        author_count=F("author_count") + authors,
        last_number=discussion.last_number,
    )


def change_state(contribution, state, reason="", note=""):
    contribution.state, contribution.reason, contribution.note = state, reason, note
    contribution.version += 1
    contribution.save(update_fields=["state", "reason", "note", "version"])
