// The one place that speaks to the server. Keeps nothing but the token that proves a change comes from our own page.
import type {
	AlertPage,
	AlertWhole,
	AlertWhy,
	Me,
	Moment,
	Opened,
	Refused,
	Status,
	Story,
} from './types';
import { takePresence } from './presence';

export class ApiError extends Error {
	constructor(
		readonly status: number, // 0: the server was not reached
		readonly code: string,
		message: string,
		readonly remedy: string,
	) {
		super(message);
	}

	// It may go better next time; anything else is an answer that stands.
	get passing(): boolean {
		return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
	}
}

const PATIENCE = 20_000; // milliseconds; a village's network is slow, but not that slow

const offline = () => new ApiError(0, 'offline', '没有连上服务器', '请检查手机网络，然后再试一次');

// An answer that is not ours: a gateway in between, or a program that broke off.
const unreadable = (status: number) =>
	new ApiError(
		status >= 400 ? status : 502,
		'unreadable',
		'服务器暂时不能回答',
		'请过几分钟再试，仍不行请联系管理员',
	);

let token = '';

// An answer that breaks off half-way is as lost as none.
async function exchange(url: string, request: RequestInit): Promise<{ answer: Response; text: string }> {
	const giveUp = new AbortController();
	const timer = setTimeout(() => giveUp.abort(), PATIENCE);
	try {
		const answer = await fetch(url, { ...request, signal: giveUp.signal });
		return { answer, text: await answer.text() };
	} catch {
		throw offline();
	} finally {
		clearTimeout(timer);
	}
}

function parsed(text: string): object | null {
	try {
		const said = JSON.parse(text);
		return typeof said === 'object' ? said : null;
	} catch {
		return null;
	}
}

// `own`: the page asks by itself. Unless a person did something meanwhile, that keeps no session open.
async function call<T>(method: string, path: string, body?: unknown, key?: string, own = false): Promise<T> {
	const headers: Record<string, string> = { Accept: 'application/json' };
	if (!takePresence() && own) {
		headers['X-Needwatch-Poll'] = '1';
	}
	if (method !== 'GET') {
		headers['Content-Type'] = 'application/json';
		headers['X-Needwatch-Token'] = token;
	}
	if (key !== undefined) {
		headers['Idempotency-Key'] = key;
	}
	const { answer, text } = await exchange('api/v1/' + path, {
		method,
		headers,
		credentials: 'same-origin',
		cache: 'no-store',
		body: body === undefined ? undefined : JSON.stringify(body),
	});
	const said = parsed(text);
	if (said === null) {
		throw unreadable(answer.status);
	}
	if (!answer.ok) {
		const { error, message, remedy } = said as Refused;
		throw message ? new ApiError(answer.status, error, message, remedy) : unreadable(answer.status);
	}
	return said as T;
}

async function begin(path: string, body: unknown): Promise<Me> {
	const me = await call<Me>('POST', path, body);
	token = me.token;
	return me;
}

export const api = {
	signIn: (name: string, password: string) => begin('session', { name, password }),
	useLink: (link: string) => begin('session/link', { token: link }),
	signOut: () => call<Moment>('DELETE', 'session'),
	async me(): Promise<Me> {
		const me = await call<Me>('GET', 'me');
		token = me.token;
		return me;
	},
	alerts(scope: string, level: string | null, after: string | null, own = false): Promise<AlertPage> {
		const query = new URLSearchParams({ scope });
		if (level !== null) {
			query.set('level', level);
		}
		if (after !== null) {
			query.set('after', after);
		}
		return call('GET', `alerts?${query}`, undefined, undefined, own);
	},
	alert: (id: string, own = false) => call<AlertWhole>('GET', `alerts/${id}`, undefined, undefined, own),
	why: (id: string) => call<AlertWhy>('GET', `alerts/${id}/why`),
	story: (id: string, own = false) => call<Story>('GET', `alerts/${id}/history`, undefined, undefined, own),
	act: (id: string, body: Record<string, unknown>, key: string) =>
		call<AlertWhole>('POST', `alerts/${id}/actions`, body, key),
	open: (id: string, person: string, reason: string, key: string) =>
		call<Opened>('POST', `alerts/${id}/people/${person}`, { reason }, key),
	status: () => call<Status>('GET', 'status', undefined, undefined, true),
};
