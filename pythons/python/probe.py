"""Says in JSON, on its last line, what this Python is. It is run with every Python that is found, whatever its age."""

import sys

# With `-c` the working folder comes first: a `json.py` there is nobody's business.
sys.path[:] = [folder for folder in sys.path if folder]

import json
import os
import platform
import struct
import sysconfig


def library(base):
    """Where the linker looks for the shared library, whether or not it is there; none if this build has none."""
    if sys.platform == "win32":
        letter = "t" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""
        return os.path.join(base, "python%d%d%s.dll" % (sys.version_info[0], sys.version_info[1], letter))
    # conda's program is static, but its library comes beside it.
    shared = (
        sysconfig.get_config_var("Py_ENABLE_SHARED")
        or sysconfig.get_config_var("PYTHONFRAMEWORK")
        or os.path.isdir(os.path.join(base, "conda-meta"))
    )
    if not shared:
        return None
    version = sysconfig.get_config_var("LDVERSION") or "%d.%d" % sys.version_info[:2]
    suffix = "dylib" if sys.platform == "darwin" else "so"
    folder = sysconfig.get_config_var("LIBDIR") or os.path.join(base, "lib")
    return os.path.join(folder, "libpython%s.%s" % (version, suffix))


implementation = getattr(sys, "implementation", None)
own_version = getattr(sys, "pypy_version_info", None) or getattr(implementation, "version", sys.version_info)
base = getattr(sys, "base_prefix", sys.prefix)
print(
    json.dumps(
        {
            "implementation": platform.python_implementation(),
            "own_version": list(own_version[:3]),
            "version": list(sys.version_info[:3]),
            "level": sys.version_info[3],
            "serial": sys.version_info[4],
            "gil": not sysconfig.get_config_var("Py_GIL_DISABLED"),
            "library": library(base),
            # Of a virtual environment, the Python that it was made from.
            "executable": os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable),
            "platform": sysconfig.get_platform(),
            "bits": struct.calcsize("P") * 8,
        }
    )
)
