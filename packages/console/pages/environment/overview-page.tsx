/** An environment at a glance: how large, where to, who, and how it is configured. */
import { may } from '../../answers/api-context.ts';
import { SCOPES } from '../../answers/failure.ts';
import type { PageProps } from '../page-props.ts';
import { AirflowCard } from './airflow-card.tsx';
import { BucketCards } from './bucket-cards.tsx';
import { ConstantsCard } from './constants-card.tsx';
import { DatabaseCard } from './database-card.tsx';
import { UsersCard } from './users-card.tsx';

/** What a route is about, as its page is called. */
const NAMES: Readonly<Record<string, string>> = {
  '/bucket_size': 'Storage',
  '/table_size': 'Tables',
  '/users': 'Users',
  '/micro_flow_constants': 'Constants',
  '/storage_audit': 'The audit of its files',
  '/airflow_health': 'Airflow',
};

export function OverviewPage({ environment }: PageProps) {
  const shows = (path: keyof typeof SCOPES) => may(environment, path.slice(1), SCOPES[path] ?? []);
  const { environment: name } = environment;
  return (
    <div class="cards">
      {shows('/bucket_size') ? <BucketCards environment={name} /> : null}
      {shows('/table_size') ? <DatabaseCard environment={name} /> : null}
      {shows('/users') ? <UsersCard environment={name} /> : null}
      {shows('/micro_flow_constants') ? <ConstantsCard environment={name} /> : null}
      {shows('/airflow_health') ? <AirflowCard environment={name} /> : null}
      <Missing environment={environment} />
    </div>
  );
}

/** What it offers and the person may not see, with what is lacking. */
function Missing({ environment }: PageProps) {
  const hidden = Object.entries(SCOPES).filter(
    ([path, scopes]) => environment.offers.includes(path.slice(1)) && !may(environment, path.slice(1), scopes),
  );
  if (hidden.length === 0) return null;
  return (
    <section class="card" aria-labelledby="hidden">
      <h2 id="hidden">Not yours to see here</h2>
      <ul class="plain">
        {hidden.map(([path, scopes]) => (
          <li key={path}>
            <strong>{NAMES[path] ?? path.slice(1)}</strong> <span class="faint">needs {scopes.join(' or ')}</span>
          </li>
        ))}
      </ul>
      <p class="faint">Whoever keeps the configuration of the stage can give a scope to your group.</p>
    </section>
  );
}
