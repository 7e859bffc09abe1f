import type { Line } from './line.ts';
import { join } from './made-up.ts';

/** Secrets that were shown in clear by earlier rules, as they were reported. */
export const REPORTED_SECRETS: readonly Line[] = [
  ['Mail.SMTP_PW', 'Winter2024!'],
  ['Ftp.Pswd', 'Winter2024!'],
  ['Ftp.AdminPSW', 'Winter2024!'],
  ['Mail.smtppass', 'Winter2024!'],
  ['Db.DBPASS', 'Winter2024!'],
  ['Sap.Cred', 'svc/Winter2024'],
  ['Api.BasicAuth', 'svc-orders:Winter2024!'],
  ['Api.Auth', 'svc:Winter2024'],
  ['Api.AuthorizationHeader', 'Authorization: Bearer abcd-efgh-ijkl'],
  ['Sap.MotDePasse', 'Winter2024'],
  ['Sap.Senha', 'Winter2024'],
  ['Sap.Contrasena', 'Winter2024'],
  ['Sap.Clave', 'Winter2024'],
  ['Sap.Kennwort', 'Winter2024'],
  ['Sap.Sleutel', 'Winter2024'],
  ['Sap.ApiSchluessel', 'Winter2024'],
  ['Sap.ApiSchlüssel', 'winter'],
  ['Sap.ChaveApi', 'Winter2024'],
  ['Sap.CleApi', 'Winter2024'],
  ['Sap.CléApi', 'winter'],
  ['Geo.ApiKey_LocationService', '3f2b8c1e-6a4d-4c55-9b1f-0d2e7a9c1b44'],
  ['Ad.Password_DomainAdmin', 'Winter2024!'],
  ['Files.Password_FileServer', 'Winter2024!'],
  ['Pay.Secret_PaymentProvider', 'winter-2024'],
  ['Mail.Password_MailHost', 'Winter2024'],
  ['Db.Conn', 'jdbc:oracle:thin:scott/tiger@//db.example.org:1521/orcl'],
  ['Db.Cfg', 'Server=db;Uid=app;Pass=Winter2024'],
  ['Db.Conn', 'host=db user=app passwd=Winter2024'],
  ['Db.Cfg', '{"user":"app","pass":"Winter2024"}'],
  ['Bot.Url', join('https://api.telegram.org/bot123456789:', 'AAEexampleexampleexampleexample12345/sendMessage')],
];

/** Harmless constants that earlier rules masked, as they were reported. */
export const REPORTED_SHAPES: readonly Line[] = [
  ['MendixSSO.Version', '2.3.1-workflow-atlas3'],
  ['MendixSSO.Version', '2.1.0'],
  ['App.Build', '2024.12.1-rc2-build77'],
  ['Files.Uploads', 'acme-prod-uploads2024-eu1'],
  ['Orders.Queue', 'orders_v2_Prod_EU1_fifo'],
  ['Import.Source', '/mnt/Data01/Import2/Files3'],
  ['Users.PasswordMinLength', '12', 'integer'],
  ['Sap.TokenHeaderName', 'X-Token'],
  ['Geo.ApiKeyLocation', 'query'],
];
