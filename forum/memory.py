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
    """Key -> value, with room for so many bytes; what was not asked for the longest goes first, and
    with a new version of a discussion whatever was made of an older one."""

    def __init__(self, room):
        self.room = room
        self.used = 0
        self.values = OrderedDict()
        # Discussion -> (its version, the keys of what was made of it).
        self.versions = {}
        self.lock = Lock()
        MEMORIES.add(self)

    def get(self, key):
        with self.lock:
            if key not in self.values:
                return None
            self.values.move_to_end(key)
            return self.values[key][0]

    def set(self, key, value, size, discussion):
        """size: of the value in bytes, about; discussion: of which, in which version it was made"""
        size += ENTRY
        with self.lock:
            self.let_go(key)
            version, keys = self.versions.get(discussion.pk, (discussion.version, ()))
            if version != discussion.version:
                for old in list(keys):
                    self.let_go(old)
            self.versions.setdefault(discussion.pk, (discussion.version, set()))[1].add(key)
            self.values[key] = value, size, discussion.pk
            self.used += size
            while self.used > self.room:
                self.let_go(next(iter(self.values)))

    def let_go(self, key):
        """For whoever holds the lock."""
        if key not in self.values:
            return
        _value, size, discussion = self.values.pop(key)
        self.used -= size
        keys = self.versions[discussion][1]
        keys.remove(key)
        if not keys:
            del self.versions[discussion]

    def clear(self):
        with self.lock:
            self.values.clear()
            self.versions.clear()
            self.used = 0


def forget():
    """Everything: for when the same versions mean something else, as after a database was restored
    from a copy in a running process."""
    for memory in MEMORIES:
        memory.clear()
