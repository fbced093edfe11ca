#!/bin/sh
# Makes sure that MariaDB's and Redis's servers are installed, and starts neither: the tests and the
# load tool start private ones.
set -eu

have_all() {
    for binary in mariadbd mariadb-install-db redis-server; do
        command -v "$binary" >/dev/null || return 1
    done
}

if have_all; then
    exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "MariaDB's and Redis's servers are needed: mariadbd, mariadb-install-db, redis-server." >&2
    echo "On Debian or Ubuntu: sudo apt-get install -y --no-install-recommends" \
        "mariadb-server redis-server" >&2
    exit 1
fi

# Debian starts what it installs, unless this file says no.
policy=/usr/sbin/policy-rc.d
if [ -e "$policy" ]; then
    mv "$policy" "$policy.kept"
fi
restore() {
    rm -f "$policy"
    if [ -e "$policy.kept" ]; then
        mv "$policy.kept" "$policy"
    fi
}
trap restore EXIT
trap 'exit 1' HUP INT TERM
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod +x "$policy"

export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -y -q --no-install-recommends mariadb-server redis-server
have_all
