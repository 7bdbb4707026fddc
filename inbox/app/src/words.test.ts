import { describe, expect, it } from 'vitest';
import { age, day, deadline, sex, span, when } from './words';

const now = Date.parse('2026-06-10T15:00:00+08:00');

describe('span', () => {
	it.each([
		[20_000, '不到1分钟'],
		[60_000, '1分钟'],
		[59 * 60_000 + 59_999, '59分钟'],
		[3_600_000, '1小时'],
		[23.9 * 3_600_000, '23小时'],
		[24 * 3_600_000, '1天'],
		[28 * 3_600_000, '1天4小时'],
		[71 * 3_600_000, '2天23小时'],
		[75 * 3_600_000, '3天'],
		[12 * 86_400_000, '12天'],
	])('%i ms is %s', (ms, words) => {
		expect(span(ms)).toBe(words);
		expect(span(-ms)).toBe(words);
	});
});

describe('deadline', () => {
	it.each([
		['2026-06-10T18:00:00+08:00', '还剩3小时', 'soon'],
		['2026-06-10T10:00:00Z', '还剩3小时', 'soon'],
		['2026-06-11T18:00:00+08:00', '还剩1天3小时', 'calm'],
		['2026-06-10T15:00:00+08:00', '还剩不到1分钟', 'soon'],
		['2026-06-10T14:59:59+08:00', '已超期不到1分钟', 'late'],
		['2026-06-10T13:00:00+08:00', '已超期2小时', 'late'],
		['2026-06-01T13:00:00+08:00', '已超期9天', 'late'],
	])('%s is %s', (due, text, urgency) => {
		expect(deadline(due, now)).toEqual({ text, urgency });
	});
});

describe('when', () => {
	it.each([
		['2026-06-10T09:05:00+08:00', '今天09:05'],
		['2026-06-09T16:30:00Z', '今天00:30'],
		['2026-06-09T23:59:00+08:00', '昨天23:59'],
		['2026-06-11T18:00:00.123456+08:00', '明天18:00'],
		['2026-06-15T18:00:00+08:00', '6月15日 18:00'],
		['2025-12-31T08:00:00+08:00', '2025年12月31日 08:00'],
	])('%s is %s', (text, words) => {
		expect(when(text, now)).toBe(words);
	});
});

describe('people and days', () => {
	it('tells a day with its year only when that is another', () => {
		expect(day('2026-03-02', now)).toBe('3月2日');
		expect(day('2024-11-30', now)).toBe('2024年11月30日');
	});
	it('tells age and sex', () => {
		expect([age(null), age(0), age(72)]).toEqual(['年龄不详', '不满1岁', '72岁']);
		expect([sex('M'), sex('F'), sex(null)]).toEqual(['男', '女', '']);
	});
});
