/**
 * Files of overrides as they are met outside textbooks: broken, including others, depending on a host, with constants in
 * custom settings. No sample environment has them; to see what the API makes of one, start with a copy of
 * `config/local.json` (`MRT_CONFIG`) whose `overrides` name its key. A key that is not in the bucket is a source that
 * cannot be read.
 */

export interface CaseFile {
  /** In the bucket of deployments; the format that it is for is in the name. */
  key: string;
  content: string;
}

const MENDIX_APP = `apiVersion: privatecloud.mendix.com/v1alpha1
kind: MendixApp
metadata:
  name: shop
spec:
  runtime:
    microflowConstants:
      Sales.OrderNumberPrefix: "K8S-"
      Mail.SmtpHost: smtp.field.example.com
    customConfiguration: |-
      {
        "DTAPMode": "P",
        "MicroflowConstants": "{\\"Catalog.ImageWidth\\":\\"1600\\",\\"Mail.SmtpHost\\":\\"smtp.custom.example.com\\"}"
      }
---
apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata:
  name: shop
spec:
  provider: aws
  parameters:
    objects: |
      - objectName: shop/prod
        jmesPath:
          - path: encryption
            objectAlias: mx-const-Encryption.EncryptionKey
          # - path: mail
          #   objectAlias: mx-const-Mail.ApiKey
`;

const CUSTOM_SETTINGS = `# The custom settings replace what the variables and CONSTANTS set, as a whole.
MX_Sales_MaxOrderLines=500
CONSTANTS={"Mail.SmtpPort":25}
CUSTOM_RUNTIME_SETTINGS={"com.mendix.core.SessionTimeout":1200000,"MicroflowConstants":{"Catalog.ImageWidth":1600}}
`;

const INTERPOLATED = `# What Compose makes of it, and what only the host knows.
HTTP_PROXY
GREETING='Let\\'s go!'
2FA=off
DATA=/data
MX_Billing_PaymentUrl=https://\${PUBLIC_HOST}/v2
MX_Billing_InvoicePrefix=INV-
MX_Catalog_Feed=https://feeds.example.com/odata/$$metadata
MX_Inventory_WarehouseUrl=https://warehouse.example.com\${DATA:-/srv}/api
MX_Inventory_ReservationMinutes=" 1_0 "
MX_Mail_SmtpHost
MX_Sales_FreeShippingFrom=.5
`;

const PORTABLE_APP = `include "StudioPro.conf"

runtime.params.MicroflowConstants {
  "Catalog.ImageWidth" = 1600
  "Mail.SmtpHost" = "smtp.example.com"
  "Mail.SmtpHost" = \${?MAIL_SMTP_HOST}
}
`;

const INCLUDING = `include:
  - /etc/m2ee/secrets.yaml
mxruntime:
  MicroflowConstants:
    Sales.MaxOrderLines: 0x1F4
    Sales.EnableBackorders: on
    Sales.FreeShippingFrom: .5
`;

/** A tab, where YAML takes blanks only. */
const BROKEN = 'mxruntime:\n\tMicroflowConstants:\n\t\tMail.SmtpHost: smtp.internal.example.com\n';

export const CASE_FILES: readonly CaseFile[] = [
  { key: 'config/cases/mendix-app.yaml', content: MENDIX_APP },
  { key: 'config/cases/custom-settings.env', content: CUSTOM_SETTINGS },
  { key: 'config/cases/interpolated.env', content: INTERPOLATED },
  { key: 'config/cases/portable-app.conf', content: PORTABLE_APP },
  { key: 'config/cases/including-m2ee.yaml', content: INCLUDING },
  { key: 'config/cases/broken-m2ee.yaml', content: BROKEN },
];
