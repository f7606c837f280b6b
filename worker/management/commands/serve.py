"""The web server and the worker, which start and end together."""

import sys

from django.core.management.base import BaseCommand

from worker.processes import PROCESSES
from worker.supervisor import Supervisor

WEB = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", "config.wsgi"]


class Command(BaseCommand):
    help = "Serves the site, with the worker beside it; both end together."

    def handle(self, **options):
        sys.exit(Supervisor(PROCESSES).run(beside=WEB))
