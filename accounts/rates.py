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
from django.db import connection
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
ONE_MORE = (
    "(SELECT 1 FROM accounts_sending WHERE what = %s AND {by} = %s AND at > %s"
    " ORDER BY at DESC LIMIT 1 OFFSET %s)"
)
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
    reached = limits_reached(what, sender, limits, sent.at)
    if not reached:
        return ""
    wait, by = max((wait_for(limit, what, sender, sent.at), limit.by) for limit in reached)
    sent.delete()
    return please_wait(wait, by)


def limits_reached(what, sender, limits, now):
    """Those of the limits that this one is too many for. The SQL is written here, since Django
    would take a tenth of the time of a whole posting to write it."""
    asked = ", ".join(ONE_MORE.format(by=limit.by) for limit in limits)
    values = [
        value
        for limit in limits
        for value in (
            what,
            getattr(sender, limit.by),
            connection.ops.adapt_datetimefield_value(now - limit.within),
            limit.times,
        )
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked}", values)
        found = cursor.fetchone()
    return [limit for limit, is_there in zip(limits, found, strict=True) if is_there]


def wait_for(limit, what, sender, now):
    """How long until the one is out of the time that must be before another may come."""
    same = {limit.by: getattr(sender, limit.by)}
    sent = Sending.objects.filter(what=what, at__gt=now - limit.within, **same)
    return sent.order_by("-at")[limit.times].at + limit.within - now


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
