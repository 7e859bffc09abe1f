/**
 * The beginning of a PostgreSQL session as the server sees it: just enough to ask for a password and to refuse.
 * The package pg-gateway does this too, but reads a message only when it comes in one piece, refuses with words of its
 * own, knows no CancelRequest and keeps its hands on the session after the login; this is less code than the way
 * round that. Source: PostgreSQL documentation, 55.2 "Message Flow" and 55.7 "Message Formats".
 */
import { once } from 'node:events';
import type { Duplex } from 'node:stream';

const PROTOCOL_3 = 3;
const CANCEL_REQUEST = 80877102;
const SSL_REQUEST = 80877103;
const GSS_REQUEST = 80877104;
/** An RDS token has one to two kilobytes. */
const MAX_MESSAGE_BYTES = 32_768;

/** What a client may begin with: a wish for encryption, a cancel, or the session itself. */
export type FirstMessage =
  | { kind: 'tls' }
  | { kind: 'gss' }
  /** `bytes`: the whole message, to be forwarded as it is. */
  | { kind: 'cancel'; bytes: Buffer }
  | { kind: 'startup'; minor: number; parameters: Map<string, string> };

/** What a server refuses a session with; the socket is then closed. */
export class Refusal extends Error {
  override name = 'Refusal' as const;
  /** SQLSTATE. */
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** @throws Refusal for anything that is no first message of protocol 3; Error when the client goes away */
export async function readFirstMessage(socket: Duplex): Promise<FirstMessage> {
  const head = await read(socket, 8);
  const [length, code] = [head.readUInt32BE(0), head.readUInt32BE(4)];
  if (length < 8 || length > MAX_MESSAGE_BYTES) throw new Refusal('08P01', 'invalid length of startup packet');
  if (code === SSL_REQUEST) return { kind: 'tls' };
  if (code === GSS_REQUEST) return { kind: 'gss' };
  const body = await read(socket, length - 8);
  if (code === CANCEL_REQUEST) return { kind: 'cancel', bytes: Buffer.concat([head, body]) };
  if (code >>> 16 !== PROTOCOL_3) throw new Refusal('0A000', 'unsupported frontend protocol');
  const words = body.toString('utf8').split('\0');
  const parameters = new Map<string, string>();
  for (let i = 0; words[i]; i += 2) parameters.set(words[i] ?? '', words[i + 1] ?? '');
  return { kind: 'startup', minor: code & 0xffff, parameters };
}

/** Asks for a password in clear text, which the client sends over TLS only, and reads it. @throws Refusal */
export async function askPassword(socket: Duplex): Promise<string> {
  socket.write(message('R', integers(3)));
  const head = await read(socket, 5);
  const length = head.readUInt32BE(1);
  if (head.toString('latin1', 0, 1) !== 'p' || length < 5 || length > MAX_MESSAGE_BYTES) {
    throw new Refusal('08P01', 'expected password response');
  }
  return (await read(socket, length - 4)).toString('utf8').replace(/\0$/, '');
}

/** What a server says of itself once a login is good. */
export interface Greeting {
  /** Parameters that the server reports at the start: `server_version`, `TimeZone` … */
  parameters: ReadonlyMap<string, string>;
  /** Process and secret by which the client may cancel. */
  processId: number;
  secretKey: number;
}

/**
 * Says that the login is good and that the server is ready.
 *
 * @returns process and secret as the client was told them: what a CancelRequest ends with
 */
export function welcome(socket: Duplex, { parameters, processId, secretKey }: Greeting): Buffer {
  const key = Buffer.alloc(8);
  key.writeInt32BE(processId);
  key.writeInt32BE(secretKey, 4);
  socket.write(
    Buffer.concat([
      message('R', integers(0)),
      ...[...parameters].map((pair) => message('S', text(...pair))),
      message('K', key),
      message('Z', Buffer.from('I')),
    ]),
  );
  return key;
}

/** The newest protocol that is spoken here is 3.0, and no `_pq_.` option is known. */
export function negotiateDown(socket: Duplex, options: readonly string[]): void {
  socket.write(message('v', Buffer.concat([integers(0, options.length), text(...options)])));
}

/** Refuses the session with a FATAL error and closes the socket. */
export function refuse(socket: Duplex, { code, message: words }: Refusal): void {
  const fields = ['SFATAL', 'VFATAL', `C${code}`, `M${words}`];
  socket.end(message('E', Buffer.concat([text(...fields), Buffer.alloc(1)])));
}

function message(type: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(type), integers(body.length + 4), body]);
}

function integers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, i * 4);
  return bytes;
}

function text(...values: string[]): Buffer {
  return Buffer.from(values.map((value) => `${value}\0`).join(''));
}

async function read(socket: Duplex, length: number): Promise<Buffer> {
  if (length === 0) return Buffer.alloc(0);
  for (;;) {
    const bytes: unknown = socket.read(length);
    if (Buffer.isBuffer(bytes) && bytes.length === length) return bytes;
    if (bytes !== null || socket.readableEnded || socket.destroyed) throw new Error('the client went away');
    const waiting = new AbortController();
    const { signal } = waiting;
    await Promise.race([once(socket, 'readable', { signal }), once(socket, 'close', { signal })]);
    waiting.abort();
  }
}
