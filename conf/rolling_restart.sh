#!/bin/sh
# Restarts the processes one by one, each only when the one before is ready, so that nothing is lost
# and nobody is refused. Options are supervisorctl's: sh conf/rolling_restart.sh -c supervisor.conf
set -eu

PROGRAM=zhugeleida
READY_SECONDS=60

# Asks a process, whose name ends with its port; more options are curl's.
ask() {
    port=${1##*_}
    shift
    curl --silent --fail --output /dev/null --max-time 5 "$@" "http://127.0.0.1:$port/readyz"
}

wait_ready() {
    if ! ask "$1" --retry 1000 --retry-max-time "$READY_SECONDS" --retry-delay 1 --retry-connrefused
    then
        echo "$1 is not ready; nothing more is restarted" >&2
        exit 1
    fi
    echo "$1: ready"
}

status=$(supervisorctl "$@" status "$PROGRAM:*" || true)
names=$(echo "$status" | sed -n "s/^\($PROGRAM:[^ ]*\) .*/\1/p")
if [ -z "$names" ]; then
    echo "$status" >&2
    exit 1
fi

# Those that do no work come first: nobody misses them, and the others go on until they do.
idle= busy=
for name in $names; do
    if ask "$name"; then
        busy="$busy $name"
    else
        idle="$idle $name"
    fi
done
for name in $idle $busy; do
    supervisorctl "$@" restart "$name"
    wait_ready "$name"
done
