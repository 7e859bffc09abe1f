/**
 * What a record costs, in docs/options.md: what a run reads and writes follows from docs/decisions/record.md, what one of
 * each costs from `prices.ts`. `npm run generate` writes it.
 */
import { costTable, dollars, HOURS, PRICES, toTheCent } from './prices.ts';

/** Of the example: each with a bucket of its own, a database, an archive and a file of overrides. */
const ENVIRONMENTS = 60;
const EVERY_MINUTES = 15;
const DAYS = HOURS / 24;
const RUNS = (HOURS * 60) / EVERY_MINUTES;
/** Runs of a day in which CloudWatch does not have yesterday's figures yet: half of them. */
const WAITING_RUNS = 48;
/** Storage types of a bucket and its number of objects. */
const BUCKET_METRICS = 5;
/** Of 64 environments at a load of 20, audits included (docs/figures/record.md); most of a run it waits. */
const RUN_SECONDS = 12;
const RECORDER_GIGABYTES = 1.73;
/** Views of single routes and the one of all figures. */
const VIEWS = 6;
/** Histories of a day: five routes, each read and written. */
const DAILY_FILES = 5;
/** Objects of an environment's bucket, listed once a day by the audit. */
const OBJECTS = 100_000;
/** A month of 400 tables. */
const MONTH_KILOBYTES = 60;
const KEPT_MONTHS = 27;
/** As often as Prometheus asks here. */
const SCRAPES = (HOURS * 60) / 5;

interface Item {
  what: string;
  how: string;
  usd: number;
}

/** A table in Markdown with the items of a month and their sum. */
export function recordCosts(): string {
  const items = [...cloudWatchItems(), ...s3Items(), ...otherItems()];
  const sum = items.reduce((total, { usd }) => total + toTheCent(usd), 0);
  const cells = [
    ...items.map(({ what, how, usd }) => [what, how, dollars(usd)]),
    ['**sum**', '', `**${dollars(sum)}**`],
  ];
  return costTable([`recording ${ENVIRONMENTS} environments, a month`, 'how it is worked out', 'USD'], cells);
}

function cloudWatchItems(): Item[] {
  const metrics = DAYS * WAITING_RUNS * ENVIRONMENTS * BUCKET_METRICS;
  const free = RUNS * ENVIRONMENTS;
  return [
    {
      what: 'CloudWatch: sizes of buckets',
      how: `${BUCKET_METRICS} metrics each in ${WAITING_RUNS} runs a day, until yesterday’s are there: ${thousands(metrics)} at ${PRICES.metricsAsked} per 1,000`,
      usd: (metrics / 1_000) * PRICES.metricsAsked,
    },
    {
      what: 'CloudWatch: free space of databases',
      how: `one metric each, each run: ${thousands(free)}`,
      usd: (free / 1_000) * PRICES.metricsAsked,
    },
  ];
}

function s3Items(): Item[] {
  const puts = RUNS * (ENVIRONMENTS + VIEWS + 2) + DAYS * (ENVIRONMENTS * (DAILY_FILES + 1) + 2);
  const gets = RUNS * (ENVIRONMENTS * 4 + VIEWS + 3) + DAYS * ENVIRONMENTS * (DAILY_FILES + 1);
  const lists = RUNS * ENVIRONMENTS;
  const audits = (DAYS * ENVIRONMENTS * OBJECTS) / 1_000;
  const gigabytes = (ENVIRONMENTS * MONTH_KILOBYTES * KEPT_MONTHS) / 1e6;
  return [
    {
      what: 'S3: writes of the record',
      how: `memory of each environment, ${VIEWS} views and the lease each run, ${DAILY_FILES} files of each a day: ${thousands(puts)} at ${PRICES.listings} per 1,000`,
      usd: (puts / 1_000) * PRICES.listings,
    },
    {
      what: 'S3: newest archives',
      how: `a list each, each run: ${thousands(lists)} at ${PRICES.listings} per 1,000`,
      usd: (lists / 1_000) * PRICES.listings,
    },
    {
      what: 'S3: reads',
      how: `archive, overrides, memory and changes of each, each run: ${thousands(gets)} at ${PRICES.reads} per 1,000`,
      usd: (gets / 1_000) * PRICES.reads,
    },
    {
      what: 'S3: storage audits',
      how: `${thousands(OBJECTS)} objects each, once a day: ${thousands(audits)} lists`,
      usd: (audits / 1_000) * PRICES.listings,
    },
    {
      what: 'S3: what is kept',
      how: `${MONTH_KILOBYTES} kB a month each of 400 tables, ${KEPT_MONTHS} months: ${gigabytes.toFixed(2)} GB at ${PRICES.storage}`,
      usd: gigabytes * PRICES.storage,
    },
  ];
}

function otherItems(): Item[] {
  const requests = (SCRAPES / 1e6) * (PRICES.httpApi + PRICES.lambdaRequests);
  const time = SCRAPES * 0.05 * 0.5 * PRICES.lambdaSecond;
  return [
    {
      what: 'Lambda',
      how: `${thousands(RUNS)} runs of ${RUN_SECONDS} s at ${RECORDER_GIGABYTES} GB`,
      usd: RUNS * RUN_SECONDS * RECORDER_GIGABYTES * PRICES.lambdaSecond,
    },
    {
      what: 'own metrics and alarms',
      how: 'age of the record, environments left: 2 metrics, 2 alarms',
      usd: 2 * (PRICES.metric + PRICES.alarmMetric),
    },
    {
      what: 'Prometheus, a scrape each five minutes',
      how: `${thousands(SCRAPES)} requests of 50 ms at 512 MB, 30 kB each in gzip`,
      usd: requests + time + ((SCRAPES * 30) / 1e6) * PRICES.traffic,
    },
  ];
}

/** @example thousands(438_000) // '438,000' */
function thousands(count: number): string {
  return Math.round(count).toLocaleString('en');
}
