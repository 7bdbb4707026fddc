#!/bin/sh
# compile.sh OUT FILE.sql...: the migrations as one table in C; grants.sql apart.
set -eu
out=$1
shift
quote() {
	sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/	"/' -e 's/$/\\n"/' "$1"
}
{
	echo '/* Made by store/migrations/compile.sh. */'
	echo '#include "migration.h"'
	echo 'const struct migration migrations[] = {'
	count=0
	for file in "$@"; do
		name=$(basename "$file" .sql)
		case $name in
		[0-9][0-9][0-9]_*)
			echo "{$(echo "$name" | sed 's/^0*\([0-9]*\)_.*/\1/'), \"$name\","
			quote "$file"
			echo '},'
			count=$((count + 1)) ;;
		esac
	done
	echo '};'
	echo "const size_t migration_count = $count;"
	for file in "$@"; do
		if [ "$(basename "$file")" = grants.sql ]; then
			echo 'const char migration_grants[] ='
			quote "$file"
			echo ';'
		fi
	done
} > "$out.new"
mv "$out.new" "$out"
