/** For attacks that ask without pause: the gateway's throttles would answer most of them with 429. */
import type { Template } from '../../local/deployment/template.ts';

export function withoutThrottles({ Resources }: Template): void {
  for (const { Type, Properties } of Object.values(Resources)) {
    if (Type === 'AWS::ApiGatewayV2::Stage' && Properties !== undefined) {
      Properties['DefaultRouteSettings'] = { ThrottlingRateLimit: 10_000, ThrottlingBurstLimit: 5_000 };
      delete Properties['RouteSettings'];
    }
  }
}
