/**
 * One workload in the entries of two owners: a job's token, or another account's role, would come in for both at once, and
 * nothing that it says could tell which of them is meant.
 */
import type { Config } from '../schema.ts';
import { type CallerKind, type Owner, ownersOfCaller } from '../tenancy.ts';

/** Something outside that may come in by an entry. */
interface Workload {
  kind: CallerKind;
  name: string;
  /** As the fault calls it. */
  words: string;
  /** The same text for the same workload. */
  id: string;
  /** GitLab's number of a project; `null`: the entry takes any. */
  projectId: string | null;
}

/** Faults in words, each starting with the path of its field. */
export function* sharedWorkloadFaults(config: Config): Generator<string> {
  const seen: (Workload & { owner: Owner })[] = [];
  for (const workload of workloadsOf(config)) {
    // Who belongs to nobody, or to two, has its own fault.
    const [owner, ...others] = ownersOfCaller(config, workload.kind, workload.name);
    if (owner === undefined || others.length > 0) continue;
    const other = seen.find((candidate) => candidate.owner !== owner && isSame(candidate, workload));
    if (other !== undefined) {
      const whose = other.owner ?? 'the operator';
      yield `airflow.${workload.kind}.${workload.name}: ${workload.words} comes in by airflow.${other.kind}.${other.name} of ${whose} too, and may have one owner only`;
    }
    seen.push({ ...workload, owner });
  }
}

function workloadsOf({ airflow }: Config): Workload[] {
  if (airflow === undefined) return [];
  // GitLab takes no two paths that differ by case alone.
  const project = (issuer: string, path: string) => JSON.stringify(['project', issuer, path.toLowerCase()]);
  const pipelines = Object.entries(airflow.pipelines).map(([name, { issuer, project_path, project_id = null }]) => ({
    kind: 'pipelines' as const,
    name,
    words: `the project ${project_path}`,
    id: project(issuer, project_path),
    projectId: project_id,
  }));
  const roles = Object.entries(airflow.roles).flatMap(([name, role]) => {
    const shared = { kind: 'roles' as const, name, projectId: null };
    if (role.trust === 'gitlab') {
      const { issuer, project_path } = role;
      return [{ ...shared, words: `the project ${project_path}`, id: project(issuer, project_path) }];
    }
    if (role.trust !== 'account') return [];
    return role.role_names.map((taker) => ({
      ...shared,
      words: `the role ${taker} of ${role.account}`,
      id: JSON.stringify(['role', role.account, taker]),
    }));
  });
  return [...pipelines, ...roles];
}

/** Two numbers are two projects, whatever their paths were called one after the other. */
function isSame(one: Workload, other: Workload): boolean {
  const areTwo = one.projectId !== null && other.projectId !== null && one.projectId !== other.projectId;
  return one.id === other.id && !areTwo;
}
