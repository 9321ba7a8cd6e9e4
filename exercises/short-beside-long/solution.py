"""Short requests beside a long one."""

import asyncio
import sys
from urllib.parse import parse_qs

INTERVAL = 5
sys.setswitchinterval(INTERVAL / 1000)
# Two clients ask for little, one on each worker. After half of the time the neighbour asks for much, on the first one.
LOAD = {"paths": "/?n=5", "clients": 2, "neighbour": "/?n=29", "seconds": 6, "warm_up": 0.5}


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


async def app(scope, receive, send):
    if scope["type"] == "http":
        n = parse_qs(scope["query_string"].decode()).get("n", ["1"])[0]
        # On another thread: the event loop goes on with other requests meanwhile.
        number = await asyncio.to_thread(fibonacci, int(n))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": f"{number}\n".encode()})
