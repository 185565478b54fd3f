"""A listener at an address of its own, in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

from django.core.asgi import get_asgi_application

from config.listener import Listener
from tests.feed.listening import Client


class Handler(BaseHTTPRequestHandler):
    listener: Listener
    loop: asyncio.AbstractEventLoop

    def do_GET(self) -> None:
        client = Client(self.listener, self.path, None, "GET")
        heard = asyncio.run_coroutine_threadsafe(client.hear(), self.loop).result()
        if heard is None:
            return
        self.send_response(heard.status)
        self.send_header("Content-Type", heard.headers["content-type"])
        self.end_headers()
        with suppress(OSError):  # Whoever waited was killed.
            self.wfile.write(heard.text.encode())

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def listening() -> Iterator[str]:
    """The address."""
    began, over = Event(), asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def until_over() -> None:
        loops.append(asyncio.get_running_loop())
        began.set()
        await over.wait()

    thread = Thread(target=asyncio.run, args=(until_over(),))
    thread.start()
    began.wait()
    listener = Listener(get_asgi_application())
    handler = type("OwnHandler", (Handler,), {"listener": listener, "loop": loops[0]})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        loops[0].call_soon_threadsafe(over.set)
        thread.join()
        server.shutdown()
