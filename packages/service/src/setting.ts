/** How the text of a variable becomes a value. */
export interface Reader<T> {
  /** What may be written, for a person: it ends the sentence "allowed: …". */
  readonly allowed: string;
  /** The value, or `undefined` when the text is not allowed. */
  read(text: string): T | undefined;
  /** The text as it may be shown; without it the text is shown as it is. */
  mask?(text: string): string;
  /** The parts of a text that must never be logged. */
  secretsIn?(text: string): readonly string[];
}

/** A default that is worked out when the settings are read; `shown` is how documentation writes it. */
export interface DerivedDefault {
  readonly shown: string;
  /** The default as text; `textOf` gives the effective text of another variable of the same table. */
  from(textOf: (name: string) => string): string;
}

/** One variable of the environment: the one place where its default and its sentence stand. */
export interface Setting<T = unknown> {
  readonly name: string;
  /** Written as in the environment and read the same way; `null`: unset is a value of its own. */
  readonly default: string | null | DerivedDefault;
  readonly description: string;
  readonly reader: Reader<T>;
  /** The whole value is secret: shown as `configured` or `missing` only. */
  readonly secret?: true;
}

/** The settings of an app, by the name its code uses. */
export type SettingsTable = Readonly<Record<string, Setting>>;

/** What {@link readSettings} makes of a table. */
export type SettingsValues<T extends SettingsTable> = { readonly [K in keyof T]: ValueOf<T[K]> };

type ValueOf<S extends Setting> =
  S["reader"] extends Reader<infer V> ? (S["default"] extends null ? V | null : V) : never;
