import { describe, expect, test } from 'vitest';
import { readName } from '../../../../../lambdas/mendix/secrets/name/name.ts';
import { fold, wordsOf } from '../../../../../lambdas/mendix/secrets/name/words.ts';

describe('words of a name', () => {
  test.each([
    ['OAuth2ClientSecret_v2', 'oauth 2 client secret v 2'],
    ['SMTP_PW', 'smtp pw'],
    ['AWSSecretAccessKey', 'aws secret access key'],
    ['p_w_d', 'pwd'],
    ['Schlüssel', 'schlussel'],
    ['Hasło', 'haslo'],
    ['ContraseñaBD', 'contrasena bd'],
    ['パスワード2', 'パスワード 2'],
    ['ⓟassword', 'password'],
    ['', ''],
  ])('%s: %s', (name, words) => {
    expect(wordsOf(name).join(' ')).toBe(words);
  });

  test('accents that are spelling do not matter, marks that are letters do', () => {
    expect(fold('ÎLE')).toBe('ile');
    expect(fold('Straße Łódź Øre kısa Đak fæst þrír œuvre Borð')).toBe(
      'strasse lodz ore kisa dak faest thrir oeuvre bord',
    );
    expect(fold('Κωδικός')).toBe('κωδικος');
    expect(fold('バ')).not.toBe(fold('ハ'));
    expect(fold('비밀번호')).toBe('비밀번호');
  });
});

describe('the noun of a secret', () => {
  test.each(
    [
      ['Password', 'smtppass', 'DBPASS', 'AdminPSW', 'Pswd', 'SMTP_PW', 'Cred', 'BasicAuth', 'ApiKey', 'DoorCode'],
      ['ApiKey_LocationService', 'Password_DomainAdmin', 'Password_FileServer', 'Password_MailHost'],
      ['Token_Endpoint_Service', 'AccessKeyId', 'VaultSecretId', 'PasswordHint'],
      ['Kennwort', 'ApiSchluessel', 'Sleutel', 'MotDePasse', 'CléApi', 'Senha', 'ChaveApi', 'Contraseña', 'Clave'],
      ['ChiaveApi', 'Hasło', 'KluczApi', 'CheieApi', 'Şifre', 'Lösenord', 'Adgangskode', 'Passord', 'Salasana'],
      ['Heslo', 'Jelszó', 'Пароль', 'КлючАПИ', 'Κωδικός', 'סיסמה', 'كلمة_المرور', 'MatKhau', 'KataSandi'],
      ['数据库密码', '密钥', '管理者パスワード', '秘密鍵', '비밀번호', '인증키', 'รหัสผ่าน'],
    ].flat(),
  )('is in %s', (name) => {
    expect(readName(name).kind).toBe('secret');
  });

  test.each([
    ...['Compass', 'Bypass', 'Passenger', 'Monkey', 'SortKey', 'LocalStorageKey', 'PrimaryKeyColumn', 'Keywords'],
    ...[
      'Author',
      'Tokenizer',
      'Secretary',
      'EmailSignature',
      'CompanyCode',
      'Spinner',
      'السرعة',
      '生产环境',
      'Greeting',
    ],
  ])('is not in %s', (name) => {
    expect(readName(name).kind).toBe('plain');
  });
});

describe('an excuse', () => {
  test.each([
    'PasswordMinLength',
    'TokenHeaderName',
    'ApiKeyLocation',
    'TokenLifetimeSeconds2',
    'TokenCacheKey',
    'MaxTokens',
    'KeyVaultUrl_v2',
  ])('ends the name %s', (name) => {
    expect(readName(name).kind).toBe('excused');
  });

  test('is not what only stands in the middle', () => {
    expect(readName('ApiKeyLocation').kind).toBe('excused');
    expect(readName('ApiKeyLocationService').kind).toBe('secret');
  });
});
