"""From the text of a file to a document that is whole and right in itself."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from .checks import check
from .document import DOCUMENT, FORMAT, VERSION
from .kinds import ArchiveError, Moment, Parsed, named, refuse_doubled, shown
from .pieces import in_pieces
from .reduction import reduce


def parse_file(path):
    """The same as parse() of what stands in a file, without holding all of its text."""
    # What comes through a pipe can be read once only.
    if not path.is_file():
        return parse(path.read_bytes())
    try:
        with path.open("rb") as file:
            return in_pieces(file, DECODER)
    except (ValueError, RecursionError, ArchiveError):
        # Whatever is wrong with it: where it is, counts from the beginning.
        return parse(path.read_bytes())


def parse(content):
    """The bytes of a file as JSON; raises ArchiveError."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ArchiveError("", f"this is not UTF-8 (byte {error.start})") from None
    try:
        return DECODER.decode(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ArchiveError(place, f"this is not JSON: {error.msg}") from None
    except RecursionError:
        raise ArchiveError("", "it is nested too deeply") from None
    except ValueError:
        raise ArchiveError("", "it contains a number with too many digits") from None


def refuse_constant(name):
    raise ArchiveError("", f"{name} is not JSON")


DECODER = json.JSONDecoder(object_pairs_hook=Parsed.of, parse_constant=refuse_constant)


def read(parsed, *, now=None):
    """The document with every value checked and every default filled in; raises ArchiveError.

    With `now` the file counts as written at that moment: all its dates are moved by the whole days
    that lie between then and today.
    """
    refuse_other_formats(parsed)
    document = DOCUMENT.read(parsed, "")
    if now:
        document = moved(document, datetime.now(UTC).date() - now.astimezone(UTC).date())
    check(document)
    reduce(document)
    return document


def refuse_other_formats(parsed):
    """Said before anything else: nothing in another kind of file fits."""
    if not isinstance(parsed, dict):
        raise ArchiveError("", f"the file must hold one object, not {named(parsed)}")
    refuse_doubled(parsed, "")
    found = parsed.get("format")
    if found != FORMAT:
        what = shown(found) if isinstance(found, str) else named(found)
        raise ArchiveError("format", f"“{FORMAT}” is expected here, not {what}")
    version = parsed.get("version")
    if isinstance(version, bool) or version != VERSION:
        raise ArchiveError("version", f"only version {VERSION} can be loaded")


def moved(document, days):
    """The same document with other dates; the clock of its time zone shows the same hours."""
    zone = ZoneInfo(document["discussion"]["time_zone"])

    def moment(at):
        # Adding days to a local time keeps its hour across a change to summer time.
        return (at.astimezone(zone) + days).isoformat()

    try:
        return DOCUMENT.read(DOCUMENT.write(document, moment), "")
    except OverflowError:
        raise ArchiveError("--now", "the dates cannot be moved that far") from None


def read_moment(text, place):
    return Moment().read(text, place)


def normalised(parsed):
    """A document as every file that says the same comes out: checked, defaults left out, times in
    UTC. Two files say the same when these are equal."""
    return DOCUMENT.write(read(parsed), datetime.isoformat)
