/** What leaves the console: files of all rows, and what is masked until somebody may see it and says why. In Debian's Chromium. */
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { goTo, launch, MAX_WAIT_MS, openPage, signIn, type WatchedPage } from '../end-to-end/browser.ts';
import { type Json, type RunningSystem, sharedSystem } from '../end-to-end/running-system.ts';

vi.setConfig({ testTimeout: MAX_WAIT_MS, hookTimeout: 600_000 });

const SECRET = 'Billing.PaymentSecret';
let system: RunningSystem;
let browser: Browser;
/** Signed in as somebody who may see personal data and secrets in clear. */
let operator: WatchedPage;
let path: (view: string) => string;

/** Clicks on "CSV" of this part of the page. @returns the name of the file, and what is in it */
async function saved(page: Page, part = page.locator('main')): Promise<{ name: string; text: string }> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    part.getByRole('button', { name: 'CSV' }).first().click(),
  ]);
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') };
}

/** The same rows as the API gives them to a program. */
async function csvOf(target: string): Promise<string> {
  const { status, text } = await system.ask(target, { headers: { accept: 'text/csv' } });
  expect(status).toBe(200);
  return text;
}

/** The first two values of each line: a schema and a table, which nothing changes while it is asked. */
const names = (csv: string) => csv.split('\r\n').map((line) => line.split(',').slice(0, 2).join());

/** What the route's function has written for the auditor since this file began, the newest last. */
function auditLines(route: string): Json[] {
  return system
    .logged(route)
    .split('\n')
    .filter((line) => line.includes('"mrt.audit"'))
    .map((line) => JSON.parse(line.slice(line.indexOf('{'))) as Json);
}

/** Gives a reason in the dialog that is open. */
async function giveReason(page: Page, reason: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Why in clear?' });
  await dialog.getByLabel('Reason').fill(reason);
  await dialog.getByRole('button', { name: 'Show in clear' }).click();
}

describe('in a browser', () => {
  beforeAll(async () => {
    [system, browser] = await Promise.all([sharedSystem(), launch()]);
    await Promise.all([system.prepareConsole(), system.record()]);
    const base = system.endpoints.console ?? '';
    path = (view) => new URL(view, base).pathname + new URL(view, base).search;
    operator = await openPage(browser, { acceptDownloads: true });
    await signIn(operator.page, base, 'operators');
  });
  afterAll(async () => {
    await browser?.close();
    await system?.end();
  });

  describe('a file of', () => {
    test('many pages has their rows in order, with one header', async () => {
      const { page } = operator;
      await goTo(page, path('e/shop-prod/tables?kind=entity'));
      const asked: string[] = [];
      // Pages of ten, so that a few rows are several pages.
      await page.route(/limit=10000/, (route) => {
        asked.push(route.request().url());
        return route.continue({ url: route.request().url().replace('limit=10000', 'limit=10') });
      });
      const { text } = await saved(page);
      await page.unroute(/limit=10000/);
      expect(asked.length).toBeGreaterThan(2);
      expect(names(text)).toEqual(names(await csvOf('/table_size?environment=shop-prod&kind=entity&limit=10000')));
    });

    test('users holds what the page shows, and that is masked', async () => {
      await goTo(operator.page, path('e/shop-prod/users?kind=named&active=true'));
      const { text } = await saved(operator.page);
      expect(text).toBe(await csvOf('/users?environment=shop-prod&kind=named&active=true&limit=10000'));
      expect(text).toContain('***');
      expect(auditLines('users')).toEqual([]);
    });

    test.each([
      '',
      'e/shop-prod',
      'e/shop-prod/storage?list=orphaned',
      'e/shop-prod/tables?table=sales$order',
      'e/shop-prod/users?kind=web_service',
      'e/shop-prod/constants',
      'e/shop-prod/constants?compare=shop-acc',
      'e/etl-prod/airflow',
    ])('each view of /%s is one: no button is there that ends in a refusal', async (view) => {
      const { page } = operator;
      await goTo(page, path(view));
      // What belongs to a view comes with its answer, a history after its table.
      await page.waitForLoadState('networkidle');
      const parts = page.locator('.csv');
      expect(await parts.count()).toBeGreaterThan(0);
      for (const part of await parts.all()) {
        const [file] = await Promise.all([page.waitForEvent('download'), part.getByRole('button').click()]);
        const lines = readFileSync(await file.path(), 'utf8').split('\r\n');
        expect(lines.length).toBeGreaterThan(2);
        expect(await part.getByRole('status').textContent()).toMatch(/^Saved/);
      }
    });

    test('a page that fails is none: it says so, and saves nothing', async () => {
      const { page } = operator;
      await goTo(page, path('e/shop-prod/constants?state=default'));
      await page.route(/limit=10000/, (route) => route.fulfill({ status: 403, json: { message: 'Forbidden' } }));
      let isSaved = false;
      page.once('download', () => {
        isSaved = true;
      });
      await page.getByRole('button', { name: 'CSV' }).first().click();
      await page.locator('.csv', { hasText: 'mrt/micro_flow_constants.read' }).first().waitFor();
      await page.unroute(/limit=10000/);
      expect(isSaved).toBe(false);
    });
  });

  describe('in clear is', () => {
    test('gone with the view that showed it', async () => {
      const { page } = operator;
      await goTo(page, path('e/shop-prod/constants?secret=true'));
      await page.getByRole('button', { name: `Reveal ${SECRET} …` }).click();
      await giveReason(page, 'ticket 4712');
      await page.getByRole('button', { name: `Hide ${SECRET}` }).waitFor();
      await goTo(page, path('e/shop-prod/constants?secret=true&state=overridden'));
      await page.getByRole('button', { name: `Reveal ${SECRET} …` }).waitFor();
      expect(await page.getByRole('button', { name: `Hide ${SECRET}` }).count()).toBe(0);
    });

    test('a page of users, for a reason, with the rows that the API gives in clear', async () => {
      const { page } = operator;
      await goTo(page, path('e/shop-prod/users?kind=named&active=true&user_type=external'));
      await page.getByRole('button', { name: 'Show this page in clear …' }).click();
      await giveReason(page, 'licence review');
      await page.getByText('In clear, for: licence review.').waitFor();
      const { json } = await system.ask(
        '/users?environment=shop-prod&kind=named&active=true&user_type=external&limit=100&clear=true',
        { headers: { 'x-reason': 'comparison' } },
      );
      const logins = (json['users'] as { name: string }[]).map(({ name }) => name);
      const section = page.getByRole('region', { name: 'The same users in clear' });
      expect(await section.locator('tbody th').allTextContents()).toEqual(logins);
      expect(auditLines('users')[0]).toMatchObject({ clear: true, reason: 'licence review' });
    });

    test('nothing for whoever lacks the scope: it is named, and nothing can be clicked', async () => {
      const { page } = await openPage(browser);
      await page.route('**/environments?*', async (route) => {
        const response = await route.fetch();
        const json = (await response.json()) as { environments: { scopes: string[] }[] };
        for (const own of json.environments) own.scopes = own.scopes.filter((scope) => !/reveal|profile/.test(scope));
        await route.fulfill({ response, json });
      });
      await signIn(page, system.endpoints.console ?? '', 'operators');
      await goTo(page, path('e/shop-prod/users'));
      await page.getByText('mrt/users.profile, which you do not have here').waitFor();
      await goTo(page, path('e/shop-prod/constants?secret=true'));
      await page.getByRole('row', { name: SECRET }).waitFor();
      expect(await page.getByRole('button', { name: /Reveal|in clear/ }).count()).toBe(0);
      await page.getByText('mrt/micro_flow_constants.reveal').waitFor();
      await page.context().close();
    });
  });
});
