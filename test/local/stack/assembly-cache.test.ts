import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseConfig } from '../../../config/read.ts';
import { AssemblyCache, type DatabaseAddresses } from '../../../local/stack/assembly-cache.ts';
import { PROJECT } from '../../../local/stack/synthesis.ts';

const config = parseConfig(JSON.parse(readFileSync(join(PROJECT, 'config', 'local.json'), 'utf8')));
const at = (port: number): DatabaseAddresses => ({ 'shop-prod-db': { host: 'localhost', port } });

let directory: string;
let folder: string;
let made: number;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mrt-cache-'));
  folder = join(directory, 'entries');
  made = 0;
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const cacheOf = (sources = 'as they are') => new AssemblyCache({ folder, sources });

/** What a start gets: the text of its template. */
async function provided(cache: AssemblyCache, addresses = at(1), own = config, run = 'run'): Promise<string> {
  const target = join(directory, run);
  await cache.provide(own, addresses, target, async (outdir) => {
    made += 1;
    mkdirSync(outdir, { recursive: true });
    writeFileSync(join(outdir, 'template.json'), `made ${made}`);
  });
  return readFileSync(join(target, 'template.json'), 'utf8');
}

describe('an assembly', () => {
  test('is made once for the same sources, configuration and ports', async () => {
    expect(await provided(cacheOf())).toBe('made 1');
    expect(await provided(cacheOf())).toBe('made 1');
  });

  test.each([
    ['sources', () => provided(cacheOf('changed'))],
    ['a configuration', () => provided(cacheOf(), at(1), { ...config, stage: 'other' })],
    ['hosts', () => provided(cacheOf(), { 'shop-prod-db': { host: '127.0.0.1', port: 1 } })],
    ['servers', () => provided(cacheOf(), { ...at(1), other: { host: 'localhost', port: 2 } })],
  ])('is made again for other %s', async (_, other) => {
    expect(await provided(cacheOf())).toBe('made 1');
    expect(await other()).toBe('made 2');
    expect(await provided(cacheOf())).toBe('made 1');
  });

  test('is the run’s own copy: what one run does to it, or the end of the entry, is nothing to another', async () => {
    await provided(cacheOf());
    writeFileSync(join(directory, 'run', 'template.json'), 'changed by a run');
    expect(await provided(cacheOf(), at(1), config, 'other')).toBe('made 1');
    rmSync(folder, { recursive: true });
    expect(readFileSync(join(directory, 'other', 'template.json'), 'utf8')).toBe('made 1');
  });

  test('that two runs make at once is whole in both', async () => {
    const both = await Promise.all([provided(cacheOf()), provided(cacheOf(), at(1), config, 'other')]);
    expect(both.toSorted()).toEqual(['made 1', 'made 2']);
    expect(await provided(cacheOf())).toMatch(/^made [12]$/);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test('that could not be made is not kept', async () => {
    const failing = cacheOf().provide(config, at(1), join(directory, 'run'), () =>
      Promise.reject(new Error('refused')),
    );
    await expect(failing).rejects.toThrow('refused');
    expect(await provided(cacheOf())).toBe('made 1');
  });

  test('is made all the same where nothing can be kept', async () => {
    writeFileSync(folder, 'a file where the folder should be');
    expect(await provided(cacheOf())).toBe('made 1');
    expect(await provided(cacheOf())).toBe('made 2');
  });
});

test('for other ports an assembly is the kept one with these ports in its security groups and settings, and no other number', async () => {
  const assemblyOf = (port: number) => ({
    template: { Group: { FromPort: port, ToPort: port, Description: `to ${40_001}`, MaxAge: 40_001 } },
    settings: { database: { host: 'localhost', port }, limit: 40_001 },
  });
  const start = async (port: number) => {
    const target = join(directory, 'run');
    await cacheOf().provide(config, at(port), target, async (outdir) => {
      made += 1;
      mkdirSync(join(outdir, 'asset.a'), { recursive: true });
      writeFileSync(join(outdir, 'mrt-local.template.json'), JSON.stringify(assemblyOf(port).template));
      writeFileSync(join(outdir, 'asset.a', 'settings.json'), JSON.stringify(assemblyOf(port).settings));
    });
    const [template, settings] = ['mrt-local.template.json', 'asset.a/settings.json'].map((file) =>
      JSON.parse(readFileSync(join(target, file), 'utf8')),
    );
    return { template, settings };
  };
  expect(await start(40_001)).toEqual(assemblyOf(40_001));
  expect(await start(40_002)).toEqual(assemblyOf(40_002));
  expect(await start(40_001)).toEqual(assemblyOf(40_001));
  expect(made).toBe(1);
});

describe('the ports of kept assemblies', () => {
  test('are those of the same sources and configuration, the last used one first', async () => {
    await provided(cacheOf(), at(1));
    await provided(cacheOf(), at(2));
    await provided(cacheOf('changed'), at(3));
    await provided(cacheOf(), at(4), { ...config, stage: 'other' });
    const [first = ''] = readdirSync(folder).filter((name) => entryOf(name) === 1);
    utimesSync(join(folder, first), new Date(Date.now() + 1000), new Date(Date.now() + 1000));
    expect(cacheOf().keptAddresses(config)).toEqual([at(1), at(2)]);
  });
});

function entryOf(name: string): number {
  return JSON.parse(readFileSync(join(folder, name, 'entry.json'), 'utf8')).addresses['shop-prod-db'].port;
}

describe('old entries', () => {
  test('go when there are more than twelve, the least recently used ones first', async () => {
    for (let port = 1; port <= 14; port++) {
      await provided(cacheOf(), { 'shop-prod-db': { host: `host-${port}`, port } });
      const [name = ''] = readdirSync(folder).filter((own) => entryOf(own) === port);
      const time = new Date(Date.now() - 100_000 + port * 1000);
      utimesSync(join(folder, name), time, time);
    }
    const ports = readdirSync(folder)
      .map(entryOf)
      .toSorted((a, b) => a - b);
    expect(ports).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  });

  test('that were never finished go too, but not one that is being made', async () => {
    const [abandoned, current] = ['draft-abandoned', 'draft-current'].map((name) => join(folder, name));
    for (const draft of [abandoned, current]) mkdirSync(draft ?? '', { recursive: true });
    utimesSync(abandoned ?? '', new Date(0), new Date(0));
    await provided(cacheOf());
    expect([existsSync(abandoned ?? ''), existsSync(current ?? '')]).toEqual([false, true]);
  });
});
