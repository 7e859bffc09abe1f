/** The agent as files: the folder that an image is built of, and the program of its package. */
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { AgentConfig } from '../../config/agent/schema.ts';
import { BUNDLE_FILES } from '../../lambdas/contract.ts';
import { BUNDLER_OPTIONS } from '../functions/bundle.ts';
import { rdsCertificates, rdsCertificatesOfAllRegions } from '../functions/rds-certificates.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Reads a configuration, which an image does not: its settings lie beside it. */
const FROM_CONFIG = './from-config.ts';

/**
 * Writes what an image is built of: bundle, settings, the authorities of RDS, Dockerfile.
 *
 * @param settings JSON of `AgentSettings`
 */
export function writeAgentBundle(folder: string, settings: string, { region }: Pick<AgentConfig, 'region'>): void {
  bundle(folder, 'index', { sourcemap: 'linked', sourcesContent: false }, [FROM_CONFIG]);
  writeFileSync(join(folder, BUNDLE_FILES.settings), settings);
  writeFileSync(join(folder, BUNDLE_FILES.databaseCa), rdsCertificates(region));
  copyFileSync(join(ROOT, 'agent/image/Dockerfile'), join(folder, 'Dockerfile'));
}

/** Writes the program `mrt-agent.mjs`, which needs Node and no other package, and reads its configuration as it starts. */
export function writeAgentProgram(folder: string): void {
  bundle(folder, 'mrt-agent', { legalComments: 'eof' }, []);
  chmodSync(join(folder, 'mrt-agent.mjs'), 0o755);
  writeFileSync(join(folder, BUNDLE_FILES.databaseCa), rdsCertificatesOfAllRegions());
}

function bundle(folder: string, out: string, own: object, external: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  const { alias: _, ...options } = BUNDLER_OPTIONS;
  buildSync({
    ...options,
    // Options of a stage: an agent has no record, and asks no other agent. It serves no documents either.
    define: {
      'process.env.MRT_WITH_RECORDING': '"off"',
      'process.env.MRT_WITH_AGENTS': '"off"',
      'process.env.MRT_WITH_DESCRIPTIONS': '"off"',
    },
    entryPoints: [{ in: join(ROOT, 'agent/main.ts'), out }],
    outdir: folder,
    external: [...options.external, ...external],
    ...own,
  });
}
