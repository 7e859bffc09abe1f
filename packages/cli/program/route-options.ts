/** The options of a command, made from the parameters of its route. */
import { InvalidArgumentError, Option } from 'commander';
import type { Query } from '../api.ts';
import type { Parameter, Route } from '../routes.ts';

/** `last_login_after` is `--last-login-after`, and commander calls its value `lastLoginAfter`. */
const flagOf = (name: string) => `--${name.replaceAll('_', '-')}`;
const keyOf = (name: string) => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Asked for by `--limit` and `--all`, which count rows and not pages. */
const OWN = new Set(['limit']);

/** An option for each parameter, with its words and bounds, so that a mistake costs no request. */
export function routeOptions(route: Route): Option[] {
  return route.parameters.filter(({ name }) => !OWN.has(name)).map(routeOption);
}

function routeOption({ name, description = '', schema }: Parameter): Option {
  const short = name === 'environment' ? '-e, ' : '';
  const text = description.replaceAll('`', '');
  const flag = `${short}${flagOf(name)}`;
  if (schema.type === 'boolean') return new Option(`${flag} [true|false]`, text).argParser(trueOrFalse);
  if (schema.enum !== undefined) return new Option(`${flag} <word>`, text).choices(schema.enum);
  if (schema.type === 'integer') return new Option(`${flag} <number>`, text).argParser(wholeNumber(schema));
  if (schema.type === 'array') return new Option(`${flag} <list>`, text).argParser(listOf(schema.items?.enum));
  return new Option(`${flag} <text>`, text);
}

/** Without a value commander itself takes the option as true. */
function trueOrFalse(text: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  throw new InvalidArgumentError('It must be true or false.');
}

/** A parser of a number within bounds. @throws InvalidArgumentError, which commander shows beside the option */
export function wholeNumber({
  minimum = 0,
  maximum = Number.MAX_SAFE_INTEGER,
}: {
  minimum?: number;
  maximum?: number;
}) {
  return (text: string): number => {
    const value = Number(text);
    if (/^-?\d{1,15}$/.test(text) && value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${minimum} to ${maximum}.`);
  };
}

/** A parser of a comma list, which may come in several options: `--label stage:prod --label app:shop`. */
export function listOf(words?: readonly string[]) {
  return (text: string, before?: string): string => {
    const unknown = words === undefined ? undefined : text.split(',').find((word) => !words.includes(word));
    if (unknown !== undefined) throw new InvalidArgumentError(`${unknown} is none of ${words?.join(', ')}.`);
    return before === undefined ? text : `${before},${text}`;
  };
}

/** What was said on the command line, by the names of the wire. */
export function queryOf(route: Route, options: Readonly<Record<string, unknown>>): Query {
  const given = route.parameters
    .filter(({ name }) => !OWN.has(name))
    .map(({ name }) => [name, options[keyOf(name)]] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined)) as Query;
}
