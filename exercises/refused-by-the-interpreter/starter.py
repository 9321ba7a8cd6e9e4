"""A service that needs a module which refuses interpreters with a GIL of their own."""

import numpy
from flask import Flask, request

app = Flask(__name__)
LOAD = {"paths": "/mean?of=1,2,6", "clients": 4, "seconds": 1, "warm_up": 0.5}


@app.get("/mean")
def mean():
    numbers = [float(number) for number in request.args.get("of", "0").split(",")]
    return f"{numpy.mean(numbers)}\n"
