from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, no_translations
from tqdm import tqdm

from forum import archive
from forum.archive.kinds import shown
from forum.models import Discussion


class Command(BaseCommand):
    help = (
        "Load discussions from archive files, each whole or not at all. What is wrong with a file "
        "is said in one line with the place."
    )

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument(
            "--if-missing",
            action="store_true",
            help="skip a file whose discussion is there already, instead of refusing it",
        )
        parser.add_argument(
            "--link-people",
            action="store_true",
            help="people whose address in the file is the verified address of an account are that "
            "person",
        )
        parser.add_argument(
            "--now",
            metavar="TIME",
            help="the files were written as of this moment, for example 2026-11-20T12:00Z: move "
            "all their dates by the whole days between it and today",
        )

    @no_translations
    def handle(self, *, files, if_missing, link_people, now, **options):
        self.link_people = link_people
        try:
            self.now = archive.read_moment(now, "--now") if now else None
        except archive.ArchiveError as error:
            raise CommandError(error) from error
        for path in files:
            try:
                self.load(path, if_missing=if_missing)
            except archive.ArchiveError as error:
                raise CommandError(f"{path}: {error}") from error
            except OSError as error:
                raise CommandError(f"{path}: {error.strerror}") from error

    def load(self, path, *, if_missing):
        document = archive.read(archive.parse_file(path), now=self.now)
        slug = document["discussion"]["slug"]
        if if_missing and Discussion.objects.filter(slug=slug).exists():
            self.stdout.write(f"{path}: {shown(slug)} is there already; skipped.")
            return
        archive.load(
            document,
            link_people=self.link_people,
            # No bar (None) unless somebody looks at a terminal.
            progress=lambda texts, total: tqdm(texts, slug, total, unit=" texts", disable=None),
        )
        self.stdout.write(
            f"{path}: {shown(slug)} is loaded; contributions: {len(document['contributions'])}, "
            f"people: {len(document['people'])}."
        )
