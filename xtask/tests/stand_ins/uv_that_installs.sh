#!/bin/sh
# Stands in for uv: makes of each version that it is asked for a folder with a program that stands in for a Python.
set -eu
[ "$1 $2" = "python install" ] && shift 2
[ "$UV_PYTHON_INSTALL_BIN" = 0 ] && [ "$UV_HTTP_CONNECT_TIMEOUT" = 20 ] && [ "$UV_HTTP_RETRIES" = 0 ]
for version; do
  echo "Downloading cpython-$version"
  case $version in *t) gil=false ;; *) gil=true ;; esac
  folder=$UV_PYTHON_INSTALL_DIR/cpython-$version-stand-in
  program=$folder/bin/python$version
  library=$folder/lib/libpython$version.so
  mkdir -p "$folder/bin" "$folder/lib"
  : >"$library"
  cat >"$program" <<PYTHON
#!/bin/sh
echo '{"implementation": "CPython", "own_version": [3, 14, 1], "version": [3, 14, 1], "level": "final", "serial": 0,
  "gil": $gil, "library": "$library", "executable": "$program", "platform": "any", "bits": 64}' | tr -d '\n'
PYTHON
  chmod +x "$program"
done
