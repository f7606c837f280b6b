import socket
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import Person, User
from config import gunicorn

EXAMPLES = Path(settings.BASE_DIR) / "examples"
# The moment as of which the open example was written: its dates move with the day of loading.
WRITTEN = "2026-11-20T12:00:00Z"
MOVING = {"rural-connectivity"}
PASSWORD = "indaba-for-all"  # noqa: S105 - everybody may read it: these accounts exist in the demo only

# Role in both examples, address, and who it is. The people of the files have the same addresses.
ACCOUNTS = (
    (
        "organiser",
        "organiser@example.org",
        {
            "name": "Amina Odhiambo",
            "organisation": "Lakeside Institute for Public Networks",
            "country": "KE",
            "language": "en",
        },
    ),
    (
        "moderator",
        "moderator@example.org",
        {
            "name": "Lucía Fernández",
            "organisation": "Red Andina de Comunidades",
            "country": "PE",
            "language": "es",
        },
    ),
    (
        "facilitator",
        "facilitator@example.org",
        {
            "name": "Karim Benali",
            "organisation": "Observatoire des territoires",
            "country": "MA",
            "language": "fr",
        },
    ),
    (
        "participant",
        "participant@example.org",
        {
            "name": "Ana Souza",
            "organisation": "Cooperativa Rio Claro",
            "country": "BR",
            "language": "pt",
        },
    ),
    ("superuser", "admin@example.org", {"name": "Site administrator"}),
)


class Command(BaseCommand):
    help = "Make the sample accounts and load the example discussions, where they are missing."

    def handle(self, **options):
        if not settings.DEMO:
            raise CommandError(
                "These accounts have passwords that everybody knows: set DEMO=true to make them."
            )
        refuse_busy_port()
        for role, email, person in ACCOUNTS:
            make_account(role, email, person)
        for path in sorted(EXAMPLES.glob("*.json")):
            call_command(
                "import_discussion",
                path,
                now=WRITTEN if path.stem in MOVING else None,
                if_missing=True,
                link_people=True,
                stdout=self.stdout,
            )
        self.stdout.write(self.welcome())

    def welcome(self):
        host, port = gunicorn.HOST, gunicorn.PORT
        accounts = "\n".join(f"  {role:12} {email:26} {PASSWORD}" for role, email, _ in ACCOUNTS)
        lines = [
            "",
            f"{settings.SITE_NAME} is served on http://{host}:{port}/ (stop it with Ctrl+C)",
            "",
            "Sample accounts, with their passwords:",
            accounts,
        ]
        if folder := getattr(settings, "EMAIL_FILE_PATH", ""):
            lines += ["", f"Mail, with the codes for signing up, goes to files in {folder}"]
        if set(settings.ALLOWED_HOSTS) - set(settings.LOCAL_HOSTS):
            lines += ["", "Others can reach this site, and these passwords are known: only try it."]
        return "\n".join([*lines, ""])


def refuse_busy_port():
    host, port = gunicorn.HOST, gunicorn.PORT
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except socket.gaierror as error:
            raise CommandError(f"HOST: {host} is no name of this machine.") from error
        except OSError as error:
            raise CommandError(
                f"Port {port} cannot be used ({error.strerror}). Take another one: PORT={port + 1}"
            ) from error


@transaction.atomic
def make_account(role, email, person):
    """An account whose address is verified; one that is there stays as it is."""
    if User.objects.filter(email=email).exists():
        return
    user = User.objects.create_user(
        email,
        PASSWORD,
        person=Person.objects.create(**person),
        is_superuser=role == "superuser",
    )
    user.emailaddress_set.create(email=email, verified=True, primary=True)
