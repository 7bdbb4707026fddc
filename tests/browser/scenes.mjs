// What people do with the pages, in a real Chromium. Each line of standard input asks for a scene, {"scene":...,"origin":...};
// each is answered by one line, {"fault":null} or what went wrong. Whatever happens, no request may leave the host, the
// content policy may not be violated, nothing may overflow, and what can be touched has a name and room for a thumb.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const { chromium } = createRequire(new URL('../../inbox/app/package.json', import.meta.url))('playwright-core');

const SIZES = {
	phone: { viewport: { width: 360, height: 780 }, hasTouch: true, deviceScaleFactor: 2 },
	small: { viewport: { width: 360, height: 640 }, hasTouch: true, deviceScaleFactor: 2 },
	desk: { viewport: { width: 1280, height: 800 } },
};

// ---- what is looked at in every state ----

// Runs in the page. Gives what is wrong with what is seen now.
function blemishes(phone) {
	const faults = [];
	const seen = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
	const name = (one) =>
		one.getAttribute('aria-label') || one.labels?.[0]?.textContent || one.textContent || one.closest('label')?.textContent;
	if (document.documentElement.scrollWidth > innerWidth) {
		faults.push(`the page is wider than the screen: ${document.documentElement.scrollWidth} of ${innerWidth}`);
	}
	for (const one of document.querySelectorAll('button, a[href], select, input, textarea, summary')) {
		if (!seen(one)) {
			continue;
		}
		const words = (name(one) ?? '').trim();
		const box = (one.closest('label, .van-field') ?? one).getBoundingClientRect();
		if (words === '') {
			faults.push(`no name: ${one.outerHTML.slice(0, 120)}`);
		}
		if (phone && one.closest('dd') === null && box.height < 44) {
			faults.push(`only ${box.height} high: ${words.slice(0, 20)}`);
		}
	}
	return faults.concat(pale(seen));

	// Text whose contrast to its ground is below 4.5:1.
	function pale(seen) {
		const light = ([r, g, b]) => {
			const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.03928 ? c / 3294.6 : ((c / 255 + 0.055) / 1.055) ** 2.4));
			return 0.2126 * x + 0.7152 * y + 0.0722 * z;
		};
		const parts = (colour) => colour.match(/[\d.]+/g).map(Number);
		const ground = (one) => {
			for (let at = one; at !== null; at = at.parentElement) {
				const style = getComputedStyle(at);
				const colour = parts(style.backgroundColor);
				if (style.backgroundImage !== 'none') {
					return null; // a gradient: looked at by people
				}
				if ((colour[3] ?? 1) === 1) {
					return colour;
				}
			}
			return [255, 255, 255];
		};
		const bad = [];
		const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		while (texts.nextNode()) {
			const one = texts.currentNode.parentElement;
			const words = texts.currentNode.textContent.trim();
			if (words === '' || !seen(one) || one.closest('script, noscript, .van-toast, .spoken')) {
				continue;
			}
			const below = ground(one);
			if (below !== null) {
				const [a, b] = [light(parts(getComputedStyle(one).color)), light(below)].sort((x, y) => y - x);
				if ((a + 0.05) / (b + 0.05) < 4.5) {
					bad.push(`pale (${((a + 0.05) / (b + 0.05)).toFixed(1)}:1): ${words.slice(0, 20)}`);
				}
			}
		}
		return bad;
	}
}

// One browser's window on the inbox.
class Reader {
	constructor(context, told, size) {
		this.context = context;
		this.told = told;
		this.size = size;
		this.faults = [];
	}

	static async open(browser, told, size) {
		const context = await browser.newContext({ ...SIZES[size], locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
		const reader = new Reader(context, told, size);
		context.setDefaultTimeout(15_000);
		await context.exposeFunction('policyViolated', (what) => reader.faults.push('content policy: ' + what));
		await context.addInitScript(() => {
			addEventListener('securitypolicyviolation', (event) =>
				window.policyViolated(`${event.violatedDirective} ${event.blockedURI}`),
			);
		});
		context.on('request', (request) => {
			const url = request.url();
			if (!url.startsWith(told.origin + '/') && !url.startsWith('data:')) {
				reader.faults.push('a request left the host: ' + url);
			}
		});
		reader.page = await reader.tab();
		return reader;
	}

	async tab() {
		const page = await this.context.newPage();
		page.on('pageerror', (error) => this.faults.push('script: ' + error.message));
		page.on('console', (message) => {
			const refused = /^Failed to load resource/.test(message.text()); // an answer that the pages show
			if (['error', 'warning'].includes(message.type()) && !refused) {
				this.faults.push('console: ' + message.text());
			}
		});
		return page;
	}

	// Looks at what is seen, and keeps a picture of it.
	async look(name, page = this.page) {
		await page.waitForTimeout(350); // sheets have come up
		const faults = await page.evaluate(blemishes, this.size !== 'desk');
		this.faults.push(...faults.map((fault) => `${name}: ${fault}`));
		await page.screenshot({ path: `${this.told.shots}/${this.size}-${name}.png` });
	}

	async enter(link) {
		await this.page.goto(link);
		await this.page.getByRole('button', { name: '进入系统' }).click();
		await this.page.waitForSelector('.house');
	}

	async see(id, page = this.page) {
		await page.goto(`${this.told.origin}/#/alert/${id}`);
		await page.waitForSelector('.one .story li');
	}

	state(page = this.page) {
		return page.locator('.lead .state').innerText();
	}

	async close() {
		await this.context.close();
		assert.deepEqual(this.faults, []);
	}
}

const text = (page, selector) => page.locator(selector).innerText();

// ---- scenes ----

const scenes = {
	async link_signs_in_once(browser, told, size) {
		const reader = await Reader.open(browser, told, size);
		const { page } = reader;
		await page.goto(told.link);
		await page.waitForSelector('text=进入系统');
		await reader.look('door-link');
		await page.getByRole('button', { name: '进入系统' }).click();
		await page.waitForSelector('.card');
		assert.equal(page.url(), `${told.origin}/#/`, 'the token stays in the address');
		const cookies = await reader.context.cookies();
		assert.equal(cookies.length, 1);
		assert.equal(cookies[0].httpOnly, true);
		assert.equal(cookies[0].sameSite, 'Strict');
		assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0);
		await page.reload();
		await page.waitForSelector('.card');
		await reader.close();

		const thief = await Reader.open(browser, told, size);
		await thief.page.goto(told.link);
		await thief.page.getByRole('button', { name: '进入系统' }).click();
		const fault = await text(thief.page, '.fault');
		await thief.look('door-link-used');
		assert.match(fault, /登录链接已失效/);
		assert.match(fault, /请联系管理员重新发放/);
		assert.equal((await thief.context.cookies()).length, 0);
		await thief.close();
	},

	async password_signs_in_and_leaving_ends_it(browser, told, size) {
		const reader = await Reader.open(browser, told, size);
		const { page } = reader;
		await page.goto(told.origin);
		await page.getByLabel('用户名').fill(told.user);
		await page.getByLabel('密码', { exact: true }).fill('something else');
		await reader.look('door');
		await page.keyboard.press('Enter');
		await page.waitForSelector('.fault');
		assert.match(await text(page, '.fault'), /用户名或密码不正确/);
		await reader.look('door-wrong');
		await page.getByLabel('密码', { exact: true }).fill(told.password);
		await page.keyboard.press('Enter');
		await page.waitForSelector('.card');
		const [cookie] = await reader.context.cookies();
		await page.getByRole('button', { name: '退出' }).click();
		await reader.look('leaving');
		await page.getByRole('dialog').getByRole('button', { name: '退出', exact: true }).click();
		await page.waitForSelector('text=您已退出登录');
		await reader.context.addCookies([cookie]);
		await page.reload();
		await page.getByLabel('用户名').waitFor();
		await reader.close();
	},

	async list_counts_filters_and_goes_on(browser, told, size) {
		const reader = await Reader.open(browser, told, size);
		const { page } = reader;
		await reader.enter(told.link);
		await page.waitForSelector('.card');
		const count = (level) => text(page, `.count.edge-${level} b`).then(Number);
		assert.equal(await count('red'), told.red);
		assert.equal(await count('orange'), told.orange);
		assert.equal(Number(await text(page, '.scopes [aria-pressed=true] b')), told.red + told.orange);
		assert.equal(await page.locator('.card').count(), 30);
		assert.match(await text(page, '.card >> nth=0 >> .due'), /^签收(还剩|已超期)/);
		await reader.look('list');
		await page.getByRole('button', { name: '显示更多' }).click();
		await page.waitForSelector(`text=一共${told.red + told.orange}条`);
		const ids = await page.locator('.card').evaluateAll((cards) => cards.map((card) => card.href));
		assert.equal(new Set(ids).size, told.red + told.orange);
		await page.locator('.list-end').scrollIntoViewIfNeeded();
		await reader.look('list-end');
		await page.locator('.count.edge-orange').click();
		await page.waitForFunction((n) => document.querySelectorAll('.card').length === n, told.orange);
		assert.equal(await page.locator('.card .level-orange').count(), told.orange);
		await reader.look('list-orange');
		await page.locator('.count.edge-blue').click();
		await page.waitForSelector('.list-empty');
		await reader.look('list-empty');
		await reader.close();
	},

	async alert_is_signed_with_the_thumb(browser, told, size) {
		const reader = await Reader.open(browser, told, size);
		const { page } = reader;
		await reader.enter(told.link);
		const card = page.locator(`.card[href="#/alert/${told.alert}"]`);
		await card.click();
		await page.waitForSelector('.one .story li');
		assert.equal(await reader.state(), '待签收');
		assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1');
		assert.match(await text(page, '.why'), /住房因灾倒塌或严重损坏/);
		assert.match(await text(page, '.people'), /张\*/);
		assert.match(await text(page, '.people'), /99010\d\*+/);
		assert.match(await text(page, '.told'), /牵头\s*东街镇/);
		assert.equal(await page.locator('.clocks li').count(), 4);
		await reader.look('alert');
		const button = page.getByRole('button', { name: '签收', exact: true });
		const box = await button.boundingBox();
		assert.ok(box.y > page.viewportSize().height * 0.75, 'the thumb does not reach the button');
		assert.ok(box.width >= 120 && box.height >= 48);
		await button.click();
		await page.waitForSelector('.van-toast >> text=已签收');
		await reader.look('alert-signed');
		assert.equal(await reader.state(), '已签收');
		assert.equal(await button.count(), 0);
		await page.waitForFunction(() => /已签收/.test(document.querySelector('.story li').textContent));
		const last = await text(page, '.story li >> nth=0');
		assert.match(last, new RegExp(told.label));
		assert.match(await text(page, '.facts'), new RegExp('签收\\s*' + told.label));
		await page.locator('.story').scrollIntoViewIfNeeded();
		await reader.look('alert-history');
		if (size !== 'desk') {
			await page.getByRole('button', { name: '返回列表' }).click();
		}
		await page.waitForFunction((id) => /已签收/.test(document.querySelector(`.card[href="#/alert/${id}"]`).textContent), told.alert);
		await reader.close();
	},

	async alert_is_signed_by_keyboard(browser, told, size) {
		const reader = await Reader.open(browser, told, size);
		const { page } = reader;
		const until = async (test) => {
			for (let i = 0; i < 60; i++) {
				await page.keyboard.press('Tab');
				if (await page.evaluate(test, told.alert)) {
					return;
				}
			}
			assert.fail('Tab never reaches it: ' + test);
		};
		await page.goto(told.link);
		await page.waitForSelector('text=进入系统');
		await until(() => document.activeElement.textContent.includes('进入系统'));
		await page.keyboard.press('Enter');
		await page.waitForSelector('.card');
		await until((id) => document.activeElement.getAttribute('href') === `#/alert/${id}`);
		await page.keyboard.press('Enter');
		await page.waitForSelector('.one .story li');
		await until(() => document.activeElement.textContent === '其他办理');
		await page.keyboard.press('Enter');
		await page.waitForFunction(() => document.activeElement.textContent === '请选择要办的事');
		await page.keyboard.press('Escape');
		await page.waitForFunction(() => document.activeElement.textContent === '其他办理');
		await until(() => document.activeElement.textContent === '签收');
		await page.keyboard.press('Enter');
		await page.waitForSelector('.lead .state >> text=已签收');
		assert.match(await text(page, '.spoken'), /^(已签收。.*)?$/);
		await page.waitForFunction(() => document.querySelector('.spoken').textContent.startsWith('已签收'));
		await reader.close();
	},

	// The deed is done, its answer lost: the second press must find it done.
	async lost_answer_is_tried_again_and_happens_once(browser, told, size) {
		const reader = await Reader.open(browser, told, size);
		const { page } = reader;
		const keys = [];
		await reader.enter(told.link);
		await reader.see(told.alert);
		await page.route('**/actions', async (route) => {
			keys.push(route.request().headers()['idempotency-key']);
			if (keys.length > 1) {
				await route.continue();
				return;
			}
			await route.fetch();
			await route.abort('connectionreset');
		});
		await page.getByRole('button', { name: '签收', exact: true }).click();
		await page.waitForSelector('.hand .fault');
		assert.match(await text(page, '.hand .fault'), /没有连上服务器[^]*请检查手机网络/);
		await reader.look('sign-lost');
		await page.getByRole('button', { name: '签收', exact: true }).click();
		await page.waitForSelector('.lead .state >> text=已签收');
		assert.equal(keys.length, 2);
		assert.equal(keys[0], keys[1]);
		const signed = page.locator('.story li b', { hasText: '已签收' });
		await signed.first().waitFor(); // the story comes after the alert
		assert.equal(await signed.count(), 1);
		await reader.close();
	},

	async second_tab_hears_that_somebody_was_faster(browser, told, size) {
		const reader = await Reader.open(browser, told, size);
		await reader.enter(told.link);
		const first = reader.page;
		const [second, third] = [await reader.tab(), await reader.tab()];
		for (const page of [first, second, third]) {
			await reader.see(told.alert, page);
		}
		await third.getByRole('button', { name: '其他办理' }).click();
		await third.getByRole('dialog').getByRole('button', { name: '备注' }).click();
		await third.getByLabel('说明（必填）').fill('已与村里核对住址');

		await first.getByRole('button', { name: '签收', exact: true }).click();
		await first.waitForSelector('.lead .state >> text=已签收');

		await second.getByRole('button', { name: '签收', exact: true }).click();
		await second.waitForSelector('.hand .fault');
		assert.match(await text(second, '.hand .fault'), /已有人签收[^]*无需再签收/);
		assert.equal(await reader.state(second), '已签收');
		await reader.look('conflict-signed', second);

		await third.getByRole('dialog').getByRole('button', { name: '确定' }).click();
		await third.waitForSelector('.hand .fault');
		assert.match(await text(third, '.hand .fault'), /预警已被他人更新[^]*请看过后再办理/);
		assert.equal(await reader.state(third), '已签收');
		await reader.look('conflict', third);
		await third.getByRole('button', { name: '其他办理' }).click();
		await third.getByRole('dialog').getByRole('button', { name: '备注' }).click();
		assert.equal(await third.getByLabel('说明（必填）').inputValue(), '已与村里核对住址');
		await third.getByRole('dialog').getByRole('button', { name: '确定' }).click();
		await third.waitForSelector('.story q >> text=已与村里核对住址');
		await reader.close();
	},

	async actions_ask_for_what_they_need(browser, told, size) {
		const reader = await Reader.open(browser, told, size);
		const { page } = reader;
		const dialog = page.getByRole('dialog');
		const choose = async (word) => {
			await page.getByRole('button', { name: '其他办理' }).click();
			await dialog.getByRole('button', { name: word, exact: true }).click();
			await page.waitForSelector('.sheet form:visible');
		};
		const send = () => dialog.getByRole('button', { name: '确定' }).click();
		const done = async (state) => {
			await page.waitForSelector('.sheet form', { state: 'hidden' });
			await page.waitForSelector(`.lead .state >> text=${state}`);
			await page.waitForSelector('.van-toast', { state: 'hidden' });
		};
		const step = async (word, state) => {
			await page.locator('.hand-main', { hasText: word }).click();
			await page.waitForSelector('.sheet form:visible');
			await send();
			await done(state);
		};
		await reader.enter(told.link);
		await reader.see(told.alert);
		await page.getByRole('button', { name: '签收', exact: true }).click();
		await done('已签收');

		await page.getByRole('button', { name: '其他办理' }).click();
		await dialog.getByText('哪些现在还不能办').click();
		await reader.look('actions');
		assert.match(await dialog.innerText(), /联系不上须有三次/);
		await dialog.getByRole('button', { name: '返回' }).click();

		await choose('帮扶');
		await send();
		assert.match(await text(page, '.sheet .fault'), /请填写说明/);
		await page.getByLabel('说明（必填）').fill('送去棉被两床，证件99010219300101005' + told.digit);
		await send();
		await page.waitForSelector('.sheet .fault >> text=身份证号码');
		assert.match(await text(page, '.sheet .fault'), /请删去号码/);
		await reader.look('action-number');
		await page.getByLabel('说明（必填）').fill('送去棉被两床');
		await send();
		await done('已签收');

		await step('入户', '已签收');
		await step('甄别', '甄别中');
		await page.locator('.hand-main', { hasText: '核实属实' }).click();
		await page.waitForSelector('.sheet form:visible');
		await send();
		assert.match(await text(page, '.sheet .fault'), /请选择致困原因/);
		await page.getByLabel('致困原因').selectOption('因灾');
		await reader.look('action-cause');
		await send();
		await done('核实属实');
		await step('建档', '已建档');

		await choose('转介');
		await page.getByLabel('接收单位').selectOption({ label: '试验县' });
		await page.getByLabel('说明（必填）').fill('请住建部门鉴定房屋');
		await send();
		await done('已建档');
		await page.locator('.hand-main', { hasText: '处置' }).click();
		await page.getByLabel('处置方式').selectOption({ label: '纳入政策' });
		await send();
		await done('已处置');
		await page.locator('.story').scrollIntoViewIfNeeded();
		await reader.look('story-long');
		await reader.close();
	},

	async name_is_opened_for_a_reason(browser, told, size) {
		const reader = await Reader.open(browser, told, size);
		const { page } = reader;
		await reader.enter(told.link);
		await reader.see(told.alert);
		await page.getByRole('button', { name: '查看姓名电话' }).first().click();
		await reader.look('open-asks');
		const dialog = page.getByRole('dialog');
		await dialog.getByRole('button', { name: '查看', exact: true }).click();
		assert.match(await text(page, '.sheet .fault'), /请先选择查看原因/);
		await dialog.getByLabel('上门走访').check();
		await dialog.getByRole('button', { name: '查看', exact: true }).click();
		await page.waitForSelector('.opened');
		assert.match(await text(page, '.opened'), /姓名\s*张某/);
		await reader.look('opened');
		await dialog.getByRole('button', { name: '看完了' }).click();
		await page.waitForSelector('.opened', { state: 'detached' });
		assert.equal(await page.getByText('张某').count(), 0);
		await reader.close();
	},

	async village_sees_what_its_town_leads(browser, told, size) {
		const reader = await Reader.open(browser, told, size);
		const { page } = reader;
		await reader.enter(told.link);
		await page.waitForSelector('.card');
		await page.locator('.card-led', { hasText: '牵头：东街镇' }).first().waitFor();
		assert.equal(await page.locator('.card', { hasText: '二村' }).count(), 0);
		await reader.look('village-list');
		await reader.see(told.alert);
		assert.equal(await page.getByRole('button', { name: '查看姓名电话' }).count(), 0);
		assert.equal(await page.getByRole('button', { name: '签收', exact: true }).count(), 0);
		await reader.look('village-alert');
		await page.goto(`${told.origin}/#/alert/${told.other}`);
		await page.waitForSelector('.fault');
		assert.match(await text(page, '.one .fault'), /没有这条预警，或不在您单位职责范围/);
		await reader.look('village-other');
		await reader.close();
	},

	// needwatchd has been stopped: what is there can still be worked on.
	async page_says_that_the_watch_is_away(browser, told, size) {
		const reader = await Reader.open(browser, told, size);
		const { page } = reader;
		await reader.enter(told.link);
		await page.waitForSelector('.notice');
		assert.match(await text(page, '.notice'), /监测服务没有应答：已有预警可照常办理/);
		await reader.see(told.alert);
		await reader.look('watch-away');
		await page.getByRole('button', { name: '签收', exact: true }).click();
		await page.waitForSelector('.lead .state >> text=已签收');
		await reader.close();
	},

	async page_lives_through_a_lost_network(browser, told, size) {
		const reader = await Reader.open(browser, told, size);
		const { page } = reader;
		await reader.enter(told.link);
		await page.waitForSelector('.card');
		await reader.context.setOffline(true);
		await page.waitForSelector('.notice');
		assert.match(await text(page, '.notice'), /网络不通，现在看到的是断网前的内容/);
		await page.locator(`.card[href="#/alert/${told.alert}"]`).click();
		await page.waitForSelector('.one .fault');
		await reader.look('offline');
		await reader.context.setOffline(false);
		await page.waitForSelector('.one .story li');
		await page.waitForSelector('.notice', { state: 'detached' });
		await reader.close();
	},
};

const browser = await chromium.launch({
	executablePath: '/usr/bin/chromium',
	args: [
		'--no-sandbox',
		'--headless',
		'--disable-gpu',
		'--disable-background-networking',
		'--disable-component-update',
		'--disable-sync',
		'--no-first-run',
		'--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
	],
});
for await (const line of createInterface({ input: process.stdin })) {
	const told = JSON.parse(line);
	let fault = null;
	mkdirSync(told.shots, { recursive: true });
	try {
		await scenes[told.scene](browser, told, told.size);
	} catch (error) {
		fault = error.stack;
	}
	await Promise.all(browser.contexts().map((context) => context.close()));
	process.stdout.write(JSON.stringify({ fault }) + '\n');
}
await browser.close();
