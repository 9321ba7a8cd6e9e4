"""In every interpreter that serves `app`: Hypercorn, in an event loop of its worker's own. `steps.py` stands before it.

The kernel accepts connections itself and gives them to the workers in turn. To the event loop the worker's end of that
channel is a listening socket, so Hypercorn is used by what it documents, `serve` and a `Config`, and what it does with
a connection is its own, but for `Prompt`."""

import asyncio
import inspect
import socket
from concurrent.futures import ThreadPoolExecutor
from time import monotonic_ns, thread_time_ns

import _virgil
import hypercorn.asyncio.run
from hypercorn.asyncio import serve as serve_by_hypercorn
from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.config import Config, Sockets
from hypercorn.middleware import AsyncioWSGIMiddleware

# The kernel's answers instead of a connection.
NOTHING_NOW, NO_MORE = -1, -2
# Connections that came last have so many seconds to send what they ask for, before the others are closed.
LAST_WORDS = 0.1
# An upload may be so long; Hypercorn's usual 16 MB are little for a server that is only asked by its own machine.
MOST_BODY_BYTES = 256 * 1024 * 1024


class Connection(socket.socket):
    """A connection that says when it is closed."""

    def __init__(self, worker, port, descriptor):
        super().__init__(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, descriptor)
        self.worker, self.port = worker, port

    def close(self):
        port, self.port = self.port, 0
        super().close()
        if port:
            _virgil.disconnected(self.worker, port)


class Channel(socket.socket):
    """What takes the place of a listening socket."""

    def __init__(self, worker, descriptor, no_more):
        super().__init__(socket.AF_UNIX, socket.SOCK_STREAM, 0, descriptor)
        self.worker, self.no_more = worker, no_more

    def listen(self, backlog=0):
        pass

    def accept(self):
        taken = _virgil.take_connection(self.fileno())
        if taken == NO_MORE:
            # At its end a channel can always be read: the loop would do nothing else.
            asyncio.get_running_loop().remove_reader(self.fileno())
            if _virgil.is_cancelled():
                raise KeyboardInterrupt
            self.no_more()
        if taken < 0:
            raise BlockingIOError
        # The descriptor, and above it the client's port.
        port, descriptor = taken >> 32, taken & 0x7FFFFFFF
        return Connection(self.worker, port, descriptor), ("127.0.0.1", port)


class Prompt(TCPServer):
    """Hypercorn's handling of one connection. Its own (0.18) closes one that the client has closed only once it was idle
    for `keep_alive_timeout`: a thousand clients a second would take all descriptors."""

    async def _read_data(self):
        await super()._read_data()
        await self.idle_task.stop()


hypercorn.asyncio.run.TCPServer = Prompt


class Settings(Config):
    """Hypercorn's configuration for one worker."""

    # Not what it says at its start, nor that an app has no lifespan; but what an app raises.
    loglevel = "ERROR"
    # A client may keep its connection for as long as it likes: a new one goes to another worker.
    keep_alive_timeout = 3600.0
    keep_alive_max_requests = 1 << 62
    # The kernel waits for answers, and no longer than it says.
    graceful_timeout = shutdown_timeout = 3600.0

    def __init__(self, channel, header):
        super().__init__()
        self.channel = channel
        self.header = header

    def create_sockets(self):
        return Sockets([], [self.channel], [])

    def response_headers(self, protocol):
        return super().response_headers(protocol) + [self.header]


class Request:
    """One request to a WSGI app, from the call to the end of its response. They come one after the other."""

    def __init__(self, worker):
        self.worker = worker
        self.status = 0
        self.start = monotonic_ns()
        self.number = _virgil.asked(worker, self.start, True)
        self.cpu = thread_time_ns()

    def end(self):
        # Whoever never said what the response is like has failed.
        _virgil.answered(self.worker, self.number, self.start, thread_time_ns() - self.cpu, self.status or 500)


class Body:
    """A WSGI app's response, whose end is its request's."""

    def __init__(self, parts, request):
        self.parts, self.request = parts, request

    def __iter__(self):
        try:
            parts = iter(self.parts)
            # Hypercorn sends status and headers with the first part, and so never those of a response without any.
            first = next(parts, b"")
        except BaseException:
            self.request.status = 500
            raise
        yield first
        yield from parts

    def close(self):
        try:
            if hasattr(self.parts, "close"):
                self.parts.close()
        finally:
            self.request.end()


def watched_wsgi(app, worker):
    def answer(environ, start_response):
        request = Request(worker)

        def start(status, headers, *exc_info):
            written = start_response(status, headers, *exc_info)
            request.status = int(status[:3])
            return written

        try:
            return Body(app(environ, start), request)
        except BaseException:
            request.status = 500
            request.end()
            raise

    return answer


def watched_asgi(app, worker):
    async def answer(scope, receive, send):
        if scope["type"] != "http":
            return await app(scope, receive, send)
        status = 0

        async def noted(message):
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        start = monotonic_ns()
        number = _virgil.asked(worker, start, False)
        steps = None
        try:
            steps = Steps(app(scope, receive, noted))
            await steps
        except Exception:
            # What it has sent already can't be taken back.
            status = status or 500
            raise
        finally:
            _virgil.answered(worker, number, start, steps.cpu if steps else 0, status)

    return answer


def counted(app, worker):
    """Counts requests from their arrival on: those of a WSGI app may wait for its thread."""

    async def answer(scope, receive, send):
        if scope["type"] != "http":
            return await app(scope, receive, send)
        _virgil.arrived(worker)
        try:
            await app(scope, receive, send)
        finally:
            _virgil.left(worker)

    return answer


def is_asgi(app):
    """As Hypercorn decides it."""
    return any(map(inspect.iscoroutinefunction, (app, getattr(app, "__call__", None))))


def serve(app, worker, channel, header):
    """Serves what comes out of the channel, whose descriptor this is, until its end."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    if is_asgi(app):
        watched = watched_asgi(app, worker)
        _virgil.requests_here(worker)
    else:
        # One thread for each worker: it answers one request after the other, in every mode.
        watched = AsyncioWSGIMiddleware(watched_wsgi(app, worker), MOST_BODY_BYTES)
        initializer = _virgil.requests_here
        loop.set_default_executor(ThreadPoolExecutor(1, "requests", initializer, (worker,)))
    # Neither the loop nor its executor is closed: what is left of them ends with the process.
    loop.run_until_complete(serve_all(counted(watched, worker), worker, channel, header))


async def serve_all(app, worker, channel, header):
    ended = asyncio.Event()
    channel = Channel(worker, channel, ended.set)
    settings = Settings(channel, (header.encode(), str(worker).encode()))

    async def drained():
        await ended.wait()
        await asyncio.sleep(LAST_WORDS)

    await serve_by_hypercorn(app, settings, shutdown_trigger=drained, mode="asgi")
