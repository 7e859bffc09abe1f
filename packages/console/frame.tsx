/** What stands around every page: the way to the content, the environments, the sign-out. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Link, useLocation } from 'wouter-preact';
import { viewPath } from './address/view-address.ts';
import { useApi } from './answers/api-context.ts';

export function Frame({ children }: { children: ComponentChildren }) {
  const { environments, settings, signOut } = useApi();
  const [path, navigate] = useLocation();
  const content = useRef<HTMLElement>(null);
  const current = /^\/e\/([^/]+)/.exec(path)?.[1];
  const name = current === undefined ? '' : decodeURIComponent(current);

  // A reader of a screen is told that another page is there; the first one is read anyway.
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    content.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [path]);

  return (
    <>
      <button type="button" class="skip" onClick={() => content.current?.focus()}>
        To the content
      </button>
      <header class="top">
        <Link href="/" class="home">
          MRT <span class="stage">{settings.stage}</span>
        </Link>
        <label class="environments">
          <span class="unseen">Environment</span>
          <select value={name} onChange={(event) => navigate(pathOf(event.currentTarget.value))}>
            <option value="">All environments</option>
            {environments.map(({ environment }) => (
              <option key={environment} value={environment}>
                {environment}
              </option>
            ))}
          </select>
        </label>
        <button type="button" class="quiet" onClick={signOut}>
          Sign out
        </button>
      </header>
      <main ref={content} tabindex={-1}>
        {children}
      </main>
    </>
  );
}

function pathOf(environment: string): string {
  return environment === '' ? '/' : viewPath(environment, 'overview');
}
