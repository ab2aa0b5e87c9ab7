// What every answer of Authy is made of, and how its success and its error code are told.
import * as v from 'valibot';
import type { Answer } from '../answer.js';

/** What a value of Authy's must be, and what becomes of it. */
export type Shape<T> = v.GenericSchema<unknown, T>;

/** Text, and nothing that turns into it. */
export const textThat = (is: (value: string) => boolean): Shape<string> =>
  v.custom<string>((value) => typeof value === 'string' && is(value));

export const text: Shape<string> = textThat(() => true);

export const count: Shape<number> = v.custom<number>(Number.isFinite);

/** A boolean in most answers, the strings "true" and "false" in some; all else says nothing. */
export const flag: Shape<boolean> = v.pipe(
  v.custom<boolean | string>((value) => [true, false, 'true', 'false'].includes(value as string)),
  v.transform((value) => String(value) === 'true'),
);

/** A positive number, or a string of digits. */
export const id: Shape<string> = v.pipe(
  v.custom<number | string>((value) =>
    typeof value === 'string'
      ? /^\d+$/.test(value)
      : Number.isSafeInteger(value) && Number(value) > 0,
  ),
  v.transform(String),
);

/** Seconds since 1970 become Unix milliseconds. */
export const instant: Shape<number> = v.pipe(
  v.custom<number>(Number.isInteger),
  v.transform((seconds) => seconds * 1000),
);

/** A date in ISO 8601 becomes Unix milliseconds. */
export const date: Shape<number> = v.pipe(
  textThat((value) => !Number.isNaN(Date.parse(value))),
  v.transform((value) => Date.parse(value)),
);

/** One word of a closed list. */
export const word = <const T extends string>(...words: T[]): Shape<T> =>
  v.custom<T>((value) => words.includes(value as T));

const nothing = (): undefined => undefined;

/**
 * A field Authy may drop, send as null or in another type: then it is absent here too. Null comes so
 * often that it is told apart first, before valibot makes an issue of it.
 */
export const maybe = <T>(shape: Shape<T>): Shape<T | undefined> =>
  v.fallback(v.nullish(shape, nothing) as Shape<T | undefined>, nothing);

/** Reads the answer to one call; undefined when it is not the success that Authy documents. */
export type Read<T> = (answer: Answer) => T | undefined;

/** 200, JSON by type and by content, `success` true or "true", no error code, and this shape. */
export const success =
  <T, U>(shape: Shape<T>, told: (said: T) => U | undefined): Read<U> =>
  ({ status, declaresJson, content }) => {
    if (status !== 200 || !declaresJson) return undefined;
    const { success: yes, output } = v.safeParse(succeeded, content);
    // Any error code, even one that makes no sense, is no success.
    if (!yes || !output.success || 'error_code' in (content as object)) return undefined;
    const parsed = v.safeParse(shape, content);
    return parsed.success ? told(parsed.output) : undefined;
  };

const succeeded = v.object({ success: flag });

/** An answer of which only the success matters, as {"message":"...","success":true}. */
export const readDone: Read<object> = success(v.object({}), () => ({}));

/** An answer about which nothing is written, handed on as it came. */
export const readAsItCame: Read<Record<string, unknown>> = success(
  v.custom<Record<string, unknown>>(() => true),
  ({ message, success, ...rest }) => rest,
);

/**
 * Authy's five-digit code, from an answer of any status and content type. No schema, for it is asked
 * of every answer and mostly not there:
 * {"message":"...","success":false,"errors":{"message":"..."},"error_code":"60020"}
 */
export function authyCode({ content }: Answer): string | undefined {
  const { error_code: code } = Object(content) as { error_code?: unknown };
  if (typeof code !== 'string' && typeof code !== 'number') return undefined;
  return /^\d{5}$/.test(String(code)) ? String(code) : undefined;
}

/** Whether Authy, and not something in front of it, may have written this answer. */
export const isAuthyShaped = (answer: Answer): boolean =>
  authyCode(answer) !== undefined || v.safeParse(succeeded, answer.content).success;
