"""Archive files of thousands of contributions: what an import and an export take of memory, and the
reader that makes it so, which says of no file anything else than the plain one."""

import io
import json
import sys

from django.conf import settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bench.document import document
from bench.peak import measured
from forum.archive import ArchiveError, parse
from forum.archive.pieces import in_pieces
from forum.archive.reading import DECODER

from ..site import environment

# Megabytes of memory for each of a file, beside what a process takes for a small one: the document
# once, and some texts on their way. It is 1.7 to 2.1; with the whole text of the file, or with all
# HTML, beside the document it is 2.6 and more.
MOST = 2.4

SIZE, LONGER = 2_000, 10


def test_a_long_discussion_is_in_memory_once(committed, tmp_path):
    def memory(*arguments):
        command = [sys.executable, "manage.py", *arguments]
        place = {"cwd": settings.BASE_DIR, "env": environment(tmp_path)}
        return measured(command, **place)[1]

    small, large = tmp_path / "small.json", tmp_path / "large.json"
    small.write_text(json.dumps(document("small", 1)))
    large.write_text(json.dumps(document("large", SIZE, longer=LONGER), indent=2))
    size = large.stat().st_size / 1_000_000
    base = memory("import_discussion", small)
    assert memory("import_discussion", large) - base < MOST * size
    copy = tmp_path / "copy.json"
    assert memory("export_discussion", "large", "--output", copy) - base < MOST * size
    assert copy.stat().st_size > 0.9 * large.stat().st_size


# --- the reader ---

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
WRITTEN = st.builds(
    lambda value, ascii, indent: json.dumps(value, ensure_ascii=ascii, indent=indent),
    st.dictionaries(st.text(), VALUES, max_size=4) | VALUES,
    st.booleans(),
    st.none() | st.integers(0, 2),
).map(lambda text: text.encode("utf-8", "surrogatepass"))


def outcome(read):
    """What a reader gives, with what is written twice in it; or nothing."""
    try:
        return repr(marked(read()))
    except (ValueError, ArchiveError):
        return None


def marked(value):
    if isinstance(value, dict):
        return value.doubled, [(key, marked(part)) for key, part in value.items()]
    return [marked(part) for part in value] if isinstance(value, list) else value


def in_small_pieces(content, chunk):
    return outcome(lambda: in_pieces(io.BytesIO(content), DECODER, chunk))


@hypothesis_settings(max_examples=300)
@given(content=WRITTEN, chunk=st.integers(1, 40))
def test_a_file_in_pieces_says_what_it_says_as_a_whole(content, chunk):
    whole = outcome(lambda: parse(content))
    # Other things than objects are left to the plain reader.
    expected = whole if content.startswith(b"{") else None
    assert in_small_pieces(content, chunk) == expected


@hypothesis_settings(max_examples=300)
@given(content=WRITTEN, chunk=st.integers(1, 40), data=st.data())
def test_what_is_wrong_as_a_whole_is_wrong_in_pieces(content, chunk, data):
    place = data.draw(st.integers(0, len(content)))
    cut = data.draw(st.integers(0, 2))
    instead = data.draw(st.sampled_from([b"", b",", b"]", b"}", b'"', b":", b"{}", b"1", b"\xff"]))
    content = content[:place] + instead + content[place + cut :]
    whole = outcome(lambda: parse(content))
    found = in_small_pieces(content, chunk)
    assert found == whole or (found is None and not content.lstrip().startswith(b"{"))


def test_a_key_that_stands_twice_is_known_in_pieces():
    assert in_pieces(io.BytesIO(b'{"a": [{"b": 1, "b": 2}], "a": 3}'), DECODER).doubled == "a"
