/**
 * Whether an agent could serve: looked at from the machine that it shall run on, without disturbing one that runs. Each thing
 * is looked at by itself, so that one fault hides no other.
 */
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { KEY_USES, verifyingKeys } from '../lambdas/keys/public.ts';
import type { AgentCredential, ReadCredential } from './certificate.ts';
import { keepCredentials } from './credentials.ts';
import type { ReadKeys } from './public-keys.ts';
import type { AgentSettings } from './settings.ts';

/** Tokens live for minutes; with a clock that is off by more, every request is refused. */
const MAX_CLOCK_MS = 30_000;
const CONNECT_MS = 5_000;
/** With TLS 1.3 the server looks at the certificate after the client is done: a refusal comes a moment later. */
const REFUSAL_MS = 700;
const WARN_BEFORE_MS = 30 * 86_400_000;

/** One thing that was looked at. */
export interface Finding {
  what: string;
  /** What is good, or what is wrong. */
  words: string;
  isGood: boolean;
}

export interface CheckOptions {
  settings: AgentSettings;
  credential: ReadCredential;
  brokerUrl: string;
  /** PEM; left out: the authorities that Node trusts. */
  brokerCa?: string;
  readKeys: ReadKeys;
  /** The time at the Regional API, as its answers have it. */
  readClock: () => Promise<Date>;
}

/** Each finding as it is there. */
export async function* checkAgent(options: CheckOptions): AsyncGenerator<Finding> {
  const { settings } = options;
  // First, as the certificate may lie in a secret.
  yield await finding('AWS keys', async () => {
    await keepCredentials(settings.region, AbortSignal.abort());
    return `there are some, for ${process.env['AWS_REGION']}`;
  });
  let certificate: AgentCredential | null = null;
  yield await finding('certificate', async () => {
    certificate = await options.credential();
    return untilWords(certificate.ends);
  });
  if (certificate !== null) {
    yield await finding('broker', () => shakeHands(options, certificate as unknown as AgentCredential));
  }
  yield await finding('public keys', async () => {
    const { size } = verifyingKeys(await options.readKeys(), KEY_USES.tokens);
    if (size === 0) throw new Error(`${settings.regional.keys_url} has no key for tokens`);
    return `${size} at ${settings.regional.keys_url}`;
  });
  yield await finding('clock', async () => {
    const off = Date.now() - (await options.readClock()).getTime();
    const words = `${Math.round(Math.abs(off) / 1000)} s ${off < 0 ? 'behind' : 'before'} the Regional API`;
    if (Math.abs(off) > MAX_CLOCK_MS) throw new Error(`${words}: every request would be refused`);
    return words;
  });
  for (const { host, port, server } of databasesOf(settings)) {
    yield await finding(`database ${server}`, () => reach(host, port));
  }
}

async function finding(what: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { what, words: await look(), isGood: true };
  } catch (error) {
    return { what, words: reasonOf(error), isGood: false };
  }
}

/** What went wrong, with the code beneath it: of `fetch failed` nobody could tell why. */
function reasonOf(error: unknown): string {
  const { message, name, cause } = error as Error;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return `${message || name}${code === undefined ? '' : ` (${code})`}`;
}

function untilWords(ends: Date): string {
  const left = ends.getTime() - Date.now();
  if (left < 0) throw new Error(`has ended on ${ends.toISOString()}: renew it (mrt-agent renew)`);
  return `good until ${ends.toISOString()}${left < WARN_BEFORE_MS ? ': renew it soon (mrt-agent renew)' : ''}`;
}

/** Mutual TLS and no more: an MQTT connection of the agent's id would throw out the one that serves. */
function shakeHands({ brokerUrl, brokerCa }: CheckOptions, { key, certificate }: AgentCredential): Promise<string> {
  const { hostname, port } = new URL(brokerUrl);
  return new Promise((resolve, reject) => {
    const ca = brokerCa === undefined ? {} : { ca: brokerCa };
    const socket = connectTls({
      host: hostname,
      port: Number(port),
      servername: hostname,
      key,
      cert: certificate,
      ...ca,
    });
    const fail = (reason: string) => {
      clearTimeout(timer);
      socket.destroy();
      reject(new Error(`${hostname}:${port}: ${reason}`));
    };
    let timer = setTimeout(() => fail('does not answer: is the way out to this port open?'), CONNECT_MS);
    socket.once('secureConnect', () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        socket.destroy();
        resolve(`${hostname}:${port} takes the certificate`);
      }, REFUSAL_MS);
    });
    socket.once('error', (error) => fail(error.message));
    socket.once('close', () => fail('does not take the certificate: is it registered, active, and of this stage?'));
  });
}

function databasesOf({ routes }: AgentSettings) {
  const all = Object.values(routes).flatMap(({ environments }) =>
    Object.values(environments).flatMap(({ database }) => (database === undefined ? [] : [database])),
  );
  return new Map(all.map((database) => [database.server, database])).values();
}

function reach(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host, port, timeout: CONNECT_MS });
    const end = (fault: string | null) => {
      socket.destroy();
      if (fault === null) resolve(`${host}:${port} can be reached`);
      else reject(new Error(`${host}:${port}: ${fault}`));
    };
    socket.once('connect', () => end(null));
    socket.once('timeout', () => end('does not answer: does its security group let this machine in?'));
    socket.once('error', (error) => end((error as NodeJS.ErrnoException).code ?? error.message));
  });
}
