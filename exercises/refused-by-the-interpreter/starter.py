"""A service that needs a module in C."""

import numpy
from flask import Flask, request

app = Flask(__name__)
LOAD = {
    "paths": "/mean?of=1,2,6",
    "clients": 4,
    "seconds": 1,
    "warm_up": 0.5,
}


@app.get("/mean")
def mean():
    texts = request.args.get("of", "0").split(",")
    numbers = [float(text) for text in texts]
    return f"{numpy.mean(numbers)}\n"
