"""How much may be sent by one person, and from one address: forms say when to try again.

What is counted is a row (Sending), so that it holds for all processes; person and address stand in
it as hashes that only the secret of the site can make again, for a day or two.
"""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network
from math import ceil

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from .models import Sending


@dataclass(frozen=True)
class Limit:
    by: str
    most: int
    within: timedelta

    @property
    def times(self):
        """As many as the setting allows."""
        return self.most * settings.RATES_TIMES


TEN_MINUTES, HOUR, DAY = timedelta(minutes=10), timedelta(hours=1), timedelta(days=1)
# Honest people never meet their own; an address may be a whole office's, or a town's.
LIMITS = {
    "contribution": (
        Limit("person", 15, TEN_MINUTES),
        Limit("person", 80, DAY),
        Limit("address", 100, TEN_MINUTES),
        Limit("address", 1_000, DAY),
    ),
    "contact": (Limit("person", 5, HOUR), Limit("address", 30, HOUR)),
    "report": (Limit("person", 20, HOUR), Limit("address", 60, HOUR)),
    "sign_up": (Limit("address", 30, TEN_MINUTES), Limit("address", 200, DAY)),
}
KEPT_FOR = max(limit.within for limits in LIMITS.values() for limit in limits)
# A household has a whole network of the new kind of address.
IPV6_PREFIX = 64


@dataclass(frozen=True)
class Sender:
    """Who sends a form, and from where, as hashes; a visitor is no person."""

    person: str
    address: str


def sender(request):
    """The address is the one that the last trusted proxy saw (TRUSTED_PROXY_COUNT)."""
    person = request.user.person_id if request.user.is_authenticated else None
    address = get_adapter().get_client_ip(request)
    if ":" in address:
        address = str(ip_network((address, IPV6_PREFIX), strict=False))
    return Sender(hashed("person", person) if person else "", hashed("address", address))


def hashed(kind, value):
    return salted_hmac(f"rates {kind}", str(value), algorithm="sha256").hexdigest()[:32]


def count(what, sender):
    """Count one more of this. Whoever has sent too many gets the sentence that says when to try
    again, and it does not count; others get nothing. Two queries."""
    limits = [limit for limit in LIMITS[what] if getattr(sender, limit.by)]
    sent = Sending.objects.create(what=what, person=sender.person, address=sender.address)
    # It stands there before it is asked: of two at the same moment each sees the other, unless a
    # transaction hides it. Contributions to one discussion come one after the other anyway.
    found = Sending.objects.filter(pk=sent.pk).values_list(
        *(Subquery(one_too_many(what, limit, sent.at)) for limit in limits)
    )[0]
    waits = [
        (at + limit.within - sent.at, limit.by)
        for limit, at in zip(limits, found, strict=True)
        if at
    ]
    if not waits:
        return ""
    sent.delete()
    wait, by = max(waits)
    return please_wait(wait, by)


def one_too_many(what, limit, now):
    """When the one was sent that must be out of the time before another may come, if there is."""
    same = {limit.by: OuterRef(limit.by)}
    sent = Sending.objects.filter(what=what, at__gt=now - limit.within, **same)
    return sent.order_by("-at").values("at")[limit.times : limit.times + 1]


def please_wait(wait, by):
    minutes = ceil(wait / timedelta(minutes=1))
    hours = ceil(wait / HOUR)
    if by == "person" and wait <= HOUR:
        sentence = ngettext(
            "You have sent a lot in a short time. Please try again in %(n)s minute.",
            "You have sent a lot in a short time. Please try again in %(n)s minutes.",
            minutes,
        )
    elif by == "person":
        sentence = ngettext(
            "You have sent a lot in a short time. Please try again in %(n)s hour.",
            "You have sent a lot in a short time. Please try again in %(n)s hours.",
            hours,
        )
    elif wait <= HOUR:
        sentence = ngettext(
            "A lot has come from your network in a short time. Please try again in %(n)s minute.",
            "A lot has come from your network in a short time. Please try again in %(n)s minutes.",
            minutes,
        )
    else:
        sentence = ngettext(
            "A lot has come from your network in a short time. Please try again in %(n)s hour.",
            "A lot has come from your network in a short time. Please try again in %(n)s hours.",
            hours,
        )
    return sentence % {"n": minutes if wait <= HOUR else hours}


def erase_expired():
    Sending.objects.filter(at__lte=timezone.now() - KEPT_FOR).delete()
