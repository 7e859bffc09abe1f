/** Audit lines as an event bus and as Security Hub take them: which calls, with which bodies. */
import type { AuditLine } from './lines.ts';

/** One call of AWS. */
export interface Call {
  service: 'events' | 'securityhub';
  path: string;
  headers: Record<string, string>;
  body: object;
  /** How many lines are in the body. */
  lines: number;
}

/** Entries of one PutEvents (EventBridge API reference). */
const MAX_ENTRIES = 10;
/** Findings of one BatchImportFindings (Security Hub API reference). */
const MAX_FINDINGS = 100;

/** Events of the source `mrt-api` and the type `mrt.audit`, whose detail is the line. @param bus its ARN */
export function eventCalls(lines: readonly AuditLine[], bus: string): Call[] {
  return batches(lines, MAX_ENTRIES).map((batch) => ({
    lines: batch.length,
    service: 'events',
    path: '/',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.PutEvents' },
    body: {
      Entries: batch.map(({ time, text }) => ({
        EventBusName: bus,
        Source: 'mrt-api',
        DetailType: 'mrt.audit',
        Detail: text,
        Time: time.getTime() / 1000,
      })),
    },
  }));
}

/** Where the stage is: part of a finding's own names. */
export interface Place {
  account: string;
  region: string;
  stage: string;
}

/** Findings in the format of Security Hub (ASFF); the same line is the same finding, however often it is delivered. */
export function findingCalls(lines: readonly AuditLine[], place: Place): Call[] {
  return batches(lines, MAX_FINDINGS).map((batch) => ({
    lines: batch.length,
    service: 'securityhub',
    path: '/findings/import',
    headers: { 'content-type': 'application/json' },
    body: { Findings: batch.map((line) => findingOf(line, place)) },
  }));
}

function findingOf({ id, time, text, line }: AuditLine, { account, region, stage }: Place): object {
  const at = time.toISOString();
  const isRefused = [401, 403, 404].includes(line.status);
  const what = isRefused ? 'was refused' : line.clear ? 'saw clear text' : 'looked somebody up';
  return {
    SchemaVersion: '2018-10-08',
    Id: `mrt-${stage}/${id}`,
    // A product of the account's own (Security Hub guide, "Sending findings from a custom product").
    ProductArn: `arn:aws:securityhub:${region}:${account}:product/${account}/default`,
    GeneratorId: `mrt-${stage}/${line.route}`,
    AwsAccountId: account,
    Types: [isRefused ? 'Unusual Behaviors/User' : 'Sensitive Data Identifications'],
    CreatedAt: at,
    UpdatedAt: at,
    Severity: { Label: isRefused ? 'LOW' : 'INFORMATIONAL' },
    Title: `MRT API, ${stage}: ${line.principal ?? 'somebody unknown'} ${what} (${line.route})`.slice(0, 256),
    Description: text.slice(0, 1024),
    Resources: [{ Type: 'Other', Id: `mrt-${stage}/${line.route}`, Region: region }],
  };
}

function batches<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
