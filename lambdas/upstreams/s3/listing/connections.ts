/**
 * The connections that pages of a listing come over. They share one read buffer: Node would make 64 kB for each read,
 * 300 MB of a million keys, and give them back only when its nursery is collected, whose size Lambda sets.
 *
 * The next read, of any connection, writes the buffer anew. That is safe as Node's HTTP parser copies what it hands on of a
 * body; a test has many answers mix, and a page that were spoilt would not have as many entries as it says (`page.ts`).
 * Source: Node.js documentation, `socket.connect`, option `onread`.
 */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import type { Agents } from '../signed-https.ts';

const READ_BYTES = 65_536;

/** The lister's limit of pages under way. */
export const MAX_CONNECTIONS = 64;

const options = {
  keepAlive: true,
  maxSockets: MAX_CONNECTIONS,
  onread: {
    buffer: Buffer.alloc(READ_BYTES),
    // Node hands a chunk to this alone; its HTTP client takes it as a `data` event of the socket.
    callback(this: Socket, size: number, buffer: Buffer): boolean {
      return this.emit('data', buffer.subarray(0, size));
    },
  },
};

export const pageConnections: Agents = { 'http:': new HttpAgent(options), 'https:': new HttpsAgent(options) };
