/** Every fault of a configuration, each in words that start with the path of its field. */
export class ConfigError extends Error {
  override name = 'ConfigError' as const;
  /** `region: is required`, `databases.sales.port: must be 65535 at most` … */
  readonly faults: readonly string[];

  /** @param source the file, or what else the reader knows the configuration by */
  constructor(faults: readonly string[], source = 'the configuration') {
    super(`${source} is not a valid configuration:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}
