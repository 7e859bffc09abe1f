/**
 * What a secret is called, in the languages that Mendix is sold in. The list can never be whole; it only has to catch
 * values that look harmless by themselves (a password that is a plain word), because every other value has to be known
 * to be harmless.
 */
import { fold } from './words.ts';

/** By language: single words, as they stand in a name. Keys count as secrets, see `keys.ts`. */
const WORDS: Readonly<Record<string, string>> = {
  english:
    'password passwords passwd passw passwrd passwrt pasword paswd pssword psswd pswrd pword pwrd psw pswd pwd pw pass passphrase passcode passkey secret secrets token ' +
    'tokens credential credentials cred creds pin pincode pins puk tan tans otp totp hotp jwt bearer salt pepper signature sas ' +
    'htpasswd dsn psk hmac authorization auth keystore truststore pfx p12 apicode ' +
    'activationcode securitycode accesscode',
  dutch:
    'wachtwoord wachtwoorden wachtzin geheimwoord wagwoord inlogcode geheim geheimen sleutel sleutels inloggegevens',
  german:
    'passwort passworter passwoerter kennwort kennworter losungswort geheimnis schlussel schluessel zugangsdaten ' +
    'anmeldedaten geheimzahl geheimcode codewort',
  french: 'motdepasse mdp cle cles jeton jetons',
  spanish:
    'contrasena contrasenas contrasenia contrasenya contrasinal clau clave claves llave credencial credenciales secreto secreta',
  portuguese: 'senha senhas chave chaves segredo segredos credenciais palavrapasse',
  italian: 'chiave chiavi segreto segreta credenziali parolachiave',
  polish: 'haslo hasla klucz klucze sekret poswiadczenia',
  romanian: 'parola parole cheie chei credentiale',
  turkish: 'sifre sifresi parolasi anahtar anahtari gizli',
  nordic:
    'losenord nyckel hemlighet adgangskode kodeord nogle noegle hemmelighed passord nokkel hemmelig salasana avain ' +
    'lykilord losen hemlig tunnusluku losenkod kodord',
  'central european':
    'heslo klic kluc tajemstvi jelszo kulcs titok lozinka geslo kljuc parool slaptazodis zaporka sifra salasona',
  'east asian, romanised': 'mima miyao kouling bimilbeonho katasandi sandi kunci rahasia matkhau',
  cyrillic: 'пароль пароля парола лозинка ключ ключа секрет токен parol klyuch',
  greek: 'κωδικος συνθηματικο κλειδι kodikos',
};

/** Phrases of several words, also written together. */
const PHRASES: readonly string[] = (
  'pass word, pass phrase, pass code, mot de passe, code secret, code d acces, palabra clave, ' +
  'palabra secreta, palavra passe, palavra chave, palavra secreta, parola d ordine, parola chiave, ' +
  'kata sandi, kata kunci, mat khau, khoa bi mat, secret word, connection string, conn string, ' +
  'conn str, code acces, mot secret, phrase secrete, codigo acceso, codigo de acceso, ' +
  'codigo seguridad, codigo acesso, codigo de acesso, codice accesso, codice di accesso, kod dostepu, ' +
  'cod acces, cod de acces, код доступа, kata laluan, security answer, recovery phrase, كلمة المرور, ' +
  'كلمة السر, كلمه السر, كلمة سر, كلمة مرور, رمز المرور, رمز عبور'
).split(', ');

/** Scripts that do not part their words: found anywhere in a name. */
const ANYWHERE: readonly string[] = (
  '密码 密碼 口令 密钥 密鑰 秘钥 秘鑰 金鑰 私钥 私鑰 令牌 授权码 验证码 凭证 憑證 凭据 パスワード 暗証 秘密 鍵 合言葉 ' +
  'トークン 認証キー 認証コード シークレット アクセスキー パスコード 暗号 apiキー 認証情報 비밀 암호 패스워드 비번 시크릿 ' +
  '액세스키 인증코드 보안코드 인증키 접근키 api키 토큰 열쇠 סיסמ מפתח مفتاح گذرواژه รหัส ' +
  'पासवर्ड कुंजी পাসওয়ার্ড கடவுச்சொல்'
)
  .split(' ')
  .map(fold);

/** Written together with what stands before: `smtppassword`, `apischluessel`. */
const ENDING =
  /(?:password|passwd|passphrase|passcode|passwort|kennwort|wachtwoord|secret|token|apikey|accesskey|privatekey|credentials?|pwd|pswd|psw|pw|schlussel|schluessel|sleutel|motdepasse|contrasena|contrasenya|senha|haslo|heslo|jelszo|salasana|passord|losenord|lozinka|(?:toegangs|beveiligings|activerings|sicherheits|zugangs|freischalt|aktivierungs|entsperr)code)$/;

/** Written together with what stands after: `passwordprod`. */
const BEGINNING =
  /^(?:senha|haslo|heslo|jelszo|salasana|passord|losenord|adgangskode|lozinka|klucz|password|passwd|passwort|kennwort|wachtwoord|motdepasse|contrasena|clientsecret|apikey)/;

/** Words that end in "pass" and are none. */
const NO_PASS: ReadonlySet<string> = new Set('compass bypass encompass surpass overpass underpass trespass'.split(' '));

const NOUNS: ReadonlySet<string> = new Set(Object.values(WORDS).flatMap((words) => words.split(' ').map(fold)));
const GLUED: ReadonlySet<string> = new Set(PHRASES.map((phrase) => fold(phrase).replaceAll(' ', '')));
const PHRASE_WORDS: readonly (readonly string[])[] = PHRASES.map((phrase) => fold(phrase).split(' '));

/**
 * Whether one word, as `wordsOf` gives it, is the name of a secret; "key" and "code" are not decided here.
 *
 * `passwort` is in the list; `smtppass` ends in pass, and is none of the words that do so by accident; `apischluessel` ends,
 * `passwordprod` begins like a noun; `数据库密码` (database password) has one in it. `passenger` and `compass` are none.
 */
export function isNoun(word: string): boolean {
  if (NOUNS.has(word) || GLUED.has(word) || ENDING.test(word) || BEGINNING.test(word)) return true;
  if (word.endsWith('pass') && !NO_PASS.has(word)) return true;
  return ANYWHERE.some((part) => word.includes(part));
}

/** Whether a phrase that names a secret ends with the word at this place: mot, de, **passe**. */
export function endsPhrase(words: readonly string[], at: number): boolean {
  return PHRASE_WORDS.some(
    (phrase) =>
      phrase.length <= at + 1 && phrase.every((word, index) => words[at + 1 - phrase.length + index] === word),
  );
}
