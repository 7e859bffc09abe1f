/** The console by the keyboard, page by page and by what was chosen. In Debian's Chromium: `bash .ci/deep browser` */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { barriers, goTo, launch, MAX_WAIT_MS, openPage, signIn, type WatchedPage } from '../end-to-end/browser.ts';
import { type RunningSystem, sharedSystem } from '../end-to-end/running-system.ts';

vi.setConfig({ testTimeout: MAX_WAIT_MS, hookTimeout: 600_000 });

let system: RunningSystem;
let browser: Browser;
/** Signed in as somebody who may read everything of the shop's environments. */
let operator: WatchedPage;
let base: string;

describe('in a browser', () => {
  beforeAll(async () => {
    [system, browser] = await Promise.all([sharedSystem(), launch()]);
    await Promise.all([system.prepareConsole(), system.record()]);
    base = system.endpoints.console ?? '';
    operator = await openPage(browser);
    await signIn(operator.page, base, 'operators');
  });
  afterAll(async () => {
    await browser?.close();
    await system?.end();
  });

  describe('each page', () => {
    // A few rows of each table are like all of them: axe takes seconds for 150. `browser.deep.ts` looks at whole pages.
    const PAGES = [
      '',
      'e/shop-prod',
      'e/shop-prod/storage',
      'e/shop-prod/tables?module=Billing',
      'e/shop-prod/users?kind=web_service',
      'e/shop-prod/constants?secret=true',
      'e/shop-prod/constants?compare=shop-acc',
    ];

    test.each(PAGES)('/%s has no barrier and breaks no policy', async (path) => {
      const { page, faults } = operator;
      await goTo(page, new URL(path, base).pathname + new URL(path, base).search);
      expect(await barriers(page)).toEqual([]);
      expect(await page.getByRole('alert').count()).toBe(0);
      expect(faults).toEqual([]);
    });
  });

  describe('the keyboard', () => {
    test('reaches everything on the page of tables, the picture by one stop and arrow keys', async () => {
      const { page } = operator;
      await goTo(page, new URL('e/shop-prod/tables', base).pathname);
      await page.locator('.skip').focus();
      const stops = [await focused(page)];
      for (let index = 0; index < 24; index += 1) {
        await page.keyboard.press('Tab');
        stops.push(await focused(page));
      }
      const order = [
        'To the content',
        'MRT local',
        'select',
        'Sign out',
        'Overview',
        'Storage',
        'Tables',
        'Users',
        'Constants',
        'tile',
      ];
      const places = order.map((stop) => stops.findIndex((text) => text.startsWith(stop)));
      expect(places).not.toContain(-1);
      expect(places).toEqual(places.toSorted((one, other) => one - other));
      expect(stops.filter((text) => text.startsWith('tile')).length).toBe(1);
    });

    test('goes from tile to tile and opens one, and the way back is the browser’s', async () => {
      const { page } = operator;
      await goTo(page, new URL('e/shop-prod/tables', base).pathname);
      await page.locator('.treemap a').first().focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      const name = await focused(page);
      await page.keyboard.press('Home');
      expect(await focused(page)).not.toBe(name);
      await page.keyboard.press('End');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\?table=/);
      await page.goBack();
      await page.waitForURL(/\/tables$/);
    });
  });

  describe('the storage of a bucket with a report of S3’s own', () => {
    test('has its figures, what lies between it and the others, and an audit by it', async () => {
      const { page, faults } = operator;
      await goTo(page, new URL('e/shop-prod/storage', base).pathname);
      const { json } = await system.ask('/bucket_size?environment=shop-prod&source=inventory');
      const [{ inventory }] = json['buckets'] as [{ inventory: { object_count: number; as_of: string } }];
      await page.getByRole('button', { name: 'Ask the report' }).click();
      const size = page.locator('.figure', { hasText: 'Size then' });
      await size.waitFor();
      expect(await size.locator('time').getAttribute('datetime')).toBe(inventory.as_of);
      const objects = await page.locator('.figure', { hasText: 'Objects then' }).locator('.figure-value').textContent();
      expect(objects).toBe(inventory.object_count.toLocaleString('en-GB'));
      await page.getByRole('button', { name: 'Explain' }).click();
      await page.getByText('By S3’s report of').waitFor();
      await page.getByText(/^What was written in the/).waitFor();
      await page.locator('label.choose', { hasText: 'The bucket by' }).locator('select').selectOption('inventory');
      await page.waitForURL(/from=inventory/);
      await page.getByRole('button', { name: 'Audit now' }).click();
      await page.getByText('Since the report:').waitFor();
      expect(await barriers(page)).toEqual([]);
      expect(faults).toEqual([]);
    });

    test('is not offered where there is none', async () => {
      const { page } = operator;
      await page.route(/\/bucket_size\?.*days=30/, async (route) => {
        const response = await route.fetch();
        const json = (await response.json()) as { buckets: { report?: object }[] };
        for (const bucket of json.buckets) delete bucket.report;
        await route.fulfill({ response, json });
      });
      await goTo(page, `${new URL('e/shop-prod/storage', base).pathname}?days=30`);
      await page.getByRole('button', { name: 'List it now' }).first().waitFor();
      expect(await page.getByRole('button', { name: 'Ask the report' }).count()).toBe(0);
      expect(await page.locator('label.choose', { hasText: 'The bucket by' }).count()).toBe(0);
    });
  });

  describe('what was chosen', () => {
    test('stands in the address, and the lines for a terminal ask for the same', async () => {
      const { page } = operator;
      await goTo(page, new URL('e/shop-prod/users', base).pathname);
      await page.locator('label.choose', { hasText: 'Kind' }).locator('select').selectOption('web_service');
      await page.waitForURL(/kind=web_service/);
      const section = page.getByRole('region', { name: 'One by one' });
      await section.getByText('mrt and curl').first().click();
      const lines = await section.locator('.line code').allInnerTexts();
      expect(lines[0]).toBe('mrt users -e shop-prod --kind web_service --limit 100');
      const address = /'([^']+)'/.exec(lines[1] ?? '')?.[1] ?? '';
      const { json } = await system.ask(address.slice(system.endpoints.api.length));
      const rows = section.locator('tbody tr');
      await expect.poll(() => rows.count(), { timeout: MAX_WAIT_MS }).toBe((json['users'] as unknown[]).length);
    });
  });
});

/** What has the focus, in a word. Runs in the page, whose types are not those of this file. */
const FOCUSED = `(() => {
  const element = document.activeElement;
  if (element === null || element === document.body) return 'nothing';
  if (element.closest('.treemap') !== null) return 'tile ' + element.getAttribute('aria-label');
  return element.tagName === 'SELECT' ? 'select' : element.textContent.trim().slice(0, 40);
})()`;

async function focused(page: Page): Promise<string> {
  return String(await page.evaluate(FOCUSED));
}
