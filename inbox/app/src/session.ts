// Who is signed in, what time the service has, and whether it can be reached: shared by all pages.
import { computed, reactive, ref } from 'vue';
import { ApiError, api } from './api';
import type { Account, Me, Moment } from './types';
import { moment } from './words';

// What is shown when something went wrong: what, and what the reader can do about it.
export interface Fault {
	message: string;
	remedy: string;
	again: boolean; // whether the same thing can be tried again
}

export const session = reactive({
	account: null as Account | null,
	asked: false, // whether the server has said who we are
	reached: true,
	live: true, // needwatchd answers
	liveMessage: '',
	notice: '', // shown on the sign-in page
	spoken: '', // read out by screen readers
});

// The service's clock may run fast in demonstrations: what it said last, and how fast it runs.
const said = { now: Date.now(), at: performance.now(), rate: 1 };
export const now = ref(Date.now());

function tick(): void {
	now.value = said.now + (performance.now() - said.at) * said.rate;
}

export function heard(answer: Moment): void {
	said.now = moment(answer.now);
	said.at = performance.now();
	said.rate = answer.rate;
	session.reached = true;
	tick();
}

export function startClock(): void {
	setInterval(tick, 1000);
}

export const signedIn = computed(() => session.account !== null);

function enter(me: Me): void {
	session.account = me.account;
	session.asked = true;
	session.notice = '';
	heard(me);
}

export async function signIn(name: string, password: string): Promise<void> {
	enter(await api.signIn(name, password));
}

export async function useLink(link: string): Promise<void> {
	enter(await api.useLink(link));
}

function leave(notice: string): void {
	session.account = null;
	session.notice = notice;
}

// Whoever believes to have left a shared phone must have left it: without an answer nobody is signed out.
export async function signOut(): Promise<Fault | null> {
	try {
		await api.signOut();
	} catch (error) {
		const fault = failed(error);
		if (session.account !== null) {
			return fault;
		}
	}
	leave('您已退出登录。');
	return null;
}

// Asks the server who we are. A fault: it could not be asked, which is not the same as nobody.
export async function recognise(): Promise<Fault | null> {
	try {
		enter(await api.me());
		return null;
	} catch (error) {
		session.asked = true;
		return error instanceof ApiError && error.status === 401 ? null : failed(error);
	}
}

// What went wrong, in words. A lost session leads back to the sign-in page, a lost network to the notice; when another
// tab signed in as somebody else, this page shows from now on who that is.
export function failed(error: unknown): Fault {
	if (!(error instanceof ApiError)) {
		throw error;
	}
	if (error.status === 0) {
		session.reached = false;
	}
	if (error.status === 401) {
		leave(error.message);
	}
	if (error.status === 403 && error.code === 'foreign_page') {
		void recognise();
	}
	return { message: error.message, remedy: error.remedy, again: error.passing };
}

// The same words twice are read out twice.
export function say(words: string): void {
	session.spoken = '';
	setTimeout(() => {
		session.spoken = words;
	}, 50);
}

export async function askStatus(): Promise<void> {
	try {
		const status = await api.status();
		heard(status);
		session.live = status.live;
		session.liveMessage = status.message;
	} catch (error) {
		failed(error);
	}
}
