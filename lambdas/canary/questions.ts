/** What the canary asks, and what it takes for a good answer: only what a client would notice counts. */
import type { Tokens } from './tokens.ts';

/** The gateway gives up at 30 s. */
const PATIENCE_MS = 32_000;

/** How one question went. */
export interface Reply {
  /** Path with its query; `token` for the token itself. */
  question: string;
  /** HTTP status, or `null` where there was no answer at all. */
  status: number | null;
  ms: number;
  /** What is wrong, in one word; `null` when all is well. */
  fault: 'unreachable' | 'unexpected-status' | 'no-json' | 'no-token' | null;
}

export interface Questions {
  /** Address of the API, as clients have it. */
  api: URL;
  /** Asked with a token. */
  paths: readonly string[];
  tokens: Tokens;
  /** Default: a little more than the gateway waits for a function. */
  patienceMs?: number;
}

/**
 * Asks whether the API is there, whether it is closed to whoever has no token, and each path with one. A failure is a reply
 * too: nothing is thrown.
 */
export async function ask({ api, paths, tokens, patienceMs = PATIENCE_MS }: Questions): Promise<Reply[]> {
  const get = (path: string, expected: number, token?: string) =>
    timed(path, async () => {
      const response = await fetch(new URL(path, api), {
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(patienceMs),
        // An answer from elsewhere is none.
        redirect: 'manual',
      });
      const isJson = await response.json().then(
        () => true,
        () => false,
      );
      if (response.status !== expected) return { status: response.status, fault: 'unexpected-status' };
      return { status: response.status, fault: isJson ? null : 'no-json' };
    });

  const [first = '/environments'] = paths;
  const open = [await get('/health', 200), await get(first, 401)];
  let token: string | null = null;
  const signIn = await timed('token', async () => {
    token = await tokens.token();
    return { status: null, fault: token === null ? 'no-token' : null };
  });
  if (token === null) return [...open, signIn];
  const answers: Reply[] = [];
  for (const path of paths) answers.push(await get(path, 200, token));
  return [...open, signIn, ...answers];
}

async function timed(question: string, work: () => Promise<Pick<Reply, 'status' | 'fault'>>): Promise<Reply> {
  const start = performance.now();
  const outcome = await work().catch(() => ({ status: null, fault: 'unreachable' as const }));
  return { question, ...outcome, ms: Math.round(performance.now() - start) };
}
