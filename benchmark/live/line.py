"""One connection whose answer goes on: what is said on it goes out at once, or the connection is given up.

Nobody waits for a device that does not read: all that it is behind with fits into the kernel's buffer, or it has to
connect again. Not for answers of some size.
"""

from __future__ import annotations

import socket


class Line:
    """To one device.

    is_chunked   whether HTTP/1.1 wants what is said wrapped, as where an answer does not tell its length
    """

    __slots__ = ("_connection", "_is_chunked")

    def __init__(self, connection: socket.socket, *, is_chunked: bool) -> None:
        connection.setblocking(False)
        self._connection, self._is_chunked = connection, is_chunked

    def say(self, words: bytes) -> bool:
        """Whether all of it has gone out."""
        if self._is_chunked:
            words = b"%X\r\n%b\r\n" % (len(words), words)
        try:
            return self._connection.send(words) == len(words)
        except OSError:
            return False

    def is_open(self) -> bool:
        """Whether the device has not hung up. What it says is not listened to."""
        try:
            return self._connection.recv(4096) != b""
        except BlockingIOError:
            return True
        except OSError:
            return False

    def end(self) -> None:
        """Say that this was all, which in chunks is an empty one, and hang up."""
        self.say(b"")
        self._connection.close()
