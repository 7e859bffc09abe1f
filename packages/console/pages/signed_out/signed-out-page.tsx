/** What is shown to whoever is not signed in. */
import { beginSignIn } from '../../session/sign-in.ts';
import type { Settings } from '../../settings.ts';

/**
 * @param settings `null`: they could not be read, or the way back from a sign-in failed
 * @param fault what went wrong
 */
export function SignedOut({ settings, base, fault }: { settings: Settings | null; base: string; fault?: string }) {
  const begin = () => {
    if (settings === null) location.assign(base);
    else void beginSignIn(settings, base, location.href);
  };
  return (
    <main class="signed-out">
      <h1>MRT console{settings === null ? '' : `, stage ${settings.stage}`}</h1>
      <p>Sizes, tables, users and constants of the Mendix apps that you may read.</p>
      {fault === undefined ? null : <p role="alert">{fault}</p>}
      <button type="button" class="primary" onClick={begin}>
        Sign in
      </button>
      <p class="faint">The sign-in is kept in this page only: it ends when you close or reload it.</p>
    </main>
  );
}
