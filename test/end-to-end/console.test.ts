/**
 * The console in a real Chromium, at the running system: what a change would break first, and what only a browser shows. One
 * person, one sign-in, page after page. All pages, themes, widths, states and files: `bash .ci/deep browser`.
 */
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { barriers, browserPath, goTo, launch, MAX_WAIT_MS, openPage, signIn, type WatchedPage } from './browser.ts';
import { poison } from './hostile-answers.ts';
import { type Json, type RunningSystem, sharedSystem } from './running-system.ts';

// A browser beside all other tests: what is slow is no fault here.
vi.setConfig({ testTimeout: MAX_WAIT_MS, hookTimeout: 600_000 });

const SECRET = 'Billing.PaymentSecret';
let system: RunningSystem;
let browser: Browser;
/** Signed in as somebody who may read everything of the shop's environments, and see what is masked. */
let operator: WatchedPage;
let base: string;

const pathOf = (view: string) => new URL(view, base).pathname + new URL(view, base).search;

/** Goes to a view and wants it drawn: figures, no fault, no breach of the policy. */
async function drawn(view: string): Promise<Page> {
  const { page, faults } = operator;
  await goTo(page, pathOf(view));
  expect(await page.locator('main').textContent()).toMatch(/\d/);
  expect(await page.getByRole('alert').count()).toBe(0);
  expect(faults).toEqual([]);
  return page;
}

/** What the route's function has written for the auditor since this file began. */
function auditLines(route: string): Json[] {
  const lines = system.logged(route).split('\n');
  return lines
    .filter((line) => line.includes('"mrt.audit"'))
    .map((line) => JSON.parse(line.slice(line.indexOf('{'))) as Json);
}

/** Clicks on "CSV" of this part of the page. @returns the name of the file, and what is in it */
async function saved(page: Page, part = page.locator('main')): Promise<{ name: string; text: string }> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    part.getByRole('button', { name: 'CSV' }).first().click(),
  ]);
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') };
}

/** Gives a reason in the dialog that is open. */
async function giveReason(page: Page, reason: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Why in clear?' });
  await dialog.getByLabel('Reason').fill(reason);
  await dialog.getByRole('button', { name: 'Show in clear' }).click();
}

test('a Chromium is on this machine, or somebody is told that the console is not tried here', ({ annotate }) => {
  if (browserPath() !== null) return;
  const words =
    'No Chromium on this machine: the console is tried by `bash .ci/deep browser`, or with CHROMIUM=<path>.';
  process.stderr.write(`\n${words}\n`);
  return annotate(words).then(() => undefined);
});

describe.skipIf(browserPath() === null)('in a browser', () => {
  beforeAll(async () => {
    [system, browser] = await Promise.all([sharedSystem(), launch()]);
    await Promise.all([system.prepareConsole(), system.record()]);
    base = system.endpoints.console ?? '';
    operator = await openPage(browser, { acceptDownloads: true });
    await signIn(operator.page, `${base}e/shop-prod/tables?module=Billing`, 'operators');
  });
  afterAll(async () => {
    await browser?.close();
    await system?.end();
  });

  describe('signing in', () => {
    test('leads back to the view that was asked for, with nothing of the sign-in in the address', async () => {
      const { page, faults } = operator;
      await page.getByRole('heading', { name: 'shop-prod Tables' }).waitFor();
      expect(page.url()).toBe(`${base}e/shop-prod/tables?module=Billing`);
      expect(faults).toEqual([]);
    });

    test('leaves no token anywhere but in memory', async () => {
      const kept = await operator.page.evaluate(
        'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])',
      );
      expect(kept).toBe('[{},{},""]');
    });

    test('takes no answer that it has not asked for', async () => {
      const { page } = await openPage(browser);
      await page.goto(`${base}?code=stolen&state=made-up`);
      await page.getByRole('alert').waitFor();
      expect(await page.getByRole('alert').textContent()).toContain('another tab');
      await page.context().close();
    });
  });

  describe('each page', () => {
    test.each([
      '',
      'e/shop-prod',
      'e/shop-prod/storage',
      'e/shop-prod/constants?module=Billing',
      'e/shop-prod/constants?compare=shop-acc',
      'e/etl-prod/airflow',
    ])('/%s is drawn and breaks no policy', async (view) => {
      await drawn(view);
    });

    test('shows what the API says: as many tables, and the same users', async () => {
      const page = await drawn('e/shop-prod/tables');
      const { json } = await system.ask('/table_size?environment=shop-prod&limit=1000');
      expect(await page.locator('tbody tr').count()).toBe((json['tables'] as Json[]).length);
      await drawn('e/shop-prod/users');
      const { json: users } = await system.ask('/users?environment=shop-prod&limit=100');
      const names = (users['users'] as { name: string }[]).map(({ name }) => name);
      expect(await page.locator('tbody tr th').allInnerTexts()).toEqual(names);
    });

    // A few rows of each table are like all of them: axe takes seconds for 150.
    test.each(['', 'e/shop-prod/tables?module=Billing'])('/%s has no barrier', async (view) => {
      await goTo(operator.page, pathOf(view));
      expect(await barriers(operator.page)).toEqual([]);
    });

    test('is served with the policy that it obeys', async () => {
      const response = await fetch(base);
      const policy = response.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain(new URL(system.endpoints.token_endpoint).origin);
      expect(policy).not.toContain('unsafe');
      expect(await response.text()).not.toMatch(/<script>|style=|onload/);
    });
  });

  describe('what leaves it', () => {
    test('is for the constants the API’s CSV, to the byte', async () => {
      await goTo(operator.page, pathOf('e/shop-prod/constants'));
      const { name, text } = await saved(operator.page);
      expect(name).toBe('shop-prod-micro_flow_constants.csv');
      const target = '/micro_flow_constants?environment=shop-prod&limit=10000';
      expect(text).toBe((await system.ask(target, { headers: { accept: 'text/csv' } })).text);
      expect(text.split('\r\n').length).toBeGreaterThan(10);
    });

    test('is what the view shows where the API gives no table: the fleet, a history, a comparison', async () => {
      const { page } = operator;
      await goTo(page, pathOf(''));
      const fleet = await saved(page);
      expect(fleet.name).toBe('fleet.csv');
      expect(fleet.text).toContain('\r\nshop-prod,');
      await goTo(page, pathOf('e/shop-prod/storage?days=30'));
      const { json } = await system.ask('/bucket_size?environment=shop-prod&days=30');
      const [{ history }] = json['buckets'] as [{ history: { date: string; size_bytes: number }[] }];
      const days = (await saved(page)).text.split('\r\n').slice(1, -1);
      expect(days.map((line) => line.split(',').slice(2, 4).join())).toEqual(
        history.map(({ date, size_bytes }) => `${date},${size_bytes}`),
      );
      await goTo(page, pathOf('e/shop-prod/constants?compare=shop-acc'));
      const compared = await saved(page);
      expect(compared.name).toBe('shop-prod-constants-against-shop-acc.csv');
      expect(compared.text).toContain('Billing.PaymentUrl,value,shop-prod,');
    });

    test('is one secret, for a reason, until it is hidden; the auditor has the reason and not the secret', async () => {
      const { page, faults } = operator;
      await goTo(page, pathOf('e/shop-prod/constants?secret=true'));
      const row = page.getByRole('row', { name: SECRET });
      expect(await row.textContent()).toContain('masked');
      await page.getByRole('button', { name: `Reveal ${SECRET} …` }).click();
      // Two letters are no reason.
      await giveReason(page, 'no');
      expect(await page.getByRole('dialog').isVisible()).toBe(true);
      expect(auditLines('micro_flow_constants')).toEqual([]);

      await giveReason(page, 'ticket 4711');
      await page.getByRole('button', { name: `Hide ${SECRET}` }).waitFor();
      const { json } = await system.ask(
        `/micro_flow_constants?environment=shop-prod&name=${SECRET}&reveal=true&limit=1`,
        { headers: { 'x-reason': 'comparison' } },
      );
      const [{ value }] = json['constants'] as [{ value: string }];
      expect(value).toMatch(/\S{4}/);
      expect(await row.locator('code').first().textContent()).toBe(value);
      // The others stay masked.
      expect(await page.locator('tbody .masked').count()).toBeGreaterThan(1);
      await expect.poll(() => auditLines('micro_flow_constants').length).toBeGreaterThan(0);
      const [line] = auditLines('micro_flow_constants');
      expect(line).toMatchObject({ clear: true, reason: 'ticket 4711', environments: ['shop-prod'] });
      expect(JSON.stringify(line)).not.toContain(value);

      await page.getByRole('button', { name: `Hide ${SECRET}` }).click();
      expect(await page.locator('main').textContent()).not.toContain(value);
      expect(page.url()).not.toMatch(/reveal|4711/);
      expect(faults).toEqual([]);
    });
  });

  test.each([
    ['e/shop-acc/tables', /\/table_size\?/],
    ['e/shop-acc/constants', /\/micro_flow_constants\?/],
  ])('names that are code are text and nothing else on /%s', async (view, answers) => {
    const { page, faults } = operator;
    await page.route(answers, (route) => poison(route));
    await goTo(page, pathOf(view));
    await page.locator('tbody tr').first().waitFor();
    await page.unroute(answers);
    expect(await page.locator('main').textContent()).toContain('<img src=x onerror="alert(1)">');
    expect(await page.locator('img, script:not([src]), iframe').count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test('an answer of the gateway’s, 403, names the scope that is missing', async () => {
    const { page } = operator;
    await page.route(/\/users\?.*kind=named/, (route) =>
      route.fulfill({ status: 403, json: { message: 'Forbidden' } }),
    );
    await goTo(page, pathOf('e/shop-prod/users?kind=named'));
    await page.unroute(/\/users\?.*kind=named/);
    expect(await page.getByRole('alert').first().textContent()).toContain('mrt/users.read');
  });

  describe('the sign-in', () => {
    test('is renewed in silence when the API refuses the token, once for all that wait', async () => {
      const { page, faults } = operator;
      // Questions that the way to another page gives up would take the refusals with them.
      await page.waitForLoadState('networkidle');
      let refusals = 0;
      const renewals: string[] = [];
      page.on('request', (request) => {
        if (request.url().endsWith('/oauth2/token')) renewals.push(request.postData() ?? '');
      });
      await page.route(/\/(users|table_size|bucket_size|micro_flow_constants)\?/, (route) => {
        if (refusals >= 3) return route.continue();
        refusals += 1;
        return route.fulfill({ status: 401, json: { message: 'Unauthorized' } });
      });
      await goTo(page, pathOf('e/shop-acc'));
      await expect.poll(() => renewals.length, { timeout: MAX_WAIT_MS }).toBe(1);
      await page.locator('#users').waitFor();
      await page.getByText('web service').first().waitFor();
      expect(refusals).toBe(3);
      expect(renewals).toHaveLength(1);
      expect(renewals[0]).toContain('grant_type=refresh_token');
      expect(faults).toEqual([]);
    });

    test('ends at Cognito too: the refresh token is good for nothing, and nobody is signed in by the next click', async () => {
      const { page } = operator;
      const revoked = page.waitForResponse(/\/oauth2\/revoke$/);
      await page.getByRole('button', { name: 'Sign out' }).click();
      expect((await revoked).status()).toBe(200);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.locator('button[value="operators"]').waitFor();
    });
  });
});
