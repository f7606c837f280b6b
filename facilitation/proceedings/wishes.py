"""What may be chosen of proceedings."""

from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from accounts.choices import known_as, language_name

DISCLAIMER = gettext_lazy(
    "This document brings together what was contributed to an e-discussion. It is not a "
    "consensus and does not claim to be comprehensive: each contribution is the view of its "
    "author, and not necessarily that of the hosts. The originals remain where they were "
    "published; where this document differs from them, they count."
)


class Order(models.TextChoices):
    DATE = "date", gettext_lazy("By date")
    QUESTION = "question", gettext_lazy("By question")


@dataclass(frozen=True)
class Wishes:
    """What may be chosen of a document."""

    order: str = Order.DATE
    # Of the document's own words; empty for that of the discussion.
    language: str = ""
    # Markdown; empty for the usual one.
    disclaimer: str = ""
    statistics: bool = True

    @classmethod
    def of(cls, options):
        """Of what a form or a file says; anything else in it is no wish."""
        return cls(**{name: options[name] for name in cls.__dataclass_fields__ if name in options})

    @property
    def in_words(self):
        return f"{Order(self.order).label} · {language_name(self.language)}"


def site_language(code):
    """The language of the site in which a document in this language has its own words."""
    known = known_as(code)
    names = [name for name, _label in settings.LANGUAGES]
    short = known.partition("-")[0]
    return next((name for name in (known, short) if name in names), settings.LANGUAGE_CODE)
