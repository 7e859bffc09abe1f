/** Who may see the recorded figures of a route: whoever may ask the route. A test holds that the route table says the same. */
import type { Scope } from '../contract.ts';

/** By route; a figure of any other is shown to nobody. */
export const SCOPES_OF_FIGURES: Readonly<Record<string, readonly Scope[]>> = {
  bucket_size: ['mrt/bucket_size.read'],
  table_size: ['mrt/table_size.read'],
  users: ['mrt/users.read', 'mrt/users.profile'],
  micro_flow_constants: ['mrt/micro_flow_constants.read', 'mrt/micro_flow_constants.reveal'],
  storage_audit: ['mrt/storage_audit.read'],
  airflow_health: ['mrt/airflow.read'],
};
