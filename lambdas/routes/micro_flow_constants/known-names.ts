import { nearNames } from '../../near-names.ts';
import { UnknownNameError } from '../../request-errors.ts';
import type { Parameters } from './filter.ts';
import type { Reading } from './reading.ts';

/**
 * A module or a constant that nothing has is a typing error, and an empty list would look like an answer. While a source
 * could not be read, nobody can say that it has none of that name, so the list is left to be empty and incomplete.
 *
 * @throws UnknownNameError
 */
export function checkNames({ module, name }: Parameters, readings: readonly Reading[]): void {
  if (readings.some(({ unlisted }) => unlisted)) return;
  const constants = readings.flatMap((reading) => reading.constants);
  check('module', module, new Set(constants.flatMap((constant) => constant.module ?? [])));
  check('name', name, new Set(constants.map((constant) => constant.name)));
}

function check(parameter: string, given: string | undefined, known: ReadonlySet<string>): void {
  if (given === undefined || known.has(given)) return;
  throw new UnknownNameError(parameter, given, nearNames(given, known));
}
