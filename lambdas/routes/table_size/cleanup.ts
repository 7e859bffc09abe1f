/** Mendix tables that are known to grow without end, and the runtime setting that keeps each small. */

/** Advice on one table, with its source. */
export interface Cleanup {
  /** Name of the custom runtime setting. */
  setting: string;
  /** First Mendix version with the setting. */
  since: string;
  /** For a person. */
  advice: string;
  /** Where Mendix says so. */
  source: string;
}

const DEFAULTS =
  'Without it nothing is removed in Mendix 9; from 10 on, 365 days for migrated and 7 days for new apps.';

const GROWERS: ReadonlyMap<string, Cleanup> = new Map([
  [
    'System.ProcessedQueueTask',
    {
      setting: 'com.mendix.core.ProcessedTasksCleanupAge',
      since: '9.9.0',
      advice: `Set the age in milliseconds after which finished tasks are removed. ${DEFAULTS}`,
      source: 'https://docs.mendix.com/refguide/task-queue/#cleanup',
    },
  ],
  [
    'System.ScheduledEventInformation',
    {
      setting: 'com.mendix.core.ScheduledEventsCleanupAge',
      since: '9.9.0',
      advice: `Set the age in milliseconds after which completed executions are removed. ${DEFAULTS}`,
      source: 'https://docs.mendix.com/refguide9/scheduled-events-legacy/#cleanup',
    },
  ],
]);

/** @param entity `null` for a table that is no entity's */
export function cleanupOf(entity: string | null): Cleanup | null {
  return entity === null ? null : (GROWERS.get(entity) ?? null);
}
