/** A change of the template for whoever asks without pause: the gateway's throttles would answer most of it with 429. */
import type { Template } from './template.ts';

/** Lifts the gateway's throttles; what the functions refuse stays. */
export function withoutThrottles({ Resources }: Template): void {
  for (const { Type, Properties } of Object.values(Resources)) {
    if (Type === 'AWS::ApiGatewayV2::Stage' && Properties !== undefined) {
      Properties['DefaultRouteSettings'] = { ThrottlingRateLimit: 10_000, ThrottlingBurstLimit: 5_000 };
      delete Properties['RouteSettings'];
    }
  }
}
