/** Finds out which Airflow answers, which nobody configures. */
import type { Context } from '../../context.ts';
import type { AirflowSettings } from '../../environment-settings.ts';
import { UpstreamFailedError } from '../../upstream-errors.ts';
import { withRetries } from '../retry.ts';
import type { AirflowRequest, AirflowVersion } from './airflow.ts';
import { AIRFLOW } from './exchange.ts';
import { documentOf } from './fault.ts';
import { refusalOf, selfHosted } from './logins.ts';
import type { AirflowMemory } from './memory.ts';
import { getEnvironment, type MwaaEnvironment } from './mwaa-api.ts';
import { MwaaRefusal } from './mwaa-call.ts';
import { askRestApi } from './rest-api.ts';
import { versionOf } from './version.ts';
import { askWebServer, whole } from './web-server.ts';

const VERSION: AirflowRequest = { method: 'GET', path: '/version', repeatable: true };

/**
 * Both versions have `/version`, and MWAA adds the API's own prefix. Where it may not be asked, MWAA itself knows it.
 *
 * @throws UpstreamFailedError `unsupported-version`, `access-denied`, `not-found`; whatever the requests throw
 */
export async function detectManaged(
  at: MwaaEnvironment & { session: boolean },
  memory: AirflowMemory,
  context: Context,
): Promise<AirflowVersion> {
  if (!memory.isRestApiRefused) {
    const answer = await withRetries(() => askRestApi(at, VERSION, context), context).catch((error: unknown) => {
      if (!(error instanceof MwaaRefusal)) throw error;
      if (error.status === 403) memory.noteRefusal();
      if (!at.session) throw refusalOf(error);
      return null;
    });
    if (answer !== null) return versionOf(documentOf(answer));
  }
  const { version } = await getEnvironment(at, context).catch((error: unknown) => {
    throw error instanceof MwaaRefusal ? refusalOf(error) : error;
  });
  return versionOf({ version });
}

/**
 * `/version` needs no login in either; a server that wants one all the same has the path that it refuses.
 *
 * @throws UpstreamFailedError `unsupported-version` where no API of ours is; whatever the requests throw
 */
export async function detectSelfHosted(settings: AirflowSettings, context: Context): Promise<AirflowVersion> {
  const stranger = { address: (settings.base_url ?? '').replace(/\/+$/, ''), headers: {} };
  for (const api of ['v2', 'v1'] as const) {
    const webServer = { api, certificateAuthority: settings.certificate_authority };
    const answer = await withRetries(() => askWebServer(stranger, webServer, VERSION, context, whole), context);
    if (answer.status === 404) continue;
    if (answer.status === 401 || answer.status === 403) {
      // Asked again with the way in that this API takes.
      const session = await selfHosted(settings, api, context);
      const again = await askWebServer(session, webServer, VERSION, context, whole);
      if (again.status === 404) continue;
      return versionOf(documentOf(again));
    }
    return versionOf(documentOf(answer));
  }
  throw new UpstreamFailedError(AIRFLOW, 'unsupported-version');
}
