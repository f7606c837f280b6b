"""Pages of the site itself. Every change is a new version: people agreed to one of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

# What comes with the program; whatever is written in the admin is later.
FIRST_VERSION = 1


class PageQuerySet(models.QuerySet):
    def current(self, key, language=None):
        """The newest version in the reader's language, else in the site's own; None without one.

        As soon as the page in the site's own language was rewritten, translations that nobody has
        touched say something else: they count no more.
        """
        language = language or get_language() or settings.LANGUAGE_CODE
        pages = self.filter(key=key)
        if pages.filter(language=settings.LANGUAGE_CODE, version__gt=FIRST_VERSION).exists():
            pages = pages.filter(version__gt=FIRST_VERSION)
        own = models.Case(
            models.When(language=language, then=0),
            models.When(language=settings.LANGUAGE_CODE, then=1),
            default=2,
        )
        return pages.order_by(own, "language", "-version").first()


class Key(models.TextChoices):
    ABOUT = "about", _("About")
    RULES = "rules", _("Rules of participation")
    PRIVACY = "privacy", _("Privacy")
    IMPRINT = "imprint", _("Imprint")


class Page(models.Model):
    Key = Key

    key = models.CharField(_("page"), max_length=20, choices=Key)
    language = models.CharField(_("language"), max_length=20, choices=settings.LANGUAGES)
    version = models.PositiveIntegerField(_("version"), editable=False, default=1)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"), help_text=_("Markdown."))
    body_html = models.TextField(editable=False)
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)

    objects = PageQuerySet.as_manager()

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ["key", "language", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "language", "version"], name="page_version_is_unique"
            ),
            models.CheckConstraint(condition=Q(key__in=Key.values), name="page_key_is_known"),
        ]

    def __str__(self):
        return f"{self.title} ({self.language}, {self.version})"

    def get_absolute_url(self):
        return reverse(f"forum:{self.key}")
