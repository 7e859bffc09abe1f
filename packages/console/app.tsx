/** The frame of all pages once somebody is signed in: who may read what, where one is, and the way out. */
import { type Environment, GatewayError, MrtClient, ProblemError } from '@mrt/client';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { Route, Router, Switch } from 'wouter-preact';
import { type Api, ApiContext, KeptAnswers } from './answers/api-context.ts';
import { type Failure, failureOf } from './answers/failure.ts';
import { Frame } from './frame.tsx';
import { EnvironmentPages } from './pages/environment/environment-pages.tsx';
import { FleetPage } from './pages/fleet/fleet-page.tsx';
import { FailureNote, Loading } from './parts/state.tsx';
import { Session } from './session/session.ts';
import { beginSignIn } from './session/sign-in.ts';
import type { Tokens } from './session/token-endpoint.ts';
import type { Settings } from './settings.ts';

/** Environments of one page of `/environments`: as many as it gives. */
const MAX_ENVIRONMENTS = 1000;

/** @param base address of the console, with a slash at its end */
export function Console({ settings, base, tokens }: { settings: Settings; base: string; tokens: Tokens }) {
  const [environments, setEnvironments] = useState<readonly Environment[] | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [turn, setTurn] = useState(0);
  const [fixed] = useState(() => {
    const session = new Session(settings, tokens, () => setFailure(ENDED));
    const client = new MrtClient({ api: settings.api, token: session.token });
    return { session, client, kept: new KeptAnswers() };
  });
  const api: Api = useMemo(
    () => ({
      client: fixed.client,
      kept: fixed.kept,
      settings,
      environments: environments ?? [],
      signOut: () => void fixed.session.signOut(base),
      signIn: () => void beginSignIn(settings, base, location.href),
    }),
    [fixed, settings, environments, base],
  );
  useEffect(() => {
    setFailure(null);
    fixed.client.get('/environments', { limit: MAX_ENVIRONMENTS }).then(
      (answer) => setEnvironments(answer.environments),
      (error: unknown) =>
        setFailure(isNothing(error) ? NOTHING : failureOf(error, { path: '/environments', query: {} })),
    );
  }, [fixed, turn]);

  return (
    <ApiContext.Provider value={api}>
      <Router base={new URL(base).pathname.replace(/\/$/, '')}>
        <Frame>
          {failure === null ? null : <FailureNote failure={failure} reload={() => setTurn(turn + 1)} />}
          {environments === null && failure === null ? <Loading what="your environments" /> : null}
          {environments === null ? null : (
            <Switch>
              <Route path="/" component={FleetPage} />
              <Route path="/e/:name/:view?">
                {({ name = '', view }) => <EnvironmentPages key={name} name={decodeURIComponent(name)} view={view} />}
              </Route>
              <Route>
                <h1>There is no such page</h1>
                <p>The address leads nowhere here. The fleet has everything that you may read.</p>
              </Route>
            </Switch>
          )}
        </Frame>
      </Router>
    </ApiContext.Provider>
  );
}

/** No scope at all: which of them it would take is the question of each page, and not of this one. */
const NOTHING: Failure = {
  title: 'Nothing is yours to see yet',
  detail:
    'You are signed in, and no group of yours has an entry in the configuration of the stage. Whoever keeps it can make one.',
  passes: false,
  requestId: null,
  offers: [],
  signedOut: false,
};

function isNothing(error: unknown): boolean {
  return (error instanceof ProblemError || error instanceof GatewayError) && error.status === 403;
}

const ENDED: Failure = {
  title: 'The sign-in is over',
  detail: 'What is shown stays; to ask anything more, sign in again. You come back to this view.',
  passes: false,
  requestId: null,
  offers: [],
  signedOut: true,
};
