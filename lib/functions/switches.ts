/**
 * What of a bundle is there only with an option of the configuration. Code behind
 * `if (process.env['MRT_WITH_RECORDING'] !== 'off') { … await import('…') }` is dropped by esbuild, with all that it
 * imports, where the option is off: esbuild puts the constant in place of the variable and removes what can never run.
 * In the sources themselves, where nothing sets the variable, everything is there. docs/decisions/bundling.md
 */
import type { Config } from '../../config/schema.ts';
import { hasAirflow } from '../stage-routes.ts';

/** One entry an option: whether a configuration has it on. A function reads these names and no others. */
const SWITCHES = {
  MRT_WITH_AGENTS: ({ agents }) => agents !== undefined,
  MRT_WITH_RECORDING: ({ recording }) => recording !== 'off',
  MRT_WITH_AIRFLOW: hasAirflow,
  MRT_WITH_TRUST_DOMAIN: ({ trust_domain }) => trust_domain !== undefined,
  MRT_WITH_SIGNED_ANSWERS: ({ signed_answers }) => signed_answers !== undefined,
  MRT_WITH_TENANTS: ({ tenants }) => tenants !== undefined,
  MRT_WITH_TRACING: ({ tracing }) => tracing !== undefined,
  MRT_WITH_INVENTORY: ({ inventory }) => inventory !== undefined,
  // No option: only the generator of the documents, which runs the sources, reads what stands beside a schema.
  MRT_WITH_DESCRIPTIONS: () => false,
} satisfies Record<`MRT_WITH_${string}`, (config: Config) => boolean>;

/**
 * The constants of a stage's bundles.
 *
 * @returns esbuild's `define`: `{ "process.env.MRT_WITH_RECORDING": "\"off\"" }`
 */
export function switchesOf(config: Config): Record<string, string> {
  return Object.fromEntries(
    Object.entries(SWITCHES).map(([name, isOn]) => [
      `process.env.${name}`,
      JSON.stringify(isOn(config) ? 'on' : 'off'),
    ]),
  );
}
