/**
 * Environment files (`KEY=value`), read as the Compose specification has them ("Env file syntax"), with what Mendix's
 * buildpack takes from them (`runtime.py`): `MX_<Module>_<Constant>`, and below it `CONSTANTS`, a JSON map.
 */
import { UnusableContentError, utf8 } from '../unusable.ts';
import { jsonSettings } from './json.ts';
import type { Overrides, Variable } from './setting.ts';

/** Set by m2ee-tools for the runtime; no constant. */
const NOT_CONSTANTS: ReadonlySet<string> = new Set(['MX_INSTALL_PATH']);

export function parseEnvironmentFile(bytes: Uint8Array): Overrides {
  const entries = assignments(utf8(bytes));
  const variables = new Map<string, Variable>();
  for (const [variable, text] of entries) {
    if (variable.startsWith('MX_') && !NOT_CONSTANTS.has(variable)) variables.set(variable, { variable, text });
  }
  const map = entries.get('CONSTANTS');
  return { variables, settings: map === undefined ? [] : jsonSettings(map, 'CONSTANTS') };
}

/** A value in single quotes is literal, in double quotes has escapes; both may span lines. Else it ends at ` #`. */
const VALUE = /[^\S\n]*(?:'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|([^\n]*))/y;
const KEY = /[^\S\n]*(?:export[^\S\n]+)?([A-Za-z_][\w.-]*)[^\S\n]*=/y;
const REST_OF_LINE = /[^\S\n]*(#[^\n]*)?(\n|$)/y;

/** @throws UnusableContentError `invalid-line`, `duplicate-name` */
function assignments(content: string): Map<string, string> {
  const text = content.replaceAll('\r\n', '\n');
  const found = new Map<string, string>();
  let at = 0;
  while (at < text.length) {
    const blank = matchAt(REST_OF_LINE, text, at);
    if (blank !== null) {
      at += blank[0].length;
      continue;
    }
    const key = matchAt(KEY, text, at);
    const name = key?.[1];
    if (key === null || name === undefined) throw invalidLine(text, at);
    at += key[0].length;
    const value = matchAt(VALUE, text, at);
    if (value === null) throw invalidLine(text, at);
    at += value[0].length;
    const [, literal, quoted, plain] = value;
    if (plain === undefined) {
      const rest = matchAt(REST_OF_LINE, text, at);
      if (rest === null) throw invalidLine(text, at);
      at += rest[0].length;
    }
    if (found.has(name) && isConstant(name)) {
      throw new UnusableContentError('duplicate-name', `It sets ${name} twice: keep one of the two.`);
    }
    found.set(name, literal ?? (quoted === undefined ? unquoted(plain ?? '') : unescaped(quoted)));
  }
  return found;
}

function isConstant(variable: string): boolean {
  return variable.startsWith('MX_') || variable === 'CONSTANTS';
}

function unquoted(plain: string): string {
  return plain.replace(/(^|\s)#.*$/, '').trimEnd();
}

function unescaped(quoted: string): string {
  const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t' };
  return quoted.replace(/\\([\s\S])/g, (both, character: string) =>
    character in escapes ? (escapes[character] ?? '') : /["\\$]/.test(character) ? character : both,
  );
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function invalidLine(text: string, at: number): UnusableContentError {
  const line = text.slice(0, at).split('\n').length;
  return new UnusableContentError('invalid-line', `Its line ${line} is no KEY=value: correct it.`);
}
