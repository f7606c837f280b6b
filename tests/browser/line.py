"""A line between a browser and the site that loses what it is told to lose."""

import contextlib
import socket
import struct
import threading
from urllib.parse import urlsplit

# Closing with this resets the connection, as a line does that is cut.
RESET = struct.pack("ii", 1, 0)


class Line:
    """loses: "request", "answer" or None; forms that are sent are lost, drafts kept by themselves
    get through."""

    def __init__(self, address):
        parts = urlsplit(address)
        self.site, self.loses = (parts.hostname, parts.port), None
        self.listener = socket.create_server(("localhost", 0))
        self.address = f"http://localhost:{self.listener.getsockname()[1]}"

    def __enter__(self):
        threading.Thread(target=self.listen, daemon=True).start()
        return self

    def __exit__(self, *_exception):
        self.listener.close()

    def listen(self):
        with contextlib.suppress(OSError):
            while True:
                browser, _address = self.listener.accept()
                threading.Thread(target=self.carry, args=[browser], daemon=True).start()

    def carry(self, browser):
        """One request and its answer; the browser connects again for the next one."""
        with browser, contextlib.suppress(OSError):
            request = read_request(browser)
            form = request.startswith(b"POST") and b"/save/ " not in request.partition(b"\r\n")[0]
            if form and self.loses == "request":
                return cut(browser)
            answer = self.ask(request)
            if form and self.loses == "answer":
                return cut(browser)
            return browser.sendall(answer)

    def ask(self, request):
        head, _empty, body = request.partition(b"\r\n\r\n")
        lines = [
            line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")
        ]
        with socket.create_connection(self.site) as site:
            site.sendall(b"\r\n".join([*lines, b"Connection: close", b"", body]))
            return read_all(site)


def read_request(browser):
    data = b""
    while b"\r\n\r\n" not in data:
        data += browser.recv(65_536) or hang_up()
    head, _empty, body = data.partition(b"\r\n\r\n")
    length = next(
        (int(line[15:]) for line in head.split(b"\r\n") if line.lower()[:15] == b"content-length:"),
        0,
    )
    while len(body) < length:
        body += browser.recv(65_536) or hang_up()
    return head + b"\r\n\r\n" + body


def hang_up():
    raise ConnectionError


def read_all(site):
    data = b""
    while part := site.recv(65_536):
        data += part
    return data


def cut(browser):
    browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
