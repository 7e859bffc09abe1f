/** `mrt constants diff`: what differs between two environments, and an exit code that says whether something does. */
import type { Command } from 'commander';
import type { Answer } from '../api.ts';
import { EXIT } from '../exit-codes.ts';
import { notesOf } from '../listing/notes.ts';
import { chosenProfile } from '../profile/profiles.ts';
import type { Route } from '../routes.ts';
import { type Host, type Run, runWith } from '../run.ts';
import { cell } from '../terminal/cells.ts';
import { table } from '../terminal/table.ts';
import { type Ended, examplesText } from './route-command.ts';

interface Side {
  value: unknown;
  default_value: unknown;
  type: unknown;
  state: unknown;
  masked: boolean;
  value_known: boolean;
  fingerprint: string | null;
  default_fingerprint: string | null;
}

interface Difference {
  name: string;
  change: string;
  here: Side | null;
  there: Side | null;
}

/** Adds `diff` below `constants`. */
export function addConstantsDiff(constants: Command, route: Route, host: Host, ended: Ended): void {
  constants
    .command('diff')
    .description('What differs in the constants of two environments. Secrets are compared and never shown.')
    .argument('<here>', 'an environment')
    .argument('<there>', 'the one to compare it with')
    .option('--module <name>', 'constants of one module')
    .option('--json', 'the answer of the API')
    .option('-p, --profile <name>', 'which API, as whom: a profile, or the path of a file like one')
    .addHelpText(
      'after',
      examplesText([
        ['mrt constants diff shop-prod shop-acc', 'ends with 1 when something differs, with 0 when nothing does'],
        ['mrt constants diff shop-prod shop-acc --json', 'with the findings, for a program'],
      ]),
    )
    .action(async (here: string, there: string, options: { module?: string; json?: true; profile?: string }) => {
      const run = runWith(host, chosenProfile(options.profile, host.variables));
      const query = { environment: here, compare: there, module: options.module };
      const pages = await differences(run, route, query);
      if (options.json) await run.data.write(`${JSON.stringify(pages.answer, null, 2)}\n`);
      else await show(run, pages, here, there);
      ended(exitCodeOf(pages));
    });
}

interface Compared {
  answer: Answer;
  differences: readonly Difference[];
}

/** All pages: an app has hundreds of constants, so they are held. */
async function differences(run: Run, route: Route, query: Record<string, string | undefined>): Promise<Compared> {
  const all: Difference[] = [];
  let cursor: string | undefined;
  for (;;) {
    const answer = await run.api.get(route.path, { ...query, limit: 1000, cursor }, { signal: run.signal });
    all.push(...(answer['differences'] as Difference[]));
    cursor = (answer['next_cursor'] as string | null) ?? undefined;
    if (cursor === undefined) return { answer: { ...answer, differences: all }, differences: all };
  }
}

/** What is not known is no difference, and no sameness either. */
function exitCodeOf({ answer, differences }: Compared): number {
  if (answer['complete'] === false) return EXIT.incomplete;
  return differences.length > 0 ? EXIT.unclean : EXIT.good;
}

async function show(run: Run, { answer, differences }: Compared, here: string, there: string): Promise<void> {
  const rows = differences.map((difference) => ({
    name: difference.name,
    change: difference.change.replaceAll('_', ' '),
    [here]: sideText(difference, difference.here),
    [there]: sideText(difference, difference.there),
  }));
  const style = { width: run.width, colour: run.colour, bytes: false };
  if (rows.length > 0) {
    await run.output.write(`${table(['name', 'change', here, there], rows, style).lines.join('\n')}\n`);
  }
  const { equal, different, unknown } = answer['summary'] as Record<string, number | null>;
  run.say(
    `${cell('', equal, style)} equal, ${cell('', different, style)} different, ${cell('', unknown, style)} unknown`,
  );
  for (const note of notesOf(answer, [])) run.say(note);
}

/** What of one side the difference is about. A masked value is told by the beginning of its fingerprint. */
function sideText({ change }: Difference, side: Side | null): string {
  if (side === null) return '-';
  if (change === 'type') return String(side.type);
  if (change === 'state') return String(side.state);
  if (side.masked) {
    const fingerprint = change === 'default' ? side.default_fingerprint : side.fingerprint;
    return fingerprint === null ? 'masked' : `masked ${fingerprint.slice(0, 11)}`;
  }
  const value = change === 'default' ? side.default_value : side.value;
  if (change !== 'default' && !side.value_known) return 'not known';
  return value === '' ? '(empty)' : cell('value', value, { bytes: false });
}
