"""In the interpreter of the first worker that serves: what the source's `LOAD` says of the load to put on `app`. It is
read when the source has run, so that it may be made of anything."""

import re

WHOLE = {"rate": 1_000_000, "connections": 10_000, "clients": 10_000}
SECONDS = {"seconds": (0.1, 600), "warm_up": (0, 60), "timeout": (0.1, 600)}
NAMES = ["paths", "requests", *WHOLE, *SECONDS, "keep_alive", "neighbour"]
OF_REQUEST = ["path", "method", "headers", "body", "weight"]


def wish(load):
    """The wish as a tuple for the kernel, None for what it doesn't say. ValueError if there is no sense in it."""
    if isinstance(load, str):
        load = {"paths": load}
    known(load, NAMES, "LOAD")
    whole = [number(load, name, 1, most, int) for name, most in WHOLE.items()]
    if whole[0] is not None and whole[2] is not None:
        raise ValueError('LOAD has a "rate" and "clients": clients wait for their answers, a rate waits for nobody')
    if whole[0] is None and whole[1] is not None:
        raise ValueError('LOAD has "connections" without a "rate": say how many "clients"')
    seconds = [number(load, name, *limits, float) for name, limits in SECONDS.items()]
    keep_alive = load.get("keep_alive")
    if not (keep_alive is None or isinstance(keep_alive, bool)):
        raise ValueError(f'LOAD["keep_alive"] must be True or False, and is {keep_alive!r:.80}')
    neighbour = load.get("neighbour")
    neighbour = None if neighbour is None else request(neighbour, 'LOAD["neighbour"]')
    nanos = [None if time is None else round(time * 1e9) for time in seconds]
    return (*whole, *nanos, keep_alive, mix(load), neighbour)


def mix(load):
    paths, requests = load.get("paths"), load.get("requests")
    if paths is None and requests is None:
        return None
    if isinstance(paths, str):
        paths = [paths]
    if isinstance(paths, dict):
        paths = [{"path": path, "weight": weight} for path, weight in paths.items()]
    all = tuple(
        request(one, f'a request of LOAD["{name}"]')
        for name, given in (("paths", paths), ("requests", requests))
        for one in listed(given, name)
    )
    if not sum(made[4] for made in all):
        raise ValueError("LOAD asks for nothing: name a path, with a weight above 0")
    return all


def listed(given, name):
    if not (given is None or isinstance(given, (list, tuple))):
        raise ValueError(f'LOAD["{name}"] must be a list, and is {given!r:.80}')
    return given or ()


def request(given, what):
    """One request: method, path, headers, body, weight."""
    if isinstance(given, str):
        given = {"path": given}
    known(given, OF_REQUEST, what)
    path, method, headers = given.get("path", "/"), given.get("method", "GET"), given.get("headers", {})
    if not (isinstance(path, str) and re.fullmatch(r"/[!-~]*", path)):
        raise ValueError(f'{what} has the path {path!r:.80}: it must begin with "/"; write blanks and the like as in %20')
    if not (isinstance(method, str) and re.fullmatch(r"[A-Z]+", method)):
        raise ValueError(f"{what} has the method {method!r:.80}, which HTTP doesn't know")
    if not isinstance(headers, dict):
        raise ValueError(f"{what} has headers that are no dict: {headers!r:.80}")
    for name, value in headers.items():
        if not re.fullmatch(r"[A-Za-z0-9_-]+", str(name)) or not re.fullmatch(r"[ -~]*", str(value)):
            raise ValueError(f"{what} has the header {name!r:.40}: {value!r:.40}, which HTTP doesn't know")
    body = given.get("body", b"")
    body = body.encode() if isinstance(body, str) else body
    if not isinstance(body, bytes):
        raise ValueError(f"{what} has a body that is neither text nor bytes: {body!r:.80}")
    weight = number(given, "weight", 0, 1_000_000, int, what)
    headers = tuple((str(name), str(value)) for name, value in headers.items())
    return method, path, headers, body, 1 if weight is None else weight


def known(given, names, what):
    if not isinstance(given, dict):
        raise ValueError(f"{what} must be a dict or a path, and is {given!r:.80}")
    for name in given:
        if name not in names:
            import difflib

            near = difflib.get_close_matches(str(name), names, 1)
            meant = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names)}"
            raise ValueError(f"{what} has no {name!r:.80}: {meant}")


def number(given, name, least, most, kind, what="LOAD"):
    value = given.get(name)
    if value is None:
        return None
    kinds = int if kind is int else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds) or not least <= value <= most:
        called = "a whole number" if kind is int else "a number"
        raise ValueError(f"{what} has {name!r}: it must be {called} from {least:,} to {most:,}, and is {value!r:.80}")
    return value
