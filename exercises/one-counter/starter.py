"""A counter of visits: every answer says how many there were."""

from flask import Flask

app = Flask(__name__)
LOAD = {
    "paths": "/visit",
    "clients": 4,
    "seconds": 1,
    "warm_up": 0.5,
}
visits = 0


@app.get("/visit")
def visit():
    global visits
    visits += 1
    return f"{visits}\n"
