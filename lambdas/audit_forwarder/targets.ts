/** Audit lines as an event bus and as Security Hub take them: which calls, with which bodies. */
import { batches } from './batches.ts';
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

/** Of one PutEvents (EventBridge API reference; EventBridge user guide, "Calculating PutEvents event entry size"). */
const MAX_EVENTS = { items: 10, bytes: 256 * 1024 - 1 };
/** Of one BatchImportFindings (Security Hub partner guide, "Guidelines for using the BatchImportFindings API"). */
const MAX_FINDINGS = { items: 100, bytes: 6_000_000 };
/** What an entry has beside its detail: its time counts 14 bytes, source and type as many as they have. */
const SOURCE = 'mrt-api';
const TYPE = 'mrt.audit';
const MAX_DETAIL_BYTES = MAX_EVENTS.bytes - 14 - SOURCE.length - TYPE.length;

/**
 * Events of the source `mrt-api` and the type `mrt.audit`, whose detail is the line. One that is larger than an event goes
 * without the names of what was shown, and says so: its `request_id` finds the whole line in the log group.
 *
 * @param bus its ARN
 */
export function eventCalls(lines: readonly AuditLine[], bus: string): Call[] {
  const events = lines.map(({ time, text, line }) => ({ time, detail: detailOf(text, line) }));
  const sizeOf = ({ detail }: { detail: string }) => MAX_EVENTS.bytes - MAX_DETAIL_BYTES + Buffer.byteLength(detail);
  return batches(events, MAX_EVENTS, sizeOf).map((batch) => ({
    lines: batch.length,
    service: 'events',
    path: '/',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.PutEvents' },
    body: {
      Entries: batch.map(({ time, detail }) => ({
        EventBusName: bus,
        Source: SOURCE,
        DetailType: TYPE,
        Detail: detail,
        Time: time.getTime() / 1000,
      })),
    },
  }));
}

function detailOf(text: string, line: AuditLine['line']): string {
  return Buffer.byteLength(text) <= MAX_DETAIL_BYTES ? text : JSON.stringify({ ...line, fields: null, cut: true });
}

/** Where the stage is: part of a finding's own names. */
export interface Place {
  account: string;
  region: string;
  stage: string;
}

/** Findings in the format of Security Hub (ASFF); the same line is the same finding, however often it is delivered. */
export function findingCalls(lines: readonly AuditLine[], place: Place): Call[] {
  const findings = lines.map((line) => findingOf(line, place));
  const sizeOf = (finding: object) => Buffer.byteLength(JSON.stringify(finding)) + 1;
  return batches(findings, MAX_FINDINGS, sizeOf).map((batch) => ({
    lines: batch.length,
    service: 'securityhub',
    path: '/findings/import',
    headers: { 'content-type': 'application/json' },
    body: { Findings: batch },
  }));
}

/**
 * Security Hub user guide, "AWS Security Finding Format (ASFF) syntax": `Title` has 256 characters at most and `Description` 1,024;
 * a type is a namespace of its list, with a category where there is one.
 */
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
