/** Why a query ended as FAILED; the message is its `StateChangeReason`, in Athena's words. */
export class QueryFailure extends Error {
  override name = 'QueryFailure' as const;
}
