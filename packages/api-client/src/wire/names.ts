// Names between Authy's snake_case and our camelCase, by rule.

/** The names of a query or a body as Authy spells them, without those that were left out. */
export const toWire = (fields: object): Record<string, unknown> => renamed(fields, wireName);

/** What Authy said, under our names; what it left out is absent. */
export const fromWire = <T extends object>(fields: T): FromWire<T> =>
  renamed(fields, ourName) as FromWire<T>;

/** Remembers: the names are those of the calls and their answers, and of nothing else. */
const eachOnce = (rename: (name: string) => string): ((name: string) => string) => {
  const known = new Map<string, string>();
  return (name) => {
    const renamed = known.get(name) ?? rename(name);
    known.set(name, renamed);
    return renamed;
  };
};

const wireName = eachOnce((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));

const ourName = eachOnce((name) =>
  name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
);

function renamed(fields: object, rename: (name: string) => string): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) result[rename(name)] = value;
  }
  return result;
}

type FromWire<T> = {
  [K in keyof T as undefined extends T[K] ? never : Camel<K & string>]: T[K];
} & {
  [K in keyof T as undefined extends T[K] ? Camel<K & string> : never]?: Exclude<T[K], undefined>;
};

type Camel<S extends string> = S extends `${infer A}_${infer B}`
  ? `${A}${Capitalize<Camel<B>>}`
  : S;
