"""A counter of visits: every answer says how many there were."""

import getpass
import sqlite3
import tempfile
from pathlib import Path

from flask import Flask

app = Flask(__name__)
LOAD = {
    "paths": "/visit",
    "clients": 4,
    "seconds": 1,
    "warm_up": 0.5,
}
# Outside of all workers, so that they share it whatever they are.
NAME = f"visits-of-{getpass.getuser()}.sqlite"
FILE = Path(tempfile.gettempdir()) / NAME
# Reading and writing in one step: nobody comes between.
COUNT = "UPDATE counter SET visits = visits + 1 RETURNING visits"


def connect():
    # Who comes while another one writes waits up to 30 s.
    database = sqlite3.connect(FILE, timeout=30, isolation_level=None)
    # What a power cut loses is no loss here.
    database.execute("PRAGMA synchronous = OFF")
    return database


connect().executescript(
    "CREATE TABLE IF NOT EXISTS counter (visits INTEGER); "
    "INSERT INTO counter SELECT 0 WHERE NOT EXISTS (SELECT * FROM counter);"
)


@app.get("/visit")
def visit():
    with connect() as database:
        [(visits,)] = database.execute(COUNT).fetchall()
    database.close()
    return f"{visits}\n"
