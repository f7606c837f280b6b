"""Write to the staff of a discussion."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from .. import permissions
from ..models import LogEntry
from ..models.memberships import Role
from .base import Refused, refuse_too_many, refuse_unless


def write_to_staff(membership, *, user, subject, message, address, sender=None):
    """Send a message to somebody of the staff; they answer to the writer's own address.

    address: the full web address of the discussion
    sender: who has sent the form, for the limits (rates.sender)

    In order: check, count it and log it (never the text), send it after that: nobody waits for a
    mail server. A mail that cannot be sent raises OSError or SMTPException: the caller
    gives the text back.
    """
    discussion = membership.discussion
    refuse_unless(permissions.can_write_to_staff(user, discussion))
    recipients = addresses_for(membership)
    if not recipients:
        raise Refused(_("Nobody of this discussion can be reached by mail at the moment."))
    with translation.override(membership.person.language_of_mail):
        context = {
            "discussion": discussion,
            "address": address,
            "person": user.person,
            "message": message,
            "site_name": settings.SITE_NAME,
        }
        text = render_to_string("forum/mail/contact.txt", context)
    refuse_too_many("contact", sender)
    # Without the discussion: its staff need not know who wrote to one of them.
    LogEntry.objects.record("contact.send", actor=user, person=membership.person)
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
