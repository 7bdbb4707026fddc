#!/bin/sh
# pure.sh LIBRARY ALLOWED: fails on any undefined symbol of the library that it does not define itself, that no pure
# library defines, and that the list does not allow.
set -eu
library=$1 allowed=$2
defined=$(for pure in "$(dirname "$library")"/../*/libneedwatch_*.a; do
	nm --defined-only "$pure" 2>/dev/null | awk 'NF == 3 { print $3 }'
done | sort -u)
grep -v '^#' "$allowed" | sed 's/.*/^&$/' > /tmp/pure.$$
trap 'rm -f /tmp/pure.$$' EXIT
foreign=$(nm -u "$library" | awk 'NF == 2 { print $2 }' | sort -u |
	grep -vxF "$defined" | grep -vEf /tmp/pure.$$ || true)
if [ -n "$foreign" ]; then
	echo "$(basename "$library") is pure, yet it calls:"
	echo "$foreign"
	exit 1
fi
