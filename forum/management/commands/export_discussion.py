import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, no_translations
from tqdm import tqdm

from forum import archive
from forum.archive.kinds import shown
from forum.models import Discussion


class Command(BaseCommand):
    help = (
        "Write a discussion as an archive file that import_discussion loads. It holds the names "
        "of anonymous authors, and texts that were hidden or withdrawn."
    )

    def add_arguments(self, parser):
        parser.add_argument("slug")
        parser.add_argument(
            "--full",
            action="store_true",
            help="add earlier versions, what waits for a moderator, the log, the rules that "
            "people agreed to, and the addresses of their accounts",
        )
        parser.add_argument(
            "--output", metavar="FILE", type=Path, help="write to this file, not to the terminal"
        )

    @no_translations
    def handle(self, *, slug, full, output, **options):
        discussion = Discussion.objects.filter(slug=slug).first()
        if not discussion:
            raise CommandError(f"There is no discussion {shown(slug)}.")
        document = archive.dump(
            discussion,
            full=full,
            # No bar (None) unless somebody looks at a terminal.
            progress=lambda rows, total: tqdm(rows, slug, total, disable=None),
        )
        if not output:
            if hasattr(self.stdout, "reconfigure"):
                self.stdout.reconfigure(encoding="utf-8", newline="\n")
            for piece in pieces(document):
                self.stdout.write(piece, ending="")
            return
        try:
            with output.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(pieces(document))
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}") from error


def pieces(document):
    """The text of the file, piece by piece: it may be long, and the document is in memory too."""
    yield from json.JSONEncoder(ensure_ascii=False, indent=2).iterencode(document)
    yield "\n"
