# A household kind that no person tells belongs to the source's household key.
source families {
	connect service = a; query "select 1"; key id; snapshot;
	household fam rank family;
	fact house_damage { on day as date; grade = map g { "C" serious }; }
}
=== by the household's key
--- record
id=1
fam=F1
day=2026-06-09
g=C
--- record
id=1
day=2026-06-09
g=C
--- expect
household F1
house_damage - on 2026-06-09 until - event=? grade=1
quarantine no_household at fam ''
