import { describe, expect, test } from 'vitest';
import { faults } from './faults.ts';

const secret = (name: string, region = 'eu-west-1') => ({
  secret_arn: `arn:aws:secretsmanager:${region}:111122223333:secret:${name}`,
});
const managed = { region: 'eu-west-1', environment: 'etl-prod' };
const own = { base_url: 'https://airflow.example.com', web_server: { cidr: '10.60.0.0/24' } };
const found = (airflow: object) =>
  faults((config) => {
    config.environments['etl'] = { airflow };
  }).map((fault) => fault.replace('environments.etl.airflow', '…'));

describe('an Airflow is taken', () => {
  test.each([
    ['with a token', { ...own, token: secret('t') }],
    ['with user name and password', { ...own, basic: secret('b') }],
    ['with both: the token goes first', { ...own, token: secret('t'), basic: secret('b') }],
    ['of MWAA, without a way to its web server', managed],
    ['of MWAA with a token of its own, for MWAA’s figures beside it', { ...own, token: secret('t'), ...managed }],
  ])('%s', (_, airflow) => expect(found(airflow)).toEqual([]));
});

describe('an Airflow is refused', () => {
  test.each([
    [
      'that nothing says how to come in to',
      {},
      '…: must have token, basic, or region and environment of MWAA: nothing says how to come in',
    ],
    [
      'with an address alone',
      own,
      '…: must have token, basic, or region and environment of MWAA: nothing says how to come in',
    ],
    [
      'of MWAA with an address',
      { ...managed, base_url: 'https://a.example.com' },
      '…base_url: must be left out with MWAA, whose address AWS gives',
    ],
    [
      'of MWAA in another Region',
      { ...managed, region: 'us-east-1' },
      '…region: is us-east-1; the functions reach MWAA of eu-west-1 only, by its interface endpoint',
    ],
    [
      'with half of MWAA',
      { ...own, token: secret('t'), region: 'eu-west-1' },
      '…environment: is required, MWAA needs both',
    ],
    [
      'of one’s own without a way there',
      { base_url: own.base_url, token: secret('t') },
      '…web_server: is required with token: the functions have no way out but to what is named',
    ],
    [
      'with a way that is both a group and a range',
      { ...own, token: secret('t'), web_server: { cidr: '10.0.0.0/8', security_group: 'sg-0a1b2c3d4e5f60719' } },
      '…web_server: must have either security_group or cidr',
    ],
    [
      'with a secret of another Region',
      { ...own, token: secret('t', 'us-east-1') },
      '…token.secret_arn: is in us-east-1, not in eu-west-1',
    ],
    [
      'over http',
      { ...own, base_url: 'http://airflow.example.com', token: secret('t') },
      '…base_url: must be an https address without a query',
    ],
    [
      'whose address has a password',
      { ...own, base_url: 'https://me:pw@airflow.example.com', token: secret('t') },
      '…base_url: must be an https address without a query',
    ],
  ])('%s', (_, airflow, fault) => expect(found(airflow).map((text) => text.replace('….', '…'))).toEqual([fault]));
});
