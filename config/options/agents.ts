/** Environments in other accounts, each served there by an agent. Left out: there are none. */
import * as z from 'zod';
import { name, securityGroup } from '../names.ts';

/** A level of a topic, and the end of the name of a thing: nothing that a policy or a broker would read as a pattern. */
export const agentName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be 1 to 40 of a-z, 0-9 and -, starting with a letter or a digit');

const certificateRequest = z
  .string()
  .regex(
    /^-----BEGIN (NEW )?CERTIFICATE REQUEST-----\n[\sA-Za-z0-9+/=]+-----END (NEW )?CERTIFICATE REQUEST-----\n?$/,
    'must be a certificate request in PEM, as mrt-agent enrol prints it',
  );

/** IoT Core's certificates for requests end with the year 2049; ours are withdrawn long before. */
const certificate = z.strictObject({
  request: certificateRequest.describe('What mrt-agent enrol printed. It holds no secret.'),
  status: z
    .enum(['ACTIVE', 'REVOKED'])
    .default('ACTIVE')
    .describe('REVOKED: whoever has its key is not let in any more, and is thrown out.'),
});

export const agents = z
  .strictObject({
    iot_endpoint: z
      .string()
      .regex(
        /^[a-z0-9]+-ats\.iot\.[a-z0-9-]+\.amazonaws\.com$/,
        'must be the data endpoint, …-ats.iot.<region>.amazonaws.com',
      )
      .describe('Of this account and Region: aws iot describe-endpoint --endpoint-type iot:Data-ATS.'),
    endpoint: z
      .union([
        z.literal('create'),
        z.strictObject({
          existing: z.string().regex(/^vpce-[0-9a-f]{8,17}$/, 'must be vpce-…'),
          security_group: securityGroup,
        }),
      ])
      .default('create')
      .describe('The way from the VPC to IoT Core: an interface endpoint with a private zone for its name.'),
    logging: z
      .enum(['create', 'off'])
      .default('create')
      .describe('The log of IoT Core, one an account and Region; off where it is set up already.'),
    names: z
      .record(
        agentName,
        z.strictObject({
          certificates: z
            .record(name, certificate)
            .refine((all) => Object.keys(all).length <= 5, 'must have five at most')
            .describe('By a name of yours, such as 2026. Two are active while one is renewed.'),
        }),
      )
      .refine((all) => Object.keys(all).length > 0, 'must have one at least')
      .describe('The agents; environments name them.'),
  })
  .describe('Left out: all environments are in this account.');
