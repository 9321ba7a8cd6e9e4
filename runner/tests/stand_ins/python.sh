#!/bin/sh
# Does what `python -m venv` and `python -m pip` would, as the file `behaviour` beside the first of it says. Each call
# is noted in the file `calls` there.
home=HOME_FOLDER
behaviour=$(cat "$home/behaviour")
echo "$*" >> "$home/calls"
case "$3" in
venv)
    if [ "$behaviour" = no-venv ]; then
        echo "The virtual environment was not created successfully because ensurepip is not available."
        exit 1
    fi
    mkdir -p "$4/bin" && cp "$0" "$4/bin/python"
    ;;
pip)
    echo "Collecting blinker==1.9.0 (from -r requirements.lock (line 5))"
    echo "Collecting click==8.5.1 (from -r requirements.lock (line 8))"
    case "$behaviour" in
    offline)
        echo "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError'" >&2
        echo "ERROR: No matching distribution found for blinker==1.9.0" >&2
        exit 1 ;;
    full)
        echo "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device" >&2
        exit 1 ;;
    no-wheel)
        echo "ERROR: No matching distribution found for numpy==2.5.5" >&2
        exit 1 ;;
    no-qt)
        for list; do :; done
        if grep -q '^pyqt6' "$list"; then
            echo "ERROR: No matching distribution found for pyqt6==6.11.0" >&2
            exit 1
        fi ;;
    killed) kill -9 $$ ;;
    slow)
        sleep 1000 ;;
    held-once)
        # A connection that was lost while it was held.
        if [ ! -e "$home/held" ]; then
            touch "$home/held"
            sleep 1
            echo "ERROR: HTTPSConnectionPool: Read timed out." >&2
            exit 1
        fi ;;
    esac
    echo "Installing collected packages: blinker, click"
    echo "Successfully installed blinker-1.9.0 click-8.5.1"
    ;;
*)
    echo "nobody calls it so: $*" >&2
    exit 2 ;;
esac
