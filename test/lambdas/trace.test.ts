import { describe, expect, test } from 'vitest';
import { applicationName, traceOf, traceparentOf } from '../../lambdas/trace.ts';
import fc from '../properties.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const XRAY = 'Root=1-67891233-abcdef012345678912345678';
const HEX = /^[0-9a-f]+$/;

describe('a traceparent', () => {
  test('is gone on with: its trace, the client’s span as parent, a span of our own', () => {
    const trace = traceOf(`00-${TRACE}-${PARENT}-01`, XRAY);
    expect(trace).toEqual({
      trace_id: TRACE,
      parent_span_id: PARENT,
      span_id: expect.stringMatching(HEX),
      sampled: true,
    });
    expect(trace.span_id).not.toBe(PARENT);
    expect(traceparentOf(trace)).toBe(`00-${TRACE}-${trace.span_id}-01`);
    expect(traceparentOf(traceOf(`00-${TRACE}-${PARENT}-00`))).toMatch(/-00$/);
  });

  test('of a later version is read as far as it is known', () => {
    expect(traceOf(`cc-${TRACE}-${PARENT}-01-what-comes-later`).trace_id).toBe(TRACE);
  });

  test.each([
    '',
    'x',
    `00-${TRACE}-${PARENT}`,
    `00-${TRACE}-${PARENT}-01-more`,
    `ff-${TRACE}-${PARENT}-01`,
    `00-${'0'.repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${PARENT}-01`,
    ` 00-${TRACE}-${PARENT}-01`,
    `00-${TRACE}-${PARENT}-01\n`,
    `00-${TRACE}-${PARENT}-01,00-${TRACE}-${PARENT}-01`,
    `00-${TRACE}-${PARENT}-01'; DROP TABLE x; --`,
    `00-${TRACE}-${PARENT}-${'1'.repeat(100_000)}`,
    '{"event":"mrt.audit"}',
  ])('%j is as none: a trace begins here, with nothing of it', (header) => {
    const trace = traceOf(header);
    expect(trace).toEqual({
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      span_id: expect.stringMatching(/^[0-9a-f]{16}$/),
      parent_span_id: null,
      sampled: false,
    });
    expect(trace.trace_id).not.toBe(TRACE);
  });

  test('that is missing is made of API Gateway’s own trace, so that X-Ray has the same digits', () => {
    expect(traceOf(undefined, XRAY).trace_id).toBe('67891233abcdef012345678912345678');
    expect(traceOf(undefined, `Self=1-1-1;${XRAY};Sampled=1`).trace_id).toBe('67891233abcdef012345678912345678');
    for (const bad of ['Root=1-x-y', `Root=1-${'0'.repeat(8)}-${'0'.repeat(24)}`, `a${XRAY}`, `${XRAY}9`]) {
      expect(traceOf(undefined, bad).trace_id).not.toMatch(/^(67891233|0{32})/);
    }
  });
});

describe('whatever a client sends', () => {
  test('what is passed on and what is logged are hexadecimal digits of the right number', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0a-f1\n"\'') })),
        fc.string(),
        (header, xray) => {
          expect(traceparentOf(traceOf(header, xray))).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
        },
      ),
    );
  });

  test('the name in the database’s log fits PostgreSQL, and holds the request and the trace', () => {
    const trace = traceOf(`00-${TRACE}-${PARENT}-01`);
    expect(applicationName({ request_id: 'JKJaXmPLvHcESHA=', trace })).toBe(`mrt-api JKJaXmPLvHcESHA= ${TRACE}`);
    fc.assert(
      fc.property(fc.string(), (request_id) => {
        expect(applicationName({ request_id, trace })).toMatch(/^mrt-api [A-Za-z0-9+/=_-]{0,20} [0-9a-f]{1,32}$/);
        expect(applicationName({ request_id, trace }).length).toBeLessThanOrEqual(63);
      }),
    );
  });
});
