import { afterEach, expect, it, vi } from 'vitest';
import { ApiError, api } from './api';
import { notePresence, takePresence } from './presence';

function answer(status: number, body: string): void {
	vi.stubGlobal('fetch', () => Promise.resolve(new Response(body, { status })));
}

async function fault(): Promise<ApiError> {
	return api.status().then(
		() => expect.fail('the call should fail'),
		(error) => error,
	);
}

afterEach(() => vi.unstubAllGlobals());

it("shows the server's own words and remedy", async () => {
	answer(409, '{"error":"stale_version","message":"预警已被他人更新，请刷新","remedy":"看过后再办"}');
	expect(await fault()).toMatchObject({
		status: 409,
		code: 'stale_version',
		message: '预警已被他人更新，请刷新',
		remedy: '看过后再办',
	});
});

it.each([
	[502, '<html>Bad Gateway</html>'],
	[500, ''],
	[503, '{"something":"else"}'],
	[200, 'not JSON'],
	[200, '"a word"'],
	[200, 'null'],
])('an answer %i that is not ours is told as the service being away', async (status, body) => {
	answer(status, body);
	const error = await fault();
	expect(error).toMatchObject({ code: 'unreadable', message: '服务器暂时不能回答' });
	expect(error.status).toBeGreaterThanOrEqual(500);
});

it('no answer at all is status 0', async () => {
	vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed to fetch')));
	expect(await fault()).toMatchObject({ status: 0, code: 'offline' });
});

it('gives up after twenty seconds', async () => {
	vi.useFakeTimers();
	vi.stubGlobal(
		'fetch',
		(_: string, request: RequestInit) =>
			new Promise((_done, failed) => request.signal?.addEventListener('abort', () => failed(new Error()))),
	);
	const waiting = fault();
	await vi.advanceTimersByTimeAsync(20_000);
	expect(await waiting).toMatchObject({ status: 0 });
	vi.useRealTimers();
});

it('asks for a list with what was chosen', async () => {
	const asked: string[] = [];
	vi.stubGlobal('fetch', (url: string) => {
		asked.push(url);
		return Promise.resolve(new Response('{}'));
	});
	await api.alerts('mine', null, null);
	await api.alerts('all', 'red', 'a+b/c=');
	expect(asked).toEqual([
		'api/v1/alerts?scope=mine',
		'api/v1/alerts?scope=all&level=red&after=a%2Bb%2Fc%3D',
	]);
});

it('sends the proof that the session gave with every change, and the key of the intention', async () => {
	const asked: [string, RequestInit][] = [];
	vi.stubGlobal('fetch', (url: string, request: RequestInit) => {
		asked.push([url, request]);
		return Promise.resolve(new Response('{"token":"proof"}'));
	});
	await api.me();
	await api.act('500106-7', { action: 'sign', version: 2 }, 'k'.repeat(32));
	expect(asked[1]).toMatchObject([
		'api/v1/alerts/500106-7/actions',
		{
			method: 'POST',
			credentials: 'same-origin',
			headers: { 'X-Needwatch-Token': 'proof', 'Idempotency-Key': 'k'.repeat(32) },
			body: '{"action":"sign","version":2}',
		},
	]);
});

it('marks what the page asks by itself, unless somebody touched it meanwhile', async () => {
	const marks: boolean[] = [];
	vi.stubGlobal('fetch', (_: string, request: RequestInit) => {
		marks.push('X-Needwatch-Poll' in (request.headers as object));
		return Promise.resolve(new Response('{}'));
	});
	takePresence();
	await api.alerts('mine', null, null, true);
	await api.alerts('mine', null, null);
	notePresence();
	await api.status();
	await api.status();
	expect(marks).toEqual([true, false, false, true]);
});
