/** What an operator is told that can't be served: RFC 9457, with nothing in it of what was sent. */
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import * as v from 'valibot';

export interface Problem {
  status: ContentfulStatusCode;
  code: string;
  title: string;
  field?: string | undefined;
}

/** The body, or the answer that names the field that is wrong with it. */
export async function readBody<Output>(
  c: Context,
  schema: v.GenericSchema<unknown, Output>,
): Promise<Output | Response> {
  let value: unknown;
  try {
    value = await c.req.json();
  } catch {
    return problem(c, { status: 400, code: 'not-json', title: 'Bad Request' });
  }
  // A list counts as an object to the schema, and an empty one would say what {} says.
  const { success, output, issues } = v.safeParse(schema, Array.isArray(value) ? null : value);
  if (success) return output;
  const field = v.getDotPath(issues[0]) ?? undefined;
  return problem(c, { status: 422, code: 'bad-field', title: 'Unprocessable Content', field });
}

export function notFound(c: Context, code: string): Response {
  return problem(c, { status: 404, code, title: 'Not Found' });
}

/** `detail` says nothing of what was sent but the name of the field. */
export function problem(c: Context, { status, title, code, field }: Problem): Response {
  c.header('Content-Type', 'application/problem+json');
  const detail = field === undefined ? {} : { detail: `${field} is missing or wrong`, field };
  return c.body(JSON.stringify({ type: 'about:blank', title, status, code, ...detail }), status);
}
