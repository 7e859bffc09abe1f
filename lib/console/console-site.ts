/**
 * The console for people: its files in a private bucket, which one CloudFront distribution reads and nobody else. Files
 * come by `npm run deploy`, so that no function of the stack may write what browsers run. docs/console.md
 */
import { CfnOutput, Duration } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  PriceClass,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { CnameRecord, HostedZone } from 'aws-cdk-lib/aws-route53';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Config } from '../../config/schema.ts';
import { securityHeaders } from '../../packages/console/security-headers.ts';
import { consoleAddressOf } from '../api/domain-names.ts';
import { type KeyBucket, PRIVATE } from '../identity/key-bucket.ts';

/** Headers that CloudFront has fields of its own for; it refuses them as custom ones. */
const STRICT_TRANSPORT_DAYS = 730;
const OWN_FIELDS = new Set([
  'content-security-policy',
  'strict-transport-security',
  'x-content-type-options',
  'x-frame-options',
  'referrer-policy',
]);

/**
 * Statuses in place of which `index.html` is given: a view's address is no object. Without `s3:ListBucket` S3 says 403 of
 * what is not there (S3 API reference, GetObject).
 */
const NO_OBJECT = [403, 404];

export interface ConsoleSiteProps {
  config: Config;
  console: NonNullable<Config['console']>;
  domain: Exclude<Config['domain'], 'off'>;
  /** Of the API and of the token endpoint, as the pages call them. */
  addresses: { api: string; tokenEndpoint: string };
  /** Whose log bucket notes who read the files. */
  keyBucket: KeyBucket;
}

/** Bucket, headers, distribution and, where the zone is in this account, the DNS record. */
export class ConsoleSite extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { config, console: option, domain, addresses, keyBucket }: ConsoleSiteProps,
  ) {
    super(scope, id);
    const bucket = new Bucket(this, 'Files', {
      ...PRIVATE,
      // A release that was wrong can be brought back for a month.
      versioned: true,
      lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(30) }],
      serverAccessLogsBucket: keyBucket.log as IBucket,
      serverAccessLogsPrefix: 'console/',
    });
    const distribution = new Distribution(this, 'Distribution', {
      comment: `MRT console, stage ${config.stage}`,
      domainNames: [consoleAddressOf(domain)],
      certificate: Certificate.fromCertificateArn(this, 'Certificate', option.certificate_arn),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_100,
      defaultRootObject: 'index.html',
      ...(option.web_acl_arn !== undefined && { webAclId: option.web_acl_arn }),
      defaultBehavior: {
        // Origin access control: the bucket's policy names this distribution (CloudFront guide, "Restrict access to S3").
        origin: S3BucketOrigin.withOriginAccessControl(bucket as IBucket),
        allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        // Obeys each file's own Cache-Control: hashed names for a year, `index.html` for a second.
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        responseHeadersPolicy: this.#headers(config, addresses),
        compress: true,
      },
      errorResponses: NO_OBJECT.map((httpStatus) => ({
        httpStatus,
        responseHttpStatus: 200,
        responsePagePath: '/index.html',
        ttl: Duration.seconds(0),
      })),
    });
    const { hosted_zone_id, dns_domain } = domain;
    if (hosted_zone_id !== undefined) {
      const zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', {
        hostedZoneId: hosted_zone_id,
        zoneName: dns_domain,
      });
      new CnameRecord(this, 'Cname', {
        zone,
        recordName: consoleAddressOf(domain),
        domainName: distribution.domainName,
      });
    }
    const outputs = {
      ConsoleAddress: `https://${consoleAddressOf(domain)}/`,
      ConsoleBucketName: bucket.bucketName,
      ConsoleTarget: distribution.domainName,
    };
    // Tools look outputs up by these names.
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value }).overrideLogicalId(name);
  }

  /** What the console says that it needs (`security-headers.ts`), in CloudFront's fields. */
  #headers({ stage }: Config, { api, tokenEndpoint }: ConsoleSiteProps['addresses']): ResponseHeadersPolicy {
    const headers = securityHeaders({ apiOrigin: api, tokenOrigin: tokenEndpoint.replace(/\/oauth2\/token$/, '') });
    const own = (name: string) => headers[name] ?? '';
    return new ResponseHeadersPolicy(this, 'Headers', {
      responseHeadersPolicyName: `mrt-${stage}-console`,
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy: own('content-security-policy'), override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: {
          accessControlMaxAge: Duration.days(STRICT_TRANSPORT_DAYS),
          includeSubdomains: true,
          override: true,
        },
      },
      customHeadersBehavior: {
        customHeaders: Object.entries(headers)
          .filter(([name]) => !OWN_FIELDS.has(name))
          .map(([header, value]) => ({ header, value, override: true })),
      },
    });
  }
}
