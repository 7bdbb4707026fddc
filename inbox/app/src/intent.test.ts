import { expect, it } from 'vitest';
import { ApiError } from './api';
import { Intent } from './intent';

// The keys that a row of attempts is sent with; each attempt says what is wanted and how it ends (0: no answer).
async function keys(attempts: [wanted: unknown, status: number][]): Promise<string[]> {
	const intent = new Intent();
	const sent: string[] = [];
	for (const [wanted, status] of attempts) {
		await intent
			.carryOut(wanted, async (key) => {
				sent.push(key);
				if (status !== 200) {
					throw new ApiError(status, 'x', 'x', '');
				}
			})
			.catch(() => undefined);
	}
	return sent;
}

const sign = { action: 'sign', version: 3 };

it.each([0, 408, 429, 500, 502, 503])('a retry after %i sends the same key', async (status) => {
	const [first, second, third] = await keys([
		[sign, status],
		[sign, status],
		[sign, 200],
	]);
	expect(first).toMatch(/^[0-9a-f]{32}$/);
	expect(second).toBe(first);
	expect(third).toBe(first);
});

it.each([200, 400, 403, 409, 422])('after %i the same wish is a new one', async (status) => {
	const [first, second] = await keys([
		[sign, status],
		[sign, 200],
	]);
	expect(second).not.toBe(first);
});

it('other words after a lost answer are another wish', async () => {
	const [first, second] = await keys([
		[{ action: 'note', text: '已电话联系' }, 0],
		[{ action: 'note', text: '已上门' }, 200],
	]);
	expect(second).not.toBe(first);
});
