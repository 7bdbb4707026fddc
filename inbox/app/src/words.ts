// How moments and deadlines are told to people. Knows no clock: `now` is always given.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SHANGHAI = 8 * HOUR; // no daylight saving since 1991

export function moment(text: string): number {
	return Date.parse(text);
}

// 45分钟, 3小时, 1天4小时, 12天: two units at most, and hours only while they matter.
export function span(length: number): string {
	const ms = Math.abs(length);
	if (ms < MINUTE) {
		return '不到1分钟';
	}
	if (ms < HOUR) {
		return `${Math.floor(ms / MINUTE)}分钟`;
	}
	if (ms < DAY) {
		return `${Math.floor(ms / HOUR)}小时`;
	}
	const days = Math.floor(ms / DAY);
	const hours = Math.floor((ms % DAY) / HOUR);
	return days < 3 && hours > 0 ? `${days}天${hours}小时` : `${days}天`;
}

export type Urgency = 'calm' | 'soon' | 'late';

export interface DeadlineWords {
	text: string;
	urgency: Urgency;
}

// 还剩3小时, 已超期2小时. Soon: within four hours, a worker's half day.
export function deadline(due: string, now: number): DeadlineWords {
	const left = moment(due) - now;
	if (left < 0) {
		return { text: `已超期${span(left)}`, urgency: 'late' };
	}
	return { text: `还剩${span(left)}`, urgency: left < 4 * HOUR ? 'soon' : 'calm' };
}

function civil(at: number): Date {
	return new Date(at + SHANGHAI);
}

function two(number: number): string {
	return String(number).padStart(2, '0');
}

function dayNumber(at: number): number {
	return Math.floor((at + SHANGHAI) / DAY);
}

// 今天15:04, 昨天09:30, 明天18:00, 6月12日18:00, 2025年12月31日18:00.
export function when(text: string, now: number): string {
	const at = moment(text);
	const date = civil(at);
	const clock = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
	const apart = dayNumber(at) - dayNumber(now);
	const near = ['昨天', '今天', '明天'][apart + 1];
	if (near !== undefined) {
		return near + clock;
	}
	const day = `${date.getUTCMonth() + 1}月${date.getUTCDate()}日`;
	const year = date.getUTCFullYear();
	return (year === civil(now).getUTCFullYear() ? day : `${year}年${day}`) + ' ' + clock;
}

// 2026-06-12 -> 6月12日, with the year when it is another one.
export function day(text: string, now: number): string {
	const [year, month, date] = text.split('-').map(Number);
	const short = `${month}月${date}日`;
	return year === civil(now).getUTCFullYear() ? short : `${year}年${short}`;
}

export function age(years: number | null): string {
	return years === null ? '年龄不详' : years < 1 ? '不满1岁' : `${years}岁`;
}

export function sex(letter: string | null): string {
	return letter === 'M' ? '男' : letter === 'F' ? '女' : '';
}
