/** Users as rows, masked or in clear: as the API has given them. */
import type { WholeRow } from '@mrt/client';
import { Breakable } from '../../parts/breakable.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Time, Unknown } from '../../parts/figure.tsx';
import { Icon } from '../../parts/icon.tsx';
import { day, exactTime } from '../../words/times.ts';

type User = WholeRow<'/users'>;

const COLUMNS: Column<User>[] = [
  { name: 'Login', cell: ({ name }) => (name === null ? <Unknown /> : <Breakable name={name} />) },
  { name: 'Full name', cell: ({ full_name }) => full_name ?? <Unknown why="the app has none" />, wideOnly: true },
  { name: 'Kind', cell: ({ kind }) => kind?.replace('_', ' ') ?? <Unknown /> },
  {
    name: 'Type',
    wideOnly: true,
    cell: ({ user_type, user_type_marked }) =>
      user_type === null ? <Unknown /> : `${user_type}${user_type_marked === false ? ', not marked' : ''}`,
  },
  {
    name: 'State',
    cell: ({ active, blocked }) =>
      blocked ? (
        <span class="mark warn">
          <Icon name="lock" /> blocked
        </span>
      ) : active === false ? (
        'inactive'
      ) : active === null ? (
        <Unknown />
      ) : (
        'active'
      ),
  },
  { name: 'Roles', cell: ({ roles }) => roles?.join(', ') ?? <Unknown />, wideOnly: true },
  {
    name: 'Last login',
    cell: ({ last_login }) => (last_login === null ? 'never, or not known' : <Day at={last_login} />),
  },
  { name: 'Created', cell: ({ created }) => <Day at={created} />, wideOnly: true },
];

/** A masked row has days, one in clear times. */
function Day({ at }: { at: string | null }) {
  if (at === null) return <Unknown />;
  return at.includes('T') ? (
    <Time at={at} />
  ) : (
    <time title={exactTime(at)} dateTime={at}>
      {day(at)}
    </time>
  );
}

export function UserRows({ users, caption }: { users: readonly User[]; caption: string }) {
  return <DataTable caption={caption} columns={COLUMNS} rows={users} keyOf={({ id }) => id} />;
}
