/**
 * The console in Debian's Chromium: every page at three widths and in both themes; how fast, how large, how smooth.
 * `bash .ci/deep browser`. What it measures it says, for docs/figures/console.md.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ConsoleFiles } from '../../local/console/console-files.ts';
import { PROJECT } from '../../local/stack/synthesis.ts';
import { barriers, goTo, launch, MAX_WAIT_MS, openPage, signIn, type WatchedPage } from '../end-to-end/browser.ts';
import { type RunningSystem, runSystem } from '../end-to-end/running-system.ts';

vi.setConfig({ testTimeout: MAX_WAIT_MS, hookTimeout: 600_000 });

const MAX_BYTES = 60_000;
/** Of the page's own work until the first picture. The processor's time: what else the machine does is not in it. */
const MAX_FIRST_PICTURE_CPU_MS = 1_000;
/** Of the page's own work for a page of 1,000 rows. */
const MAX_ROWS_CPU_MS = 1_500;
/** What the fleet's first picture rests on; the forecasts of disks come after it. */
const FIRST_QUESTIONS = ['airflow_health', 'bucket_size', 'micro_flow_constants', 'table_size', 'users'];
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
});
afterAll(async () => {
  process.stdout.write(`\n${said.join('\n')}\n`);
  await browser?.close();
  await system?.end();
});

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

/**
 * The processor's time of the page's main thread since it was opened, in milliseconds: `TaskDuration` in the domain
 * `threadTicks` (Chrome DevTools Protocol, Performance.enable).
 */
async function processorTime(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1000;
  };
}

const rounded = (times: readonly number[]) => times.map((time) => Math.round(time)).join(', ');
const median = (times: readonly number[]) =>
  times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? Number.NaN;

test('the first picture costs less than a second of work, and no question but one a route', async () => {
  const times: number[] = [];
  const works: number[] = [];
  for (let run = 0; run < 5; run += 1) {
    const { page } = await openPage(browser);
    await page.goto(base);
    await page.getByRole('button', { name: 'Sign in' }).click();
    const button = page.locator('button[value="operators"]');
    await button.waitFor();
    const work = await processorTime(page);
    const asked: string[] = [];
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.searchParams.get('environment') === '*') asked.push(url.pathname.slice(1));
    });
    const begun = performance.now();
    await button.click();
    await page.locator('.concerns li, .all-good').first().waitFor();
    times.push(performance.now() - begun);
    works.push(await work());
    expect(asked).toHaveLength(FIRST_QUESTIONS.length);
    expect(new Set(asked)).toEqual(new Set(FIRST_QUESTIONS));
    await page.context().close();
  }
  say(
    `first picture: ${rounded(times)} ms; median ${Math.round(median(times))}; the page's own work ${rounded(works)} ms`,
  );
  expect(median(works)).toBeLessThanOrEqual(MAX_FIRST_PICTURE_CPU_MS);
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
  const works: number[] = [];
  const work = await processorTime(page);
  for (let at = 1; at < 10; at += 1) {
    const before = await work();
    times.push(Number(await page.evaluate(`(${NEXT_PAGE})(${at})`)));
    works.push((await work()) - before);
  }
  say(`a page of 1,000 rows: ${rounded(times)} ms; the page's own work ${rounded(works)} ms`);
  expect(await page.locator('tbody tr').count()).toBe(1000);
  expect(median(works)).toBeLessThanOrEqual(MAX_ROWS_CPU_MS);
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
