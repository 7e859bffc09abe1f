/**
 * Prints the project's figures, each beside its peer's or its limit's from the same run.
 * `npm run bench -- users` runs only the files whose name holds that word. A benchmark is not a test: it never fails.
 */
import type { Figure } from './figure.ts';

const FILES = [
  'cold_start',
  'warm_overhead',
  'tenants',
  'bucket_size',
  'bucket_size-http',
  'table_size',
  'users',
  'micro_flow_constants',
  'storage_audit',
  'record',
  'recorder',
  'cli',
  'proof',
  'airflow_gateway',
  'agents',
  'airflow_health',
];
const wanted = process.argv[2] ?? '';

process.stdout.write('figure | ours | theirs | ratio | goal\n--- | --- | --- | --- | ---\n');
for (const file of FILES.filter((name) => name.includes(wanted))) {
  const { figures } = (await import(`./${file}.ts`)) as {
    figures: (print: (figure: Figure) => void) => Promise<void>;
  };
  try {
    await figures(({ name, ours, theirs, ratio, goal }) => {
      process.stdout.write(`${[name, ours, theirs, ratio, goal].join(' | ')}\n`);
    });
  } catch (error) {
    process.stdout.write(`${file} could not be measured: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}
