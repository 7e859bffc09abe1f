/** What an operator should look at in one environment, without a value in it. */
import type { Constant } from '../../mendix/constants/constant.ts';
import type { AnswerOf } from '../../route.ts';
import type { Reading } from './reading.ts';
import type { route } from './route.ts';
import { isSameValue } from './same-value.ts';

export type Finding = AnswerOf<typeof route>['findings'][number];

/** Findings in the order of the constants' names, those about the environment first. None of them has a value in it. */
export function findingsOf(reading: Reading): Finding[] {
  const { environment } = reading;
  const findings: Finding[] = [];
  const add = (finding: Finding['finding'], name: string | null, note: string | null = null) =>
    findings.push({ finding, name, environment, note });
  if (isDeployed(reading) === false) {
    add('model-not-deployed', null, 'The database reports another model than the archive holds.');
  }
  for (const name of reading.model?.content.duplicates ?? []) {
    add('declared-twice', name, 'The first declaration is shown.');
  }
  const { nameless = 0 } = reading.model?.content ?? {};
  if (nameless > 0) {
    add('declared-without-name', null, `The model declares ${nameless} constants without a usable name.`);
  }
  for (const constant of reading.constants) {
    if (isSecretAtDefault(constant)) add('secret-left-at-default', constant.name);
    if (constant.precedence_unknown) add('precedence-not-documented', constant.name, constant.note);
    if (constant.shares_variable_with.length > 0) {
      const others = constant.shares_variable_with.join(', ');
      add('ambiguous-variable', constant.name, `Its variable also sets ${others}.`);
    }
    const typed = constant.winner?.typed;
    if (constant.type !== null && typed?.value === null) {
      add('value-does-not-fit-type', constant.name, typed.note);
    }
  }
  return findings;
}

/**
 * The package's own value is in use: whoever has the package has the secret. Overriding it with the same is no help. Of a
 * constant that is only not known to be harmless it would be a false alarm.
 */
export function isSecretAtDefault(constant: Constant): boolean {
  const { secret, default_candidate, winner } = constant;
  if (secret === null || secret === 'unknown') return false;
  if (default_candidate === null || default_candidate.empty || default_candidate.typed?.value === null) return false;
  return isSameValue(winner, default_candidate);
}

/** Whether the database runs the archive's model; `null` when one of the two does not say. */
export function isDeployed({ model, deployed }: Reading): boolean | null {
  if (model === null || deployed === null) return null;
  const { version, runtime_version } = model.content;
  // Before structure version 4.1.0 the database does not name the runtime.
  const sameRuntime =
    runtime_version === null || deployed.mendix_version === null ? null : runtime_version === deployed.mendix_version;
  if (sameRuntime === false) return false;
  // Local builds are all "unversioned".
  const versioned = (name: string | null) => name !== null && name !== '' && name !== 'unversioned';
  if (!versioned(version) && !versioned(deployed.model_version)) return null;
  return version === deployed.model_version;
}
