/**
 * Which pipelines of the configuration an id token is of, by claims that the issuer sets and no job can choose.
 * Source: GitLab documentation, "OpenID Connect (OIDC) Authentication Using ID Tokens", "Token payload".
 */

import type { TokenContext } from './caller.ts';
import type { AuthorizerSettings } from './settings.ts';

/** Claims of a verified token; types are not the issuer's promise. */
export type Claims = Readonly<Record<string, unknown>>;

/**
 * What the authorizer says of a job; `null` when no pipeline of the configuration is meant.
 *
 * A job of `data/etl` on a protected branch has the entries whose issuer is its own, whose project is `data/etl`, and
 * which, where they name a project's number, name this one. Several add up.
 *
 * @param issuer name of the issuer that signed it
 */
export function pipelinesOf(
  issuer: string,
  claims: Claims,
  pipelines: AuthorizerSettings['pipelines'],
): TokenContext | null {
  const { project_path, project_id, ref_protected, ref, job_id, exp } = claims;
  const entries = Object.entries(pipelines)
    .filter(
      ([, pipeline]) =>
        pipeline.issuer === issuer &&
        pipeline.project_path === project_path &&
        (pipeline.project_id === null || pipeline.project_id === String(project_id)) &&
        // GitLab writes booleans as text.
        (!pipeline.ref_protected || ref_protected === 'true' || ref_protected === true),
    )
    .map(([name]) => name);
  if (entries.length === 0) return null;
  return {
    kind: 'pipeline',
    principal: `pipeline:${entries.join(',')}`,
    entries: JSON.stringify(entries),
    scopes: 'null',
    expires: Number(exp),
    detail: `${text(project_path)}@${text(ref)} job ${text(job_id)}`,
  };
}

/** What a branch may be called is the project's choice: bounded, and on one line. */
function text(claim: unknown): string {
  return String(claim ?? '')
    .replaceAll(/[^\w./@:+-]/g, '?')
    .slice(0, 100);
}
