// Whether a person has done something since the server was last told so: an open page that nobody touches lets its
// session end. Looks at no key and no place, only that there was one.
const ACTS = ['pointerdown', 'keydown', 'wheel'] as const;

let acted = true; // whoever opens the page is there

export function notePresence(): void {
	acted = true;
}

// Asked for each request that the page makes by itself; true once for whatever was done since.
export function takePresence(): boolean {
	const was = acted;
	acted = false;
	return was;
}

export function watchPresence(): void {
	for (const act of ACTS) {
		window.addEventListener(act, notePresence, { capture: true, passive: true });
	}
}
