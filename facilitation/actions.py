"""What facilitators do to contributions."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from forum import permissions
from forum.actions import Stale, locked_contribution, refuse_unless, replace_text
from forum.models import LogEntry

from .passages import rearranged

logger = logging.getLogger(__name__)


def assign(contribution, *, user, version, keys, leave_out, absolute):
    """Put the passages of a general text under questions; what stood there becomes a revision.

    keys: for each passage the key of a question, or "" where it stays
    leave_out: do lines that are nothing but the question's own words go?
    absolute: makes a full web address of a path

    In order: rearrange and render, lock, refuse a stale page, keep the revision, store text and
    answers, correct the counters, log it. After that tell the author, unless it is their own doing.
    """
    if contribution.version != version:
        raise Stale
    questions = list(contribution.discussion.questions.all())
    text = rearranged(contribution, questions, keys, leave_out=leave_out)
    rendered = text.rendered()
    chosen = [question.key for question in questions if question.key in keys]
    with transaction.atomic():
        contribution = locked_contribution(contribution, version)
        refuse_unless(permissions.can_assign(user, contribution))
        replace_text(contribution, user=user, text=text, rendered=rendered)
        LogEntry.objects.record(
            "contribution.assign",
            actor=user,
            contribution=contribution,
            version=version,
            questions=chosen,
        )
    if contribution.author_id != user.person_id:
        tell_author(contribution, chosen, absolute)
    return contribution


def tell_author(contribution, keys, absolute):
    """By mail, in their language, where an address is known. A mail that cannot be sent is logged,
    and changes nothing."""
    author = contribution.author
    if not author.address:
        return
    with translation.override(author.language_of_mail):
        path = reverse("forum:history", args=[contribution.discussion.slug, contribution.number])
        context = {
            "person": author,
            "contribution": contribution,
            "discussion": contribution.discussion,
            "keys": ", ".join(keys),
            "address": absolute(path),
            "site_name": settings.SITE_NAME,
        }
        text = render_to_string("facilitation/mail/assigned.txt", context)
        subject = _("Your contribution %(label)s was assigned to questions") % {
            "label": contribution.label
        }
    mail = EmailMessage(f"[{settings.SITE_NAME}] {subject}", text, to=[author.address])
    try:
        mail.send()
    except (OSError, SMTPException, ValueError):
        logger.exception("The author of a contribution could not be told: %s", contribution.pk)
