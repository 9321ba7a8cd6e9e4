"""Makes a window with PyQt6, offscreen, and says as JSON what came of it. What the system lacks is said before the
window is made, since Qt ends the process where it can't go on."""

import importlib.util
import json
import os
import pathlib
import shutil
import subprocess


def lacking(files):
    """The libraries that those in `files` need and the loader doesn't find."""
    ldd = shutil.which("ldd")
    if not ldd or not (files := [str(file) for file in files if file.exists()]):
        return []
    said = subprocess.run([ldd, *files], stdin=subprocess.DEVNULL, capture_output=True, text=True).stdout
    return sorted({line.split(" => ")[0].strip() for line in said.splitlines() if "=> not found" in line})


def say(**facts):
    print(json.dumps(facts), flush=True)


found = importlib.util.find_spec("PyQt6")
if found is None:
    say(absent=True)
else:
    home = pathlib.Path(found.submodule_search_locations[0])
    platforms = home / "Qt6" / "plugins" / "platforms"
    displays = {"WAYLAND_DISPLAY": "libqwayland.so", "DISPLAY": "libqxcb.so"}
    display = next((plugin for name, plugin in displays.items() if os.environ.get(name)), None)
    needed = lacking([home / "QtWidgets.abi3.so", platforms / "libqoffscreen.so"])
    opened = lacking([platforms / display]) if display else []
    say(needed=needed, opened=opened, drawn=False)

    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PyQt6.QtWidgets import QApplication, QLabel

    application = QApplication(["window"])
    window = QLabel("Virgil")
    drawn = not window.grab().isNull()
    say(needed=needed, opened=opened, drawn=drawn)
    # Nothing of Qt's is of interest any more.
    os._exit(0)
