/** Which Airflow answers, by what it says of itself. */
import * as z from 'zod/mini';
import { UpstreamFailedError } from '../../upstream-errors.ts';
import type { AirflowVersion } from './airflow.ts';
import { AIRFLOW } from './exchange.ts';

const answer = z.object({ version: z.string().check(z.regex(/^\d{1,3}(\.[0-9A-Za-z+-]{1,20}){0,5}$/)) });

/**
 * The version in the answer of `/version`, with the API that it comes with.
 *
 * @example versionOf({ version: '2.11.2', git_version: null }) // { version: '2.11.2', api: 'v1' }
 * @throws UpstreamFailedError `unsupported-version` for anything but 2 and 3: what their successor answers is not known
 */
export function versionOf(document: unknown): AirflowVersion {
  const parsed = answer.safeParse(document);
  const version = parsed.data?.version ?? '';
  const major = version.split('.')[0];
  if (major === '2') return { version, api: 'v1' };
  if (major === '3') return { version, api: 'v2' };
  throw new UpstreamFailedError(AIRFLOW, 'unsupported-version');
}
