"""Every bound of the SDK, with its reason."""

from __future__ import annotations

from typing import Final

# A busy agent's hour without a server (28 events/s); then the oldest are the least useful.
MAX_PENDING_EVENTS: Final = 100_000
# What a host's process can spare; reached before the other bound only where texts are long.
MAX_PENDING_BYTES: Final = 64 * 1_048_576

# Of the spool: what a host's disk can spare, and sixteen processes with full queues.
MAX_SPOOL_BYTES: Final = 1_024 * 1_048_576
# The server takes nothing older than a week.
SPOOL_KEEPS_SECONDS: Final = 7 * 86_400
# How often a process that lives looks for what one that died has left: their restart.
LOOK_SECONDS: Final = 30.0

# Long enough to gather a turn into one request, short enough that an ask comes at its moment.
BATCH_SECONDS: Final = 0.2

# After a failure: soon enough for a restart, then ever more seldom, so that many hosts do not
# keep a struggling server down.
RETRY_FIRST_SECONDS: Final = 0.5
RETRY_MOST_SECONDS: Final = 30.0
# A refused key or a wrong address needs a person; asking once a minute bothers nobody.
REFUSED_SECONDS: Final = 60.0
# What a server's Retry-After may ask for: more is a mistake, or an attack.
RETRY_AFTER_MOST_SECONDS: Final = 300.0

# A server that is there connects within this; an answer comes after a commit, so it gets longer.
CONNECT_SECONDS: Final = 5.0
ANSWER_SECONDS: Final = 30.0
# From the first byte sent to the last one read: what drips holds the queue up no longer.
WHOLE_ANSWER_SECONDS: Final = 60.0
# 1,000 rejections and 1,000 asks fill a quarter of it.
MAX_ANSWER_BYTES: Final = 8 * 1_048_576

WAIT_SECONDS: Final = 0.5  # ``wait_for_ask``: what a user does not feel as waiting
FLUSH_SECONDS: Final = 5.0  # ``flush``: a server's restart
EXIT_SECONDS: Final = 2.0  # ``close`` and the end of the process: a deploy must not hang

# A session's attributes end with it, and only the server knows when a silence ends a session:
# shorter than any sensible ``session_gap``.
ANNOUNCE_AGAIN_SECONDS: Final = 300.0

# Asks that ``on_ask`` has not been called with yet: each lives ten minutes, so a host that shows
# fewer than this in that time is not there.
MAX_WAITING_ASKS: Final = 1_000
# Asks that were handed out and may be named again: more than a process has open at a time.
MAX_KNOWN_ASKS: Final = 10_000
# How long the thread that calls ``on_ask`` stays for the next ask: starting one takes 0.1 ms.
IDLE_SECONDS: Final = 10.0
