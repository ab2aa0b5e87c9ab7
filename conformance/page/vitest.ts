/** What tests import as `vitest`, in a page: its own runner, matchers and spies, without its server. */
import {
  ASYMMETRIC_MATCHERS_OBJECT,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from '@vitest/expect';
import { getCurrentTest } from '@vitest/runner';
import { fn, restoreAllMocks, spyOn } from '@vitest/spy';
import * as chai from 'chai';

export {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  it,
  onTestFinished,
  suite,
  test,
} from '@vitest/runner';

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

// biome-ignore lint/suspicious/noExplicitAny: the tests are checked against vitest's own types.
type Assertion = any;

/** Milliseconds that `expect.poll` waits, as in vitest.config.ts. */
const PATIENCE = 60_000;

export const expect: Assertion = Object.assign(
  (value: unknown, message?: string) =>
    (chai.expect(value, message) as Assertion).withTest(getCurrentTest()),
  chai.expect,
  (globalThis as Record<symbol, Assertion>)[ASYMMETRIC_MATCHERS_OBJECT],
  { poll },
);
setState({ assertionCalls: 0, isExpectingAssertions: false }, expect);

/** Any matcher, tried again until it holds. */
function poll(look: () => unknown): Assertion {
  const matcher =
    (name: string | symbol) =>
    async (...expected: unknown[]) => {
      for (const start = performance.now(); ; await new Promise((next) => setTimeout(next, 50))) {
        try {
          return expect(await look())[name](...expected);
        } catch (error) {
          if (performance.now() - start > PATIENCE) throw error;
        }
      }
    };
  return new Proxy({}, { get: (_, name) => matcher(name) });
}

const before = new Map<string, PropertyDescriptor | undefined>();

export const vi: Record<string, unknown> = {
  fn,
  spyOn,
  restoreAllMocks,
  stubGlobal(name: string, value: unknown): void {
    if (!before.has(name)) before.set(name, Object.getOwnPropertyDescriptor(globalThis, name));
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  },
  unstubAllGlobals(): void {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
    }
    before.clear();
  },
};
