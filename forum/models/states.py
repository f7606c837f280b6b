"""The words that a contribution carries: its state, its capacity, how it came, why it is hidden or
returned; and the states of its other versions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    HELD = "held", _("Waiting for a moderator")
    PUBLISHED = "published", _("Published")
    RETURNED = "returned", _("Returned to its author")
    HIDDEN = "hidden", _("Hidden by a moderator")
    WITHDRAWN = "withdrawn", _("Withdrawn by its author")


class RevisionState(models.TextChoices):
    SHOWN = "shown", _("Stood there until it was edited")
    # Edited before a moderator had published anything.
    UNSEEN = "unseen", _("Was never published")
    PENDING = "pending", _("Waiting for a moderator")
    REFUSED = "refused", _("Returned to its author")


class Capacity(models.TextChoices):
    PERSONAL = "personal", _("In a personal capacity")
    OFFICIAL = "official", _("In an official capacity")


class ReceivedVia(models.TextChoices):
    WEB = "web", _("On this site")
    EMAIL = "email", _("By e-mail")
    LETTER = "letter", _("By letter")
    EVENT = "event", _("At an event")


class Reason(models.TextChoices):
    """Why a moderator hid a contribution, where readers see it, or returned it to its author."""

    OFF_TOPIC = "off_topic", _("It is not about the topic of this discussion.")
    OFFENSIVE = "offensive", _("It offends or attacks others.")
    PERSONAL_DATA = "personal_data", _("It contains personal data of somebody.")
    SPAM = "spam", _("It advertises something.")
    DUPLICATE = "duplicate", _("The same text stands elsewhere in this discussion.")
    COPYRIGHT = "copyright", _("It contains a text that somebody else has the rights to.")
    OTHER = "other", _("It is against the rules of participation.")


class CorrectedFor(models.TextChoices):
    """Why a moderator corrected what a contribution is filed under."""

    MISTAKE = "mistake", _("It was a mistake in the form.")
    ELSEWHERE = "elsewhere", _("It belongs to something else that was said or asked.")
    ASKED_FOR = "asked_for", _("Its author has asked for it.")


class Undecided(models.TextChoices):
    """Why a contribution is hidden that no moderator has decided about."""

    REPORTED = "reported", _("Several readers have reported it; a moderator has still to decide.")


HIDDEN_FOR = [*Reason.choices, *Undecided.choices]


class Hold(models.TextChoices):
    """Why a text waits for a moderator; its author sees it, and the staff who steer."""

    ALL = "all", _("A moderator reads every contribution to this discussion first.")
    FIRST = "first", _("A moderator reads the first contribution of a new person first.")
    LINK = "link", _("A moderator reads a link first where its author has published nothing yet.")
    REDACTED = "redacted", _("A moderator will look at it.")
    AGAIN = "again", _("It was returned to its author, who has sent it again.")
