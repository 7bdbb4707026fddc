import { expect, it } from 'vitest';
import { notePresence, takePresence } from './presence';

it('tells of an act once', () => {
	takePresence();
	expect(takePresence()).toBe(false);
	notePresence();
	notePresence();
	expect(takePresence()).toBe(true);
	expect(takePresence()).toBe(false);
});
