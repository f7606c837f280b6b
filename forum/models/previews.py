"""Previews: links with which somebody without a role reads a discussion before it is published."""

import secrets
from hashlib import sha256

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Person

from .discussions import Discussion

# Nobody guesses 32 random bytes.
TOKEN_BYTES = 32


class PreviewQuerySet(models.QuerySet):
    def standing(self):
        """Those that open something: neither revoked, nor dead since their discussion is
        published."""
        return self.filter(revoked_at=None, discussion__published=False)

    def opened_by(self, token):
        return self.standing().filter(digest=digest_of(token))


class Preview(models.Model):
    """A link to an unpublished discussion. Its token is known to those who have the link alone: the
    database keeps a digest."""

    discussion = models.ForeignKey(Discussion, on_delete=models.PROTECT, related_name="previews")
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = PreviewQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["discussion"],
                condition=Q(revoked_at__isnull=True),
                name="preview_one_for_each_discussion",
            ),
        ]

    def __str__(self):
        return f"{self.discussion}: {self.made_at}"


def new_token():
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest_of(token):
    return sha256(token.encode()).hexdigest()
