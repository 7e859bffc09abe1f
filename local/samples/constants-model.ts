/**
 * The constants that the sample app declares, in the form of a deployment archive's `model/metadata.json`:
 * `DefaultValue` is always text, Booleans read `True` and `False`, descriptions have Windows line ends.
 */

export interface ModelConstant {
  Name: string;
  Type: 'String' | 'Integer' | 'Boolean' | 'Decimal' | 'DateTime';
  Description: string;
  DefaultValue: string;
}

export interface SampleModel {
  project: string;
  version: string;
  runtime: string;
  javaVersion: number;
  constants: ModelConstant[];
}

function constant(
  Name: string,
  Type: ModelConstant['Type'],
  DefaultValue: string,
  Description: string = '',
): ModelConstant {
  return { Name, Type, Description, DefaultValue };
}

/** Left in the package in clear, as happens: nobody replaced what the developer tried the mail service with. */
const FORGOTTEN_API_KEY = 'mk-7Qd2vXw9LrT4sYh8NbE5zKf1JcUa6PgM';

/** What a list of words does not know for a secret, and what it takes for one: docs/decisions/masking.md. */
const HARD_TO_TELL: readonly ModelConstant[] = [
  constant('Integration.ApiKeyLocation', 'String', 'header', 'Where in a request the key goes.'),
  constant('Integration.FeedUrl', 'String', 'https://feeds.example.com/catalog/k3j9fd2mq7xr4tw1'),
  constant('Integration.ModuleVersion', 'String', '2.3.1-workflow-atlas3'),
  constant('Integration.SapLogin', 'String', 'svc-orders:Winter2024!', 'Technical user of the order interface.'),
  constant('Integration.SftpKennwort', 'String', ''),
  constant('Integration.SupportDesk', 'String', 'servicedesk', 'Log in as support; the password is Zomer-2024.'),
  constant('Integration.TenantId', 'String', '3f2b8c1e-6a4d-4c55-9b1f-0d2e7a9c1b44'),
  constant('Integration.WorkerQueue', 'String', 'orders_v2_Prod_EU1_fifo'),
];

const CONSTANTS: readonly ModelConstant[] = [
  constant('Administration.PasswordMinLength', 'Integer', '12'),
  constant('Administration.SessionMinutes', 'Integer', '20'),
  constant('Billing.InvoicePrefix', 'String', 'INV-'),
  constant('Billing.PaymentSecret', 'String', '', 'Signs what the payment provider calls back with.'),
  constant('Billing.PaymentUrl', 'String', 'https://payments.example.com/v2'),
  constant('Billing.SandboxMode', 'Boolean', 'True', 'True: no money moves.\r\nMust be False in production.'),
  constant('Billing.VatRate', 'Decimal', '21.00', 'In percent.'),
  constant('Catalog.ImageWidth', 'Integer', '1200'),
  constant('Catalog.PriceListValidFrom', 'DateTime', '2026-01-01T00:00:00'),
  constant('Encryption.EncryptionKey', 'String', '', 'Encrypts stored values.\r\nExactly 32 characters.'),
  constant('Encryption.EncryptionPrefix', 'String', '{AES3}', 'Marks an encrypted value.\r\nDo not change it.'),
  constant('Encryption.LegacyEncryptionKey', 'String', '', 'For values of older releases.\r\n16 characters.'),
  constant('FeedbackModule.LocalStorageKey', 'String', 'shop-feedback-form'),
  ...HARD_TO_TELL,
  constant('Inventory.RecountFrom', 'DateTime', '', 'Start of the yearly count; each environment sets its own.'),
  constant('Inventory.ReservationMinutes', 'Integer', '30'),
  constant('Inventory.WarehouseUrl', 'String', 'https://warehouse.example.com/api'),
  constant('Mail.ApiKey', 'String', FORGOTTEN_API_KEY, 'Key of the mail service.'),
  constant('Mail.DefaultSender', 'String', 'no-reply@example.com'),
  constant('Mail.SmtpHost', 'String', 'smtp.example.com'),
  constant('Mail.SmtpPort', 'Integer', '587'),
  constant('Marketing.TokenEndpoint', 'String', 'https://login.example.com/oauth2/token'),
  constant('Sales.EnableBackorders', 'Boolean', 'False'),
  constant('Sales.FreeShippingFrom', 'Decimal', '49.95'),
  constant('Sales.MaxOrderLines', 'Integer', '200'),
  constant('Sales.OrderNumberPrefix', 'String', 'SO-'),
  constant('Shipping.CarrierKeywords', 'String', 'express,standard,pickup'),
];

/** What the older release of the acceptance environment does not have yet. */
const NEW_IN_1_4: ReadonlySet<string> = new Set([
  'Billing.SandboxMode',
  'Inventory.RecountFrom',
  'Marketing.TokenEndpoint',
  'Shipping.CarrierKeywords',
]);

/** Harmless there is what is masked in production, so that a comparison of the two has to keep quiet. */
const OTHER_DEFAULTS_IN_1_2: Readonly<Record<string, string>> = {
  'Catalog.ImageWidth': '800',
  'Integration.SapLogin': '',
};

/** Project, model and runtime versions are those that the sample databases report. */
export const PRODUCTION_MODEL: SampleModel = {
  project: 'Shop',
  version: '1.4.2.311',
  runtime: '10.24.15.93102',
  javaVersion: 21,
  constants: [...CONSTANTS],
};

/** The release before: production's second newest archive. */
export const PREVIOUS_MODEL: SampleModel = {
  ...PRODUCTION_MODEL,
  version: '1.4.1.298',
  constants: CONSTANTS.filter(({ Name }) => Name !== 'Inventory.RecountFrom'),
};

export const ACCEPTANCE_MODEL: SampleModel = {
  project: 'Shop',
  version: '1.2.0.188',
  runtime: '9.24.30.66881',
  javaVersion: 11,
  constants: CONSTANTS.filter(({ Name }) => !NEW_IN_1_4.has(Name)).map((each) => ({
    ...each,
    DefaultValue: OTHER_DEFAULTS_IN_1_2[each.Name] ?? each.DefaultValue,
  })),
};
