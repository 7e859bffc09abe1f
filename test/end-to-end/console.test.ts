/** The console in a real Chromium, at the running system. Where there is none, `.ci/deep browser` has it. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { barriers, browserPath, goTo, launch, openPage, signIn, type WatchedPage } from './browser.ts';
import { type RunningSystem, sharedSystem } from './running-system.ts';

const executable = browserPath();
let system: RunningSystem;
let browser: Browser;
/** Signed in as somebody who may read everything of the shop's environments. */
let operator: WatchedPage;
let base: string;

test('a Chromium is on this machine, or somebody is told that the console is not tried here', ({ annotate }) => {
  if (executable !== null) return;
  const words =
    'No Chromium on this machine: the console is tried by `bash .ci/deep browser`, or with CHROMIUM=<path>.';
  process.stderr.write(`\n${words}\n`);
  return annotate(words).then(() => undefined);
});

describe.skipIf(executable === null)('in a browser', () => {
  beforeAll(async () => {
    [system, browser] = await Promise.all([sharedSystem(), launch(executable ?? '')]);
    await Promise.all([system.prepareConsole(), system.record()]);
    base = system.endpoints.console ?? '';
    operator = await openPage(browser);
    await signIn(operator.page, base, 'operators');
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await system?.end();
  });

  describe('signing in', () => {
    test('leads back to the view that was asked for, with nothing of the sign-in in the address', async () => {
      const { page, faults } = await openPage(browser);
      await signIn(page, `${base}e/shop-prod/tables?kind=entity`, 'operators');
      await page.getByRole('heading', { name: 'shop-prod Tables' }).waitFor();
      expect(page.url()).toBe(`${base}e/shop-prod/tables?kind=entity`);
      expect(faults).toEqual([]);
      await page.context().close();
    });

    test('leaves no token anywhere but in memory', async () => {
      const kept = await operator.page.evaluate(
        'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])',
      );
      expect(kept).toBe('[{},{},""]');
      expect(operator.page.url()).not.toMatch(/code=|state=|token/);
    });

    test('takes no answer that it has not asked for', async () => {
      const { page } = await openPage(browser);
      await page.goto(`${base}?code=stolen&state=made-up`);
      await page.getByRole('alert').waitFor();
      expect(await page.getByRole('alert').textContent()).toContain('another tab');
      await page.context().close();
    });

    test('is renewed in silence when the API refuses the token, once for all that wait', async () => {
      const { page, faults } = await openPage(browser);
      await signIn(page, base, 'operators');
      // Questions of the fleet that the way to another page gives up would take the refusals with them.
      await page.locator('.concerns li, .all-good').first().waitFor();
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
      await goTo(page, new URL('e/shop-prod', base).pathname);
      await expect.poll(() => renewals.length, { timeout: 20_000 }).toBe(1);
      await page.locator('#users').waitFor();
      await page.getByText('web service').first().waitFor();
      expect(refusals).toBe(3);
      expect(renewals).toHaveLength(1);
      expect(renewals[0]).toContain('grant_type=refresh_token');
      expect(faults).toEqual([]);
      await page.context().close();
    });

    test('ends at Cognito too: the refresh token is good for nothing, and nobody is signed in by the next click', async () => {
      const { page } = await openPage(browser);
      await signIn(page, base, 'operators');
      const revoked = page.waitForResponse(/\/oauth2\/revoke$/);
      await page.getByRole('button', { name: 'Sign out' }).click();
      expect((await revoked).status()).toBe(200);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.locator('button[value="operators"]').waitFor();
      await page.context().close();
    });
  });

  describe('each page', () => {
    // A few rows of each table are like all of them: axe takes seconds for 150. `.ci/deep browser` looks at whole pages.
    const PAGES = [
      '',
      'e/shop-prod',
      'e/shop-prod/storage',
      'e/shop-prod/tables?module=Billing',
      'e/shop-prod/users?kind=web_service',
      'e/shop-prod/constants?secret=true',
      'e/shop-prod/constants?compare=shop-acc',
    ];

    test.each(PAGES)('/%s has no barrier and breaks no policy', { timeout: 120_000 }, async (path) => {
      const { page, faults } = operator;
      await goTo(page, new URL(path, base).pathname + new URL(path, base).search);
      expect(await barriers(page)).toEqual([]);
      expect(await page.getByRole('alert').count()).toBe(0);
      expect(faults).toEqual([]);
    });

    test('is served with the policy that it obeys', async () => {
      const response = await fetch(base);
      const policy = response.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain(new URL(system.endpoints.token_endpoint).origin);
      expect(policy).not.toContain('unsafe');
      expect(await response.text()).not.toMatch(/<script>|style=|onload/);
    });

    test('shows what the API says: as many tables, and the same users', async () => {
      const { page } = operator;
      await goTo(page, new URL('e/shop-prod/tables', base).pathname);
      const { json } = await system.ask('/table_size?environment=shop-prod&limit=1000');
      const tables = json['tables'] as { table: string }[];
      expect(await page.locator('tbody tr').count()).toBe(tables.length);
      await goTo(page, new URL('e/shop-prod/users', base).pathname);
      const { json: users } = await system.ask('/users?environment=shop-prod&limit=100');
      const names = (users['users'] as { name: string }[]).map(({ name }) => name);
      expect(await page.locator('tbody tr th').allInnerTexts()).toEqual(names);
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
      await expect.poll(() => rows.count()).toBe((json['users'] as unknown[]).length);
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
