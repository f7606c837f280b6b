"""The HTML of a whole document, rendered before the first row is written: a database that has one
writer at a time is not kept waiting for it."""

from contextlib import contextmanager
from tempfile import SpooledTemporaryFile

from .. import markup

# So many bytes stay in memory; more of them go to a file.
IN_MEMORY = 10_000_000


@contextmanager
def rendered(document, progress):
    """Text -> HTML, for every text of a contribution, until the end of the block."""
    texts = texts_of(document)
    with SpooledTemporaryFile(IN_MEMORY) as file:
        yield Rendered(file, progress(texts, total=len(texts)))


def texts_of(document):
    """Every text that is rendered as a contribution is, each once."""
    texts = {}
    for contribution in [*document["contributions"], *document["waiting"]]:
        for words in [contribution, *contribution["revisions"]]:
            texts[words["body"]] = True
            texts.update((answer["body"], True) for answer in words["answers"])
    texts.update((bulletin["body"], True) for bulletin in document["bulletins"])
    return list(texts)


class Rendered:
    def __init__(self, file, texts):
        self.file, self.places = file, {}
        for text in texts:
            html = markup.render(text).encode()
            self.places[text] = file.tell(), len(html)
            file.write(html)

    def __getitem__(self, text):
        begin, length = self.places[text]
        self.file.seek(begin)
        return self.file.read(length).decode()
