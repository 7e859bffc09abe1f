/** Puts a made-up credential together here, so that no scanner of repositories takes its prefix for a real one. */
export const join = (...parts: string[]): string => parts.join('');

/** A private key in PEM form whose body is a fixed, meaningless text. */
export const pem = (kind: string): string =>
  `-----BEGIN ${kind}-----\nMIIBVgIBADANBgkqhkiG9w0BAQEFAASCAUAwggE8AgEAAkEA\n-----END ${kind}-----`;
