from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from facilitation import proceedings
from facilitation.making import CannotMakeError
from forum.archive.kinds import shown
from forum.models import Discussion


class Command(BaseCommand):
    help = "Write a whole discussion as one document, as its readers may see it."

    def add_arguments(self, parser):
        parser.add_argument("slug")
        parser.add_argument("--format", choices=proceedings.FORMATS, default="pdf")
        parser.add_argument(
            "--by", choices=proceedings.Order.values, default=proceedings.Order.DATE.value
        )
        parser.add_argument(
            "--language", default="", help="of the document's own words; else the discussion's"
        )
        parser.add_argument("--without-statistics", action="store_true")
        parser.add_argument("--output", metavar="FILE", type=Path, required=True)

    def handle(self, *, slug, by, language, output, **options):
        discussion = Discussion.objects.filter(slug=slug).first()
        if not discussion:
            raise CommandError(f"There is no discussion {shown(slug)}.")
        wishes = proceedings.Wishes(
            order=by, language=language, statistics=not options["without_statistics"]
        )
        # No bar (None) unless somebody looks at a terminal.
        with tqdm(desc=slug, disable=None) as bar:

            def progress(done, total):
                bar.total = total
                bar.update(done - bar.n)

            try:
                proceedings.write(discussion, options["format"], output, wishes, progress)
            except CannotMakeError as error:
                raise CommandError(error) from error
            except OSError as error:
                raise CommandError(f"{output}: {error.strerror}") from error
