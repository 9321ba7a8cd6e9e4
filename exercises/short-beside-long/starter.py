"""Short requests beside a long one."""

import sys
from urllib.parse import parse_qs

INTERVAL_MS = 5
sys.setswitchinterval(INTERVAL_MS / 1000)
LOAD = {
    # A client for each worker asks for little.
    "paths": "/?n=1",
    "clients": 2,
    # Half-time: one more asks for much, of the first worker.
    "neighbour": "/?n=32",
    "seconds": 6,
    "warm_up": 0.5,
}


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


async def app(scope, receive, send):
    if scope["type"] == "http":
        query = parse_qs(scope["query_string"].decode())
        n = query.get("n", ["1"])[0]
        number = fibonacci(int(n))
        head = {"type": "http.response.start", "status": 200}
        body = {"type": "http.response.body"}
        await send(head | {"headers": [(b"content-type", b"text/plain")]})
        await send(body | {"body": f"{number}\n".encode()})
