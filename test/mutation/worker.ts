/** A process with a workbench of its own: takes orders from the run and answers each. It ends when the run goes away. */
import type { Selection } from './coverage.ts';
import type { Mutant } from './mutants.ts';
import { Workbench } from './workbench.ts';

/** What the run wants of a worker, one at a time. */
export type Order =
  | { kind: 'list' }
  | { kind: 'count'; testFile: string; folder: string }
  | { kind: 'try'; mutant: Mutant; selections: Selection[] };

/** `list`: test files; `count`: whether the tests of the file are good; `try`: who noticed, `null` for nobody. */
export type Reply = { testFiles: string[] } | { isGood: boolean } | { noticedBy: string | null };

const [root = '', ...guarded] = process.argv.slice(2);
process.chdir(root);
const bench = await Workbench.open(root, new Set(guarded));

async function obey(order: Order): Promise<Reply> {
  switch (order.kind) {
    case 'list':
      return { testFiles: bench.testFiles };
    case 'count':
      return { isGood: await bench.count(order.testFile, order.folder) };
    case 'try':
      return { noticedBy: await bench.tryOut(order.mutant, order.selections) };
  }
}

process.on('message', (order: Order) => void obey(order).then((reply) => process.send?.(reply)));
process.on('disconnect', () => void bench.close().finally(() => process.exit(0)));
process.send?.({ testFiles: [] } satisfies Reply);
