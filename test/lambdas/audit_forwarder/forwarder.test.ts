import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { auditLines } from '../../../lambdas/audit_forwarder/lines.ts';
import { eventCalls, findingCalls } from '../../../lambdas/audit_forwarder/targets.ts';

const LINE = {
  ...{ event: 'mrt.audit', time: '2026-11-26T12:00:00.000Z', request_id: 'JKJaXmPLvHcESHA=' },
  ...{ principal: 'client:reports', route: 'users', environments: ['shop-prod'], rows: 3 },
  ...{ clear: true, reason: 'ticket 7', status: 200 },
};
const PLACE = { account: '111122223333', region: 'eu-west-1', stage: 'prod' };
const BUS = 'arn:aws:events:eu-west-1:999988887777:event-bus/security';

/** As CloudWatch Logs delivers them. */
function delivered(messages: readonly unknown[], messageType = 'DATA_MESSAGE') {
  const logEvents = messages.map((message, index) => ({
    id: String(index),
    timestamp: Date.parse('2026-11-26T12:00:00Z') + index,
    message: typeof message === 'string' ? message : `${JSON.stringify(message)}\n`,
  }));
  const data = {
    messageType,
    owner: '111122223333',
    logGroup: 'g',
    logStream: 's',
    subscriptionFilters: [],
    logEvents,
  };
  return { awslogs: { data: gzipSync(JSON.stringify(data)).toString('base64') } };
}

describe('of what CloudWatch Logs delivers', () => {
  test('audit lines are taken, each as it was written, and nothing else', () => {
    const lines = auditLines(delivered([LINE, { event: 'mrt.request' }, 'START RequestId: 1', { event: 'mrt.audit' }]));
    expect(lines.map(({ text }) => JSON.parse(text))).toEqual([LINE]);
    expect(lines[0]).toMatchObject({ id: '0', time: new Date('2026-11-26T12:00:00Z') });
  });

  test('a control message holds none', () => {
    expect(auditLines(delivered([LINE], 'CONTROL_MESSAGE'))).toEqual([]);
  });

  test.each([
    ['nothing', {}],
    ['an event of another service', { Records: [] }],
    ['no gzip', { awslogs: { data: 'bm8=' } }],
    ['gzip of something else', { awslogs: { data: gzipSync('{"a":1}').toString('base64') } }],
    ['a bomb', { awslogs: { data: gzipSync(Buffer.alloc(80 * 1024 * 1024)).toString('base64') } }],
  ])('%s is an error', (_, event) => {
    expect(() => auditLines(event)).toThrow();
  });
});

describe('lines', () => {
  const lines = auditLines(delivered(Array.from({ length: 25 }, () => LINE)));

  test('become events, ten a call, whose detail is the line', () => {
    const calls = eventCalls(lines, BUS) as { body: { Entries: Record<string, unknown>[] } }[];
    expect(calls.map(({ body }) => body.Entries.length)).toEqual([10, 10, 5]);
    const [entry] = calls[0]?.body.Entries ?? [];
    expect(entry).toMatchObject({ EventBusName: BUS, Source: 'mrt-api', DetailType: 'mrt.audit' });
    expect(JSON.parse(String(entry?.['Detail']))).toEqual(LINE);
  });

  test('of a great many names go in as many calls as their size takes, and none is larger than a call', () => {
    const fields = Array.from({ length: 900 }, (_, index) => `Module.Constant_${index}_${'ä'.repeat(40)}`);
    const calls = eventCalls(auditLines(delivered(Array.from({ length: 7 }, () => ({ ...LINE, fields })))), BUS);
    const sizes = calls.map(({ body }) =>
      (body as { Entries: { Detail: string }[] }).Entries.map(({ Detail }) => Buffer.byteLength(Detail) + 14 + 16),
    );
    expect(sizes.flat()).toHaveLength(7);
    expect(calls.length).toBeGreaterThan(1);
    for (const call of sizes) expect(call.reduce((sum, size) => sum + size, 0)).toBeLessThan(256 * 1024);
    expect(calls.reduce((sum, { lines: count }) => sum + count, 0)).toBe(7);
  });

  test('larger than an event go without the names of what was shown, and say so', () => {
    const fields = Array.from({ length: 9_000 }, (_, index) => `Module.Constant_${index}_${'x'.repeat(40)}`);
    const [call, ...others] = eventCalls(auditLines(delivered([{ ...LINE, fields }, LINE])), BUS);
    expect(others).toEqual([]);
    const { Entries } = (call?.body ?? expect.unreachable()) as { Entries: { Detail: string }[] };
    const [cut, whole] = Entries.map(({ Detail }) => JSON.parse(Detail));
    expect(cut).toEqual({ ...LINE, fields: null, cut: true });
    expect(whole).toEqual(LINE);
  });

  test('become findings of the account’s own product, the same line the same finding', () => {
    const [call] = findingCalls(lines, PLACE) as { path: string; body: { Findings: Record<string, unknown>[] } }[];
    const [finding] = call?.body.Findings ?? [];
    expect(call?.path).toBe('/findings/import');
    expect(finding).toMatchObject({
      Id: 'mrt-prod/0',
      ProductArn: 'arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default',
      AwsAccountId: '111122223333',
      Severity: { Label: 'INFORMATIONAL' },
      Title: 'MRT API, prod: client:reports saw clear text (users)',
    });
    expect(findingCalls(lines, PLACE)).toEqual(findingCalls(lines, PLACE));
  });

  test('of a refusal are findings of a low severity, and none is longer than Security Hub takes', () => {
    const refused = auditLines(
      delivered([
        { ...LINE, clear: false, status: 404, principal: `client:${'x'.repeat(400)}`, reason: 'y'.repeat(3000) },
      ]),
    );
    const [call] = findingCalls(refused, PLACE) as { body: { Findings: Record<string, unknown>[] } }[];
    const [finding] = call?.body.Findings ?? [];
    expect(finding?.['Severity']).toEqual({ Label: 'LOW' });
    expect(String(finding?.['Title']).length).toBeLessThanOrEqual(256);
    expect(String(finding?.['Description']).length).toBeLessThanOrEqual(1024);
  });
});
