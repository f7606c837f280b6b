"""What facilitators tell everybody."""

from dataclasses import asdict, dataclass, fields

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from forum import markup, permissions
from forum.actions import Stale, byline_of, locked, refuse_unless, tell_of_bulletin
from forum.models import Bulletin, LogEntry


class SentBefore(Stale):
    """This form has published a bulletin with another text already; nothing was written."""

    def __init__(self, bulletin):
        super().__init__()
        words = _(
            "You have published bulletin %(number)s with this form already. Send it again if you "
            "want to publish this text too, as another bulletin."
        )
        self.args = (words % {"number": bulletin.number},)


@dataclass(frozen=True)
class Message:
    """What a form of a bulletin says."""

    kind: str
    title: str
    body: str
    language: str
    first: int | None
    last: int | None
    pinned: bool


def post_bulletin(*, discussion, user, message, submission_key):
    """Publish a bulletin and return it; the same form sent twice gives the first.

    In order: render, lock, let the one before it go from the top, number it, store it, log it,
    tell those who follow the discussion.
    """
    body_html = markup.render(message.body)
    with transaction.atomic():
        discussion = locked(discussion)
        refuse_unless(permissions.can_post_bulletin(user, discussion))
        sent = Bulletin.objects.filter(author=user.person_id, submission_key=submission_key).first()
        if sent and says(sent) == asdict(message):
            return sent
        if sent:
            raise SentBefore(sent)
        if message.pinned:
            unpin(discussion)
        bulletin = Bulletin.objects.create(
            discussion=discussion,
            number=discussion.last_bulletin + 1,
            behind=discussion.last_number,
            author=user.person,
            byline=byline_of(discussion, user),
            body_html=body_html,
            submission_key=submission_key,
            **asdict(message),
        )
        discussion.touch(last_bulletin=bulletin.number)
        entry = record(bulletin, "bulletin.post", user)
        tell_of_bulletin(bulletin, entry)
    return bulletin


def edit_bulletin(bulletin, *, user, message, version):
    """Change what a bulletin says, or whether it stands at the top. Nobody is told again.

    In order: render, lock, refuse a stale page, keep what stood there, store, log it.
    """
    body_html = markup.render(message.body)
    with transaction.atomic():
        bulletin = locked_bulletin(bulletin, user, version)
        new = asdict(message)
        changed = sorted(name for name, value in new.items() if getattr(bulletin, name) != value)
        if not changed:
            return bulletin
        if changed != ["pinned"]:
            keep_earlier(bulletin)
        if message.pinned and not bulletin.pinned:
            unpin(bulletin.discussion)
        for name, value in new.items():
            setattr(bulletin, name, value)
        bulletin.body_html = body_html
        store_changed(bulletin)
        record(bulletin, "bulletin.edit", user, fields=changed)
    return bulletin


def withdraw_bulletin(bulletin, *, user, version):
    """Take a bulletin back: its number stays, its words are shown to nobody.

    In order: lock, refuse a stale page, change the state, log it.
    """
    with transaction.atomic():
        bulletin = locked_bulletin(bulletin, user, version)
        bulletin.state, bulletin.pinned = Bulletin.State.WITHDRAWN, False
        store_changed(bulletin)
        record(bulletin, "bulletin.withdraw", user)
    return bulletin


def locked_bulletin(bulletin, user, version):
    """A bulletin as it is now, with its locked discussion. Stale if it is not this version."""
    discussion = locked(bulletin.discussion)
    fresh = Bulletin.objects.get(pk=bulletin.pk)
    fresh.discussion = discussion
    if fresh.version != version:
        raise Stale
    refuse_unless(permissions.can_edit_bulletin(user, fresh))
    return fresh


def says(bulletin):
    """What the form of it would say."""
    return {field.name: getattr(bulletin, field.name) for field in fields(Message)}


def unpin(discussion):
    """One stands at the top, at most; a form of the other one, opened before, is stale."""
    discussion.bulletins.filter(pinned=True).update(pinned=False, version=F("version") + 1)


def keep_earlier(bulletin):
    """What readers could read until now stays in the record."""
    bulletin.edited_at = timezone.now()
    before = {name: getattr(bulletin, name) for name in ("version", "title", "body")}
    replaced_at = bulletin.edited_at.isoformat()
    bulletin.earlier = [*bulletin.earlier, before | {"replaced_at": replaced_at}]


def store_changed(bulletin):
    bulletin.version += 1
    bulletin.save()
    bulletin.discussion.touch()


def record(bulletin, act, user, **details):
    return LogEntry.objects.record(
        act, actor=user, discussion=bulletin.discussion, bulletin=bulletin.number, **details
    )
