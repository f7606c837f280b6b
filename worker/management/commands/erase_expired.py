"""Erase what has expired: texts that waited too long for their author to log in, what limits have
counted, sessions, and documents that were made for somebody."""

from django.core.management import call_command
from django.core.management.base import BaseCommand

from accounts import rates
from facilitation.actions import erase_expired_documents
from forum import actions


class Command(BaseCommand):
    help = (
        "Erases forms that have waited for more than a day, what limits have counted, sessions "
        "that have ended, and documents whose time is over."
    )

    def handle(self, **options):
        actions.erase_expired()
        rates.erase_expired()
        erase_expired_documents()
        call_command("clearsessions")
