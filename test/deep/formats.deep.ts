/** The readers of four formats beside PyYAML, Python's `json`, Compose and Lightbend (`.ci/deep.d/formats.sh`). */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { throughDouble } from '../../lambdas/mendix/constants/number.ts';
import { readEnvironmentLines } from '../../lambdas/mendix/constants/overrides/environment-lines.ts';
import { type HoconSetting, parseHocon } from '../../lambdas/mendix/constants/overrides/hocon.ts';
import { parseJson } from '../../lambdas/mendix/constants/overrides/json-tree.ts';
import { isList, isMap, type Tree } from '../../lambdas/mendix/constants/overrides/tree.ts';
import { parseYamlText } from '../../lambdas/mendix/constants/overrides/yaml-tree.ts';
import {
  ENVIRONMENT_PIECES,
  HOCON_PIECES,
  JSON_PIECES,
  mixtures,
  SCALAR_PIECES,
  scalars,
  YAML_PIECES,
} from './formats/inputs.ts';

/** Of one comparison, in milliseconds: 30,000 texts take half a minute on a quiet machine. */
const MAX_TIME = 300_000;

const seed = Number(process.env['FORMATS_SEED'] ?? 1);
const count = Number(process.env['FORMATS_INPUTS'] ?? 2000);

/** As `python_reader.py` writes it; `null`: refused. */
type Described = [type: string, content: unknown] | null;

function python(kind: 'yaml' | 'json', texts: readonly string[]): Described[] {
  const script = join(import.meta.dirname, 'formats/python_reader.py');
  return run(process.env['FORMATS_PYTHON'] ?? 'python3', [script, kind], texts) as Described[];
}

function compose(files: readonly string[]): (Record<string, string> | null)[] {
  return run(process.env['FORMATS_COMPOSE'] ?? 'compose-reader', [], files) as (Record<string, string> | null)[];
}

function run(command: string, args: string[], texts: readonly string[]): unknown {
  const output = execFileSync(command, args, { input: JSON.stringify(texts), maxBuffer: 1e9 });
  return JSON.parse(output.toString());
}

/** Compose lets blanks other than a space stand in a name, and has a name without a sign for a last line without `=`. */
function isName(name: string): boolean {
  return name !== '' && !/\s/.test(name);
}

/** Ours in the same form. Numbers: an integer's digits, or a float as the double that it is. */
function described(tree: Tree): Described {
  if (isMap(tree)) return ['dict', [...tree].map(([name, member]) => [keyOf(name), described(member)])];
  if (isList(tree)) return ['list', tree.map(described)];
  if (tree.kind === 'text') return ['str', tree.text];
  if (tree.kind === 'number') return ['number', numberOf(tree.digits)];
  if (tree.kind === 'boolean') return ['bool', tree.value ? 'True' : 'False'];
  return tree.kind === 'date' ? ['date', microseconds(tree.text)] : [tree.kind, ''];
}

/** Theirs in the same form. */
function normal(read: Described): Described {
  if (read === null) return null;
  const [type, content] = read;
  if (type === 'dict')
    return ['dict', (content as [string, Described][]).map(([name, member]) => [keyOf(name), normal(member)])];
  if (type === 'list' || type === 'stream') return [type, (content as Described[]).map(normal)];
  if (type === 'int' || type === 'float') return ['number', numberOf(String(content))];
  if (type === 'NoneType') return ['null', ''];
  if (type === 'date') return ['date', microseconds(String(content).replace('+00:00', 'Z'))];
  return ['set', 'bytes', 'tuple'].includes(type) ? ['structure', ''] : [type, content];
}

/** A number as a key is the same in each notation. */
function keyOf(name: string): string {
  return /^-?\d*\.\d*(?:e[-+]?\d+)?$/.test(name) && /\d/.test(name) ? numberOf(name) : name;
}

/** Python keeps six digits of a second, and prints all six. */
function microseconds(time: string): string {
  return time.replace('+00:00', 'Z').replace(/\.(\d{1,6})\d*/, (_, digits: string) => `.${digits.padEnd(6, '0')}`);
}

function numberOf(digits: string): string {
  return /^-?\d+$/.test(digits) ? String(BigInt(digits)) : String(Number(throughDouble(digits)));
}

function ours(read: () => Described): Described {
  try {
    return read();
  } catch (error) {
    const known = (error as { reason?: string }).reason !== undefined || error instanceof SyntaxError;
    if (!known) throw error;
    return null;
  }
}

/** The texts that the two read differently, with both readings. */
function differences(texts: readonly string[], theirs: Described[], read: (text: string) => Described): string[] {
  return texts.flatMap((text, index) => {
    const [mine, its] = [ours(() => read(text)), normal(theirs[index] ?? null)].map((value) => JSON.stringify(value));
    return mine === its ? [] : [`${JSON.stringify(text)}: ours ${mine}, theirs ${its}`];
  });
}

const yaml = (text: string): Described => ['stream', parseYamlText(text).documents.map(described)];

test(
  'a plain scalar is what PyYAML resolves it to',
  () => {
    const texts = [...scalars(), ...mixtures(SCALAR_PIECES, 8, seed, count)].map((scalar) => `k: ${scalar}\n`);
    expect(differences(texts, python('yaml', texts), yaml)).toEqual([]);
  },
  MAX_TIME,
);

test(
  'a YAML text is what PyYAML makes of it, and what one refuses the other does, but for odd ones in a thousand',
  () => {
    const texts = mixtures(YAML_PIECES, 14, seed, count).map((text) => `first: x\n${text}`);
    const different = differences(texts, python('yaml', texts), yaml);
    const refused = different.filter((difference) => /(?:ours|theirs) null/.test(difference));
    expect(different.filter((difference) => !refused.includes(difference))).toEqual([]);
    expect(refused.length, refused.slice(0, 10).join('\n')).toBeLessThan(count / 1000);
  },
  MAX_TIME,
);

test(
  'a JSON text is what Python makes of it',
  () => {
    const texts = mixtures(JSON_PIECES, 12, seed, count * 3);
    expect(differences(texts, python('json', texts), (text) => described(parseJson(text)))).toEqual([]);
  },
  MAX_TIME,
);

test(
  'an environment file that Compose takes is what Compose makes of it',
  () => {
    const files = mixtures(ENVIRONMENT_PIECES, 14, seed, count * 3);
    const theirs = compose(files);
    const different = files.flatMap((file, index) => {
      const variables = theirs[index];
      const { values } = readEnvironmentLines(file, () => false);
      if (variables === null || variables === undefined) return [];
      const told = [...values].flatMap(([name, value]) => (value.kind === 'text' ? [[name, value.text] as const] : []));
      const unsure = new Set([...values].flatMap(([name, value]) => (value.kind === 'text' ? [] : [name])));
      const expected = Object.entries(variables).filter(([name]) => isName(name) && !unsure.has(name));
      const [mine, its] = [told, expected].map((pairs) =>
        JSON.stringify(Object.entries(Object.fromEntries(pairs)).sort()),
      );
      return mine === its ? [] : [`${JSON.stringify(file)}: ours ${mine}, theirs ${its}`];
    });
    expect(different.slice(0, 30)).toEqual([]);
  },
  MAX_TIME,
);

/** What the settings of a HOCON file come to, the last of each path counting. */
function hoconObject(settings: readonly HoconSetting[]): Record<string, unknown> {
  const root = Object.create(null) as Record<string, unknown>;
  for (const setting of settings) {
    if (setting.kind === 'include') continue;
    const last = setting.path.at(-1) ?? '';
    let at = root;
    for (const key of setting.path.slice(0, -1)) at = objectAt(at, key);
    if (setting.kind === 'object') objectAt(at, last);
    else at[last] = hoconLeaf(setting.value);
  }
  return root;
}

function objectAt(parent: Record<string, unknown>, key: string): Record<string, unknown> {
  if (typeof parent[key] !== 'object' || parent[key] === null) parent[key] = Object.create(null);
  return parent[key] as Record<string, unknown>;
}

function hoconLeaf(value: Extract<HoconSetting, { kind: 'value' }>['value']): unknown {
  if (value.kind === 'text') return value.text;
  if (value.kind === 'number') return Number(value.digits);
  if (value.kind === 'boolean') return value.value;
  return value.kind === 'null' ? null : '(list)';
}

/** Lists are all one here; members in the order of their names. */
function hoconNormal(value: unknown): unknown {
  if (Array.isArray(value)) return '(list)';
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, hoconNormal(member)]));
}

test(
  'a HOCON text that is read is what Lightbend makes of it',
  () => {
    const texts = mixtures(HOCON_PIECES, 10, seed, count * 2);
    const [command = 'java', ...args] = (process.env['FORMATS_HOCON'] ?? 'java HoconReader').split(' ');
    const output = execFileSync(command, args, { input: JSON.stringify({ texts }), maxBuffer: 1e9 });
    // A number beyond doubles (`1e555`) is written as no JSON has it.
    const json = output.toString().replaceAll(/(?<=[:[,])(-?)Infinity(?=[,}\]])/g, '$11e999');
    const theirs = JSON.parse(json) as unknown[];
    const different = texts.flatMap((text, index) => {
      const settings = ours(() => ['settings', parseHocon(text)]);
      // To resolve `+=` Lightbend refers to the key, which it then refuses when it begins with a sign.
      if (theirs[index] === null && text.includes('+=')) return [];
      if (settings === null || theirs[index] === null) {
        return settings === null ? [] : [`${JSON.stringify(text)}: ours read, theirs null`];
      }
      const mine = JSON.stringify(hoconNormal(hoconObject(settings[1] as HoconSetting[])));
      const its = JSON.stringify(hoconNormal(theirs[index]));
      return mine === its ? [] : [`${JSON.stringify(text)}: ours ${mine}, theirs ${its}`];
    });
    expect(different).toEqual([]);
  },
  MAX_TIME,
);
