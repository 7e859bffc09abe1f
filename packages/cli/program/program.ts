/** The whole command line. */
import { Command, CommanderError } from 'commander';
import { COMMANDS } from '../commands.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import { VERSION } from '../routes.ts';
import type { Host } from '../run.ts';
import { safeText } from '../terminal/cells.ts';
import { addConstantsDiff } from './constants-diff.ts';
import { addFleetCommand } from './fleet-command.ts';
import { addMcpCommand } from './mcp-command.ts';
import { addProfileCommands } from './profile-commands.ts';
import { addRouteCommand, type Ended, examplesText } from './route-command.ts';
import { addVerifyCommand } from './verify-command.ts';

/** Every command, with what ends it. */
export function program(host: Host, ended: Ended): Command {
  const mrt = new Command('mrt')
    .description('Operational data of Mendix apps: sizes, users and constants. Reads only.')
    .version(VERSION, '-V, --version', 'the release of mrt')
    .helpOption('-h, --help', 'what a command does and takes')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void host.stdout.write(text),
      writeErr: (text) => void host.stderr.write(text),
      getOutHelpWidth: () => host.stdout.columns ?? 100,
    })
    .showHelpAfterError('(--help says more)');
  mrt.addHelpText(
    'after',
    examplesText([
      ['mrt login --help', 'a profile first'],
      ['mrt tables -e shop-prod', 'the largest tables of an environment'],
      ['mrt users -e shop-prod --summary', 'its users in numbers'],
      ['mrt users --help', 'what can be asked about users'],
    ]),
  );
  for (const spec of COMMANDS) {
    const command = addRouteCommand(mrt, spec, host, ended);
    if (spec.path === '/micro_flow_constants') addConstantsDiff(command, spec.route, host, ended);
  }
  addFleetCommand(mrt, host, ended);
  addVerifyCommand(mrt, host, ended);
  addProfileCommands(mrt, host, ended);
  addMcpCommand(mrt, host);
  return mrt;
}

/**
 * Runs one command line.
 *
 * @param words after `mrt`
 * @returns the exit code; what went wrong has been said on standard error
 */
export async function runCommand(words: readonly string[], host: Host): Promise<number> {
  let exitCode: number = EXIT.good;
  try {
    const mrt = program(host, (code) => {
      exitCode = code;
    });
    await withCompletion(mrt, words, host);
    await mrt.parseAsync([...words], { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has said it: help and version end with 0, a mistake with 1.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.good : EXIT.usage;
    if (host.signal.aborted) return host.signal.reason === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
    const exit = exitCodeOf(error);
    if (exit !== EXIT.pipe) host.stderr.write(`mrt: ${messageOf(error)}\n`);
    return exit;
  }
}

/** Loaded when a shell asks; else only a line of the help. */
async function withCompletion(mrt: Command, words: readonly string[], host: Host): Promise<void> {
  if (words[0] === 'complete') {
    const { addCompletion } = await import('./completion.ts');
    addCompletion(mrt, host.variables);
    return;
  }
  mrt
    .command('complete')
    .description('Prints what a shell needs to complete commands and options.')
    .argument('<shell>', 'bash, zsh or fish')
    .addHelpText(
      'after',
      examplesText([['source <(mrt complete bash)', 'for this shell; docs/cli.md has the others']]),
    );
}

/** With what an operator looks for in the log. A fault of `mrt` itself shows its stack, which is ours and no secret. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const request = 'requestId' in error && typeof error.requestId === 'string' ? ` (request ${error.requestId})` : '';
  const ours = error.name !== 'Error' && error.name !== 'TypeError';
  return safeLines(ours ? `${error.message}${request}` : (error.stack ?? error.message));
}

const safeLines = (text: string) => text.split('\n').map(safeText).join('\n');
