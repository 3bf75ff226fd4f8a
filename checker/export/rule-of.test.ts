/** Nothing that the model has is without its Promela. */
import { describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../model/events.ts';
import { STEP_VERBS } from '../../model/steps.ts';
import { OPERATION_RULES } from './operations.ts';
import { ruleOf } from './rule-of.ts';
import { STEP_RULES } from './steps.ts';

describe('Promela', () => {
  it.each(STEP_VERBS)('is there for the step %s', (verb) => {
    expect(STEP_RULES).toHaveProperty([verb]);
  });

  it.each(OPERATIONS.map(({ name }) => name))('is there for the operation %s', (name) => {
    expect(OPERATION_RULES).toHaveProperty([name]);
  });

  it('is refused where it is missing', () => {
    expect(() => ruleOf({}, 'user: populate')).toThrow("no Promela for 'user: populate'");
  });
});
