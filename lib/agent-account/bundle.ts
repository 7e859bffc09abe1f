/** The agent as a folder: its bundle, its settings, the authorities of RDS, and how an image is built of them. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { AgentConfig } from '../../config/agent/schema.ts';
import { BUNDLE_FILES } from '../../lambdas/contract.ts';
import { BUNDLER_OPTIONS } from '../functions/bundle.ts';
import { rdsCertificates } from '../functions/rds-certificates.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Writes it.
 *
 * @param settings JSON, as `agent/compile.ts` makes it
 */
export function writeAgentBundle(folder: string, settings: string, { region }: Pick<AgentConfig, 'region'>): void {
  mkdirSync(folder, { recursive: true });
  const { alias: _, ...options } = BUNDLER_OPTIONS;
  buildSync({
    ...options,
    // Options of a stage: an agent has no record, and asks no other agent.
    define: {
      'process.env.MRT_WITH_RECORDING': '"off"',
      'process.env.MRT_WITH_AGENTS': '"off"',
    },
    entryPoints: [{ in: join(ROOT, 'agent/main.ts'), out: 'index' }],
    outdir: folder,
    // From a clone alone: it would take the CDK along.
    external: [...options.external, './from-config.ts'],
    sourcemap: 'linked',
    sourcesContent: false,
  });
  writeFileSync(join(folder, BUNDLE_FILES.settings), settings);
  writeFileSync(join(folder, BUNDLE_FILES.databaseCa), rdsCertificates(region));
  copyFileSync(join(ROOT, 'agent/image/Dockerfile'), join(folder, 'Dockerfile'));
}
