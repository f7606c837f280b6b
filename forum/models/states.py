"""The words that a contribution carries: its state, its capacity, how it came, why it is hidden."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    HELD = "held", _("Waiting for a moderator")
    PUBLISHED = "published", _("Published")
    RETURNED = "returned", _("Returned to its author")
    HIDDEN = "hidden", _("Hidden by a moderator")
    WITHDRAWN = "withdrawn", _("Withdrawn by its author")


class Capacity(models.TextChoices):
    PERSONAL = "personal", _("In a personal capacity")
    OFFICIAL = "official", _("In an official capacity")


class ReceivedVia(models.TextChoices):
    WEB = "web", _("On this site")
    EMAIL = "email", _("By e-mail")
    LETTER = "letter", _("By letter")
    EVENT = "event", _("At an event")


class Reason(models.TextChoices):
    """Why a moderator hid a contribution; readers see it."""

    OFF_TOPIC = "off_topic", _("It is not about the topic of this discussion.")
    OFFENSIVE = "offensive", _("It offends or attacks others.")
    PERSONAL_DATA = "personal_data", _("It contains personal data of somebody.")
    SPAM = "spam", _("It advertises something.")
    DUPLICATE = "duplicate", _("The same text stands elsewhere in this discussion.")
    COPYRIGHT = "copyright", _("It contains a text that somebody else has the rights to.")
    OTHER = "other", _("It is against the rules of participation.")
