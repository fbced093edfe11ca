#!/bin/sh
# Makes sure of what comes from no Python package: fonts for posters and, when called with
# "servers", MariaDB's, Redis's and nginx's servers, Chromium without windows, curl, and libfaketime,
# which puts clocks wrong for a test. It starts none of the servers: the tests and the load tool start private ones.
# Without the fonts everything works but the posters, so that is told and no more.
set -eu

FONTS="fontconfig fonts-wqy-microhei fonts-noto-color-emoji libfribidi0"
SERVERS="mariadb-server redis-server nginx chromium-headless-shell curl libfaketime"

has_fonts() {
    command -v fc-list >/dev/null || return 1
    fc-list ':lang=zh-cn:color=false' file | grep -q . || return 1
    fc-list ':color=true' file | grep -q . || return 1
    ldconfig -p | grep -q libfribidi.so.0
}

has_servers() {
    for binary in mariadbd mariadb-install-db redis-server nginx curl; do
        command -v "$binary" >/dev/null || return 1
    done
    # The whole Chromium does too, but drawing what nobody sees it takes a third more time.
    command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null || return 1
    ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1
}

# Debian starts what it installs, unless this file says no. While it is ours the machine's own stands
# beside it. A run that is killed leaves that so, for no trap helps there: the next one knows ours.
policy=${POLICY_RC_D:-/usr/sbin/policy-rc.d}
marker="conf/install_packages.sh of zhugeleida"
restore() {
    if grep -qsF "$marker" "$policy"; then
        if [ -e "$policy.kept" ]; then
            mv -f "$policy.kept" "$policy"
        else
            rm -f "$policy"
        fi
    fi
    rm -f "$policy.kept" "$policy.new"
}
[ ! -w "${policy%/*}" ] || restore

fonts= servers=
has_fonts || fonts=$FONTS
[ "${1:-}" != servers ] || has_servers || servers=$SERVERS
[ -n "$fonts$servers" ] || exit 0

tell_of() {
    echo "$1" >&2
    echo "On Debian or Ubuntu: sudo apt-get install -y --no-install-recommends $2" >&2
}

tell() {
    if [ -n "$fonts" ]; then
        tell_of "No fonts for Chinese and emoji: posters cannot be drawn as they should be." "$fonts"
    fi
    if [ -n "$servers" ]; then
        tell_of "Needed are mariadbd, mariadb-install-db, redis-server, nginx, chromium-headless-shell, curl and libfaketime." \
            "$servers"
        exit 1
    fi
    exit 0
}

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    tell
fi

trap restore EXIT
trap 'exit 1' HUP INT PIPE QUIT TERM
if [ -e "$policy" ]; then
    cp -pP "$policy" "$policy.kept"
fi
printf '#!/bin/sh\n# Of %s: remove it if that is not running.\nexit 101\n' "$marker" >"$policy.new"
chmod +x "$policy.new"
mv -f "$policy.new" "$policy"

export DEBIAN_FRONTEND=noninteractive
# Each by itself: a system that has no such font may still have the servers.
apt-get update -q || tell
for packages in "$fonts" "$servers"; do
    # shellcheck disable=SC2086 # names of packages, one a word
    [ -z "$packages" ] || apt-get install -y -q --no-install-recommends $packages || true
done
! has_fonts || fonts=
! has_servers || servers=
tell
