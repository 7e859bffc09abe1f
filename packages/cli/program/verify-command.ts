/** `mrt verify`: whether a saved answer is what the API signed. Needs no token: nothing but the public keys. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { EXIT, UnreachableError, UsageError } from '../exit-codes.ts';
import type { Host } from '../run.ts';
import { safeText } from '../terminal/cells.ts';
import { savedAnswer } from '../verify/saved-answer.ts';
import { proofOf, UnprovedError } from '../verify/signature.ts';
import { type Ended, examplesText } from './route-command.ts';

const KEYS_PATH = '/.well-known/jwks.json';
/** Public keys are some kilobytes; whoever waits sits at a terminal. */
const MAX_WAIT_MS = 10_000;

/** Adds the command. */
export function addVerifyCommand(program: Command, host: Host, ended: Ended): void {
  program
    .command('verify')
    .description('Whether a saved answer is what the API signed, to which question, when, and for whom.')
    .argument('<file>', 'the answer as `curl -i` keeps it')
    .requiredOption('--url <address>', 'the address that was asked, with its query')
    .option('--keys <file>', 'public keys kept from /.well-known/jwks.json; without it they are fetched from there')
    .option('--json', 'what is proved, for a program')
    .addHelpText(
      'after',
      examplesText([
        [
          'curl -si -H "Authorization: Bearer $token" -H "Accept-Signature: mrt=()" "$url" > answer.http',
          'ask for a signed answer and keep it',
        ],
        ['mrt verify answer.http --url "$url"', 'ends with 0 when it is proved, with 1 when it is not'],
      ]),
    )
    .action(async (file: string, { url, keys, json }: { url: string; keys?: string; json?: true }) => {
      const asked = addressOf(url);
      const answer = savedAnswer(read(file));
      const jwks = keys === undefined ? await fetchKeys(asked.origin, host.signal) : read(keys).toString('utf8');
      try {
        const proof = proofOf(answer, asked, jwks);
        const { caller, request_id, signed_at, key_id, nonce } = proof;
        const shown = json
          ? JSON.stringify({ proved: true, status: answer.status, ...proof }, null, 2)
          : [
              `proved: ${answer.status} to GET ${asked.path}${asked.query === '' ? '' : `?${asked.query}`}`,
              `  signed   ${signed_at.toISOString()} by ${key_id}`,
              `  for      ${caller}`,
              `  request  ${request_id}`,
              ...(nonce === null ? [] : [`  nonce    ${nonce}`]),
            ]
              .map(safeText)
              .join('\n');
        host.stdout.write(`${shown}\n`);
        ended(EXIT.good);
      } catch (error) {
        if (!(error instanceof UnprovedError)) throw error;
        if (json) host.stdout.write(`${JSON.stringify({ proved: false, reason: error.message }, null, 2)}\n`);
        else host.stderr.write(`not proved: ${error.message}\n`);
        ended(EXIT.unclean);
      }
    });
}

/** As it was typed, since that is what was sent and signed. @throws UsageError */
function addressOf(text: string): { origin: string; path: string; query: string } {
  const [, origin, path = '', query = ''] = /^(https?:\/\/[^/?#]+)([^?#]*)\??([^#]*)/.exec(text) ?? [];
  if (origin === undefined || !URL.canParse(origin)) {
    throw new UsageError(
      '--url must be the whole address that was asked, such as https://maas-api.example.com/users?…',
    );
  }
  return { origin, path: path === '' ? '/' : path, query };
}

/** @throws UsageError */
function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

/** The keys of the API itself. Over plain HTTP only from this machine: whoever changes keys on the way can prove anything. */
async function fetchKeys(origin: string, signal: AbortSignal): Promise<string> {
  const { protocol, hostname } = new URL(origin);
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  if (protocol !== 'https:' && !isHere) throw new UsageError('public keys are fetched over https only; or give --keys');
  const waiting = AbortSignal.any([signal, AbortSignal.timeout(MAX_WAIT_MS)]);
  let response: Response;
  try {
    response = await fetch(new URL(KEYS_PATH, origin), { redirect: 'error', signal: waiting });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw new UnreachableError(`the public keys at ${origin} cannot be reached`, { cause: error });
  }
  if (response.status === 404) throw new UsageError(`${origin} publishes no keys: its stage has no trust_domain`);
  if (!response.ok) throw new UnreachableError(`the public keys at ${origin} were answered with ${response.status}`);
  return response.text();
}
