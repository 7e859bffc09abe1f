/** The id by which X-Ray has a request, for the lines of a log. Only in bundles of a stage with `tracing`. */

/** `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1` (X-Ray guide, "Tracing header"). */
const RECORDED = /^(?=.*;Sampled=1(?:;|$))Root=(1-[0-9a-f]{8}-[0-9a-f]{24});/;

/**
 * Lambda sets the variable for each run (Lambda guide, "Defined runtime environment variables"), before the handler begins.
 *
 * @returns the field, to be spread into a line; nothing where X-Ray does not record the run, as an id would lead nowhere
 * @example xrayTrace() // { xray_trace_id: '1-5759e988-bd862e3fe1be46a994272793' }
 */
export function xrayTrace(): { xray_trace_id?: string } {
  const [, xray_trace_id] = RECORDED.exec(process.env['_X_AMZN_TRACE_ID'] ?? '') ?? [];
  return xray_trace_id === undefined ? {} : { xray_trace_id };
}
