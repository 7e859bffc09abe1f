/** A real Chromium for tests of the console: the one of the machine, since npm brings none. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Where Debian, Ubuntu, Fedora and macOS have it; `CHROMIUM` names another. */
const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Nothing is waited for longer: long enough for a machine that is busy with everything else, too. */
export const MAX_WAIT_MS = 240_000;

/** `null`: there is none on this machine. */
export function browserPath(): string | null {
  const named = process.env['CHROMIUM'];
  return named || (PLACES.find((path) => existsSync(path)) ?? null);
}

/** @throws Error when there is none, or it does not start */
export async function launch(executablePath = browserPath()): Promise<Browser> {
  if (executablePath === null) throw new Error('there is no Chromium: apt-get install chromium');
  // Root, as containers have it, has no sandbox of Chromium's.
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** A page with what went wrong in it: violations of its policy, errors of its code. */
export interface WatchedPage {
  page: Page;
  /** In words; empty when all is well. */
  faults: string[];
}

/** A new window of its own, with English words and a zone that is not UTC. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Berlin', ...options });
  context.setDefaultTimeout(MAX_WAIT_MS);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted/i.test(message.text())) faults.push(`policy: ${message.text()}`);
  });
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => undefined);
  });
  return { page, faults };
}

/** Opens an address of the console, signs in as this person, and waits until the frame is there. */
export async function signIn(page: Page, address: string, person: string): Promise<void> {
  await page.goto(address);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator(`button[value="${person}"]`).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

/** Goes to another view as a link would: the sign-in lives in the page and must not be lost. */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate(`history.pushState(null, '', ${JSON.stringify(path)})`);
  await page.locator('.loading').first().waitFor({ state: 'detached' });
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds in the page as it is now, WCAG 2.2 AA and best practices: rule and place. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target}: ${failureSummary}`),
  );
}
