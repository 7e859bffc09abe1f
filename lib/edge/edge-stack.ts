/**
 * CloudFront in front of the API, with its firewall. A stack of its own in us-east-1, where CloudFront has its certificates
 * and WAF what belongs to CloudFront (WAF guide, "How AWS WAF works with Amazon CloudFront features").
 */
import { CfnOutput, Duration, Stack, Tags } from 'aws-cdk-lib';
import { Certificate, CertificateValidation, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CachePolicy,
  type CfnDistribution,
  Distribution,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { CnameRecord, HostedZone, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import type { Config } from '../../config/schema.ts';
import { addressOf, originOf } from '../api/domain-names.ts';
import { stackProps } from '../stack-props.ts';
import { WebAcl } from './web-acl.ts';

type Domain = Exclude<Config['domain'], 'off'>;
type Edge = NonNullable<Config['edge']>;

/** Statuses for which CloudFront lets the time be set for which it would repeat an error to everybody, by default 10 s. */
const REPEATED_ERRORS = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

/** `mrt-<stage>-edge`: certificate, web ACL, distribution and the DNS record of the API's address. */
export class EdgeStack extends Stack {
  /** @param domain of the API, which its own stack has made the origin's */
  constructor(scope: Construct, id: string, config: Config, edge: Edge, domain: Domain) {
    super(scope, id, {
      ...stackProps(config),
      description: `MRT API, stage ${config.stage}: CloudFront and web ACL`,
      env: { account: config.account, region: 'us-east-1' },
    });
    const zone = this.#zone(domain);
    const distribution = new Distribution(this, 'Distribution', {
      comment: `MRT API, stage ${config.stage}`,
      domainNames: [addressOf(domain)],
      certificate: this.#certificate(domain, zone, edge),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      httpVersion: HttpVersion.HTTP2_AND_3,
      webAclId: edge.web_acl_arn ?? new WebAcl(this, 'WebAcl', config, edge).arn,
      // Of a response, nothing is kept: whose it is depends on the token.
      defaultBehavior: {
        origin: new HttpOrigin(originOf(domain), {
          protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
          originSslProtocols: [OriginSslPolicy.TLS_V1_2],
          // Longer than the gateway's own 30 s, so that its answer is the one that arrives.
          readTimeout: Duration.seconds(35),
        }),
        allowedMethods: AllowedMethods.ALLOW_GET_HEAD_OPTIONS,
        viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
        cachePolicy: CachePolicy.CACHING_DISABLED,
        // The gateway knows its domain by the name that CloudFront calls, not by that of the caller.
        originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        compress: false,
      },
      errorResponses: REPEATED_ERRORS.map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
    });
    showCertificate(distribution, edge.origin_certificate_arn);
    if (zone) {
      new CnameRecord(this, 'Cname', { zone, recordName: addressOf(domain), domainName: distribution.domainName });
    }
    new CfnOutput(this, 'DistributionDomain', { value: distribution.domainName });
    Tags.of(this).add('mrt:stage', config.stage);
    for (const [name, value] of Object.entries(config.tags)) Tags.of(this).add(name, value);
  }

  /** `null`: it is somebody else's, who makes the record. */
  #zone({ hosted_zone_id, dns_domain }: Domain): IHostedZone | null {
    if (hosted_zone_id === undefined) return null;
    return HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId: hosted_zone_id, zoneName: dns_domain });
  }

  #certificate(domain: Domain, zone: IHostedZone | null, { certificate_arn }: Edge): ICertificate {
    if (certificate_arn !== undefined) return Certificate.fromCertificateArn(this, 'Certificate', certificate_arn);
    if (zone === null) throw new Error('the configuration has neither a zone nor a certificate in us-east-1');
    return new Certificate(this, 'Certificate', {
      domainName: addressOf(domain),
      validation: CertificateValidation.fromDns(zone),
    });
  }
}

/** The CDK's own construct does not know the field yet (CloudFront guide, "Origin mutual TLS with CloudFront"). */
function showCertificate(distribution: Distribution, clientCertificateArn: string): void {
  const path = 'DistributionConfig.Origins.0.CustomOriginConfig.OriginMtlsConfig';
  (distribution.node.defaultChild as CfnDistribution).addPropertyOverride(path, {
    ClientCertificateArn: clientCertificateArn,
  });
}
