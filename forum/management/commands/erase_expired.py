"""Erase what has expired: texts that waited too long for their author to log in, what limits have
counted, and sessions."""

from django.core.management import call_command
from django.core.management.base import BaseCommand

from accounts import rates
from forum import actions


class Command(BaseCommand):
    help = (
        "Erases forms that have waited for more than a day, what limits have counted, and "
        "sessions that have ended."
    )

    def handle(self, **options):
        actions.erase_expired()
        rates.erase_expired()
        call_command("clearsessions")
