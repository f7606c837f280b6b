"""One JSON object from a file, part by part: a long text beside all that is made of it would take
twice the memory."""

import codecs

from .kinds import Parsed

# Bytes that are read at a time.
CHUNK = 1_000_000

SPACE = " \t\n\r"


def in_pieces(file, decoder, chunk=CHUNK):
    """The object that a binary file holds, the same as the decoder makes of its whole text.

    The values under its keys are read one after the other, those of lists too. Raises ValueError,
    or what the decoder raises, when the file holds anything else.
    """
    text = Pieces(file, decoder, chunk)
    parsed = Parsed.of(list(text.pairs()))
    if text.sign():
        raise ValueError("something follows")
    return parsed


class Pieces:
    """The part of a text that is read and not yet taken."""

    def __init__(self, file, decoder, chunk):
        self.file, self.decoder, self.chunk = file, decoder, chunk
        self.bytes = codecs.getincrementaldecoder("utf-8-sig")()
        self.text, self.place, self.ended = "", 0, False

    def read(self):
        """As much again as is there: what is tried again and again stays cheap."""
        rest = self.text[self.place :]
        chunk = self.file.read(max(self.chunk, len(rest)))
        self.ended = not chunk
        self.text, self.place = rest + self.bytes.decode(chunk, final=self.ended), 0

    def sign(self):
        """The next sign that is no space, or nothing at the end; it is not taken."""
        while True:
            while self.place < len(self.text) and self.text[self.place] in SPACE:
                self.place += 1
            if self.place < len(self.text) or self.ended:
                return self.text[self.place : self.place + 1]
            self.read()

    def takes(self, sign):
        """Is this the next sign? Then it is taken."""
        found = self.sign() == sign
        self.place += found
        return found

    def expect(self, sign):
        if not self.takes(sign):
            raise ValueError(f"{sign} is expected")

    def value(self):
        self.sign()
        while True:
            try:
                value, end = self.decoder.raw_decode(self.text, self.place)
            except ValueError:
                if self.ended:
                    raise
            else:
                # A number may go on: of "1e+" the first sign alone is one already.
                if end + 2 < len(self.text) or self.ended:
                    self.place = end
                    return value
            self.read()

    def pairs(self):
        self.expect("{")
        if self.takes("}"):
            return
        while True:
            if self.sign() != '"':
                raise ValueError("a key is expected")
            key = self.value()
            self.expect(":")
            yield key, list(self.items()) if self.takes("[") else self.value()
            if self.takes("}"):
                return
            self.expect(",")

    def items(self):
        if self.takes("]"):
            return
        while True:
            yield self.value()
            if self.takes("]"):
                return
            self.expect(",")
