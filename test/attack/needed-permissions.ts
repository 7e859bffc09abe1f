/**
 * What each function of config/local.json needs of AWS, and what nobody needs: the resources are written by hand, who
 * needs them follows from the route table. Nothing comes from the policies, which are measured by it.
 */

import { readConfig } from '../../config/read.ts';
import type { Need } from '../../lambdas/contract.ts';
import { routes as allRoutes } from '../../lambdas/routes.ts';
import { routesOf } from '../../lib/stage-routes.ts';

/** Action, resource and the condition keys that the service would add. */
export type Call = readonly [action: string, resource: string, context?: Readonly<Record<string, string>>];

const bucket = (name: string) => `arn:aws:s3:::${name}`;
const login = (server: string, user = 'mrt_reader') => `arn:aws:rds-db:eu-west-1:000000000000:dbuser:${server}/${user}`;
const below = (prefix: string) => ({ 's3:prefix': prefix });

const PROD = 'db-SHOPPRODLOCAL00000000000000';
const ACC = 'db-SHOPACCLOCAL000000000000000';
const LISTS = ['s3:ListBucket', 's3:ListBucketVersions'];
/** Of a shared bucket too: S3 has no condition key for its prefix (Service Authorization Reference). */
const LIST_UPLOADS = 's3:ListBucketMultipartUploads';
const FILES = [bucket('shop-prod-files'), bucket('depot-prod-files')];
/** Beside a database, so that the files of both are compared. */
const COMPARED = bucket('shop-prod-files');
const SHARED = bucket('shop-shared-files');
const DEPLOYMENTS = bucket('shop-deployments');
/** S3's reports of three buckets, and what asks them: sums, and keys. */
const INVENTORIES = bucket('shop-inventories');
const REPORTS = ['s3/shop-prod-files/daily/', 's3/pet-shop-prod-files/daily/', 'shop-shared-files/all/'];
const RESULTS = bucket('mrt-local-inventory-000000000000-eu-west-1');
const WORKGROUP = 'arn:aws:athena:eu-west-1:000000000000:workgroup/mrt-local-inventory';
const KEYS_WORKGROUP = WORKGROUP.replace('-inventory', '-audit-inventory');
const CATALOG = 'arn:aws:glue:eu-west-1:000000000000:catalog';
const AIRFLOW = 'arn:aws:airflow:eu-west-1:000000000000:environment/etl-prod';
const airflowRole = (role: string) => `arn:aws:airflow:eu-west-1:000000000000:role/etl-prod/${role}`;
/** Only what Athena does in the session that a function has forwarded. */
const BY_ATHENA = { 'aws:CalledVia': 'athena.amazonaws.com' };

/** Those that the stage has. */
const routes = routesOf(allRoutes, readConfig('config/local.json'));

/** Every function that there is. */
export const FUNCTIONS = ['publisher', 'documents', 'publickeys', 'recorder', ...routes.map(({ name }) => name)];
/** Those that verify tokens. */
const GUARDED = routes.filter(({ scopes }) => scopes !== null).map(({ name }) => name);

/** The functions of the routes that have any one of these needs, and the recorder, which asks in their place. */
export function functionsWith(...needs: Need[]): string[] {
  const reading = routes.filter((route) => route.needs.some((need) => needs.includes(need)));
  return [...reading.map(({ name }) => name), ...(reading.some(({ fleet }) => fleet) ? ['recorder'] : [])];
}

/** Each call with the functions that may make it. */
export function needs(keyBucket: string): [Call, string[]][] {
  const keys = bucket(keyBucket);
  const row = (by: string[], ...call: Call): [Call, string[]] => [call, by];
  const [listing, constants] = [functionsWith('bucket_listing'), functionsWith('constants')];
  // The recorder records no reports.
  const reporting = functionsWith('bucket_inventory').filter((name) => name !== 'recorder');
  const comparingReports = functionsWith('file_inventory').filter((name) => name !== 'recorder');
  const asking = [...reporting, ...comparingReports];
  return [
    ...['jwks.json', 'keys.json'].flatMap((key) => [
      // The recorder makes fingerprints, and verifies nobody.
      row([...GUARDED, 'publisher', ...(key === 'keys.json' ? ['recorder'] : [])], 's3:GetObject', `${keys}/${key}`),
      row(['publisher'], 's3:PutObject', `${keys}/${key}`),
    ]),
    row(['publisher', 'publickeys'], 's3:GetObject', `${keys}/public-keys.json`),
    row(['publisher'], 's3:PutObject', `${keys}/public-keys.json`),
    // Nothing leaves these functions on a caller's behalf, so none may make a token.
    row(['publisher'], 's3:GetObject', `${keys}/token-key-pairs.json`),
    row(['publisher'], 's3:PutObject', `${keys}/token-key-pairs.json`),
    row([...GUARDED, 'publisher'], 's3:GetObject', `${keys}/answer-key-pairs.json`),
    row(['publisher'], 's3:PutObject', `${keys}/answer-key-pairs.json`),
    row(['publisher'], 's3:ListBucket', keys),
    ...LISTS.flatMap((action) => {
      const comparing = action === 's3:ListBucket' ? functionsWith('file_listing') : [];
      return [
        ...FILES.map((files) => row(files === COMPARED ? [...listing, ...comparing] : listing, action, files)),
        row([...listing, ...comparing], action, SHARED, below('acc-')),
        row([...listing, ...comparing], action, SHARED, below('acc-0')),
      ];
    }),
    ...[...FILES, SHARED].map((files) => row(listing, LIST_UPLOADS, files)),
    ...FILES.map((files) => row(listing, 's3:ListMultipartUploadParts', `${files}/any`)),
    row(listing, 's3:ListMultipartUploadParts', `${SHARED}/acc-any`),
    row(functionsWith('bucket_metrics'), 'cloudwatch:ListMetrics', '*'),
    row(functionsWith('bucket_metrics', 'database_metrics', 'airflow_metrics'), 'cloudwatch:GetMetricData', '*'),
    ...['InvokeRestApi', 'CreateWebLoginToken'].map((action) =>
      row(functionsWith('airflow'), `airflow:${action}`, airflowRole('Viewer')),
    ),
    row(functionsWith('airflow'), 'airflow:GetEnvironment', AIRFLOW),
    ...[PROD, ACC].map((server) => row(functionsWith('database'), 'rds-db:connect', login(server))),
    ...['prod/any.mda', 'acc/any.mda', 'config/prod/m2ee.yaml', 'config/acc/app.env', 'config/acc/m2ee.yaml'].map(
      (key) => row(constants, 's3:GetObject', `${DEPLOYMENTS}/${key}`),
    ),
    ...REPORTS.flatMap((prefix) => [
      row(asking, 's3:GetObject', `${INVENTORIES}/${prefix}2026-11-26T01-00Z/manifest.json`),
      row(asking, 's3:GetObject', `${INVENTORIES}/${prefix}hive/dt=2026-11-26-01-00/symlink.txt`),
      row(asking, 's3:GetObject', `${INVENTORIES}/${prefix}data/any.parquet`, BY_ATHENA),
      row(asking, 's3:ListBucket', INVENTORIES, below(prefix)),
    ]),
    ...['StartQueryExecution', 'GetQueryExecution', 'StopQueryExecution'].flatMap((action) => [
      row(reporting, `athena:${action}`, WORKGROUP),
      row(comparingReports, `athena:${action}`, KEYS_WORKGROUP),
    ]),
    row(reporting, 'athena:GetQueryResults', WORKGROUP),
    ...['GetObject', 'PutObject', 'AbortMultipartUpload', 'ListMultipartUploadParts'].flatMap((action) => [
      row(reporting, `s3:${action}`, `${RESULTS}/totals/any.csv`, BY_ATHENA),
      row(comparingReports, `s3:${action}`, `${RESULTS}/keys/any.csv`, BY_ATHENA),
    ]),
    row(comparingReports, 's3:GetObject', `${RESULTS}/keys/any.csv`),
    ...['ListBucket', 'ListBucketMultipartUploads', 'GetBucketLocation'].map((action) =>
      row(asking, `s3:${action}`, RESULTS, BY_ATHENA),
    ),
    ...['glue:GetDatabase', 'glue:GetTable'].map((action) => row(asking, action, CATALOG, BY_ATHENA)),
    ...['prod/', 'acc/'].map((prefix) => row(constants, 's3:ListBucket', DEPLOYMENTS, below(prefix))),
  ];
}

/** What no function may do, whatever it is for: writing, neighbours, other logins, and the ways to more rights. */
export function nobodyNeeds(keyBucket: string): Call[] {
  const keys = bucket(keyBucket);
  const everything = '*';
  const buckets = [keys, ...FILES, SHARED, DEPLOYMENTS];
  const account = '000000000000';
  return [
    ...buckets.flatMap((name): Call[] => [
      ['s3:DeleteObject', `${name}/any`],
      ['s3:DeleteObjectVersion', `${name}/any`],
      ['s3:PutObjectAcl', `${name}/any`],
      ['s3:PutBucketPolicy', name],
      ['s3:GetObject', `${name}/any`],
      ['s3:PutObject', `${name}/any`],
      ['s3:DeleteBucket', name],
    ]),
    ...LISTS.flatMap((action): Call[] => [
      [action, SHARED],
      [action, SHARED, below('')],
      [action, SHARED, below('prod-')],
      [action, SHARED, below('ac')],
    ]),
    ['s3:ListMultipartUploadParts', `${SHARED}/prod-any`],
    // What Athena reads and writes on a function's behalf the function itself may not.
    ...REPORTS.map((prefix): Call => ['s3:GetObject', `${INVENTORIES}/${prefix}data/any.parquet`]),
    ['s3:GetObject', `${INVENTORIES}/s3/other-bucket/daily/data/any.parquet`, BY_ATHENA],
    ['s3:ListBucket', INVENTORIES],
    ['s3:GetObject', `${RESULTS}/totals/any.csv`],
    ...['totals', 'keys'].map((place): Call => ['s3:PutObject', `${RESULTS}/${place}/any.csv`]),
    ['athena:GetQueryResults', KEYS_WORKGROUP],
    ['s3:ListBucket', RESULTS],
    ['s3:PutObject', `${INVENTORIES}/any`, BY_ATHENA],
    ['athena:StartQueryExecution', WORKGROUP.replace('mrt-local-inventory', 'primary')],
    ['athena:UpdateWorkGroup', WORKGROUP],
    ['athena:ListQueryExecutions', WORKGROUP],
    ...['Admin', 'Op', 'User'].flatMap((role): Call[] => [
      ['airflow:InvokeRestApi', airflowRole(role)],
      ['airflow:CreateWebLoginToken', airflowRole(role)],
    ]),
    ['airflow:InvokeRestApi', AIRFLOW],
    ['airflow:CreateCliToken', AIRFLOW],
    ['airflow:UpdateEnvironment', AIRFLOW],
    ['secretsmanager:GetSecretValue', 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:any-AbCdEf'],
    ['glue:GetTable', CATALOG],
    ['glue:GetTable', CATALOG.replace('catalog', 'table/somebody/elses'), BY_ATHENA],
    ['glue:UpdateTable', CATALOG, BY_ATHENA],
    [LIST_UPLOADS, DEPLOYMENTS],
    [LIST_UPLOADS, bucket('somebody-elses')],
    ['s3:ListBucket', DEPLOYMENTS],
    ['s3:ListBucket', DEPLOYMENTS, below('')],
    ['s3:ListBucket', DEPLOYMENTS, below('config/')],
    ['s3:GetObject', `${DEPLOYMENTS}/config/prod/secrets.yaml`],
    ['s3:GetObject', `${bucket('somebody-elses')}/any`],
    ['s3:ListBucket', bucket('somebody-elses')],
    ['s3:ListAllMyBuckets', everything],
    ['s3:GetObject', `${keys}/../keys.json`],
    ...[PROD, ACC].flatMap((server): Call[] => [
      ['rds-db:connect', login(server, 'postgres')],
      ['rds-db:connect', login(server, 'rds_superuser')],
      ['rds-db:connect', login(server, 'mrt_reader2')],
    ]),
    ['rds-db:connect', login('db-SOMEBODYELSES')],
    ['rds:DescribeDBInstances', everything],
    ['cloudwatch:PutMetricData', everything],
    ['cloudwatch:DeleteAlarms', everything],
    ['secretsmanager:GetSecretValue', everything],
    ['ssm:GetParameter', everything],
    ['kms:Decrypt', `arn:aws:kms:eu-west-1:${account}:key/any`],
    ['sts:AssumeRole', `arn:aws:iam::${account}:role/any`],
    ['iam:PassRole', `arn:aws:iam::${account}:role/any`],
    ['iam:PutRolePolicy', `arn:aws:iam::${account}:role/any`],
    ['lambda:InvokeFunction', `arn:aws:lambda:eu-west-1:${account}:function:any`],
    ['lambda:UpdateFunctionCode', `arn:aws:lambda:eu-west-1:${account}:function:any`],
    ['cognito-idp:DescribeUserPoolClient', everything],
    ['cognito-idp:AdminCreateUser', everything],
    ['logs:GetLogEvents', everything],
    ['logs:DeleteLogGroup', everything],
    ['logs:PutLogEvents', `arn:aws:logs:eu-west-1:${account}:log-group:somebody-elses:*`],
    ['ec2:CreateNetworkInterface', everything, { 'lambda:SourceFunctionArn': 'arn:aws:lambda:any' }],
    ['ec2:DescribeSubnets', everything, { 'lambda:SourceFunctionArn': 'arn:aws:lambda:any' }],
  ];
}
