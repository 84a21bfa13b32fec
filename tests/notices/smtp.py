"""A mail server for tests: it says yes as a real one does, and can stop at any step of the conversation."""

import socketserver
import threading
from email import message_from_bytes
from email.message import Message
from typing import Any

from tests.support.waiting import LONGEST

STEPS = ("connect", "EHLO", "MAIL", "RCPT", "DATA", "content", "QUIT")


class MailServer(socketserver.ThreadingTCPServer):
    """Letters it said yes to are in `accepted`. With `hold_at` set it stops before answering that step, once."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.accepted: list[Message] = []
        self.refuse_recipients = 0  # the code with which it refuses every one; 0 refuses none
        self.hold_at = ""
        self.holding = threading.Event()
        self.released = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def __enter__(self) -> "MailServer":
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.released.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """The other side died, which is what these tests are about."""

    def reached(self, step: str) -> bool:
        """Whether the conversation may go on; stops here first where the test asked for it."""
        if self.hold_at != step:
            return True
        self.hold_at = ""
        self.holding.set()
        self.released.wait(LONGEST)
        return False


class _Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        if not self.server.reached("connect"):
            return
        self._say("220 ready")
        while line := self.rfile.readline():
            verb = line.split()[0].decode().upper() if line.split() else ""
            step = "EHLO" if verb == "HELO" else verb
            if not self.server.reached(step):
                return
            if verb == "DATA":
                self._say("354 go on")
                if not self._take_content():
                    return
            elif verb == "RCPT" and self.server.refuse_recipients:
                self._say(f"{self.server.refuse_recipients} not this person")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 yes")

    def _take_content(self) -> bool:
        content = b""
        while not content.endswith(b"\r\n.\r\n"):
            more = self.rfile.readline()
            if not more:
                return False
            content += more
        if not self.server.reached("content"):
            return False
        self.server.accepted.append(message_from_bytes(content.removesuffix(b".\r\n")))
        self._say("250 yes")
        return True

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")
