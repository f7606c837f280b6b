from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, no_translations
from tqdm import tqdm

from facilitation import exports
from facilitation.kinds import KINDS
from forum.archive.kinds import shown
from forum.models import Contribution, Discussion
from forum.models.memberships import Role


class Command(BaseCommand):
    help = (
        "Write what was said in a discussion as a table: CSV, a spreadsheet or JSON. What waits "
        "for a moderator is in it only where --state asks for it, a withdrawn text never."
    )

    def add_arguments(self, parser):
        parser.add_argument("slug")
        parser.add_argument("--format", choices=("csv", "xlsx", "json"), default="csv")
        parser.add_argument("--rows", choices=tuple(exports.ROWS), default=exports.CONTRIBUTIONS)
        parser.add_argument("--question", metavar="KEY", default="")
        for name in ("language", "country", "group"):
            parser.add_argument(f"--{name}", metavar="CODE", default="")
        parser.add_argument("--role", choices=Role.values, default="")
        parser.add_argument("--since", metavar="DATE", type=day, default="", help="2030-01-31")
        parser.add_argument("--until", metavar="DATE", type=day, default="", help="that day, too")
        parser.add_argument(
            "--state",
            dest="states",
            choices=Contribution.State.values,
            action="append",
            default=[],
            help="may be given several times; without it: whatever has a number",
        )
        parser.add_argument(
            "--anonymised", action="store_true", help="pseudonyms; texts stay as they are"
        )
        parser.add_argument("--organisations", action="store_true", help="also beside pseudonyms")
        parser.add_argument(
            "--output", metavar="FILE", type=Path, help="write to this file, not to the terminal"
        )

    @no_translations
    def handle(self, *, slug, output, **options):
        discussion = Discussion.objects.filter(slug=slug).first()
        if not discussion:
            raise CommandError(f"There is no discussion {shown(slug)}.")
        kind = options["format"]
        chosen = {name: options[name] for name in exports.Choice.__dataclass_fields__}
        choice = exports.Choice.of(chosen)
        if choice.question and not discussion.questions.filter(key=choice.question).exists():
            raise CommandError(f"There is no question {shown(choice.question)}.")
        if choice.rows == exports.QUESTIONS and kind != "xlsx":
            raise CommandError("Only a spreadsheet has several sheets: --format xlsx.")
        if output:
            write(discussion, kind, choice, output)
        elif kind == "xlsx":
            raise CommandError("A spreadsheet is no text: give --output FILE.")
        else:
            if hasattr(self.stdout, "reconfigure"):
                self.stdout.reconfigure(encoding="utf-8", newline="")
            for line in exports.LINES[kind](discussion, choice, exports.on_site):
                self.stdout.write(line, ending="")


def write(discussion, kind, choice, output):
    # No bar (None) unless somebody looks at a terminal.
    with tqdm(desc=discussion.slug, disable=None) as bar:

        def progress(done, total):
            bar.total = total
            bar.update(done - bar.n)

        try:
            with output.open("wb") as file:
                KINDS[kind].produce(discussion, choice.options, file, progress)
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}") from error


def day(value):
    return value and date.fromisoformat(value).isoformat()
