/** What a parsed file sets, in words that a test can compare. */

import type { OverrideSource } from '../../../../../lambdas/environment-settings.ts';
import type { NotRead, Overrides } from '../../../../../lambdas/mendix/constants/overrides/overrides.ts';
import { overridesParser } from '../../../../../lambdas/mendix/constants/overrides/parse.ts';
import type { Written } from '../../../../../lambdas/mendix/constants/value.ts';

type Format = OverrideSource['format'];

/** All of them, so that a test can parse without waiting. */
const parsers = {
  m2ee_yaml: await overridesParser('m2ee_yaml'),
  environment_file: await overridesParser('environment_file'),
  mendix_app: await overridesParser('mendix_app'),
  json_map: await overridesParser('json_map'),
  portable_app: await overridesParser('portable_app'),
} satisfies Record<Format, unknown>;

/** What a file of this format sets. @throws UnusableContentError */
export function parseOverrides(format: Format, bytes: Uint8Array): Overrides {
  return parsers[format](bytes);
}

/** `name via = value` of each setting and `variable = value` of each variable, first rank first. */
export function settingsIn(format: Format, content: string | Buffer): string[] {
  const { ranks } = parseOverrides(format, Buffer.from(content));
  return ranks.flat().flatMap((place) => {
    if (place.kind === 'unread') return [`anything ${place.via}`];
    if (place.kind === 'variables')
      return [...place.variables].map(([name, written]) => `${name} = ${inWords(written)}`);
    return [...place.settings].map(([name, written]) => `${name} ${place.via} = ${inWords(written)}`);
  });
}

/** What the file says of itself. */
export function notesIn(format: Format, content: string): readonly string[] {
  return parseOverrides(format, Buffer.from(content)).notes;
}

/** The reason for which the file is refused, or what it sets. */
export function refusalOf(format: Format, content: string | Buffer): unknown {
  try {
    return settingsIn(format, content);
  } catch (error) {
    return (error as { reason?: unknown }).reason ?? error;
  }
}

function inWords(written: Written | NotRead): string {
  if (written.kind === 'not read') return `${written.sets} set, not read`;
  const { kind, ...value } = written;
  return [kind, ...Object.values(value).map((part) => JSON.stringify(part))].join(' ');
}
