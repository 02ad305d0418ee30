#!/usr/bin/env bash
# Prints the path of a Chromium that runs headless, for the console's journeys.
# Looks in PATH; as root on Debian it installs the package.
#
#   FROSTGATE_CHROMIUM          a path to use; "none" = don't look
#   FROSTGATE_CHROMIUM_INSTALL  "no" = install nothing
set -euo pipefail

find_one() {
	local name path
	for name in chromium chromium-browser google-chrome-stable google-chrome; do
		if path=$(command -v "$name"); then
			echo "$path"
			return
		fi
	done
	return 1
}

case "${FROSTGATE_CHROMIUM:-}" in
"") find_one && exit 0 ;;
none) ;;
*)
	[ -x "$FROSTGATE_CHROMIUM" ] && echo "$FROSTGATE_CHROMIUM" && exit 0
	echo "chromium.sh: FROSTGATE_CHROMIUM=$FROSTGATE_CHROMIUM can't be run" >&2
	exit 1
	;;
esac
if [ "${FROSTGATE_CHROMIUM_INSTALL:-}" != no ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "chromium.sh: installing chromium with apt-get" >&2
	{
		DEBIAN_FRONTEND=noninteractive apt-get update -q &&
			DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium fonts-dejavu-core
	} >&2 </dev/null && find_one && exit 0
fi
echo "chromium.sh: no Chromium: install it or set FROSTGATE_CHROMIUM" >&2
exit 1
