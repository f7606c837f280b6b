"""The log: what was done, by whom, when and why. Append-only: triggers refuse anything else."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.choices import SuspendedFor
from accounts.models import Person

from .contributions import Contribution
from .discussions import STAFF_ROLES, Discussion
from .memberships import FACILITATING_ROLES, STEERING_ROLES, Role
from .states import Hold, Reason


class LogQuerySet(models.QuerySet):
    def record(
        self, act, *, actor, discussion=None, contribution=None, person=None, reason="", **details
    ):
        """Write an entry. `details` are codes, numbers and dates: never names, never texts.

        An act that the log does not know is a mistake of ours and raises KeyError.
        """
        LogEntry.ACTS[act]
        if contribution and not discussion:
            discussion = contribution.discussion
        return self.create(
            act=act,
            actor=actor.person if actor else None,
            as_superuser=bool(actor) and acted_as_superuser(act, actor, discussion, contribution),
            discussion=discussion,
            contribution=contribution,
            label=contribution.label if contribution else "",
            person=person,
            reason=reason,
            details={key: code(value) for key, value in details.items()},
        )


# What authors and readers do in their own name.
OWN_ACTS = {
    "contribution.hold",
    "contribution.edit",
    "contribution.propose",
    "contribution.withdraw",
    "contribution.report",
    "contribution.appeal",
    "contact.send",
}
# Which roles give the right to an act; every other act is an organiser's.
ROLES_FOR = {
    "discussion.create": (),
    "page.edit": (),
    "account.suspend": (),
    "account.reinstate": (),
    "contribution.publish": STAFF_ROLES,
    "contribution.assign": FACILITATING_ROLES,
    "discussion.export": FACILITATING_ROLES,
    "bulletin.post": FACILITATING_ROLES,
    "bulletin.edit": FACILITATING_ROLES,
    "bulletin.withdraw": FACILITATING_ROLES,
} | dict.fromkeys(
    (
        "discussion.publish",
        "discussion.open",
        "discussion.close",
        "discussion.extend",
        "discussion.reopen",
        "preview.make",
        "preview.revoke",
        "participant.mute",
        "participant.unmute",
        "contribution.return",
        "contribution.approve",
        "contribution.refuse",
        "contribution.hide",
        "contribution.restore",
        "report.dismiss",
        "appeal.dismiss",
    ),
    STEERING_ROLES,
)


def acted_as_superuser(act, actor, discussion, contribution=None):
    """Did somebody need to be a superuser for this, since no role of theirs gives the right?"""
    if act in OWN_ACTS or not actor.acts_as_superuser:
        return False
    needed = ROLES_FOR.get(act, (Role.ORGANISER,))
    if act == "contribution.publish":
        if contribution.author_id != actor.person_id:
            needed = STEERING_ROLES
        elif discussion.is_open:
            return False
    roles = discussion.roles_of(actor) if discussion else frozenset()
    return not roles.intersection(needed)


def sentence_of(reason):
    """The sentence of a reason's code; a code that is not known stands as it is."""
    known = [*Reason.choices, *Hold.choices, *SuspendedFor.choices]
    return dict(known).get(reason, reason)


def code(value):
    """Dates as ISO 8601; everything else as JSON has it."""
    return value.isoformat() if hasattr(value, "isoformat") else value


class LogEntry(models.Model):
    ACTS = {
        "discussion.create": _("made the discussion"),
        "discussion.begin": _("made the discussion as a copy of another one"),
        "discussion.edit": _("changed the discussion"),
        "discussion.import": _("loaded the discussion from a file"),
        "discussion.publish": _("published the discussion"),
        "discussion.open": _("opened it before its date"),
        "discussion.close": _("closed it before its date"),
        "discussion.extend": _("extended it"),
        "discussion.reopen": _("reopened it"),
        "discussion.export": _("had a document made of it"),
        "discussion.copy": _("copied the discussion into a new one"),
        "preview.make": _("made a link for reading it before its publication"),
        "preview.revoke": _("revoked the link for reading it before its publication"),
        "question.add": _("added a guiding question"),
        "question.edit": _("changed a guiding question"),
        "question.reword": _("reworded a question that had answers"),
        "question.remove": _("removed a guiding question"),
        "membership.give": _("gave a role"),
        "membership.edit": _("changed the title of a role"),
        "membership.take": _("took a role away"),
        "contribution.publish": _("published a contribution"),
        "contribution.hold": _("sent a contribution that waits for a moderator"),
        "contribution.return": _("returned a contribution to its author"),
        "contribution.edit": _("edited a contribution"),
        "contribution.propose": _("edited a contribution; the change waits for a moderator"),
        "contribution.approve": _("approved the change of a contribution"),
        "contribution.refuse": _("returned the change of a contribution to its author"),
        "contribution.assign": _("assigned passages of a contribution to questions"),
        "contribution.withdraw": _("withdrew a contribution"),
        "contribution.hide": _("hid a contribution"),
        "contribution.restore": _("restored a contribution"),
        "participant.mute": _("muted somebody"),
        "participant.unmute": _("let somebody contribute again"),
        "account.suspend": _("suspended an account"),
        "account.reinstate": _("let an account log in again"),
        "contribution.report": _("reported a contribution"),
        "contribution.appeal": _("answered to what was done to their contribution"),
        "report.dismiss": _("dismissed the reports of a contribution"),
        "appeal.dismiss": _("left a contribution hidden after its author’s answer"),
        "bulletin.post": _("published a bulletin"),
        "bulletin.edit": _("changed a bulletin"),
        "bulletin.withdraw": _("withdrew a bulletin"),
        "contact.send": _("wrote to a member of the staff"),
        "page.edit": _("changed a page of the site"),
    }

    at = models.DateTimeField(_("when"), default=timezone.now, editable=False, db_index=True)
    actor = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        related_name="acts",
        verbose_name=_("who"),
    )
    as_superuser = models.BooleanField(_("as superuser"), default=False)
    act = models.CharField(_("act"), max_length=60)
    discussion = models.ForeignKey(
        Discussion,
        on_delete=models.PROTECT,
        null=True,
        related_name="log",
        verbose_name=_("discussion"),
    )
    contribution = models.ForeignKey(
        Contribution,
        on_delete=models.PROTECT,
        null=True,
        related_name="log",
        verbose_name=_("contribution"),
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("concerns")
    )
    # "#12", as it was then.
    label = models.CharField(_("target"), max_length=40, blank=True)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    details = models.JSONField(_("details"), default=dict)

    objects = LogQuerySet.as_manager()

    class Meta:
        verbose_name = _("log entry")
        verbose_name_plural = _("log entries")
        ordering = ["-at", "-pk"]
        indexes = [
            # What was done to a discussion itself, among the thousands of acts on contributions.
            models.Index(
                fields=["discussion", "id"],
                condition=models.Q(contribution__isnull=True),
                name="log_of_the_frame",
            )
        ]

    def __str__(self):
        return f"{self.act} {self.label}".strip()

    @property
    def act_name(self):
        return self.ACTS.get(self.act, self.act)

    @property
    def reason_name(self):
        return sentence_of(self.reason)
