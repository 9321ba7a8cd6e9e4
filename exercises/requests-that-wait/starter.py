"""Requests that wait, as for a database."""

import time

from flask import Flask, request

app = Flask(__name__)
LOAD = {
    "paths": "/?seconds=0.05",
    "clients": 20,
    "seconds": 2,
    "warm_up": 0.5,
}


@app.get("/")
def answer():
    time.sleep(request.args.get("seconds", 0, type=float))
    return "done\n"
