/**
 * `node tools/console-pictures.ts` beside a running `npm start`: takes the pictures of the console anew that README and docs
 * show, in both themes, with the Chromium of this machine (`CHROMIUM` names another) and the font Inter where it is
 * installed. Dates and ages are of the day on which it is run.
 */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';

const FOLDER = 'docs/pictures';
/** Larger ones would make every clone heavier for ever. */
const MAX_BYTES = 100_000;
const QUALITIES = [82, 70, 58, 46, 34];

/** What is taken: a view, what is clicked first, and how much of the page. */
const PICTURES: readonly { name: string; view: string; width: number; height: number; click?: string }[] = [
  { name: 'fleet', view: '', width: 1280, height: 560 },
  { name: 'overview', view: 'e/shop-prod', width: 1280, height: 1000 },
  { name: 'storage', view: 'e/shop-prod/storage', width: 1280, height: 980, click: 'Explain' },
  { name: 'tables', view: 'e/shop-prod/tables', width: 1280, height: 860 },
  { name: 'users', view: 'e/shop-prod/users', width: 1280, height: 820 },
  { name: 'constants', view: 'e/shop-prod/constants?compare=shop-acc', width: 1280, height: 860 },
  { name: 'tables-narrow', view: 'e/shop-prod/tables', width: 390, height: 844 },
];

const { console: address } = JSON.parse(readFileSync('.local/endpoints.json', 'utf8')) as { console: string | null };
if (address === null) throw new Error('the run that is there has no console: its configuration has no people');
const executablePath = process.env['CHROMIUM'] || '/usr/bin/chromium';
if (!existsSync(executablePath))
  throw new Error(`no Chromium at ${executablePath}: install one, or name it in CHROMIUM`);
mkdirSync(FOLDER, { recursive: true });
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const { name, view, width, height, click } of PICTURES) {
      const context = await browser.newContext({
        colorScheme,
        viewport: { width, height },
        locale: 'en-GB',
        timezoneId: 'UTC',
      });
      const page = await context.newPage();
      await open(page, new URL(view, address).href);
      if (click !== undefined) {
        await page.getByRole('button', { name: click }).first().click();
        await page.getByText('The difference of').waitFor();
        await page.evaluate("document.querySelector('.meanings').scrollIntoView({ block: 'end' })");
      }
      await take(page, join(FOLDER, `${name}-${colorScheme}.jpg`));
      await context.close();
    }
  }
} finally {
  await browser.close();
}

/** Signs in as somebody who may read everything, and waits until nothing is asked for any more. */
async function open(page: Page, target: string): Promise<void> {
  await page.goto(target);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('button[value="operators"]').click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  await page.waitForLoadState('networkidle');
  await page.locator('.loading').first().waitFor({ state: 'detached' });
}

/** As good as there is room for. @throws Error when it is too large in any quality */
async function take(page: Page, path: string): Promise<void> {
  for (const quality of QUALITIES) {
    writeFileSync(path, await page.screenshot({ type: 'jpeg', quality }));
    if (statSync(path).size <= MAX_BYTES) {
      process.stdout.write(`${path}: ${statSync(path).size} bytes, quality ${quality}\n`);
      return;
    }
  }
  throw new Error(`${path} is over ${MAX_BYTES} bytes in every quality`);
}
