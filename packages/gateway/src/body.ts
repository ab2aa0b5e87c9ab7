/** Request bodies: JSON objects of at most 16 KiB, checked field by field. */
import type { Context, MiddlewareHandler } from 'hono';
import * as v from 'valibot';
import { limitBody } from './body-limit.js';
import { type ProblemDetails, problem } from './problem.js';

/** Bytes. */
const LIMIT = 16 * 1024;

export const limited: MiddlewareHandler = limitBody({
  maxSize: LIMIT,
  onError: (c) => problem(c, 'too-large'),
});

/** The body, or the answer that names the field that is wrong with it. */
export async function readBody<const Schema extends v.GenericSchema>(
  c: Context,
  schema: Schema,
): Promise<v.InferOutput<Schema> | Response> {
  let value: unknown;
  try {
    value = await c.req.json();
  } catch {
    return problem(c, 'not-json');
  }
  // To a schema of optional fields alone, a list would be an object without any.
  if (Array.isArray(value)) return problem(c, 'bad-field', fault());
  const { success, output, issues } = v.safeParse(schema, value, { abortEarly: true });
  return success ? output : problem(c, 'bad-field', fault(issues[0]));
}

/** An unknown field's name is the sender's own text, which no answer repeats. */
function fault(issue?: v.BaseIssue<unknown>): ProblemDetails {
  const path = (issue?.path ?? []).map(({ key }) => String(key));
  const unknown = issue?.type === 'strict_object' && issue.expected === 'never';
  const field = (unknown ? path.slice(0, -1) : path).join('.');
  if (field === '') {
    return { detail: unknown ? 'the body has an unknown field' : 'the body is not a JSON object' };
  }
  return unknown ? { field, detail: `${field} has an unknown field` } : { field };
}

/** Whatever somebody typed is a code, if not a good one. */
const CodeBody = v.strictObject({ code: v.unknown() });

/** `{"code"}`, of any JSON type: what is no code is judged malformed, not refused as a request. */
export async function readCode(c: Context): Promise<{ code: string } | Response> {
  const body = await readBody(c, CodeBody);
  return body instanceof Response ? body : { code: body.code as string };
}
