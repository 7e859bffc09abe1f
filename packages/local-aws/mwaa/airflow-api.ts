/** What answers Airflow's REST API, a stand-in or a real one. */

/** A request below the API's prefix. */
export interface ApiRequest {
  method: string;
  /** Percent-encoded: `/dags/etl/dagRuns`. */
  path: string;
  query: URLSearchParams;
  /** Parsed JSON; `undefined` without a body. */
  body: unknown;
  /** The role of Airflow's that asks. */
  role: string;
}

export interface ApiAnswer {
  status: number;
  document: unknown;
  /** As it came from a real one, which the web server hands on byte by byte; left out: the document, as JSON. */
  content?: { type: string; body: Buffer };
}

/** Anything that answers Airflow's REST API. */
export interface AirflowApi {
  version(): Promise<string>;
  answer(request: ApiRequest): Promise<ApiAnswer>;
}
