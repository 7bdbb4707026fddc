# The blocks store, service and channel. A faulty configuration is told whole, and nothing starts.
=== an empty file is a configuration of defaults
--- expect
ok
=== every type of setting
store {
	connect            host = "/run/postgresql" dbname = needwatch user = needwatch_monitor;
	statement_timeout  30s;
}
service {
	state    "/var/lib/needwatch";
	rules    "rules/core", "local.rules";   # folders or files
	day      20s;
	web_port 8480;
}
channel log { kind log; socket "/run/syslog-ng.sock"; }
channel gateway { kind webhook; url "https://127.0.0.1:9/x"; timeout 5s; }
--- expect
ok
=== unknown names get the nearest one
stor { }
service { stat "/x"; leash 4s; }
channel a { kind webhok; }
--- expect
needwatch.conf:2:1: error: 'stor' is no block
    2 | stor { }
      | ^~~~ did you mean 'store'?
needwatch.conf:3:11: error: 'stat' is no setting of this block
    3 | service { stat "/x"; leash 4s; }
      |           ^~~~ did you mean 'state'?
needwatch.conf:3:22: error: 'leash' is no setting of this block
    3 | service { stat "/x"; leash 4s; }
      |                      ^~~~~ did you mean 'lease'?
needwatch.conf:4:18: error: 'webhok' is not one of: log webhook null
    4 | channel a { kind webhok; }
      |                  ^~~~~~ did you mean 'webhook'?
=== values out of type and bounds
service {
	day       20;
	web_port  70000;
	lease     1ms;
	canary    5 minutes;
}
channel a { kind null; attempts many; }
store { asynchronous_commit maybe; }
--- expect
needwatch.conf:3:12: error: this duration has no unit
    3 | 	day       20;
      | 	          ^~ 500ms, 20s, 5min, 2h or 1d
needwatch.conf:4:12: error: this is not a number in its bounds
    4 | 	web_port  70000;
      | 	          ^~~~~ a whole number from 0 to 65535
needwatch.conf:5:12: error: 'lease' is out of its bounds
    5 | 	lease     1ms;
      | 	          ^ from 1000ms to 3600000ms
needwatch.conf:6:12: error: this duration has no unit
    6 | 	canary    5 minutes;
      | 	          ^ 500ms, 20s, 5min, 2h or 1d
needwatch.conf:8:33: error: expected a number in its bounds, found 'many'
    8 | channel a { kind null; attempts many; }
      |                                 ^~~~
needwatch.conf:9:29: error: expected yes or no, found 'maybe'
    9 | store { asynchronous_commit maybe; }
      |                             ^~~~~
=== a password never stands here
store { connect host = db password = secret; }
source x { connect "host=db password=secret"; query "select id, u, n, d from t"; key id; cursor u; person n;
	fact settlement { on d as date; } }
--- expect
needwatch.conf:2:27: error: a password does not stand here
    2 | store { connect host = db password = secret; }
      |                           ^~~~~~~~ put it into a credential file and say: credential "NAME"; or use peer authentication
needwatch.conf:3:20: error: a password does not stand here
    3 | source x { connect "host=db password=secret"; query "select id, u, n, d from t"; key id; cursor u; person n;
      |                    ^~~~~~~~~~~~~~~~~~~~~~~~~ put it into a credential file and say: credential "NAME"; or use peer authentication
=== twice is a fault
service { web_port 1; web_port 2; }
channel a { kind null; }
channel a { kind null; }
--- expect
needwatch.conf:2:23: error: 'web_port' is set already
    2 | service { web_port 1; web_port 2; }
      |                       ^~~~~~~~
needwatch.conf:4:9: error: channel 'a' stands here already
    4 | channel a { kind null; }
      |         ^
=== what is forgotten is named where it is missing
service {
	web_port 1
	web_pages "p";
}
channel a { kind null; 
--- expect
needwatch.conf:3:12: error: ';' is missing here
    3 | 	web_port 1
      | 	          ^
needwatch.conf:7:1: error: the text ends where '}' is missing
    7 | 
      | ^
