/**
 * The console in Debian's Chromium: every page at three widths and in both themes; how fast, how large, how smooth.
 * `bash .ci/deep browser`. What it measures it says, for docs/figures.md.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConsoleFiles } from '../../local/console/console-files.ts';
import { PROJECT } from '../../local/stack/synthesis.ts';
import { barriers, goTo, launch, openPage, signIn, type WatchedPage } from '../end-to-end/browser.ts';
import { type RunningSystem, runSystem } from '../end-to-end/running-system.ts';

const MAX_BYTES = 60_000;
const MAX_FIRST_PICTURE_MS = 1_000;
const WIDTHS = [360, 1280, 2560];
const THEMES = ['light', 'dark'] as const;
const VIEWS = [
  '',
  'e/shop-prod',
  'e/shop-prod/storage',
  'e/shop-prod/tables',
  'e/shop-prod/tables?table=sales$order',
  'e/shop-prod/users',
  'e/shop-prod/constants',
  'e/shop-prod/constants?compare=shop-acc',
  'e/etl-prod',
  'e/etl-prod/airflow',
];

let system: RunningSystem;
let browser: Browser;
let base: string;
const said: string[] = [];
const say = (line: string) => said.push(line);
const pathOf = (view: string) => new URL(view, base).pathname + new URL(view, base).search;

beforeAll(async () => {
  [system, browser] = await Promise.all([runSystem(), launch()]);
  await Promise.all([system.prepareConsole(), system.record()]);
  base = system.endpoints.console ?? '';
}, 300_000);
afterAll(async () => {
  process.stdout.write(`\n${said.join('\n')}\n`);
  await browser?.close();
  await system?.end();
}, 60_000);

describe.each(THEMES)('in the %s theme', (colorScheme) => {
  describe.each(WIDTHS)('at %d pixels', (width) => {
    let watched: WatchedPage;
    beforeAll(async () => {
      watched = await openPage(browser, { colorScheme, viewport: { width, height: 900 } });
      await signIn(watched.page, base, 'operators');
    });
    afterAll(() => watched.page.context().close());

    test.each(VIEWS)('/%s has no barrier, breaks no policy and is not wider than the window', async (view) => {
      const { page, faults } = watched;
      await goTo(page, pathOf(view));
      expect(await barriers(page)).toEqual([]);
      expect(faults).toEqual([]);
      expect(Number(await page.evaluate('document.documentElement.scrollWidth'))).toBeLessThanOrEqual(width);
    });
  });
});

test('all of it is at most 60 kB, gzipped', async () => {
  const directory = await new ConsoleFiles(PROJECT).directory();
  const sizes = globSync('**/*.*', { cwd: directory }).map(
    (name) => [name, gzipSync(readFileSync(join(directory, name)), { level: 9 }).length] as const,
  );
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  say(`size: ${total} bytes gzipped (${sizes.map(([name, size]) => `${name} ${size}`).join(', ')})`);
  expect(total).toBeLessThanOrEqual(MAX_BYTES);
});

test('the first picture is there within a second of coming back from the sign-in', async () => {
  const times: number[] = [];
  for (let run = 0; run < 5; run += 1) {
    const { page } = await openPage(browser);
    await page.goto(base);
    await page.getByRole('button', { name: 'Sign in' }).click();
    const button = page.locator('button[value="operators"]');
    await button.waitFor();
    const begun = performance.now();
    await button.click();
    await page.locator('.concerns li, .all-good').first().waitFor();
    times.push(performance.now() - begun);
    await page.context().close();
  }
  const [, , median = 0] = times.toSorted((one, other) => one - other);
  say(`first picture: ${times.map((time) => Math.round(time)).join(', ')} ms; median ${Math.round(median)}`);
  expect(median).toBeLessThanOrEqual(MAX_FIRST_PICTURE_MS);
});

/** In the page: from the click to the frame in which the last of the new rows is there, in milliseconds. */
const NEXT_PAGE = `(at) => new Promise((resolve) => {
  const begun = performance.now();
  [...document.querySelectorAll('.pager a')].at(-1).click();
  const look = () =>
    document.querySelector('tbody tr:last-child th')?.textContent.includes('Sales.T' + at + '_999')
      ? resolve(performance.now() - begun)
      : requestAnimationFrame(look);
  look();
})`;

test('ten pages of 1,000 tables each are drawn without a long stop', async () => {
  const { page } = await openPage(browser, { viewport: { width: 1280, height: 900 } });
  await signIn(page, base, 'operators');
  const { json } = await system.ask('/table_size?environment=shop-prod&limit=1000');
  const [row] = json['tables'] as Record<string, unknown>[];
  await page.route(/\/table_size\?.*limit=1000/, (route) => {
    const at = Number(new URL(route.request().url()).searchParams.get('cursor') ?? 0);
    const tables = Array.from({ length: 1000 }, (_, index) => ({
      ...row,
      table: `t${at}_${index}`,
      entity: `Sales.T${at}_${index}`,
      total_bytes: 1e9 - (at * 1000 + index) * 1e4,
    }));
    return route.fulfill({ json: { ...json, tables, next_cursor: at === 9 ? null : String(at + 1) } });
  });
  await goTo(page, pathOf('e/shop-prod/tables?kind=entity'));
  const times: number[] = [];
  for (let at = 1; at < 10; at += 1) {
    times.push(Number(await page.evaluate(`(${NEXT_PAGE})(${at})`)));
  }
  say(`a page of 1,000 rows: ${times.map((time) => Math.round(time)).join(', ')} ms`);
  expect(await page.locator('tbody tr').count()).toBe(1000);
  expect(times.toSorted((one, other) => one - other)[4]).toBeLessThanOrEqual(1_500);
  await page.context().close();
});

test('a listing can be stopped and goes on from where it was', async () => {
  const { page } = await openPage(browser);
  await signIn(page, base, 'operators');
  const cursors: (string | null)[] = [];
  await page.route(/source=listing/, async (route) => {
    const cursor = new URL(route.request().url()).searchParams.get('cursor');
    cursors.push(cursor);
    const answer = (objects: number, next: string | null) => ({
      json: {
        environment: 'shop-prod',
        buckets: [
          {
            bucket: 'shop-prod-files',
            region: 'eu-west-1',
            prefix: null,
            size_bytes: objects * 10,
            object_count: objects,
            source: 'listing',
            as_of: '2026-11-26T10:00:00Z',
            complete: next === null,
            storage_types: [],
            history: null,
            growth: null,
            prefixes: null,
            listing: null,
            difference: null,
            error: null,
          },
        ],
        total: { size_bytes: 0, object_count: 0 },
        complete: next === null,
        next_cursor: next,
      },
    });
    if (cursor === null) return route.fulfill(answer(1000, 'second'));
    // The second request hangs until it is given up.
    if (cursors.length === 2) return;
    return route.fulfill(answer(2500, null));
  });
  await goTo(page, pathOf('e/shop-prod/storage'));
  await page.getByRole('button', { name: 'List it now' }).click();
  await page.getByText('1,000 objects').waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  expect(await page.getByText('at least so much').count()).toBe(1);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByText('2,500 objects').waitFor();
  expect(cursors).toEqual([null, 'second', 'second']);
  expect(await page.getByText('at least so much').count()).toBe(0);
  await page.context().close();
});
