"""Whatever nobody waits for: mail, documents, the clock (worker/)."""

from django.core.management.base import BaseCommand

from worker.processes import PROCESSES
from worker.supervisor import Supervisor


class Command(BaseCommand):
    help = "Sends mail and does what takes long or comes by time, until it is asked to end."

    def handle(self, **options):
        Supervisor(PROCESSES).run()
