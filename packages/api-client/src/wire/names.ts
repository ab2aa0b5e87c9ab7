// Names between Authy's snake_case and our camelCase, by rule.

/** The names of a query or a body as Authy spells them, without those that were left out. */
export const toWire = (fields: object): Record<string, unknown> =>
  renamed(fields, (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));

/** What Authy said, under our names; what it left out is absent. */
export const fromWire = <T extends object>(fields: T): FromWire<T> =>
  renamed(fields, (name) =>
    name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
  ) as FromWire<T>;

const renamed = (fields: object, rename: (name: string) => string): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [] : [[rename(name), value]],
    ),
  );

type FromWire<T> = {
  [K in keyof T as undefined extends T[K] ? never : Camel<K & string>]: T[K];
} & {
  [K in keyof T as undefined extends T[K] ? Camel<K & string> : never]?: Exclude<T[K], undefined>;
};

type Camel<S extends string> = S extends `${infer A}_${infer B}`
  ? `${A}${Capitalize<Camel<B>>}`
  : S;
