"""Write to the staff of a discussion."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from .. import permissions
from ..models import LogEntry
from ..models.memberships import Role
from .base import Refused, refuse_unless


def write_to_staff(membership, *, user, subject, message):
    """Send a message to somebody of the staff; they answer to the writer's own address.

    In order: check, log it (never the text), send it. A mail that cannot be sent is not logged and
    raises OSError or SMTPException: the caller gives the text back.
    """
    discussion = membership.discussion
    refuse_unless(permissions.can_write_to_staff(user, discussion))
    recipients = addresses_for(membership)
    if not recipients:
        raise Refused(_("Nobody of this discussion can be reached by mail at the moment."))
    text = render_to_string(
        "forum/mail/contact.txt",
        {"discussion": discussion, "person": user.person, "message": message},
    )
    with transaction.atomic():
        LogEntry.objects.record(
            "contact.send", actor=user, discussion=discussion, person=membership.person
        )
        EmailMessage(
            subject=f"[{settings.SITE_NAME}] {subject}",
            body=text,
            to=recipients[:1],
            bcc=recipients[1:],
            reply_to=[user.email],
        ).send()


def addresses_for(membership):
    """The person's own address; without one the organisers', else the site's."""
    if own := membership.person.address:
        return [own]
    organisers = membership.discussion.memberships.filter(role=Role.ORGANISER)
    found = [other.person.address for other in organisers.select_related("person__user")]
    return [address for address in found if address] or [
        address for address in [settings.CONTACT_EMAIL] if address
    ]
