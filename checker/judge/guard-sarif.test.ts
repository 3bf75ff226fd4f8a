/** What guard prints as SARIF is valid by the published schema, and says how its run went. */
import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Pieces } from '../search/progress.ts';
import { whole } from '../search/progress.ts';
import { parseSystem } from '../trace/setup.ts';
import { versionOfPackage } from '../trace/package.ts';
import type { Change } from './changes.ts';
import type { GuardResult } from './guard.ts';
import { GUARDED, guard } from './guard.ts';
import type { Guarded } from './guard-formats.ts';
import { guardSarif } from './guard-sarif.ts';

const OLD = parseSystem({ driver: 'amd-iommu-v2' });
const PATCHED = parseSystem({ driver: 'amd-iommu-v2-patched' });
const NEVER = parseSystem({ driver: 'kvm' });
const FILE: Guarded = { file: 'policies/größe, b: c#1.system', line: 3 };
const ENDED = { status: 1, interrupted: false };

/** The schema that OASIS has published, as Microsoft's matcher for tests has it. */
function schemaValidator() {
  // One pattern of the schema is an expression only without the flag `u`.
  const ajv = new Ajv.default({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  return ajv.compile(schema);
}

let validate: ReturnType<typeof schemaValidator>;
let worse: GuardResult;
/** The comparison as it is. */
let result: GuardResult;
beforeAll(() => {
  validate = schemaValidator();
  result = whole(guard(OLD, PATCHED, GUARDED.slice(0, 1)));
  const [comparison] = result.comparisons;
  // One change in every direction: the same wrong answers, called otherwise.
  const [change] = comparison.changes;
  const changes: Change[] = [
    ...comparison.changes,
    { ...change, direction: 'allowed', otherwise: 'worse' },
    { ...change, direction: 'other', before: change.after },
    { ...change, direction: 'unknown', after: { verdict: 'unfinished' } },
  ];
  worse = { ...result, after: NEVER, comparisons: [{ ...comparison, changes }] };
});

const sarif = (result: GuardResult, place = FILE, run = ENDED) => {
  const log = JSON.parse(JSON.stringify(guardSarif(result, place, run)));
  expect(validate(log) ? [] : validate.errors).toEqual([]);
  return log.runs[0];
};

/** Tells work to stop at once, and returns what it has. */
function stopped<T>(work: Pieces<T>): T {
  let piece = work.next();
  while (!piece.done) piece = work.next(true);
  return piece.value;
}

describe('SARIF', () => {
  it('is not valid by the schema without what it must have', () => {
    expect(validate({ version: '2.1.0', runs: [{ results: [] }] })).toBe(false);
    const log = guardSarif(worse, FILE, ENDED);
    expect(validate({ ...log, version: '2.0.0' })).toBe(false);
    const [{ tool, ...run }] = log.runs;
    const driver = { ...tool.driver, informationUri: 'no address' };
    expect(validate({ ...log, runs: [{ ...run, tool: { driver } }] })).toBe(false);
  });

  it('has a rule for each result, and a level for each direction', () => {
    const { tool, results } = sarif(worse);
    const rules = tool.driver.rules.map(({ id }: { id: string }) => id);
    expect(new Set(rules).size).toBe(rules.length);
    const levels = new Map<string, Set<string>>();
    for (const { ruleId, level, message } of results) {
      expect(rules).toContain(ruleId);
      const [kind] = /^[a-z ]+/.exec(message.text)!;
      levels.set(kind, new Set([...(levels.get(kind) ?? []), level]));
    }
    expect(Object.fromEntries(levels)).toEqual({
      worse: new Set(['error']),
      allowed: new Set(['note']),
      unknown: new Set(['warning']),
      better: new Set(['note']),
      'still wrong': new Set(['note']),
      after: new Set(['note']),
    });
  });

  it('names the version of the tool and where it is found', () => {
    const { driver } = sarif(worse).tool;
    expect(driver).toMatchObject({ name: 'youngcheck', version: versionOfPackage() });
    expect(driver.informationUri).toContain(versionOfPackage());
  });

  it('names the file from the root of the repository, with nothing that a URI would read', () => {
    const [{ locations }] = sarif(worse).results;
    const { artifactLocation, region } = locations[0].physicalLocation;
    const uri = 'policies/gr%C3%B6%C3%9Fe%2C%20b%3A%20c%231.system';
    expect(artifactLocation).toEqual({ uri, uriBaseId: '%SRCROOT%' });
    expect(region.startLine).toBe(3);
  });

  it('names a file outside of any repository by its whole path', () => {
    const [{ locations }] = sarif(worse, { file: '/a b/c.system', line: 1 }).results;
    const { artifactLocation } = locations[0].physicalLocation;
    expect(artifactLocation).toEqual({ uri: 'file:///a%20b/c.system' });
  });

  it('has no place for standard input, a preset and options', () => {
    for (const result of sarif(worse, { file: undefined, line: 1 }).results) {
      expect(result).not.toHaveProperty('locations');
    }
  });
});

describe('the invocation in SARIF', () => {
  it('has the exit status', () => {
    const [{ executionSuccessful, exitCode, ...rest }] = sarif(result).invocations;
    expect({ executionSuccessful, exitCode }).toEqual({ executionSuccessful: true, exitCode: 1 });
    expect(rest).not.toHaveProperty('toolExecutionNotifications');
  });

  it('says that the run was interrupted', () => {
    const races = GUARDED.slice(2);
    const run = { status: 3, interrupted: true };
    const { invocations, results } = sarif(stopped(guard(OLD, PATCHED, races)), FILE, run);
    expect(invocations).toMatchObject([
      {
        executionSuccessful: false,
        exitCode: 3,
        toolExecutionNotifications: [{ descriptor: { id: 'interrupted' } }],
      },
    ]);
    expect(results.map(({ level }: { level: string }) => level)).toContain('warning');
  });

  it('says that a limit was reached', () => {
    const limited = whole(guard(OLD, PATCHED, GUARDED.slice(2), { maxStates: 9 }));
    const [{ executionSuccessful, toolExecutionNotifications }] = sarif(limited, FILE, {
      status: 3,
      interrupted: false,
    }).invocations;
    expect(executionSuccessful).toBe(false);
    expect(toolExecutionNotifications).toMatchObject([{ descriptor: { id: 'limited' } }]);
  });
});
