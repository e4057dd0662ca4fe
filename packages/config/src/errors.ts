/** The configuration file cannot be used; the message names the file, the key, what it got and what is allowed. */
export class InvalidConfigError extends Error {
  readonly code = "ERR_INVALID_CONFIG";

  constructor(file: string, problem: string, options?: ErrorOptions) {
    super(`${file}: ${problem}`, options);
    this.name = "InvalidConfigError";
  }
}
