import { expect, it } from 'vitest';
import { readPlace } from './place';

it.each([
	['', { page: 'list' }],
	['#/', { page: 'list' }],
	['#/alert/500106-42', { page: 'alert', id: '500106-42' }],
	['#/alert/500106-42/../../x', { page: 'list' }],
	['#/link/abcdefghijklmnopqrstuvwx', { page: 'link', token: 'abcdefghijklmnopqrstuvwx' }],
	['#/link/short', { page: 'list' }],
])('%s', (hash, place) => {
	expect(readPlace(hash)).toEqual(place);
});
