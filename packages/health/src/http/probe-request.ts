/** What a probe's answer depends on; a `node:http` request is one. Header names are in lower case. */
export interface ProbeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The headers as they came, flat (name, value, name, value…): where there are any, `headers` need not be made of them. */
  readonly rawHeaders?: readonly string[] | undefined;
}
