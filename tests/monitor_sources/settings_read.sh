#!/bin/sh
# settings_read.sh ROOT: each setting of the table is read by some program, so that none is a promise without effect.
set -eu
cd "$1"
unread=0
for setting in $(sed -n 's/^\tX(\([A-Z_]*\), .*/\1/p' monitor/setting.h); do
	grep -rqw --exclude-dir=app --include='*.[ch]' "SETTING_$setting" monitor store inbox || {
		echo "SETTING_$setting is read by no program: take it out of monitor/setting.h until it is"
		unread=1
	}
done
[ -n "${setting:-}" ] || { echo "monitor/setting.h has no settings"; exit 1; }
exit $unread
