// What every answer of Twilio Verify is made of: whose it is, and that it is a success.
import * as v from 'valibot';
import { type Read, type Shape, text, textThat, word } from '../../wire/shape.js';

/** What identifies a thing of Twilio's: two letters for its kind, and 32 hexadecimal digits. */
export const isSid = (kind: string, value: unknown): value is string =>
  typeof value === 'string' && new RegExp(`^${kind}[\\da-f]{32}$`, 'i').test(value);

/** A sid of this kind, and that one where one was asked for. */
export const only = (kind: string, asked: string | undefined): Shape<string> =>
  textThat((value) => (asked === undefined ? isSid(kind, value) : value === asked));

/** Whose an answer must be: one about anybody else, or that does not say, is no answer. */
export interface Owner {
  accountSid: string;
  serviceSid: string;
  identity?: string;
  factor?: string;
  challenge?: string;
}

/** The fields that say so. */
export const owned = ({
  accountSid,
  serviceSid,
  identity,
}: Owner): Record<'account_sid' | 'service_sid' | 'identity', Shape<string>> => ({
  account_sid: word(accountSid),
  service_sid: word(serviceSid),
  identity: identity === undefined ? text : word(identity),
});

/** Without what is undefined. */
export const present = <T extends object>(fields: { [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;

/** A success by status, JSON by type and by content, no error code, and this shape. */
export function success<T>(shape: Shape<T>, statuses: readonly number[] = [200]): Read<T> {
  return ({ status, declaresJson, content }) => {
    if (!statuses.includes(status) || !declaresJson) return undefined;
    const { success: yes, output } = v.safeParse(shape, content);
    return yes && !('code' in (content as object)) ? output : undefined;
  };
}

export const CREATED: readonly number[] = [200, 201];

/** Gone: an answer that has nothing to say. */
export const readGone: Read<true> = ({ status }) => (status === 204 ? true : undefined);
