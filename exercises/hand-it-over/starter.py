"""A request with much to compute, beside short ones."""

import json

LINE = "to be or not to be, that is the question "
BODY = json.dumps([LINE * 100] * 100)
LOAD = {
    "paths": "/",
    "clients": 2,
    "neighbour": {
        "path": "/pair",
        "method": "POST",
        "body": BODY,
    },
    "seconds": 4,
    "warm_up": 0.5,
}


def most_frequent_pair(body):
    # It names nothing of this file: so it can be given to an
    # interpreter that doesn't know the file.
    import json

    counts = {}
    for text in json.loads(body):
        for place in range(len(text) - 1):
            pair = text[place : place + 2]
            counts[pair] = counts.get(pair, 0) + 1
    return max(counts, key=counts.get)


async def read(receive):
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body.decode()


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    body = await read(receive)
    if scope["path"] == "/pair":
        answer = most_frequent_pair(body)
    else:
        answer = "here"
    head = {"type": "http.response.start", "status": 200}
    body = {"type": "http.response.body"}
    await send(head | {"headers": [(b"content-type", b"text/plain")]})
    await send(body | {"body": f"{answer}\n".encode()})
