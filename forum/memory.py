"""What a process has made and would make the same way again: beside the shared cache, for what is
asked for so often that even the question to the cache counts.

A key says everything that its value depends on, the version of the data included, so nothing here
is ever out of date, and no process needs what another one has.
"""

from collections import OrderedDict
from threading import Lock
from weakref import WeakSet

MEMORIES = WeakSet()

# What a key and its place take, in bytes, about: also pages on which nothing is found, of which
# anybody can ask for as many as there are words, fill the room.
ENTRY = 2_000


class Memory:
    """Key -> value, with room for so many bytes; what was not asked for the longest goes first."""

    def __init__(self, room):
        self.room = room
        self.used = 0
        self.values = OrderedDict()
        self.lock = Lock()
        MEMORIES.add(self)

    def get(self, key):
        with self.lock:
            if key not in self.values:
                return None
            self.values.move_to_end(key)
            return self.values[key][0]

    def set(self, key, value, size):
        """size: of the value in bytes, about"""
        size += ENTRY
        with self.lock:
            self.used += size - self.values.pop(key, (None, 0))[1]
            self.values[key] = value, size
            while self.used > self.room:
                _key, (_value, freed) = self.values.popitem(last=False)
                self.used -= freed

    def clear(self):
        with self.lock:
            self.values.clear()
            self.used = 0


def forget():
    """Everything: for when the same versions mean something else, as after a database was restored
    from a copy in a running process."""
    for memory in MEMORIES:
        memory.clear()
