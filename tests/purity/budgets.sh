#!/bin/sh
# budgets.sh ROOT: no function over 100 lines, no file over 1,000, every file opens with a comment.
set -eu
cd "$1"
find include rules alerts store monitor inbox tests -name '*.[ch]' -not -path '*/node_modules/*' | sort | xargs awk '
	FNR == 1 { open = 0; if ($0 !~ /^\/\*/) { print FILENAME ": does not open with its sentence"; bad = 1 } }
	/^\{/ { open = FNR }
	/^\}/ { if (open && FNR - open > 100) { print FILENAME ":" open ": a function of " FNR - open " lines"; bad = 1 } open = 0 }
	FNR == 1001 { print FILENAME ": over 1,000 lines"; bad = 1 }
	END { exit bad }'
