/** What the REST API answers by itself, in the words of the API. */
import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { Config } from '../../config/schema.ts';
import { PROBLEMS } from '../../lambdas/problems.ts';

/** A method or path that is not there is the gateway's to refuse; in the words of the API, which a REST API can set. */
export function addOwnAnswers(api: RestApi, { domain }: Config): void {
  const base = domain === 'off' ? '' : `https://maas-api.${domain.dns_domain}`;
  const refuse = (type: ResponseType, slug: 'path-not-allowed' | 'invalid-token') => {
    const { status, title, advice } = PROBLEMS[slug];
    api.addGatewayResponse(`Refuse-${slug}`, {
      type,
      statusCode: String(status),
      templates: {
        'application/json': JSON.stringify({
          type: `${base}/problems/${slug}`,
          title,
          status,
          detail: advice,
          request_id: '$context.requestId',
        }),
      },
    });
  };
  refuse(ResponseType.MISSING_AUTHENTICATION_TOKEN, 'path-not-allowed');
  refuse(ResponseType.UNAUTHORIZED, 'invalid-token');
}
