/** What the console shows when an answer is hostile, refused, late, partial, old or empty. In Debian's Chromium. */
import { ROUTES } from '@mrt/client';
import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { barriers, goTo, launch, MAX_WAIT_MS, openPage, signIn, type WatchedPage } from '../end-to-end/browser.ts';
import { HOSTILE, poison, poisoned } from '../end-to-end/hostile-answers.ts';
import { type Json, type RunningSystem, sharedSystem } from '../end-to-end/running-system.ts';

vi.setConfig({ testTimeout: MAX_WAIT_MS, hookTimeout: 600_000 });

/** Answers that are poisoned; the Airflow of one environment is in none of the sample ones. */
const POISONED = /\/((table_size|users|micro_flow_constants|bucket_size)\?|airflow_health\?environment=\*)/;

let system: RunningSystem;
let browser: Browser;
let operator: WatchedPage;
let path: (view: string) => string;

const AIRFLOW = {
  environment: 'shop-prod',
  source: 'airflow',
  as_of: '2026-11-26T10:00:00Z',
  airflow: { version: '3.1.2', api: 'v2', authentication: 'mwaa', role: 'Viewer' },
  components: { metadatabase: 'healthy', scheduler: { status: 'unhealthy', heartbeat: '2026-11-26T09:00:00Z' } },
  summary: {
    ...{ dags: 2, paused: 0, import_errors: 1, success_rate: 0.5, late: 1, running_long: 0 },
    runs: { success: 1, failed: 1, running: 0, queued: 0 },
    pools: [{ pool: 'default_pool', slots: 128, occupied: 4, queued: 0 }],
  },
  dags: [
    {
      ...{ dag: 'etl', state: 'failing', schedule: '0 2 * * *', next_run: null, late_by_s: null },
      last_run: { run_id: 'r', state: 'failed', started: '2026-11-26T02:00:00Z', ended: null, duration_s: null },
      ...{ runs: { success: 1, failed: 1 }, success_rate: 0.5, duration_p50_s: 60, duration_p95_s: 90 },
      ...{ failed_tasks: ['load'], owners: [], tags: ['x'] },
    },
  ],
  import_errors: [{ file: 'broken.py', message: 'Traceback: boom' }],
  missing: [],
  complete: true,
  next_cursor: null,
};

/** Hostile labels, and shop-prod with an Airflow, whatever the configuration of the run has. */
async function withAirflow(route: Route): Promise<void> {
  const response = await route.fetch();
  const json = (await response.json()) as {
    environments: { environment: string; labels: Record<string, string>; offers: string[]; scopes: string[] }[];
  };
  for (const { environment, labels, offers, scopes } of json.environments) {
    labels['note'] = HOSTILE;
    if (environment !== 'shop-prod' || !('/airflow_health' in ROUTES)) continue;
    if (!offers.includes('airflow_health')) offers.push('airflow_health');
    if (!scopes.includes('mrt/airflow.read')) scopes.push('mrt/airflow.read');
  }
  await route.fulfill({ response, json });
}

describe('in a browser', () => {
  beforeAll(async () => {
    [system, browser] = await Promise.all([sharedSystem(), launch()]);
    await Promise.all([system.prepareConsole(), system.record()]);
    const base = system.endpoints.console ?? '';
    path = (view) => new URL(view, base).pathname + new URL(view, base).search;
    operator = await openPage(browser);
    await operator.page.route('**/environments?*', withAirflow);
    await signIn(operator.page, base, 'operators');
  });
  afterAll(async () => {
    await browser?.close();
    await system?.end();
  });

  describe('names that are code', () => {
    const VIEWS = [
      '?label=app:shop',
      'e/shop-prod',
      'e/shop-prod/storage',
      'e/shop-prod/tables',
      'e/shop-prod/users',
      'e/shop-prod/constants?module=x',
      'e/shop-prod/constants?compare=shop-acc',
      ...('/airflow_health' in ROUTES ? ['e/shop-prod/airflow'] : []),
    ];

    beforeAll(async () => {
      // The filter of one view is a name that nothing has: the answer is of all.
      await operator.page.route(POISONED, (route) =>
        poison(
          route,
          route
            .request()
            .url()
            .replace(/&?module=x/, ''),
        ),
      );
      await operator.page.route(/\/airflow_health\?environment=shop-prod/, (route) =>
        route.fulfill({ json: poisoned(AIRFLOW) }),
      );
    });
    afterAll(() => operator.page.unroute(POISONED));

    test.each(VIEWS)('are text and nothing else on /%s', async (view) => {
      const { page, faults } = operator;
      await goTo(page, path(view));
      expect(await page.locator('main').textContent()).toContain('onerror="alert(1)"');
      expect(await page.locator('img, script:not([src]), iframe').count()).toBe(0);
      expect(faults).toEqual([]);
    });
  });

  describe('an answer that is', () => {
    /** The view anew, with this in place of the answer. */
    async function shown(view: string, matching: RegExp, answer: (route: Route) => Promise<void>): Promise<Page> {
      const { page } = operator;
      await goTo(page, path('e/shop-acc/constants'));
      await page.route(matching, answer);
      await goTo(page, path(view));
      await page.unroute(matching);
      return page;
    }
    const problem = (slug: string, status: number, more: object) => ({
      status,
      contentType: 'application/problem+json',
      json: {
        type: `https://a.example/problems/${slug}`,
        title: slug,
        status,
        detail: 'Why.',
        instance: '/x',
        request_id: 'r-7',
        ...more,
      },
    });

    test('a problem that does not pass is shown with what to do, and its request', async () => {
      const grant = problem('database-unavailable', 503, {
        title: 'The database cannot be read',
        detail: 'The role lacks a grant on sales$order: run mrt_reader.sql.',
      });
      const page = await shown('e/shop-prod/tables?kind=other', /kind=other/, (route) => route.fulfill(grant));
      const words = await page.getByRole('alert').first().textContent();
      expect(words).toContain('run mrt_reader.sql');
      expect(words).toContain('r-7');
      expect(await barriers(page)).toEqual([]);
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('alert').waitFor({ state: 'detached' });
    });

    test('partial says what is missing, beside what is there', async () => {
      const page = await shown('e/shop-prod/tables?kind=leftover', /kind=leftover/, async (route) => {
        const response = await route.fetch();
        const json = {
          ...((await response.json()) as Json),
          complete: false,
          missing: [{ what: 'free_bytes', reason: 'access-denied' }],
        };
        await route.fulfill({ response, json });
      });
      expect(await page.locator('main').textContent()).toContain('free bytes (access-denied)');
      expect(await page.locator('tbody tr').count()).toBeGreaterThan(0);
    });

    test('empty says so, and is no fault', async () => {
      const page = await shown('e/shop-prod/users?blocked=true&kind=anonymous', /kind=anonymous/, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, json: { ...((await response.json()) as Json), users: [], next_cursor: null } });
      });
      expect(await page.locator('main').textContent()).toContain('Nobody is like this.');
      expect(await page.getByRole('alert').count()).toBe(0);
    });

    test('old keeps what was known, with its time, when asking again fails', async () => {
      const { page } = operator;
      await goTo(page, path('e/shop-acc'));
      await page.route(/\/table_size\?.*shop-acc/, (route) => route.fulfill(problem('internal', 500, {})));
      await goTo(page, path('e/shop-acc/tables?kind=entity'));
      await page.getByRole('alert').first().waitFor();
      await page.unroute(/\/table_size\?.*shop-acc/);
      expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(1);
    });

    test('of a fleet whose record is old names the age, once', async () => {
      const page = await shown('?label=stage:prod', /environment=\*/, async (route) => {
        const response = await route.fetch();
        const json = (await response.json()) as { environments: Json[]; record: Json };
        for (const row of json.environments) row['stale'] = true;
        json.record = { ...json.record, age_s: 7200, reason: 'old' };
        await route.fulfill({ response, json });
      });
      const words = await page.locator('main').textContent();
      expect(words).toContain('Its newest run was 2 h ago');
      // Once, and not again of each environment.
      expect(words).not.toContain('figures are old');
    });
  });

  test('what a person may not see is named with its scope, and is not asked for', async () => {
    const { page, faults } = await openPage(browser);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await signIn(page, system.endpoints.console ?? '', 'sales-operators');
    await goTo(page, path('e/shop-prod'));
    await page.getByText('Not yours to see here').waitFor();
    expect(await page.locator('main').textContent()).toContain('mrt/micro_flow_constants.read');
    expect(asked).not.toContain('/micro_flow_constants');
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test('somebody who may read nothing is told who can change that', async () => {
    const { page } = await openPage(browser);
    await signIn(page, system.endpoints.console ?? '', 'nobody');
    await page
      .locator('main')
      .getByText(/configuration of the stage/)
      .first()
      .waitFor();
    await page.context().close();
  });
});
