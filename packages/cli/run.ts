/** What one run of `mrt` has at hand: the API, the terminal, the profile. */
import { MrtClient, type Retries, type Retry } from '@mrt/client';
import { type Api, apiOf } from './api.ts';
import { configFolder, type Profile } from './profile/profiles.ts';
import { tokenProvider } from './profile/token-provider.ts';
import { VERSION } from './routes.ts';
import { safeText } from './terminal/cells.ts';
import { type Output, outputTo } from './terminal/output.ts';
import type { Screen } from './terminal/progress.ts';

/** The process, as far as commands may know it. */
export interface Host {
  variables: NodeJS.ProcessEnv;
  stdout: NodeJS.WritableStream & Screen;
  stderr: NodeJS.WritableStream & Screen;
  stdin: typeof process.stdin;
  /** Aborted by Ctrl-C and SIGTERM. */
  signal: AbortSignal;
}

/** One API with everything around it. */
export interface Run extends Host {
  profile: Profile;
  api: Api;
  /** The same for what comes after the first page: it tries again for longer. */
  patientApi: Api;
  output: Output;
  /** For what the API sent as it is: in a terminal nothing of it steers the terminal. */
  data: Output;
  /** Columns of the terminal; `null`: standard output is none. */
  width: number | null;
  colour: boolean;
  /** Hears of waits before another try. */
  onRetry: (retry: Retry) => void;
  /** A line for a person, on standard error. */
  say(line: string): void;
}

/** Somebody waits for the first answer. */
const RETRIES = { attempts: 3, budgetSeconds: 10 };
/** Whoever has begun outlasts a server that restarts: so long it waits in all for one page. */
const PATIENT_RETRIES = { attempts: 20, budgetSeconds: 120 };

/** @throws ProfileError when no token can be had with this profile */
export function runWith(host: Host, profile: Profile): Run {
  const token = needsToken(profile) ? { token: tokenProvider(profile, configFolder(host.variables)) } : {};
  const apiWith = (retries: Retries) => {
    const onRetry = (retry: Retry) => run.onRetry(retry);
    return apiOf(new MrtClient({ api: profile.api, ...token, retries, onRetry, userAgent: `mrt/${VERSION}` }));
  };
  const output = outputTo(host.stdout, 'standard output');
  const run: Run = {
    ...host,
    profile,
    api: apiWith(RETRIES),
    patientApi: apiWith(PATIENT_RETRIES),
    output,
    data: host.stdout.isTTY ? shownAsText(output) : output,
    width: widthOf(host),
    colour: coloured(host),
    onRetry: () => undefined,
    say: (line) => void host.stderr.write(`${safeText(line)}\n`),
  };
  return run;
}

/** Lines stay lines; other control characters are shown. */
function shownAsText(output: Output): Output {
  const lines = (text: string) => text.replaceAll('\r\n', '\n').split('\n');
  return { write: (text) => output.write(lines(text).map(safeText).join('\n')) };
}

const needsToken = ({ tokenEndpoint, token }: Profile) => tokenEndpoint !== null || token !== null;

/** A terminal that does not say how wide it is has 80. */
function widthOf({ stdout }: Host): number | null {
  return stdout.isTTY ? (stdout.columns ?? 80) : null;
}

/** NO_COLOR (https://no-color.org): set and not empty, whatever it holds. FORCE_COLOR as Node has it. */
function coloured({ stdout, variables }: Host): boolean {
  if (variables['NO_COLOR']) return false;
  if (variables['FORCE_COLOR'] !== undefined) return variables['FORCE_COLOR'] !== '0';
  return stdout.isTTY === true && variables['TERM'] !== 'dumb';
}
