// A call that changes nothing, made again by ky while that may help.
import ky, { HTTPError } from 'ky';
import type { Answer } from './answer.js';
import { authyCode } from './wire/shape.js';

const RETRIED = [429, 500, 502, 503, 504];

/** The last answer to an attempt, each as `attempt` has it; ky decides when to make another. */
export async function repeated(
  attempt: () => Promise<{ response: Response; answer: Answer }>,
  options: { url: string; timeout: number; retry: number; signal: AbortSignal | undefined },
): Promise<Answer> {
  const { url, timeout, retry, signal } = options;
  let answer: Answer | undefined;
  const worthRepeating = ({ error }: { error: Error }): false | undefined => {
    if (!(error instanceof HTTPError) || !answer) return undefined;
    const { status, retryAfter } = answer;
    if (authyCode(answer) !== undefined && status !== 429) return false;
    if (status === 429 && retryAfter === undefined) return false;
    return (retryAfter ?? 0) * 1000 > timeout ? false : undefined;
  };
  const fetch = async (): Promise<Response> => {
    const had = await attempt();
    answer = had.answer;
    return had.response;
  };
  try {
    await ky(url, {
      fetch,
      timeout: false,
      retry: {
        limit: retry,
        statusCodes: RETRIED,
        maxRetryAfter: timeout,
        shouldRetry: worthRepeating,
      },
      throwHttpErrors: (status) => RETRIED.includes(status),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (!(error instanceof HTTPError && answer)) throw error;
  }
  return answer as Answer;
}
