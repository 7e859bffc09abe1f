/**
 * What the operators of the sample environments set, in the files that they would use.
 * The secrets are made up; production's encryption key is also acceptance's, which is what `compare` should find.
 */

const ENCRYPTION_KEY = 'Xw4tN8rQ2kVz7LmB5pHs9CdJ1fYgU6aE';

/**
 * Production: eight overrides, `Mail.SmtpServer` from before it was renamed (obsolete), and nothing for
 * `Inventory.RecountFrom`, which has no default either (missing).
 */
export const PRODUCTION_M2EE_YAML = `# Shop, production
m2ee:
  app_name: Shop
  app_base: /srv/mendix/shop
  admin_port: 8090
  runtime_port: 8080

mxruntime:
  ApplicationRootUrl: https://shop.example.com/
  DatabaseType: PostgreSQL
  DatabaseHost: shop-prod-db.internal:5432
  DatabaseName: shop_prod
  MicroflowConstants:
    Billing.PaymentSecret: 'Ge5u-RbTz3yKq8Wn-7mHcXd2P'
    Billing.SandboxMode: false
    Encryption.EncryptionKey: ${ENCRYPTION_KEY}
    Integration.SftpKennwort: Sonnenblume
    Inventory.WarehouseUrl: https://warehouse.internal.example.com/api
    Mail.SmtpHost: smtp.internal.example.com
    Mail.SmtpServer: mail.example.com
    Sales.EnableBackorders: true
    Sales.FreeShippingFrom: 59.90

logging:
  - type: file
    name: FileSubscriber
    autosubscribe: INFO
    filename: /srv/mendix/shop/data/log/shop.log
`;

/** Acceptance runs in containers: variables as the buildpack reads them, some of them out of others, one out of the host. */
export const ACCEPTANCE_ENVIRONMENT_FILE = `# Shop, acceptance
ADMIN_PORT=8090
HTTP_PROXY
PAYMENTS=https://sandbox.payments.example.com
MX_Billing_PaymentUrl=\${PAYMENTS}/v2
MX_Mail_DefaultSender=no-reply@\${MAIL_DOMAIN}
MX_Sales_MaxOrderLines=500
MX_Mail_ApiKey=mk-4Vb8yTq1ZsW6dRn3HgK9eXp5LuJc7MfA
CONSTANTS={"Billing.PaymentSecret":"h2Ls-9QvEwT6-xZk4RbNp8Ym","Sales.OrderNumberPrefix":"ACC-","Sales.MaxOrderLines":250}
`;

/** Acceptance's older file; what the variables set as well, they win. */
export const ACCEPTANCE_M2EE_YAML = `# Shop, acceptance: what is not in the container's variables yet
mxruntime:
  MicroflowConstants:
    Encryption.EncryptionKey: ${ENCRYPTION_KEY}
    Inventory.WarehouseUrl: https://warehouse.acc.example.com/api
    Sales.OrderNumberPrefix: TEST-
    Sales.LegacyExport: true
`;

/** The pet shop: a file of the same name as production's, written at the same second, with other values. */
export const PET_SHOP_M2EE_YAML = `# Pet shop, production
mxruntime:
  ApplicationRootUrl: https://pet-shop.example.com/
  DatabaseHost: shop-prod-db.internal:5432
  DatabaseName: pet_shop_prod
  MicroflowConstants:
    Billing.PaymentSecret: 'Pw7e-TzNq4xLb9Sd-2kGvRm8C'
    Encryption.EncryptionKey: Qh3sVx8LpT5wKd2ZnR7cYb4MjF6gUe9A
    Mail.SmtpHost: smtp.pet-shop.example.com
    Sales.OrderNumberPrefix: PET-
`;
