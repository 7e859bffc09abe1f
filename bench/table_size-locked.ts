/** /table_size while somebody holds ACCESS EXCLUSIVE on the largest table. */
import type { Figure } from './figure.ts';
import { median } from './median.ts';
import { on, open, page } from './table_size-page.ts';
import { PEERS } from './table_size-peers.ts';

const CLIENTS = 50;
/** How long a peer may wait for the locked table before we stop waiting for it. */
const PATIENCE_MS = 2000;

/** 50 clients while somebody holds ACCESS EXCLUSIVE on the biggest table. */
export async function locked(url: string, print: (line: Figure) => void): Promise<void> {
  const biggest = '"module10$entity10"';
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => open(url)));
  const all = async () => {
    const start = performance.now();
    const bodies = await Promise.all(clients.map(page));
    return { ms: performance.now() - start, bodies };
  };
  await all();
  const free = median([(await all()).ms, (await all()).ms, (await all()).ms]);
  const holder = await open(url);
  await holder.query(`BEGIN; LOCK TABLE ${biggest} IN ACCESS EXCLUSIVE MODE`);
  const held = [await all(), await all(), await all()];
  const peers = await Promise.all(
    ['pghero', 'exporter'].map(async (name) => {
      const answered = await on(url, async (client) => {
        await client.query(`SET statement_timeout = ${PATIENCE_MS}`);
        return client.query(PEERS[name as keyof typeof PEERS]).then(
          () => true,
          () => false,
        );
      });
      return `${name} ${answered ? 'answers' : `none in ${PATIENCE_MS / 1000} s`}`;
    }),
  );
  await holder.query('COMMIT');
  await holder.end();
  const rows = Math.min(...held.flatMap(({ bodies }) => bodies.map((body) => body.tables?.length ?? 0)));
  const busy = median(held.map(({ ms }) => ms));
  print({
    name: `table_size: ${CLIENTS} clients while the biggest table is locked, against unlocked (${rows} rows each; ${peers.join(', ')})`,
    ours: `${busy.toFixed(0)} ms`,
    theirs: `${free.toFixed(0)} ms`,
    ratio: `${(busy / free).toFixed(2)}×`,
    goal: '≤ 1.5×',
  });
  await Promise.all(clients.map((client) => client.end()));
}
