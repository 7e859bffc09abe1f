/** An error as a service of AWS's gives it: the HTTP status follows from its code. */
export class ServiceError<Code extends string> extends Error {
  readonly code: Code;
  readonly status: number;

  /** @param statuses of all codes that the service has */
  constructor(statuses: Readonly<Record<Code, number>>, code: Code, message: string) {
    super(message);
    this.code = code;
    this.status = statuses[code];
  }
}
