/** Which constants a request asks for. */
import type { Constant } from '../../mendix/constants/constant.ts';
import type { ParametersOf } from '../../route.ts';
import type { route } from './route.ts';
import { emptyOf } from './row.ts';

export type Parameters = ParametersOf<typeof route>;

/** Whether a constant has everything that the filters ask for. `empty` of an unknown value is neither true nor false. */
export function isAskedFor(constant: Constant, parameters: Parameters): boolean {
  const { module, name, type, state, secret, empty, value_known } = parameters;
  return (
    (module === undefined || constant.module === module) &&
    (name === undefined || constant.name === name) &&
    (type === undefined || constant.type === type) &&
    (state === undefined || constant.state === state) &&
    (secret === undefined || verdictOf(constant) === secret) &&
    (empty === undefined || emptyOf(constant) === empty) &&
    (value_known === undefined || constant.value_known === value_known)
  );
}

/** `true`: a secret; `false`: harmless; `unknown`: neither is known, and it is masked. */
function verdictOf({ secret }: Constant): NonNullable<Parameters['secret']> {
  if (secret === null) return 'false';
  return secret === 'unknown' ? 'unknown' : 'true';
}
