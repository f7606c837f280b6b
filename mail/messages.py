"""One mail with what it tells, as text and as HTML, in the language of whoever it is for."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from accounts.choices import MailFrequency, direction
from forum.telling import Told

SALT = "mail.unsubscribe"


def compose(mail):
    """The message for a row of the outbox, or None when there is nothing left to tell, or nobody
    to be told. What its recipient may learn is asked now."""
    person = mail.person
    user = getattr(person, "user", None)
    is_reachable = person.address and (user is None or user.is_active)
    if not is_reachable or person.mail_frequency == MailFrequency.NEVER:
        return None
    rows = mail.notifications.unread().tellable_to(user or AnonymousUser())
    rows = list(rows.still_true(timezone.now()).for_list())
    if not rows:
        return None
    with translation.override(person.language_of_mail):
        return letter(mail, person, [Told(row) for row in reversed(rows)])


def letter(mail, person, told):
    unsubscribe = settings.SITE_URL + reverse("mail:unsubscribe", args=[token_of(person)])
    context = {
        "person": person,
        "told": told,
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "unsubscribe": unsubscribe,
        "language": translation.get_language(),
        "direction": direction(translation.get_language()),
    }
    message = EmailMultiAlternatives(
        subject=f"[{settings.SITE_NAME}] {subject(told)}",
        body=render_to_string("mail/news.txt", context),
        to=[person.address],
        headers={
            "Message-ID": mail.message_id,
            "Auto-Submitted": "auto-generated",
            # RFC 8058: one click in the mail program, and no page between.
            "List-Unsubscribe": f"<{unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    message.attach_alternative(render_to_string("mail/news.html", context), "text/html")
    return message


def subject(told):
    if len(told) == 1:
        return told[0].headline
    return ngettext("%(count)s message", "%(count)s messages", len(told)) % {"count": len(told)}


def token_of(person):
    return signing.dumps(person.pk, salt=SALT)


def person_of(token):
    """The key of the person for whom a mail was; None for what this site has not signed."""
    try:
        return signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
