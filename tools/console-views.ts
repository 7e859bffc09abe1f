/** Every page of the console and every state that a page can be in, as pictures are taken of them. */
import type { Page } from 'playwright-core';

export interface ConsoleView {
  name: string;
  /** Address below the console's own. */
  view: string;
  /** Who signs in; left out: `operators`, who may read everything of the shop's environments. `null`: nobody. */
  person?: string | null;
  /** Before the page is opened: an answer that the sample apps do not give. */
  prepare?: (page: Page) => Promise<void>;
  /** It never comes to an end: the picture is of what is shown meanwhile. */
  waits?: true;
  /** Once it is there: what is clicked. */
  after?: (page: Page) => Promise<void>;
}

/** In place of every answer of this route. */
async function answerWith(page: Page, route: RegExp, answer: { status: number; json: unknown }): Promise<void> {
  await page.route(route, (request) => request.fulfill(answer));
}

/** The true answer with something in it changed. */
async function change(page: Page, route: RegExp, edit: (answer: Record<string, unknown>) => void): Promise<void> {
  await page.route(route, async (request) => {
    const response = await request.fetch();
    const answer = (await response.json()) as Record<string, unknown>;
    edit(answer);
    await request.fulfill({ response, json: answer });
  });
}

/** No answer to this route, as long as the page is open. */
async function neverAnswer(page: Page, route: RegExp): Promise<void> {
  await page.route(route, () => undefined);
}

/** Rows of the fleet, whatever they are about. */
const rowsOf = (answer: Record<string, unknown>) => answer['environments'] as Record<string, unknown>[];

async function explain(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Explain' }).first().click();
  await page.getByText('The difference of').waitFor();
}

async function audit(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Audit now' }).click();
  await page.locator('section[aria-labelledby="audit"] table').first().waitFor();
}

const NOT_RECORDED = {
  type: '/problems/record-unavailable',
  title: 'Record unavailable',
  status: 503,
  detail: 'Nothing is recorded yet. The first time is some minutes after the stage was deployed.',
  source: 'record',
  reason: 'missing',
};

const PROBLEM = {
  type: 'https://maas-api.example.com/problems/database-unavailable',
  title: 'The database cannot be read',
  status: 503,
  detail: 'The role lacks a grant on sales$order. The owner of the database runs database/mrt_reader.sql again.',
  instance: '/table_size',
  request_id: 'f7b9d6a0-3c1e-4a7e-9b5d-5f0c2f4d8e11',
};

export const CONSOLE_VIEWS: readonly ConsoleView[] = [
  { name: 'sign-in', view: '', person: null },
  { name: 'fleet', view: '' },
  {
    name: 'fleet-new',
    view: '',
    prepare: (page) =>
      change(page, /environment=\*/, (answer) => {
        for (const row of rowsOf(answer)) Object.assign(row, { summary: null, recorded_at: null, error: NOT_RECORDED });
        for (const sums of ['total', 'distinct']) {
          const sum = (answer[sums] ?? {}) as Record<string, unknown>;
          for (const name of Object.keys(sum)) sum[name] = null;
        }
      }),
  },
  {
    name: 'fleet-old',
    view: '',
    prepare: (page) =>
      change(page, /environment=\*/, (answer) => {
        for (const row of rowsOf(answer)) row['stale'] = true;
        Object.assign(answer['record'] as object, { age_s: 7200, reason: 'old' });
      }),
  },
  {
    name: 'fleet-refused',
    view: '',
    prepare: (page) => answerWith(page, /environment=\*/, { status: 503, json: PROBLEM }),
  },
  { name: 'fleet-lines', view: '', after: (page) => page.getByText('mrt and curl').first().click() },
  { name: 'fleet-loading', view: '', waits: true, prepare: (page) => neverAnswer(page, /environment=\*/) },
  { name: 'overview', view: 'e/shop-prod' },
  { name: 'overview-airflow', view: 'e/etl-prod' },
  {
    name: 'overview-loading',
    view: 'e/shop-prod',
    waits: true,
    prepare: (page) => neverAnswer(page, /\?environment=shop-prod/),
  },
  { name: 'storage', view: 'e/shop-prod/storage', after: explain },
  { name: 'audit', view: 'e/shop-prod/storage', after: audit },
  { name: 'tables', view: 'e/shop-prod/tables' },
  { name: 'table', view: 'e/shop-prod/tables?table=sales$order' },
  {
    name: 'partial',
    view: 'e/shop-prod/tables',
    prepare: (page) =>
      change(page, /table_size\?/, (answer) => {
        answer['complete'] = false;
        answer['missing'] = [{ what: 'free_bytes', reason: 'access-denied' }];
        const tables = answer['tables'] as Record<string, unknown>[] | undefined;
        for (const row of tables?.slice(0, 3) ?? []) Object.assign(row, { exact: false, locked: true });
      }),
  },
  { name: 'users', view: 'e/shop-prod/users' },
  {
    name: 'reason',
    view: 'e/shop-prod/users?kind=web_service',
    after: (page) => page.getByRole('button', { name: 'Show this page in clear …' }).click(),
  },
  { name: 'constants', view: 'e/shop-prod/constants' },
  { name: 'compared', view: 'e/shop-prod/constants?compare=shop-acc' },
  {
    name: 'keys',
    view: 'e/shop-prod/storage?list=orphaned',
  },
  { name: 'airflow', view: 'e/etl-prod/airflow' },
  {
    name: 'lines',
    view: 'e/shop-prod/constants?compare=shop-acc',
    after: (page) => page.getByText('mrt and curl').first().click(),
  },
  {
    name: 'refused',
    view: 'e/shop-prod/tables',
    prepare: (page) => answerWith(page, /\/table_size\?/, { status: 503, json: PROBLEM }),
  },
  { name: 'empty', view: 'e/shop-prod/users?kind=anonymous&blocked=true' },
  { name: 'not-permitted', view: 'e/shop-prod', person: 'sales-operators' },
  { name: 'nothing-permitted', view: '', person: 'nobody' },
  { name: 'no-such-environment', view: 'e/nowhere-prod' },
];
