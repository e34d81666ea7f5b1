#!/usr/bin/env bash
# on-new-machine.sh COMMAND...: runs a command as a new machine would: on a Docker daemon that was never started before, with an empty HOME
# and without a cache. All of it is removed afterwards. Needs root; installs docker.io (Debian) where there is no dockerd.
# A daemon that already runs is left alone: the second one, and the command, get a network namespace of their own.
set -euo pipefail

[ "$(id -u)" = 0 ] || { echo "error: on-new-machine.sh: a Docker daemon of its own needs root, this is $(id -un). Run it as root." >&2; exit 2; }
command -v dockerd >/dev/null || { echo '▸ installing docker.io with apt-get' >&2; apt-get update -q >&2; apt-get install -q -y --no-install-recommends docker.io >&2; }

place=$(mktemp -d "${TMPDIR:-/tmp}/stepwright-machine-XXXXXX")
name=sw$$
subnet=10.213.$((RANDOM % 256))
daemon=
inside=()

remove() {
  if [ -n "$daemon" ]; then
    kill "$daemon" 2>/dev/null && wait "$daemon" || true
  fi
  # Shims of containers that did not stop in time; nothing else has this folder in its command line.
  pgrep -f -- "$place/" | xargs -r kill -KILL 2>/dev/null || true
  if [ ${#inside[@]} -gt 0 ]; then
    iptables -t nat -D POSTROUTING -s "$subnet.0/30" -j MASQUERADE || true
    iptables -D FORWARD -i "$name" -j ACCEPT || true
    iptables -D FORWARD -o "$name" -j ACCEPT || true
    ip netns delete "$name" || true
  fi
  # What a daemon that was killed left mounted, deepest first.
  awk -v place="$place/" 'index($2, place) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount --lazy || true
  rm -rf "$place"
}
trap remove EXIT

# Two daemons in one network namespace would undo each other's firewall rules.
open_namespace() {
  ip netns add "$name"
  inside=(nsenter "--net=/run/netns/$name")
  ip link add "$name" type veth peer name eth0 netns "$name"
  ip addr add "$subnet.1/30" dev "$name"
  ip link set "$name" up
  "${inside[@]}" ip link set lo up
  "${inside[@]}" ip addr add "$subnet.2/30" dev eth0
  "${inside[@]}" ip link set eth0 up
  "${inside[@]}" ip route add default via "$subnet.1"
  iptables -t nat -A POSTROUTING -s "$subnet.0/30" -j MASQUERADE
  iptables -I FORWARD -i "$name" -j ACCEPT
  iptables -I FORWARD -o "$name" -j ACCEPT
}
if [ -e /sys/class/net/docker0 ]; then open_namespace; fi

"${inside[@]}" dockerd --data-root "$place/data" --exec-root "$place/exec" --pidfile "$place/pid" \
  --host "unix://$place/docker.sock" --containerd-namespace "$name" --containerd-plugins-namespace "$name-plugins" \
  >"$place/dockerd.log" 2>&1 </dev/null &
daemon=$!
for ((tries = 0; ; tries++)); do
  [ "$(curl -s --max-time 2 --unix-socket "$place/docker.sock" http://engine/_ping || true)" = OK ] && break
  if ! kill -0 "$daemon" 2>/dev/null || [ "$tries" -gt 300 ]; then
    echo "error: on-new-machine.sh: dockerd does not answer: $(tail -1 "$place/dockerd.log")" >&2
    exit 2
  fi
  sleep 0.2
done

# Settings of the clients that download are no state: they stay.
mkdir "$place/home"
export NPM_CONFIG_USERCONFIG=${NPM_CONFIG_USERCONFIG:-$HOME/.npmrc}
for file in "$HOME/.config/pip/pip.conf" "$HOME/.pip/pip.conf"; do
  if [ -e "$file" ]; then export PIP_CONFIG_FILE=${PIP_CONFIG_FILE:-$file}; fi
done
unset STEPWRIGHT_CACHE XDG_CACHE_HOME XDG_CONFIG_HOME XDG_RUNTIME_DIR
"${inside[@]}" env HOME="$place/home" DOCKER_HOST="unix://$place/docker.sock" "$@" </dev/null
