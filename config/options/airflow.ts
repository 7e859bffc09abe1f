/** An Airflow that is an environment's, for /airflow_health: self-hosted, or of Amazon MWAA. */
import * as z from 'zod';
import { arn, ingress, securityGroup } from '../names.ts';

/** A secret of Secrets Manager in the stack's Region and account. */
const secret = z.strictObject({
  secret_arn: arn('secretsmanager'),
  kms_key_arn: arn('kms').optional().describe('Where it is encrypted with a key of your own.'),
});

/**
 * How the functions come to a web server: their network has no other way out. A self-hosted Airflow must have it; for a
 * session with one of MWAA it is the interface endpoint that MWAA made in the VPC.
 */
const webServer = z.strictObject({
  port: z.int().min(1).max(65_535).default(443),
  security_group: securityGroup.optional().describe("The web server's own group, or its load balancer's."),
  security_group_ingress: ingress,
  cidr: z
    .string()
    .regex(/^([0-9]{1,3}\.){3}[0-9]{1,3}\/[0-9]{1,2}$/, 'must be an IPv4 range such as 10.60.0.0/24')
    .optional()
    .describe('In place of a group: where it is in another network.'),
});

export const airflow = z
  .strictObject({
    base_url: z
      .string()
      .regex(
        /^https:\/\/[A-Za-z0-9.-]+(:[0-9]{1,5})?(\/[A-Za-z0-9._~/-]*)?$/,
        'must be an https address without a query',
      )
      .optional()
      .describe('Of a self-hosted Airflow, with its prefix if it has one, without /api/v1.'),
    token: secret.optional().describe('The secret is the token, or JSON with the field token.'),
    basic: secret.optional().describe('The secret is JSON with the fields username and password.'),
    // Authorization and Region of what AWS manages: IAM knows no other way in.
    region: z.string().optional().describe("Of the MWAA environment: the stack's own Region."),
    environment: z
      .string()
      .regex(/^[a-zA-Z][0-9a-zA-Z_-]{0,79}$/, 'must be the name of an MWAA environment')
      .optional()
      .describe('Name of the MWAA environment.'),
    role: z
      .enum(['Viewer', 'User', 'Op', 'Admin', 'Public'])
      .default('Viewer')
      .describe("Airflow's role that the function may come in as; Viewer sees all that is needed."),
    web_server: webServer.optional().describe('How the functions reach it. Required with base_url.'),
    certificate_authority: z
      .string()
      .regex(/^-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----\s*$/, 'must be a certificate in PEM')
      .max(20_000)
      .optional()
      .describe("PEM of the authority that signed the self-hosted web server's certificate. Default: the public ones."),
  })
  .describe('Token goes before basic, basic before MWAA. Left out: the environment has no Airflow.');

export type AirflowConfig = z.output<typeof airflow>;

/** How the function comes in, by what is configured; `null`: by nothing, which is refused. */
export function authenticationOf({
  token,
  basic,
  region,
  environment,
}: AirflowConfig): 'token' | 'basic' | 'mwaa' | null {
  if (token !== undefined) return 'token';
  if (basic !== undefined) return 'basic';
  return region !== undefined && environment !== undefined ? 'mwaa' : null;
}
