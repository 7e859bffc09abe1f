/** A command over one route, as commander has it. */
import { type Command, Option } from 'commander';
import type { RouteCommand } from '../commands.ts';
import { UsageError } from '../exit-codes.ts';
import { type Form, list, MAX_SHOWN } from '../listing/list.ts';
import type { Question } from '../listing/pages.ts';
import { chosenProfile } from '../profile/profiles.ts';
import { type Route, takes } from '../routes.ts';
import { type Host, type Run, runWith } from '../run.ts';
import { queryOf, routeOptions, wholeNumber } from './route-options.ts';
import { DEFAULT_WATCH_SECONDS, watch } from './watch.ts';

/** A command's options of its own, which every route has. */
interface OwnOptions {
  profile?: string;
  json?: true;
  csv?: true;
  bytes?: true;
  all?: true;
  check?: true;
  limit?: number;
  output?: string;
  reason?: string;
  watch?: number | true;
}

/** Tells the program how the command ended. */
export type Ended = (exitCode: number) => void;

/** Adds the command to the program. */
export function addRouteCommand(
  program: Command,
  spec: RouteCommand & { route: Route },
  host: Host,
  ended: Ended,
): Command {
  const { route } = spec;
  const command = program.command(spec.name).summary(firstSentence(route.summary)).description(route.summary);
  command.optionsGroup('What to ask:');
  for (const option of routeOptions(route)) command.addOption(option);
  command.optionsGroup('How to show it:');
  addFormOptions(command, route);
  command.addHelpText('after', examplesText(spec.examples));
  command.action(async (options: OwnOptions & Record<string, unknown>) => {
    const run = runWith(host, chosenProfile(options.profile, host.variables));
    const ask = () => list(run, spec, question(run, spec, options), formOf(run, options));
    if (options.watch === undefined) ended(await ask());
    else await watch(run, options.watch === true ? DEFAULT_WATCH_SECONDS : options.watch, ask);
  });
  return command;
}

/** What every command has that shows an answer. */
export function addFormOptions(command: Command, route: Route): void {
  command.option('--json', 'the answer of the API, with the rows of all its pages');
  if (route.csv !== null) {
    command.addOption(new Option('--csv', 'all rows as CSV').conflicts(['json', 'bytes']));
    command.addOption(new Option('-o, --output <file>', 'with --csv: into a file, which a later run can go on with'));
  }
  command.option('--bytes', 'exact bytes in place of KiB, MiB, GiB');
  if (takes(route, 'limit')) {
    const limit = new Option('-n, --limit <rows>', `rows in all; default ${MAX_SHOWN} in a terminal, else all of them`);
    command.addOption(limit.argParser(wholeNumber({ minimum: 1 })));
    command.addOption(new Option('-a, --all', 'all rows, also in a terminal').conflicts('limit'));
  }
  if (route.name === 'micro_flow_constants') command.option('--check', 'end with 1 when there are findings');
  if (route.discloses !== null) command.option('--reason <text>', 'why clear text is wanted; goes into the audit line');
  const seconds = new Option('--watch [seconds]', `again and again; every ${DEFAULT_WATCH_SECONDS} s if not told`);
  command.addOption(seconds.argParser(wholeNumber({ minimum: 1, maximum: 86_400 })).conflicts(['csv']));
  command.option('-p, --profile <name>', 'which API, as whom: a profile, or the path of a file like one');
}

/** @throws UsageError */
function formOf(run: Run, options: OwnOptions): Form {
  if (options.output !== undefined && options.csv === undefined) throw new UsageError('--output goes with --csv');
  return {
    format: options.json ? 'json' : options.csv ? 'csv' : 'table',
    output: options.output,
    bytes: options.bytes ?? false,
    shortened: isShortened(run, options),
    check: options.check ?? false,
  };
}

function question(
  run: Run,
  spec: RouteCommand & { route: Route },
  options: OwnOptions & Record<string, unknown>,
): Question {
  const query = queryOf(spec.route, options);
  // A label asks about several environments, so none is put in between.
  const environment = query['environment'] ?? (query['label'] === undefined ? environmentOf(run) : undefined);
  return {
    route: spec.route,
    query: takes(spec.route, 'environment') ? { ...query, environment } : query,
    limit: options.limit ?? (isShortened(run, options) ? MAX_SHOWN : null),
    continues: query[spec.continues?.unless ?? ''] === undefined ? spec.continues : undefined,
    signal: run.signal,
    reason: options.reason,
  };
}

/** A table in a terminal, where nobody said how long it may be. */
function isShortened({ stdout }: Run, { json, csv, all, limit }: OwnOptions): boolean {
  return stdout.isTTY === true && (json ?? csv ?? all ?? limit) === undefined;
}

/** The environment where none is named; `undefined`: the API takes the only one, or says which there are. */
export function environmentOf({ variables, profile }: Run): string | undefined {
  return variables['MRT_ENVIRONMENT'] || profile.environment || undefined;
}

/** @param examples a command and what it is for */
export function examplesText(examples: RouteCommand['examples']): string {
  const wide = examples.reduce((most, [command]) => Math.max(most, command.length), 0);
  const lines = examples.map(([command, meaning]) => `  ${command.padEnd(wide + 2)}${meaning}`);
  return `\n${['Examples:', ...lines].join('\n')}`;
}

/** For the list of all commands, where a line each is enough. */
function firstSentence(text: string): string {
  return text.split('. ')[0]?.replace(/\.?$/, '.') ?? text;
}
