/** The templates of the worked examples, for the pages that are made from them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../config/read.ts';
import { mrtApp } from '../lib/mrt-app.ts';

/** Texts of the templates by example: a page's parts, and tests of it, ask for the same ones again and again. */
const synthesised = new Map<string, readonly string[]>();

/** The resources of an example, all stacks together, by logical id. Without bundles, which say nothing about rights and counts. */
export function exampleResources<Resource>(
  name: 'example' | 'example-new' | 'example-options' = 'example',
): Record<string, Resource> {
  const texts = synthesised.get(name) ?? synthesise(name);
  synthesised.set(name, texts);
  // One after the other; ids of different stacks do not meet.
  return Object.assign({}, ...texts.map((text) => JSON.parse(text).Resources));
}

function synthesise(name: string): readonly string[] {
  const outdir = mkdtempSync(join(tmpdir(), 'mrt-example-'));
  try {
    const config = readConfig(fileURLToPath(new URL(`../config/${name}.json`, import.meta.url)));
    const { stacks } = mrtApp(config, { outdir, context: { 'aws:cdk:bundling-stacks': [] } }).synth();
    return stacks.map(({ templateFullPath }) => readFileSync(templateFullPath, 'utf8'));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
