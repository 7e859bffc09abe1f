/** Believable physical ids for the resources of a stack that is never deployed. The same template gives the same ids. */
import { createHash } from 'node:crypto';
import type { JsonObject, StackPlace } from './template.ts';

/** What a physical id follows from: the logical id, the type, and a name where the template gives one. */
export interface NamedResource {
  logicalId: string;
  type: string;
  properties: JsonObject;
}

/** What `Ref` gives for a resource: its name, id or ARN, by its type. */
export function referenceTo(resource: NamedResource, place: StackPlace): string {
  const { account, region } = place;
  switch (resource.type) {
    case 'AWS::Lambda::Function':
      return named(resource, 'FunctionName', place);
    case 'AWS::Lambda::Alias':
      return `arn:aws:lambda:${region}:${account}:function:${resource.properties['FunctionName']}:${resource.properties['Name']}`;
    case 'AWS::IAM::Role':
      return named(resource, 'RoleName', place);
    case 'AWS::IAM::ManagedPolicy':
      return `arn:aws:iam::${account}:policy/${named(resource, 'ManagedPolicyName', place)}`;
    // The ARN (CloudFormation, "AWS::IAM::OIDCProvider", Ref).
    case 'AWS::IAM::OIDCProvider':
      return `arn:aws:iam::${account}:oidc-provider/${String(resource.properties['Url']).replace(/^https:\/\//, '')}`;
    case 'AWS::S3::Bucket':
      return named(resource, 'BucketName', place).toLowerCase();
    case 'AWS::Logs::LogGroup':
      return named(resource, 'LogGroupName', place);
    case 'AWS::Cognito::UserPool':
      return `${region}_${letters(resource, place, 9)}`;
    case 'AWS::Cognito::UserPoolClient':
      return letters(resource, place, 26).toLowerCase();
    case 'AWS::Cognito::UserPoolResourceServer':
      return named(resource, 'Identifier', place);
    case 'AWS::ApiGatewayV2::Api':
      return letters(resource, place, 10).toLowerCase();
    case 'AWS::ApiGatewayV2::Stage':
      return named(resource, 'StageName', place);
    case 'AWS::ApiGateway::RestApi':
      return letters(resource, place, 10).toLowerCase();
    case 'AWS::ApiGateway::Stage':
      return named(resource, 'StageName', place);
    case 'AWS::IoT::Thing':
      return named(resource, 'ThingName', place);
    case 'AWS::IoT::Policy':
      return named(resource, 'PolicyName', place);
    case 'AWS::IoT::Certificate':
      return hex(resource, place, 64);
    case 'AWS::KMS::Key':
      return uuid(resource, place);
    // The ARN, which ends in six signs of AWS's own (CloudFormation, "AWS::SecretsManager::Secret", Ref).
    case 'AWS::SecretsManager::Secret':
      return `arn:aws:secretsmanager:${region}:${account}:secret:${named(resource, 'Name', place)}-${letters(resource, place, 6)}`;
    case 'AWS::SNS::Topic':
      return `arn:aws:sns:${region}:${account}:${named(resource, 'TopicName', place)}`;
    case 'AWS::EC2::VPC':
      return `vpc-${hex(resource, place, 17)}`;
    case 'AWS::EC2::Subnet':
      return `subnet-${hex(resource, place, 17)}`;
    case 'AWS::EC2::SecurityGroup':
      return `sg-${hex(resource, place, 17)}`;
    case 'AWS::EC2::RouteTable':
      return `rtb-${hex(resource, place, 17)}`;
    case 'AWS::EC2::VPCEndpoint':
      return `vpce-${hex(resource, place, 17)}`;
    default:
      return `${place.stackName}-${resource.logicalId}-${letters(resource, place, 12)}`;
  }
}

/** What `Fn::GetAtt` gives. Attributes that nobody reads get a value that is recognisably made up. */
export function attributeOf(resource: NamedResource, attribute: string, place: StackPlace): string {
  const { account, region } = place;
  const id = referenceTo(resource, place);
  switch (`${resource.type} ${attribute}`) {
    case 'AWS::Lambda::Function Arn':
      return `arn:aws:lambda:${region}:${account}:function:${id}`;
    case 'AWS::IAM::Role Arn':
      return `arn:aws:iam::${account}:role/${id}`;
    case 'AWS::IAM::OIDCProvider Arn':
      return id;
    case 'AWS::S3::Bucket Arn':
      return `arn:aws:s3:::${id}`;
    case 'AWS::S3::Bucket RegionalDomainName':
      return `${id}.s3.${region}.amazonaws.com`;
    case 'AWS::Logs::LogGroup Arn':
      return `arn:aws:logs:${region}:${account}:log-group:${id}:*`;
    case 'AWS::Cognito::UserPool Arn':
      return `arn:aws:cognito-idp:${region}:${account}:userpool/${id}`;
    case 'AWS::Cognito::UserPool ProviderName':
      return `cognito-idp.${region}.amazonaws.com/${id}`;
    case 'AWS::Cognito::UserPool ProviderURL':
      return `https://cognito-idp.${region}.amazonaws.com/${id}`;
    case 'AWS::ApiGatewayV2::Api ApiEndpoint':
      return `https://${id}.execute-api.${region}.amazonaws.com`;
    case 'AWS::IoT::Certificate Arn':
      return `arn:aws:iot:${region}:${account}:cert/${id}`;
    case 'AWS::KMS::Key Arn':
      return `arn:aws:kms:${region}:${account}:key/${id}`;
    case 'AWS::EC2::SecurityGroup GroupId':
      return id;
    case 'AWS::EC2::VPC CidrBlock':
      return String(resource.properties['CidrBlock'] ?? '10.0.0.0/16');
    default:
      return attribute.endsWith('Arn')
        ? `arn:aws:${resource.type.split('::')[1]?.toLowerCase()}:${region}:${account}:${id}`
        : `${id}-${attribute}`;
  }
}

/** Attributes that are lists. */
export const LISTS: ReadonlySet<string> = new Set(['AWS::EC2::VPCEndpoint DnsEntries']);

/** What `Fn::GetAtt` gives for one of `LISTS`: zone and name of the endpoint (CloudFormation, "AWS::EC2::VPCEndpoint"). */
export function listAttributeOf(resource: NamedResource, _attribute: string, place: StackPlace): string[] {
  const service = String(resource.properties['ServiceName'] ?? '')
    .split('.')
    .slice(3)
    .join('.');
  const id = referenceTo(resource, place);
  return [`Z${letters(resource, place, 13).toUpperCase()}:${id}.${service}.${place.region}.vpce.amazonaws.com`];
}

function named(resource: NamedResource, property: string, place: StackPlace): string {
  const given = resource.properties[property];
  return typeof given === 'string'
    ? given
    : `${place.stackName}-${resource.logicalId}-${letters(resource, place, 12)}`.slice(-63).replace(/^-+/, '');
}

function digest(resource: NamedResource, place: StackPlace): Buffer {
  return createHash('sha256').update(`${place.account} ${place.stackName} ${resource.logicalId}`).digest();
}

function letters(resource: NamedResource, place: StackPlace, length: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  return Array.from(digest(resource, place).subarray(0, length), (byte) => alphabet[byte % alphabet.length]).join('');
}

function hex(resource: NamedResource, place: StackPlace, length: number): string {
  return digest(resource, place).toString('hex').slice(0, length);
}

function uuid(resource: NamedResource, place: StackPlace): string {
  return hex(resource, place, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
