"""A web server that computes: the same `app` in every mode."""

from flask import Flask, request

N = 20
app = Flask(__name__)
# What Virgil asks it for, in every mode.
LOAD = {
    "paths": "/fibonacci",
    # Each asks again when it has its answer.
    "clients": 4,
    "seconds": 3,
    "warm_up": 0.5,
}


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


@app.get("/fibonacci")
def answer():
    # What stands in an address is text.
    n = request.args.get("n", N, type=int)
    return f"{fibonacci(n)}\n"
