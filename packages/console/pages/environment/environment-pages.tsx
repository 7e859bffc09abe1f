/** The pages of one environment, and the way between them. What it does not offer has no page. */
import type { Environment } from '@mrt/client';
import type { ComponentType } from 'preact';
import { Link } from 'wouter-preact';
import { VIEWS, type View, viewPath } from '../../address/view-address.ts';
import { useApi } from '../../answers/api-context.ts';
import { AirflowPage } from '../airflow/airflow-page.tsx';
import { ConstantsPage } from '../constants/constants-page.tsx';
import type { PageProps } from '../page-props.ts';
import { StoragePage } from '../storage/storage-page.tsx';
import { TablesPage } from '../tables/tables-page.tsx';
import { UsersPage } from '../users/users-page.tsx';
import { OverviewPage } from './overview-page.tsx';

/** What each page needs to be offered; the overview shows whatever there is. */
const PAGES: Readonly<Record<View, { name: string; route: string | null; page: ComponentType<PageProps> }>> = {
  overview: { name: 'Overview', route: null, page: OverviewPage },
  storage: { name: 'Storage', route: 'bucket_size', page: StoragePage },
  tables: { name: 'Tables', route: 'table_size', page: TablesPage },
  users: { name: 'Users', route: 'users', page: UsersPage },
  constants: { name: 'Constants', route: 'micro_flow_constants', page: ConstantsPage },
  airflow: { name: 'Airflow', route: 'airflow_health', page: AirflowPage },
};

export function EnvironmentPages({ name, view = 'overview' }: { name: string; view?: string | undefined }) {
  const { environments } = useApi();
  const environment = environments.find((candidate) => candidate.environment === name);
  if (environment === undefined) {
    return (
      <>
        <h1>{name}</h1>
        <p>There is no environment of this name, or you may not read it.</p>
      </>
    );
  }
  const offered = VIEWS.filter((candidate) => isOffered(environment, candidate));
  const current = VIEWS.find((candidate) => candidate === view);
  const Page = current !== undefined && offered.includes(current) ? PAGES[current].page : null;
  return (
    <>
      <div class="heading">
        <h1>
          {name}
          {current === undefined || current === 'overview' ? null : <span class="faint"> {PAGES[current].name}</span>}
        </h1>
        <span class="labels">
          {Object.entries(environment.labels)
            .map(([label, value]) => `${label}: ${value}`)
            .join(' · ')}
        </span>
      </div>
      <nav class="views" aria-label={`Pages of ${name}`}>
        {offered.map((candidate) => (
          <Link
            key={candidate}
            href={viewPath(name, candidate)}
            {...(candidate === current ? { 'aria-current': 'page' as const } : {})}
          >
            {PAGES[candidate].name}
          </Link>
        ))}
      </nav>
      {Page === null ? (
        <p>
          {current === undefined
            ? 'There is no such page.'
            : `${name} is not configured for ${PAGES[current].name.toLowerCase()}.`}
        </p>
      ) : (
        <Page environment={environment} />
      )}
    </>
  );
}

function isOffered({ offers }: Environment, view: View): boolean {
  const { route } = PAGES[view];
  return route === null || offers.includes(route);
}
