"""Links with which an unpublished discussion can be read: make one, revoke it."""

from django.db import transaction
from django.utils import timezone

from .. import permissions
from ..models import LogEntry, Preview
from ..models.previews import digest_of, new_token
from .base import locked, refuse_unless


@transaction.atomic
def make_preview(discussion, *, user):
    """Make a link; the one that there was opens nothing any more. Its token is given back and not
    kept. Logged."""
    discussion = locked(discussion)
    refuse_unless(permissions.can_make_preview(user, discussion))
    end_preview(discussion)
    token = new_token()
    Preview.objects.create(discussion=discussion, digest=digest_of(token), made_by=user.person)
    LogEntry.objects.record("preview.make", actor=user, discussion=discussion)
    return token


@transaction.atomic
def revoke_preview(discussion, *, user):
    """Let the link open nothing any more, at once. Logged."""
    discussion = locked(discussion)
    refuse_unless(permissions.can_revoke_preview(user, discussion))
    end_preview(discussion)
    LogEntry.objects.record("preview.revoke", actor=user, discussion=discussion)


def end_preview(discussion):
    discussion.previews.filter(revoked_at=None).update(revoked_at=timezone.now())
