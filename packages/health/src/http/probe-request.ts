/** What a probe's answer depends on; a `node:http` request is one. Header names are in lower case. */
export interface ProbeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}
