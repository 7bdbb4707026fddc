// What the API says, exactly as inbox/api_*.c writes it. Numbers of rows are strings: they may exceed 2^53.

export type Level = 'none' | 'blue' | 'yellow' | 'orange' | 'red';

// Every answer that is not 2xx. The pages show both sentences as they stand, in Chinese, without numbers of citizens.
// 400 the request is wrong; 401 not signed in, or no longer: back to the door; 403 not for this account, `foreign_page`
// if the page's proof is not the session's; 404 no such thing for this account; 409 somebody acted first: read again; 422 the
// action's own rule forbids it; 429 too often; 5xx the service, not the reader, failed: the same key may be tried again.
export interface Refused {
	error: string; // a stable word: reason_name() of a refused action, or one of the API's own
	message: string;
	remedy: string; // what the reader can do about it; may be empty
}

export interface Moment {
	now: string; // ISO 8601 with its offset, as are all moments; days are yyyy-mm-dd
	rate: number; // civil seconds that pass in one real second; 1 but for demonstrations
}

export interface Account {
	id: string;
	name: string;
	label: string;
	office: { id: string; name: string; tier: string; tier_word: string };
	role: string;
	role_word: string;
	detail: boolean;
	opens: boolean;
}

export interface Me extends Moment {
	account: Account;
	token: string; // sent back with every change
}

export interface Due {
	stage: string;
	stage_word: string;
	at: string;
}

export interface AlertLine {
	id: string;
	level: Level;
	level_word: string;
	lane: string;
	lane_word: string;
	state: string;
	state_word: string;
	score: number;
	because: string;
	more: number; // further findings
	due: Due | null;
	owner: { id: string; name: string; role_word: string };
	place: string;
	household: string; // masked name of one member, or its number
	people: number;
	opened: string;
	mine: boolean;
	history: boolean;
	basis_changed: boolean;
	version: number;
}

// Open alerts by level. `none`: those of the lanes that have no level (应享未享, 动态退出复核, 履职监督).
export type Counts = Record<Level, number>;

export interface AlertPage extends Moment {
	counts: { mine: Counts; all: Counts };
	alerts: AlertLine[];
	next: string | null;
}

export interface Finding {
	name: string | null;
	category: string | null;
	points: number;
	on: string | null;
	because: string;
	evidence?: { kind: string; kind_word?: string | null; source: string | null; on: string | null }[];
}

export interface Clock {
	stage: string;
	stage_word: string;
	running: boolean;
	started: string;
	due: string;
	misses: number;
}

export interface Person {
	id: string;
	name: string;
	number: string;
	sex: string | null;
	age: number | null;
}

// What an action may ask for, and is sent with: a text has 500 characters at most and no citizen number.
export type Need = 'text' | 'cause' | 'disposition' | 'target';
export type Fields = Record<Need, string>;

export interface Offer {
	action: string;
	word: string;
	allowed: boolean;
	reason: string; // why not, in Chinese
	needs: Need[];
	primary: boolean;
}

export interface Told {
	office: string;
	role_word: string;
	lead: boolean;
	at: string;
}

export interface AlertWhole extends Moment {
	alert: AlertLine;
	detail: boolean;
	findings: Finding[];
	clocks: Clock[];
	people: Person[];
	told: Told[];
	actions: Offer[];
	causes: string[];
	dispositions: { disposition: string; word: string }[];
	targets: { id: string; name: string }[];
	signed: { at: string; by: string } | null;
}

export interface Step {
	at: string;
	reason: string;
	word: string;
	remedy: string | null; // what an administrator can do about it; null for everybody else
	who: string;
	from: string | null;
	to: string | null;
	stage_word: string | null;
	text: string | null;
	erased: boolean;
}

export interface Story extends Moment {
	steps: Step[];
}

// What needwatchd says of the alert's household as it is now: docs/language.md, chapter Why. Amounts are texts.
export interface WhyFact {
	kind: string;
	label: string | null;
	on: string | null;
	source?: string;
	record?: string;
}

export interface WhySide {
	text: string;
	value?: string | null;
	hidden?: boolean;
	threshold?: string;
}

export interface WhyPart {
	form: string;
	truth?: string;
	hidden?: boolean;
	text?: string;
	left?: WhySide;
	right?: WhySide;
	distance?: string;
	distance_of?: string;
	unit?: string;
	rows?: number;
	row?: string | null;
	parts?: WhyPart[];
	facts?: WhyFact[];
	facts_total?: number;
}

export interface WhyRow {
	of: { name: string; value: string | null }[];
	hit: boolean;
	points?: number;
	on?: string | null;
	facts: WhyFact[];
	when: WhyPart;
	steps: { floor?: string; points?: number; when: WhyPart }[];
}

export interface WhyRule {
	rule: string | null;
	name: string | null;
	family: string | null;
	stage: string;
	kind: string;
	basis: string | null;
	verdict: string;
	points?: number;
	floor?: string;
	on?: string | null;
	because?: string;
	evidence?: { kind: string; on: string | null; source?: string; record?: string }[];
	missing?: string;
	hidden?: boolean;
	authorisations?: { scope: string; label: string | null; given: boolean }[];
	rows?: WhyRow[];
	rows_total?: number;
}

export interface WhyThreshold {
	name: string;
	label: string | null;
	unit: string;
	basis: string | null;
	hidden?: boolean;
	value?: string | null;
	from?: string;
	area?: string;
	class?: string | null;
	residence?: string | null;
	since?: string | null;
	until?: string | null;
}

export interface WhyFlip {
	change: string; // threshold, fact, days
	name?: string;
	label?: string | null;
	kind?: string;
	kind_label?: string | null;
	unit?: string | null;
	on?: string | null;
	source?: string;
	record?: string;
	was?: string;
	to?: string;
	days?: number;
	level: Level;
	score: number;
}

export interface Why {
	household: string;
	area: string;
	as_of: string;
	score: number;
	level: Level;
	class: string | null;
	depth: string;
	levels: { level: Level; threshold: string; points: number; short: number }[];
	families: { family: string; label: string | null; points: number; cap: number }[];
	rules: WhyRule[];
	rules_not_shown: number;
	thresholds: WhyThreshold[];
	flips: WhyFlip[];
	flips_not_shown: number;
	blind: { name: string; label: string; blind_since: string; reason: string }[];
	shortened?: boolean;
}

export interface AlertWhy extends Moment {
	why: Why;
}

export interface Opened {
	name: string;
	phone: string;
	address: string;
}

export interface Status extends Moment {
	live: boolean;
	message: string;
}
