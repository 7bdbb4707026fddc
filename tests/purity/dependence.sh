#!/bin/sh
# dependence.sh ROOT: include <- rules <- alerts <- store <- { monitor, inbox }; fails on an include against the line.
set -eu
cd "$1"
status=0

# forbid ROOM OTHER...: no file of ROOM may include a header that lies in OTHER.
forbid() {
	room=$1
	shift
	for other in "$@"; do
		for header in "$other"/*.h; do
			[ -e "$header" ] || continue
			name=$(basename "$header")
			if grep -nE "#include \"(\.\./)?($other/)?$name\"" "$room"/*.[ch] 2>/dev/null; then
				echo "$room/ may not include $header"
				status=1
			fi
		done
	done
}

forbid include rules alerts store monitor inbox
forbid rules alerts store monitor inbox
forbid alerts store monitor inbox
forbid store monitor inbox
forbid monitor inbox
forbid inbox monitor
exit $status
