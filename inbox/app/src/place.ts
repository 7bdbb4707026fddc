// Where the reader is: read from and written to the address behind '#', which never reaches the server.
import { ref } from 'vue';

export type Place =
	| { page: 'list' }
	| { page: 'alert'; id: string }
	| { page: 'link'; token: string };

export function readPlace(hash: string): Place {
	const alert = /^#\/alert\/(\d{1,6}-\d{1,19})$/.exec(hash);
	if (alert) {
		return { page: 'alert', id: alert[1] };
	}
	const link = /^#\/link\/([A-Za-z0-9_-]{20,100})$/.exec(hash);
	if (link) {
		return { page: 'link', token: link[1] };
	}
	return { page: 'list' };
}

export const place = ref<Place>(readPlace(location.hash));

export function followAddress(): void {
	window.addEventListener('hashchange', () => {
		place.value = readPlace(location.hash);
	});
}

export function goTo(hash: string): void {
	location.hash = hash;
}

// The token of a sign-in link must not stay in the browser's history.
export function forgetLink(): void {
	history.replaceState(null, '', location.pathname + '#/');
	place.value = { page: 'list' };
}
