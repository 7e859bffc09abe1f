/**
 * The console in Debian's Chromium, as people use it: the walk of somebody new, with clicks and seconds for docs/figures/console.md;
 * and somebody of one tenant. `bash .ci/deep browser`
 */
import { performance } from 'node:perf_hooks';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { goTo, launch, MAX_WAIT_MS, openPage, signIn } from '../end-to-end/browser.ts';
import { type RunningSystem, runSystem } from '../end-to-end/running-system.ts';

vi.setConfig({ testTimeout: MAX_WAIT_MS, hookTimeout: 600_000 });

let browser: Browser;
const said: string[] = [];

beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => {
  process.stdout.write(`\n${said.join('\n')}\n`);
  await browser?.close();
});

async function started(config?: string): Promise<RunningSystem> {
  const system = await runSystem(config === undefined ? {} : { config });
  await Promise.all([system.prepareConsole(), system.record()]);
  return system;
}

describe('somebody new', () => {
  let system: RunningSystem;
  let base: string;
  beforeAll(async () => {
    system = await started();
    base = system.endpoints.console ?? '';
  });
  afterAll(() => system?.end());

  /** Signed in, at the fleet. Clicks are counted from there. */
  async function walk(
    question: string,
    steps: (page: Page, click: (what: () => Promise<unknown>) => Promise<void>) => Promise<string>,
  ) {
    const { page } = await openPage(browser, { viewport: { width: 1280, height: 900 } });
    await signIn(page, base, 'operators');
    await page.locator('.concerns li, .all-good').first().waitFor();
    let clicks = 0;
    const begun = performance.now();
    const answer = await steps(page, async (what) => {
      clicks += 1;
      await what();
    });
    said.push(`"${question}": ${clicks} clicks, ${((performance.now() - begun) / 1000).toFixed(1)} s: ${answer}`);
    await page.context().close();
    return { answer, clicks };
  }

  test('sees which app will fill its disk first without a click', async () => {
    const { answer, clicks } = await walk('Which app will fill its disk first?', async (page) => {
      const cells = page.locator('tbody tr :is(th, td:nth-child(5))');
      await cells.first().waitFor();
      return (await cells.allTextContents()).join(' | ');
    });
    expect(clicks).toBe(0);
    expect(answer).toMatch(/GiB/);
  });

  test('finds which constant differs in production', async () => {
    const { answer, clicks } = await walk('Which constant differs in production?', async (page, click) => {
      await click(() => page.getByRole('link', { name: 'constants of shop-prod' }).click());
      await click(() =>
        page.locator('label.choose', { hasText: 'Compare with' }).locator('select').selectOption('shop-acc'),
      );
      const rows = page.locator('section[aria-labelledby="differences"] tbody tr');
      await rows.first().waitFor();
      return `${await rows.count()} differences, the first: ${await rows.first().locator('th').textContent()}`;
    });
    expect(clicks).toBe(2);
    expect(answer).toMatch(/\d+ differences, the first: Billing/);
  });

  test('learns why the bucket costs more than the app shows', async () => {
    const { answer, clicks } = await walk('Why does this bucket cost more than the app shows?', async (page, click) => {
      await click(() => page.getByRole('link', { name: 'storage of shop-prod' }).click());
      await click(() => page.getByRole('button', { name: 'Explain' }).first().click());
      await page.getByText('The difference of').waitFor();
      return (await page.locator('.meanings dt').allTextContents()).join('; ');
    });
    expect(clicks).toBe(2);
    expect(answer).toContain('unfinished uploads');
  });
});

describe('somebody of one tenant', () => {
  let banks: RunningSystem;
  beforeAll(async () => {
    banks = await started('config/banks.json');
  });
  afterAll(() => banks?.end());

  test('sees nothing of the other, not by an address and not by a comparison', async () => {
    const { page, faults } = await openPage(browser);
    const place = banks.endpoints.console ?? '';
    const texts: string[] = [];
    const look = async () => texts.push((await page.locator('body').textContent()) ?? '');
    await signIn(page, `${place}e/bank-b-prod`, 'bank-a-operators');
    await page.getByText('There is no environment of this name, or you may not read it.').waitFor();
    for (const view of ['', '?label=bank:bank-b', 'e/bank-a-prod', 'e/bank-a-prod/constants']) {
      await goTo(page, new URL(view, place).pathname + new URL(view, place).search);
      await look();
    }
    expect(await page.locator('select').allTextContents()).not.toContain('bank-b');
    expect(texts.join()).toContain('bank-a-files');
    expect(texts.join()).not.toContain('bank-b');
    // The name stands in the address, and so on the page: what is behind it does not.
    await goTo(page, `${new URL('e/bank-a-prod/constants', place).pathname}?compare=bank-b-prod`);
    await page.getByRole('alert').getByText('No environment of this name is known to you').waitFor();
    expect(await page.locator('tbody tr').count()).toBe(0);
    expect(faults).toEqual([]);
    await page.context().close();
  });
});
