/** What a secret is called, in each language as people write it, and what merely looks like it. */
import { describe, expect, test } from 'vitest';
import { readName } from '../../../../../lambdas/mendix/secrets/name/name.ts';
import { endsPhrase, isNoun } from '../../../../../lambdas/mendix/secrets/name/nouns.ts';
import { fold } from '../../../../../lambdas/mendix/secrets/name/words.ts';

const LANGUAGES = {
  English: 'Password Pwd Secrets Credential PinCode Bearer Salt Signature SAS DSN Keystore PFX',
  Dutch: 'Wachtwoord Wachtzin Geheim Sleutels Inloggegevens',
  German: 'Passwort Kennwörter Losungswort Schlüssel Zugangsdaten Geheimzahl',
  French: 'Motdepasse MDP Clé Jetons',
  Spanish: 'Contraseña Clave Llave Secreta Credenciales',
  Portuguese: 'Senha Chaves Segredo Credenciais',
  Italian: 'Chiave Segreto Credenziali',
  Polish: 'Hasło Hasła Klucze Sekret Poświadczenia',
  Romanian: 'Parola Cheie Credențiale',
  Turkish: 'Şifre Şifresi Anahtarı Gizli',
  Nordic: 'Lösenord Nyckel Adgangskode Nøgle Passord Salasana Lykilorð',
  'Central European': 'Heslo Klíč Jelszó Lozinka Geslo Ključ Parool Slaptažodis',
  'East Asian, romanised': 'Mima Kouling Katasandi Rahasia Matkhau',
  Cyrillic: 'Пароль Лозинка Ключ Секрет',
  Greek: 'Κωδικός Συνθηματικό Κλειδί',
  'scripts that do not part their words': '密码 密钥 パスワード 合言葉 비밀번호 액세스키 สรหัสผ่าน סיסמה مفتاح पासवर्ड',
} as const;

describe.each(Object.entries(LANGUAGES))('in %s', (_, words) => {
  test.each(words.split(' '))('%s is the noun of a secret', (word) => expect(isNoun(fold(word))).toBe(true));
});

test.each(['smtppassword', 'apischluessel', 'shoptoegangscode', 'passwordprod', 'kluczshop', 'smtppass', 'motdepasse'])(
  '%s is one, written together with something',
  (word) => expect(isNoun(word)).toBe(true),
);

test.each([
  'compass',
  'bypass',
  'passenger',
  'author',
  'tokenizer',
  'secretary',
  'myapikeys',
  'xsenhax',
  'code',
  'key',
])('%s is none', (word) => expect(isNoun(word)).toBe(false));

test.each(['mot de passe', 'palabra clave', 'kata sandi', 'connection string', 'código de acceso', 'كلمة المرور'])(
  'the phrase "%s" is one at its last word, and written together',
  (phrase) => {
    const words = fold(phrase).split(' ');
    expect(endsPhrase(words, words.length - 1)).toBe(true);
    expect(endsPhrase(['app', ...words], words.length)).toBe(true);
    expect(endsPhrase(words.slice(1), words.length - 2)).toBe(false);
    expect(isNoun(words.join(''))).toBe(true);
  },
);

describe('a key or a code', () => {
  test.each([
    ...['Key', 'Keys', 'ApiKey', 'EncryptionKeys', 'AzureStorageKey', 'apikey', 'mainkeys', 'DoorCode', 'BackupCodes'],
    ...['ClientCertificate', 'ClientCert', 'PrivatePem', 'LicenceCode', 'LicenseCode'],
  ])('opens as %s', (name) => expect(readName(name).kind).toBe('secret'));

  test.each([
    ...['SortKey', 'SortKeys', 'sortkey', 'sortkeys', 'LocalStorageKey', 'BrowserStorageKeys', 'Monkey', 'Hotkey'],
    ...['Certificate', 'ServerCert', 'PublicPem', 'CompanyCode', 'ErrorCodes', 'PostCode', 'Keyboard', 'PrivateRoom'],
  ])('opens nothing as %s', (name) => expect(readName(name).kind).toBe('plain'));
});

describe('what a name says beside the noun', () => {
  test.each(['Pin', 'PinProd', 'Passcode2', 'OTP', 'AdminPassword', 'PasswordTest', 'TokenV2', 'TestCode'])(
    '%s: a number is the secret, where it is one',
    (name) =>
      expect(readName(name)).toEqual(
        name === 'TestCode' ? { kind: 'plain', identifies: false } : { kind: 'secret', numeric: true },
      ),
  );

  test.each(['PasswordProduct', 'SecretValues', 'PinNewest', 'Credential', 'ApiKey'])(
    '%s: a number is none',
    (name) => {
      expect(readName(name)).toEqual({ kind: 'secret', numeric: false });
    },
  );

  test.each([
    ['ServerName', true],
    ['ServerName2', true],
    ['TenantId', true],
    ['Setting', false],
    ['2024', false],
    ['NameOfSetting', false],
  ])('%s is the name of a thing: %s', (name, identifies) => {
    expect(readName(name)).toEqual({ kind: 'plain', identifies });
  });

  test.each([
    ['EmailSignature', 'plain'],
    ['MailSignature', 'plain'],
    ['MailerSignature', 'secret'],
    ['Signature', 'secret'],
  ])('%s is %s', (name, kind) => expect(readName(name).kind).toBe(kind));
});
