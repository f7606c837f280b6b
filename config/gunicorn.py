"""The server: python -m gunicorn --config config/gunicorn.py config.wsgi"""

import ctypes
import gc
import sys
from pathlib import Path

import redis

from config import env

HOST = env.text("HOST", "localhost")
PORT = env.number("PORT", default=8000, minimum=1, maximum=65_535)

bind = f"{HOST}:{PORT}"
workers = env.number("WEB_WORKERS", default=2, minimum=1)
# Threads, so that somebody on a slow line does not keep a whole process waiting. Whoever opens many
# connections can keep all of them waiting: in front of a public site stands a server that buffers
# (docs/settings.md).
worker_class = "gthread"
threads = 16
# A thread that puts a page together is not interrupted every five milliseconds for one that would
# do the same: a tenth less CPU time when many ask at once.
sys.setswitchinterval(0.05)  # seconds
# What the workers write (SQLite's files, mail) is for the site's own user alone.
umask = 0o077
# Loaded once, before the workers: they share its memory, and a wrong setting stops the server with
# its one line instead of being tried again by every worker.
preload_app = True
timeout = 60
graceful_timeout = 30
# Heartbeats must not wait for a disk.
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - gunicorn makes its own file in it
worker_tmp_dir = str(SHARED_MEMORY) if SHARED_MEMORY.is_dir() else None
# Signals steer it; a socket in the home folder would be one for all sites of a user.
control_socket_disable = True
accesslog = None
errorlog = "-"
loglevel = "info"


def share_memory(allocator):
    """As few pools of memory as there are processors, not eight for each: threads hand theirs on;
    and what is as large as a page goes back at once, instead of leaving holes (GNU's C library;
    others have no such settings)."""
    if hasattr(allocator, "mallopt"):
        allocator.mallopt(M_ARENA_MAX, 2)
        allocator.mallopt(M_MMAP_THRESHOLD, 256_000)


# malloc.h
M_ARENA_MAX = -8
M_MMAP_THRESHOLD = -3
share_memory(ctypes.CDLL(None))


def when_ready(server):
    """What was loaded before the workers stays theirs in common: the garbage collector does not
    write into it. The second time it learns that little else is there, and looks again soon."""
    gc.collect()
    gc.freeze()
    gc.collect()


def on_starting(server):
    """Without the cache that was asked for nobody could log in: better not to start."""
    if address := env.text("REDIS_URL"):
        try:
            redis.Redis.from_url(address, socket_timeout=5).ping()
        except redis.RedisError as error:
            raise env.WrongSetting("REDIS_URL", f"a Redis that answers ({error})") from None
