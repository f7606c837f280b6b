"""Tell people what concerns them: a row for each, in the transaction of what it tells of.

Other actions call these; nobody is told of their own doing. Nothing is mailed here (mail/).
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User

from ..models import Discussion, Notification, Reading
from ..models.discussions import Window
from ..models.memberships import STEERING_ROLES

Occasion = Notification.Occasion

# So long before its closing those who follow a discussion are told.
CLOSES_SOON = timedelta(days=2)
# What happened longer ago, while nothing ran that could have told of it, is no news any more; and
# what has just opened is not said to close soon.
STILL_NEWS = timedelta(days=1)
ROWS_AT_ONCE = 500


def tell_of_reply(reply, entry):
    """The author of what it replies to, once it is published.

    entry: the act in the log that has published it
    """
    tell([reply.parent.author_id], Occasion.REPLY, entry, contribution=reply)


def tell_author(contribution, entry):
    """That the staff have done something to their text (telling.ACTS has the words)."""
    tell([contribution.author_id], Occasion.ACT, entry, contribution=contribution)


def tell_moderators(contribution, entry):
    """That this waits for one of them, as the entry in the log says. Those who have not read the
    last time yet are told once."""
    discussion = contribution.discussion
    there = discussion.memberships.filter(role__in=STEERING_ROLES)
    awake = User.objects.awake().filter(is_active=True, person__in=there.values("person"))
    told = contribution.notifications.unread().filter(occasion=Occasion.WAITS)
    people = awake.exclude(person__in=told.values("recipient")).values_list("person", flat=True)
    tell(people, Occasion.WAITS, entry, contribution=contribution)


def tell_reporters(people, contribution, entry):
    """What has become of their reports (keys of persons), by this act."""
    tell(people, Occasion.SETTLED, entry, contribution=contribution)


def tell_followers(discussion, occasion, *, moment, entry=None, by=None):
    """Whoever follows it: of its opening, its closing, its extension.

    moment: the date that it is about; by: the user who has done it, where no entry says so
    """
    followers = Reading.objects.filter(discussion=discussion, follows=True)
    people = followers.exclude(person=by and by.person_id).values_list("person", flat=True)
    tell(people, occasion, entry, discussion=discussion, moment=moment)


def tell_of_bulletin(bulletin, entry):
    """Whoever follows the discussion, by this act in the log."""
    followers = Reading.objects.filter(discussion=bulletin.discussion, follows=True)
    people = followers.values_list("person", flat=True)
    tell(people, Occasion.BULLETIN, entry, bulletin=bulletin)


def tell(people, occasion, entry, *, discussion=None, **fields):
    """A row for each of these (keys of persons), but not for whoever has done it."""
    actor = entry.actor_id if entry else None
    discussion = discussion or entry.discussion
    Notification.objects.bulk_create(
        (
            Notification(
                recipient_id=person,
                occasion=occasion,
                discussion=discussion,
                entry=entry,
                **fields,
            )
            for person in sorted(people)
            if person != actor
        ),
        batch_size=ROWS_AT_ONCE,
        ignore_conflicts=True,
    )


@transaction.atomic
def tell_opening(discussion, *, by=None):
    """Those who follow it, of this opening, once: by whoever opens it or by the clock."""
    untold = Discussion.objects.filter(pk=discussion.pk, opens_at=discussion.opens_at).exclude(
        told_opening=discussion.opens_at
    )
    if untold.update(told_opening=F("opens_at")):
        tell_followers(discussion, Occasion.OPENS, moment=discussion.opens_at, by=by)


@transaction.atomic
def tell_closing(discussion):
    """Those who follow it, that it closes soon, once for this date."""
    untold = Discussion.objects.filter(pk=discussion.pk, closes_at=discussion.closes_at).exclude(
        told_closing=discussion.closes_at
    )
    if untold.update(told_closing=F("closes_at")):
        tell_followers(discussion, Occasion.CLOSES_SOON, moment=discussion.closes_at)


def tell_what_the_clock_brings():
    """Openings and closings of which nobody was told yet. Two clocks at once tell of each once."""
    now = timezone.now()
    is_open = Discussion.objects.filter(published=True).in_window(Window.OPEN, now)
    opened = is_open.filter(opens_at__gt=now - STILL_NEWS)
    for discussion in opened.filter(untold("told_opening", "opens_at")):
        tell_opening(discussion)
    closing = is_open.filter(opens_at__lte=now - STILL_NEWS, closes_at__lte=now + CLOSES_SOON)
    for discussion in closing.filter(untold("told_closing", "closes_at")):
        tell_closing(discussion)


def untold(told, date):
    return Q(**{f"{told}__isnull": True}) | ~Q(**{told: F(date)})


def mark_read(user, notifications):
    """Those of these (a QuerySet) that are this user's."""
    notifications.of(user.person_id).unread().update(read_at=timezone.now())
