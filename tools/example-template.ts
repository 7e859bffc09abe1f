/** The templates of the worked examples, for the pages that are made from them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../config/read.ts';
import { mrtApp } from '../lib/mrt-app.ts';

/** The resources of an example, all stacks together, by logical id. Without bundles, which say nothing about rights and counts. */
export function exampleResources<Resource>(
  name: 'example' | 'example-new' | 'example-options' = 'example',
): Record<string, Resource> {
  const outdir = mkdtempSync(join(tmpdir(), 'mrt-example-'));
  try {
    const config = readConfig(fileURLToPath(new URL(`../config/${name}.json`, import.meta.url)));
    mrtApp(config, { outdir, context: { 'aws:cdk:bundling-stacks': [] } }).synth();
    // One after the other; ids of different stacks do not meet.
    const stacks = [`mrt-${config.stage}`, ...(config.edge ? [`mrt-${config.stage}-edge`] : [])];
    const templates = stacks.map((stack) => JSON.parse(readFileSync(join(outdir, `${stack}.template.json`), 'utf8')));
    return Object.assign({}, ...templates.map(({ Resources }) => Resources));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
