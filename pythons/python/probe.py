"""Says in JSON what this Python is: xtask runs it with every Python that it finds. It must run on any version."""

import json
import os
import platform
import sys
import sysconfig


def libpython():
    """The shared library that a program would link, if it is there."""
    name = sysconfig.get_config_var("LDLIBRARY") or ""
    folders = [sysconfig.get_config_var("LIBDIR"), os.path.join(sys.base_prefix, "lib")]
    multiarch = sysconfig.get_config_var("MULTIARCH")
    if multiarch:
        folders.append(os.path.join(sys.base_prefix, "lib", multiarch))
    framework = sysconfig.get_config_var("PYTHONFRAMEWORKPREFIX")
    if framework:
        folders.append(framework)
    if not sysconfig.get_config_var("Py_ENABLE_SHARED") and not framework:
        return None
    for folder in folders:
        path = os.path.join(folder or "", name)
        if name and os.path.isfile(path):
            return path
    return None


# A virtual environment's own python must be kept as it is: resolved, it would be the one that it was made from.
in_environment = sys.prefix != sys.base_prefix
print(
    json.dumps(
        {
            "implementation": platform.python_implementation(),
            "version": list(sys.version_info[:3]),
            "release": sys.version_info[3] == "final",
            "gil": not sysconfig.get_config_var("Py_GIL_DISABLED"),
            "libpython": libpython(),
            "executable": os.path.abspath(sys.executable) if in_environment else os.path.realpath(sys.executable),
            "prefix": sys.prefix,
        }
    )
)
