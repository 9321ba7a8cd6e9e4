#!/bin/sh
# Stands in for uv where nothing can be reached.
echo "error: Failed to install cpython-3.14.1-linux-x86_64-gnu" >&2
echo "  Caused by: client error (Connect)" >&2
exit 1
