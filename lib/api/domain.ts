/** The API's own address: `maas-api.<dns_domain>`. */
import { ApiMapping, DomainName, type HttpApi, type HttpStage, SecurityPolicy } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate, CertificateValidation, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { CnameRecord, HostedZone, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { Config } from '../../config/schema.ts';
import { stableId } from '../stable-id.ts';

interface DomainProps {
  domain: Exclude<Config['domain'], 'off'>;
  api: HttpApi;
  stage: HttpStage;
}

export class Domain extends Construct {
  constructor(scope: Construct, id: string, { domain, api, stage }: DomainProps) {
    super(scope, id);
    const domainName = `maas-api.${domain.dns_domain}`;
    const zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', {
      hostedZoneId: domain.hosted_zone_id,
      zoneName: domain.dns_domain,
    });
    const name = new DomainName(this, 'Name', {
      domainName,
      certificate: this.#certificate(domainName, zone, domain.certificate_arn),
      // The only policy that an HTTP API can be mapped to; it takes TLS 1.2 and 1.3.
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    stableId(name, 'DomainName');
    new ApiMapping(this, 'Mapping', { api, stage, domainName: name });
    new CnameRecord(this, 'Cname', { zone, recordName: domainName, domainName: name.regionalDomainName });
  }

  /** Validated by a record that ACM itself puts into the zone; CloudFormation waits for it. */
  #certificate(domainName: string, zone: IHostedZone, imported: string | undefined): ICertificate {
    if (imported !== undefined) return Certificate.fromCertificateArn(this, 'Certificate', imported);
    const certificate = new Certificate(this, 'Certificate', {
      domainName,
      validation: CertificateValidation.fromDns(zone),
    });
    stableId(certificate, 'Certificate');
    return certificate;
  }
}
