/** What every view needs to ask: the client, what it has been answered, and what the signed-in person may read. */
import type { Environment, MrtClient } from '@mrt/client';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Settings } from '../settings.ts';

/** Answers of this page's life, by request path. In memory only; the oldest go. */
export class KeptAnswers {
  readonly #answers = new Map<string, { data: unknown; at: number }>();

  get(key: string): { data: unknown; at: number } | undefined {
    return this.#answers.get(key);
  }

  set(key: string, answer: { data: unknown; at: number }): void {
    this.#answers.delete(key);
    this.#answers.set(key, answer);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > MAX_KEPT && oldest !== undefined) this.#answers.delete(oldest);
  }
}

const MAX_KEPT = 60;

export interface Api {
  client: MrtClient;
  kept: KeptAnswers;
  settings: Settings;
  /** Environments that the person may read, with what each offers. */
  environments: readonly Environment[];
  signOut: () => void;
  /** To the sign-in and back to this view. */
  signIn: () => void;
}

export const ApiContext = createContext<Api | null>(null);

/** @throws Error outside of a signed-in page */
export function useApi(): Api {
  const api = useContext(ApiContext);
  if (api === null) throw new Error('there is no API in this page');
  return api;
}

/** Whether the person may ask this route about this environment. */
export function may(environment: Environment, route: string, scopes: readonly string[]): boolean {
  return environment.offers.includes(route) && scopes.some((scope) => environment.scopes.includes(scope));
}
