"""Requests that wait, as for a database."""

import asyncio
from urllib.parse import parse_qs

LOAD = {
    "paths": "/?seconds=0.05",
    "clients": 20,
    "seconds": 2,
    "warm_up": 0.5,
}


async def app(scope, receive, send):
    if scope["type"] == "http":
        query = parse_qs(scope["query_string"].decode())
        seconds = query.get("seconds", ["0"])[0]
        # This keeps neither a thread nor a core: the loop goes on.
        await asyncio.sleep(float(seconds))
        head = {"type": "http.response.start", "status": 200}
        await send(head | {"headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"done\n"})
