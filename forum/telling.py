"""What a notification says, in the active language: the same in the list and in a mail."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from .models import Notification
from .models.states import Reason
from .templatetags.forum import zone_name

Occasion = Notification.Occasion

# What the staff have done to somebody's own text.
ACTS = {
    "contribution.publish": gettext_noop("Your contribution is published as %(label)s"),
    "contribution.return": gettext_noop(
        "Your contribution to “%(discussion)s” was returned to you: you can change it and send it "
        "again"
    ),
    "contribution.approve": gettext_noop("Your change of %(label)s is published"),
    "contribution.refuse": gettext_noop(
        "Your change of %(label)s was returned to you; the text stands as it was"
    ),
    "contribution.hide": gettext_noop("Your contribution %(label)s was hidden by a moderator"),
    "contribution.restore": gettext_noop("Your contribution %(label)s is shown again"),
    "contribution.assign": gettext_noop("Your contribution %(label)s was assigned to questions"),
    "participant.mute": gettext_noop(
        "Because of your contribution %(label)s, a moderator has muted you in “%(discussion)s”"
    ),
    "participant.unmute": gettext_noop("You can contribute to “%(discussion)s” again"),
    "appeal.dismiss": gettext_noop(
        "A moderator has read your answer: your contribution %(label)s stays hidden"
    ),
}
# What has become of somebody's report.
REPORTED = {
    "contribution.hide": gettext_noop("%(label)s, which you have reported, was hidden"),
    "report.dismiss": gettext_noop("%(label)s, which you have reported, stays as it is"),
    "contribution.withdraw": gettext_noop(
        "%(label)s, which you have reported, was withdrawn by its author"
    ),
}
# Those whose reason the author is told.
WITH_REASON = {"contribution.hide", "contribution.return", "contribution.refuse"}
WITH_REASON |= {"participant.mute"}
# What waits until a moderator decides, on a page of its own.
HELD_BACK = {"contribution.hold", "contribution.propose"}

# Occasions that have a sentence for each act.
OF_AN_ACT = {Occasion.ACT: ACTS, Occasion.SETTLED: REPORTED}

HEADLINES = {
    Occasion.REPLY: gettext_noop("%(name)s has replied to your contribution %(parent)s"),
    Occasion.WAITS: gettext_noop("Something waits for a moderator in “%(discussion)s”"),
    Occasion.OPENS: gettext_noop("“%(discussion)s” is open"),
    Occasion.CLOSES_SOON: gettext_noop("“%(discussion)s” closes soon"),
    Occasion.EXTENDED: gettext_noop("“%(discussion)s” has more time"),
    Occasion.CLOSED: gettext_noop("“%(discussion)s” was closed before its date"),
    Occasion.BULLETIN: gettext_noop("Bulletin on “%(discussion)s”: %(title)s"),
}


@dataclass(frozen=True)
class Told:
    """A notification in words. Whoever makes it has asked what its recipient may learn."""

    notification: Notification

    @property
    def headline(self):
        one = self.notification
        words = {"discussion": one.discussion.title}
        if one.bulletin:
            words["title"] = one.bulletin.title
        if one.contribution:
            words["label"] = one.contribution.label
        if one.occasion == Occasion.REPLY:
            words["name"] = one.contribution.public_byline.name
            words["parent"] = one.contribution.parent.label
        return _(self.sentence) % words

    @property
    def sentence(self):
        occasion = self.notification.occasion
        if occasion in OF_AN_ACT:
            return OF_AN_ACT[occasion][self.notification.entry.act]
        return HEADLINES[occasion]

    @property
    def detail(self):
        """A second sentence, or nothing: never words of a contribution."""
        one = self.notification
        if one.moment and one.occasion != Occasion.CLOSED:
            when = in_words(one.discussion.closes_at, one.discussion)
            return _("You can contribute until %(when)s.") % {"when": when}
        if one.occasion == Occasion.ACT and one.entry.act == "contribution.assign":
            return _(
                "A facilitator has put passages of it under the guiding questions that they "
                "answer: %(questions)s. Your words are the same, and stand in your name as before; "
                "at most the pasted questions between them were left out. If you see it "
                "differently, write to the staff of the discussion: their names stand on its page."
            ) % {"questions": ", ".join(one.entry.details["questions"])}
        if one.occasion == Occasion.ACT and one.entry.act == "participant.mute":
            until = datetime.fromisoformat(one.entry.details["until"])
            return _(
                "Until %(when)s you cannot contribute there. You can go on reading, and keep "
                "drafts."
            ) % {"when": in_words(until, one.discussion)}
        return ""

    @property
    def reason(self):
        """Why the staff did it."""
        one = self.notification
        if one.occasion == Occasion.EXTENDED:
            given = one.discussion.extensions.all()
            return next((each.reason for each in given if each.new_closes_at == one.moment), "")
        has_one = one.occasion == Occasion.ACT and one.entry.act in WITH_REASON
        return Reason(one.entry.reason).label if has_one else ""

    @property
    def first_words(self):
        """Of what somebody has replied."""
        is_reply = self.notification.occasion == Occasion.REPLY
        return self.notification.contribution.first_words if is_reply else ""

    @property
    def bulletin(self):
        """What the facilitators tell, to be read where it stands and in a mail; or None."""
        return self.notification.bulletin

    @property
    def path(self):
        """Where it leads, in the active language."""
        one = self.notification
        if one.bulletin:
            return reverse("forum:bulletin", args=[one.discussion.slug, one.bulletin.number])
        if not one.contribution:
            return one.discussion.get_absolute_url()
        if one.occasion == Occasion.WAITS and one.entry.act in HELD_BACK:
            return reverse("moderation:decide", args=[one.contribution.pk])
        if one.occasion == Occasion.WAITS:
            return f"{reverse('moderation:queue')}?discussion={one.discussion.slug}"
        if not one.contribution.number or one.entry.act == "contribution.refuse":
            return reverse("forum:own", args=[one.contribution.pk])
        place = [one.discussion.slug, one.contribution.number]
        if one.occasion == Occasion.ACT and one.entry.act == "contribution.assign":
            return reverse("forum:history", args=place)
        return reverse("forum:contribution", args=place)


def in_words(moment, discussion):
    """A moment in the discussion's zone, with its name: “1 December 2026, 23:59, Nairobi time”."""
    local = timezone.localtime(moment, discussion.zone)
    return f"{date_format(local, 'DATETIME_FORMAT')}, {zone_name(discussion, moment)}"
