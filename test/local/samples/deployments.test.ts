import { etagOf } from '@mrt/local-aws/s3/store.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { APPS } from '../../../local/samples/database/apps.ts';
import { deploymentObjects } from '../../../local/samples/deployments.ts';
import {
  archive,
  type Deployments,
  environment,
  override,
  startDeployments,
} from '../../lambdas/routes/micro_flow_constants/deployments.ts';

/** As `config/local.json` has them. */
const prod = environment('shop-prod', {
  archive: archive('shop', { prefix: 'prod/' }),
  overrides: [override('shop-config', 'm2ee_yaml', 'config/prod/m2ee.yaml')],
});
const acc = environment('shop-acc', {
  archive: archive('shop-acc', { prefix: 'acc/' }),
  overrides: [
    override('shop-acc-env', 'environment_file', 'config/acc/app.env'),
    override('shop-acc-config', 'm2ee_yaml', 'config/acc/m2ee.yaml'),
  ],
});
/** The look-alike objects of another bucket are below a prefix here. */
const petShop = environment('pet-shop-prod', {
  archive: archive('shop', { prefix: 'pet-shop/prod/' }),
  overrides: [override('shop-config', 'm2ee_yaml', 'pet-shop/config/prod/m2ee.yaml')],
});

describe('the sample deployment bucket', () => {
  let s3: Deployments;
  beforeAll(async () => {
    s3 = await startDeployments();
    for (const { bucket, key, body, last_modified, etag } of deploymentObjects()) {
      const at = bucket === 'shop-deployments' ? key : `pet-shop/${key}`;
      s3.put(at, body, last_modified.toISOString(), etag);
    }
  });
  afterAll(() => s3.stop());

  test('production has 34 constants, one obsolete, one missing, and a secret left at its default', async () => {
    const { body } = await s3.ask(prod);
    expect(body).toMatchObject({
      complete: true,
      as_of: '2026-11-01T10:00:00Z',
      summary: { declared: 34, overridden: 8, default: 25, missing: 1, obsolete: 1, secret: 5, secret_unknown: 2 },
    });
    expect(body.findings.map(({ finding, name }) => `${finding} ${name}`)).toEqual([
      'secret-left-at-default Mail.ApiKey',
    ]);
  });

  test('its look-alikes are shown and its secrets masked', async () => {
    const { body } = await s3.ask(prod);
    const masked = body.constants?.filter((constant) => constant.masked).map(({ name }) => name);
    expect(masked).toEqual([
      'Billing.PaymentSecret',
      'Encryption.EncryptionKey',
      'Encryption.LegacyEncryptionKey',
      'Integration.FeedUrl',
      'Integration.SapLogin',
      'Integration.SftpKennwort',
      'Mail.ApiKey',
    ]);
    const withoutDescription = body.constants?.filter(({ description }) => description === null);
    expect(withoutDescription?.map(({ name }) => name)).toEqual(['Integration.SupportDesk']);
  });

  test('acceptance resolves three layers, and shares a secret with production', async () => {
    const { body } = await s3.ask(acc, { name: 'Sales.MaxOrderLines', explain: true });
    expect(body.constants?.[0]).toMatchObject({
      value: 500,
      candidates: [{ via: 'MX_Sales_MaxOrderLines' }, { via: 'CONSTANTS' }, { via: 'DefaultValue' }],
    });
    const compared = await s3.ask(acc, { compare: 'shop-prod' }, { others: [prod] });
    expect(compared.body.findings).toContainEqual(
      expect.objectContaining({ finding: 'same-secret-in-both', name: 'Encryption.EncryptionKey' }),
    );
    expect(compared.body.findings).toContainEqual(
      expect.objectContaining({ finding: 'masked-on-one-side', name: 'Integration.SapLogin' }),
    );
  });

  test('acceptance takes one value from its host, which is not known', async () => {
    const row = async (name: string) => (await s3.ask(acc, { name })).body.constants?.[0];
    expect(await row('Billing.PaymentUrl')).toMatchObject({ value: 'https://sandbox.payments.example.com/v2' });
    expect(await row('Mail.DefaultSender')).toMatchObject({ value: null, value_known: false, state: 'overridden' });
  });

  test.each([
    ['mendix_app', 'mendix-app.yaml', 'Catalog.ImageWidth', { value: 1600, state: 'overridden' }],
    ['mendix_app', 'mendix-app.yaml', 'Mail.SmtpHost', { value: null, value_known: false, won_by: null }],
    ['mendix_app', 'mendix-app.yaml', 'Encryption.EncryptionKey', { value_known: false, won_by: 'case' }],
    ['mendix_app', 'mendix-app.yaml', 'Mail.ApiKey', { state: 'default' }],
    ['environment_file', 'custom-settings.env', 'Catalog.ImageWidth', { value: 1600, state: 'overridden' }],
    ['environment_file', 'custom-settings.env', 'Sales.MaxOrderLines', { value: 200, state: 'default' }],
    ['environment_file', 'interpolated.env', 'Billing.PaymentUrl', { value: null, value_known: false }],
    [
      'environment_file',
      'interpolated.env',
      'Catalog.Feed',
      { value: 'https://feeds.example.com/odata/$metadata', state: 'obsolete' },
    ],
    [
      'environment_file',
      'interpolated.env',
      'Inventory.WarehouseUrl',
      { value: 'https://warehouse.example.com/data/api' },
    ],
    ['environment_file', 'interpolated.env', 'Inventory.ReservationMinutes', { value: 10 }],
    ['environment_file', 'interpolated.env', 'Mail.SmtpHost', { value: null, value_known: false, state: null }],
    ['environment_file', 'interpolated.env', 'Sales.FreeShippingFrom', { value: '0.5' }],
    ['portable_app', 'portable-app.conf', 'Catalog.ImageWidth', { value: 1600, value_known: true }],
    ['portable_app', 'portable-app.conf', 'Mail.SmtpHost', { value: null, value_known: false, state: 'overridden' }],
    ['portable_app', 'portable-app.conf', 'Mail.SmtpPort', { value: null, value_known: false, state: null }],
    ['m2ee_yaml', 'including-m2ee.yaml', 'Sales.MaxOrderLines', { value: null, value_known: false }],
    ['m2ee_yaml', 'broken-m2ee.yaml', 'Mail.SmtpHost', { value: null, value_known: false, state: null }],
    ['m2ee_yaml', 'not-there.yaml', 'Mail.SmtpHost', { value: null, value_known: false, state: null }],
  ] as const)('an odd %s, %s, gives %s as it is', async (format, file, name, expected) => {
    const odd = environment('shop-prod', {
      archive: archive('shop', { prefix: 'prod/' }),
      overrides: [override('case', format, `config/cases/${file}`)],
    });
    expect((await s3.ask(odd, { name })).body.constants).toMatchObject([expected]);
  });

  test('the pet shop has acceptance’s package and a file of production’s name and ETag, and values of its own', async () => {
    const objects = Map.groupBy(deploymentObjects(), ({ key }) => key);
    const etags = [...objects.values()].map((same) => new Set(same.map(({ body, etag }) => etag ?? etagOf(body))));
    expect(objects.get('config/prod/m2ee.yaml')).toHaveLength(2);
    expect(etags.every((equal) => equal.size === 1)).toBe(true);
    for (const _ of ['cold', 'warm']) {
      const prefixes = await Promise.all(
        [prod, petShop, acc].map(
          async (each) => (await s3.ask(each, { name: 'Sales.OrderNumberPrefix' })).body.constants?.[0]?.value,
        ),
      );
      expect(prefixes).toEqual(['SO-', 'PET-', 'ACC-']);
    }
  });

  test('its models are those that the sample databases report', async () => {
    for (const [name, sample] of [
      ['shop-prod', prod],
      ['shop-acc', acc],
      ['pet-shop-prod', petShop],
    ] as const) {
      const { body } = await s3.ask(sample, { summary: true });
      expect(body.model).toMatchObject({ project: APPS[name].project, version: APPS[name].model });
    }
  });

  test('archives are about a megabyte', () => {
    for (const { key, body } of deploymentObjects()) {
      if (key.endsWith('.mda')) expect(body.length).toBeGreaterThan(900_000);
    }
  });
});
