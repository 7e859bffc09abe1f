/**
 * Pictures of the console beside a running `npm start`, with the Chromium of this machine (`CHROMIUM` names another) and the
 * font Inter where it is installed. Dates and ages are of the day on which it is run.
 *
 * `node tools/console-pictures.ts` takes the ones anew that README and docs show, with a name that one alone. `… all`, with
 * names of views if only some, takes every page and state in whole, at three widths and in both themes, for somebody to look
 * at: into `.local/pictures`, which is no part of the repository.
 */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { CONSOLE_VIEWS } from './console-views.ts';

const THEMES = ['light', 'dark'] as const;
const SHOWN = 'docs/pictures';
/** Larger ones would make every clone heavier for ever. */
const MAX_BYTES = 100_000;
const QUALITIES = [82, 70, 58, 46, 34];

const LOOKED_AT = '.local/pictures';
const WIDTHS = [360, 1440, 2560];
/** Of a page with a thousand rows the first of them are enough. */
const MAX_HEIGHT = 2800;

/** What README and docs show: a view, what is clicked first, and how much of the page. */
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
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const [what, ...names] = process.argv.slice(2);
try {
  for (const colorScheme of THEMES) {
    if (what === 'all') for (const width of WIDTHS) await takeAll(address, colorScheme, width);
    else await takeShown(address, colorScheme);
  }
} finally {
  await browser.close();
}

/** @throws Error when one is too large in any quality */
async function takeShown(base: string, colorScheme: (typeof THEMES)[number]): Promise<void> {
  mkdirSync(SHOWN, { recursive: true });
  for (const { name, view, width, height, click } of PICTURES) {
    if (what !== undefined && what !== name) continue;
    await withPage({ colorScheme, viewport: { width, height } }, async (page) => {
      await open(page, new URL(view, base).href, 'operators');
      if (click !== undefined) {
        await page.getByRole('button', { name: click }).first().click();
        await page.getByText('The difference of').waitFor();
        await page.evaluate("document.querySelector('.meanings').scrollIntoView({ block: 'end' })");
      }
      await take(page, join(SHOWN, `${name}-${colorScheme}.jpg`));
    });
  }
}

/** One file for each view: `.local/pictures/tables-360-dark.png`. */
async function takeAll(base: string, colorScheme: (typeof THEMES)[number], width: number): Promise<void> {
  mkdirSync(LOOKED_AT, { recursive: true });
  for (const { name, view, person = 'operators', prepare, waits, after } of CONSOLE_VIEWS) {
    if (names.length > 0 && !names.includes(name)) continue;
    await withPage({ colorScheme, viewport: { width, height: width < 600 ? 800 : 900 } }, async (page) => {
      await prepare?.(page);
      await open(page, new URL(view, base).href, person, waits);
      await after?.(page);
      const height = Math.min(MAX_HEIGHT, Number(await page.evaluate('document.documentElement.scrollHeight')));
      const path = join(LOOKED_AT, `${name}-${width}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: true, clip: { x: 0, y: 0, width, height } });
    });
  }
}

async function withPage(options: BrowserContextOptions, use: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', ...options });
  await use(await context.newPage());
  await context.close();
}

/** Signs in, unless nobody is to, and waits until nothing is asked for any more, unless that never comes. */
async function open(page: Page, target: string, person: string | null, waits = false): Promise<void> {
  await page.goto(target);
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  if (person === null) return;
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator(`button[value="${person}"]`).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  if (waits) {
    await page.locator('.loading').first().waitFor();
    return;
  }
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
