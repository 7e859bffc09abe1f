/** The issuers of pipelines' id tokens, each on this machine in place of a GitLab. */
import type { Deployment } from '@mrt/local-aws/cloudformation/deployment.ts';
import type { TokenEndpoint } from '@mrt/local-aws/cognito/token-endpoint.ts';
import { listed } from '@mrt/local-aws/iam/pattern.ts';
import { OidcIssuer } from '@mrt/local-aws/oidc/issuer.ts';
import type { Federation } from '@mrt/local-aws/sts/web-identity.ts';
import type { Config } from '../../config/schema.ts';
import { GATEWAY_VARIABLES } from '../../lambdas/airflow_gateway/settings.ts';
import type { Teardown } from '../run/teardown.ts';

/** What the run has of the issuers. */
export interface PipelineIssuers {
  /** By the issuer's name in the configuration. */
  byName: ReadonlyMap<string, OidcIssuer>;
  /** Variable of the functions: where published keys are on this machine. Empty without a gateway. */
  variables: Record<string, string>;
}

/** Starts one for each issuer of the configuration; none without a gateway. */
export async function startPipelineIssuers(
  { airflow, region }: Config,
  { pool }: Deployment,
  cognito: TokenEndpoint,
  teardown: Teardown,
): Promise<PipelineIssuers> {
  if (airflow === undefined) return { byName: new Map(), variables: {} };
  const started = await Promise.all(
    Object.entries(airflow.issuers).map(async ([name, { issuer, jwks_uri }]) => {
      const running = await OidcIssuer.start(issuer);
      teardown.add(() => running.close());
      return { name, running, uri: jwks_uri ?? `${issuer.replace(/\/+$/, '')}/oauth/discovery/keys` };
    }),
  );
  const addresses = {
    // The authorizer stands outside the network and asks Cognito itself.
    [`https://cognito-idp.${region}.amazonaws.com/${pool.id}/.well-known/jwks.json`]: cognito.jwksAddress.href,
    ...Object.fromEntries(started.map(({ uri, running }) => [uri, running.keysAddress])),
  };
  return {
    byName: new Map(started.map(({ name, running }) => [name, running])),
    variables: { [GATEWAY_VARIABLES.issuerKeys]: JSON.stringify(addresses) },
  };
}

/**
 * Which of them the account believes: the providers of the template, and those that a role names as being there already. The
 * keys are where they are on this machine.
 */
export function federationOf({ oidcProviders, roles }: Deployment, { byName }: PipelineIssuers): Federation {
  const issuers = [...byName.values()].map(({ signer }) => signer);
  const made = new Set(oidcProviders.map(({ arn }) => arn));
  const existing = [...roles.values()]
    .flatMap(({ trust }) => listed(trust.Statement))
    .flatMap(({ Principal, Condition }) => {
      const arns = typeof Principal === 'object' ? listed(Principal['Federated'] ?? []) : [];
      const believed = (url: string) => Condition?.['StringEquals']?.[`${url}:aud`];
      return arns.flatMap((arn) => {
        const [, url] = /:oidc-provider\/(.+)$/.exec(arn) ?? [];
        if (url === undefined || made.has(arn)) return [];
        // Its owner has entered the audience there, or the role would be of no use.
        return [{ arn, url: `https://${url}`, clientIds: listed(believed(url) ?? []).map(String) }];
      });
    });
  return {
    providers: [...oidcProviders, ...existing],
    keysOf: (url) => issuers.find(({ issuer }) => issuer === url)?.publishedKeys ?? null,
  };
}
