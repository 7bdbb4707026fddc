#!/bin/sh
# dependence.sh ROOT: include <- rules <- alerts <- store <- { monitor, inbox }; fails on an include against the line.
# One exception: what both programs are told and tell by (the configuration, the two clocks, log lines, asking needwatchd,
# where the store is) lies in monitor/, in libraries of its own, and inbox/ uses it: a second reader of the configuration
# would be a second truth. Nothing else of monitor/ is for inbox/: it could reach a department's password.
shared="config.h setting.h clock.h log.h question_client.h store_place.h"
set -eu
cd "$1"
status=0

# forbid ROOM OTHER...: no file of ROOM may include a header that lies in OTHER.
forbid() {
	room=$1
	shift
	patterns=$(for other in "$@"; do
		for header in "$other"/*.h; do
			name=${header##*/}
			case "$room/$other $shared " in
			inbox/monitor*" $name "*) continue ;;
			esac
			[ -e "$header" ] && [ ! -e "$room/$name" ] && echo "[\"/]$name\""
		done
	done)
	if [ -n "$patterns" ] && grep -nE '^#include "' "$room"/*.[ch] | grep -e "$patterns"; then
		echo "$room/ may not include these"
		status=1
	fi
}

forbid include rules alerts store monitor inbox
forbid rules alerts store monitor inbox
forbid alerts store monitor inbox
forbid store monitor inbox
forbid monitor inbox
forbid inbox monitor
exit $status
