/**
 * Lists one bucket with Node's HTTP client, over 64 connections, each of which is told where its 64th of the keys begins and
 * ends: what no lister knows. `bucket_size-http.ts` runs it in a process of its own.
 */
import { readFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { SignatureV4 } from '@smithy/signature-v4';
import { credentials } from '../lambdas/upstreams/credentials.ts';
import { Sha256 } from '../lambdas/upstreams/s3/signed-https.ts';

const [bucket = '', splitsFile = ''] = process.argv.slice(2);
/** The last key of each 64th. */
const splits = JSON.parse(readFileSync(splitsFile, 'utf8')) as string[];
const endpoint = new URL(process.env['AWS_ENDPOINT_URL_S3'] ?? '');
const agent = new Agent({ keepAlive: true, maxSockets: splits.length });
const signer = new SignatureV4({
  service: 's3',
  region: process.env['AWS_REGION'] ?? '',
  credentials: credentials(),
  sha256: Sha256,
  uriEscapePath: false,
});
const KEY = Buffer.from('<Key>');

async function page(after: string): Promise<Buffer> {
  const unsigned = {
    method: 'GET',
    protocol: 'http:',
    hostname: endpoint.hostname,
    port: Number(endpoint.port),
    path: `/${bucket}`,
    query: { 'encoding-type': 'url', 'list-type': '2', 'start-after': after },
    headers: { host: endpoint.host },
  };
  const { headers } = await signer.sign(unsigned);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const url = new URL(`${unsigned.path}?${new URLSearchParams(unsigned.query)}`, endpoint);
    request(url, { agent, headers }, resolve).on('error', reject).end();
  });
  const body = Buffer.concat(await response.toArray());
  if (response.statusCode !== 200) throw new Error(body.toString());
  return body;
}

/** Keys after one and up to another. */
async function count(after: string, upto: string): Promise<number> {
  let objects = 0;
  for (let from = after; from < upto; ) {
    const body = await page(from);
    for (let at = body.indexOf(KEY); at >= 0; at = body.indexOf(KEY, at + 60)) {
      from = body.toString('latin1', at + KEY.length, body.indexOf('<', at + KEY.length));
      if (from > upto) return objects;
      objects++;
    }
  }
  return objects;
}

const counts = await Promise.all(splits.map((upto, index) => count(splits[index - 1] ?? '', upto)));
process.stdout.write(JSON.stringify({ objects: counts.reduce((sum, objects) => sum + objects, 0) }));
agent.destroy();
