/** Nothing that the model has is without its Promela. */
import { describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../model/events.ts';
import { STEP_VERBS } from '../../model/steps.ts';
import { OPERATION_RULES } from './operations.ts';
import { parseSystem } from '../trace/setup.ts';
import { propertiesFor } from '../../properties/index.ts';
import { promelaText } from './file.ts';
import { ruleOf } from './rule-of.ts';
import { STEP_RULES } from './steps.ts';

describe('Promela', () => {
  /** An export refuses the extensions by name, so they have no Promela. */
  const isOfExtension = (text: string) =>
    ['post-iotlb', 'await-iotlb', 'copy', 'migrate', 'cow', 'rewrite'].includes(text);

  it.each(STEP_VERBS.filter((verb) => !isOfExtension(verb)))('is there for the step %s', (verb) => {
    expect(STEP_RULES).toHaveProperty([verb]);
  });

  const NAMES = OPERATIONS.map(({ name }) => name).filter((name) => !isOfExtension(name));
  it.each(NAMES)('is there for the operation %s', (name) => {
    expect(OPERATION_RULES).toHaveProperty([name]);
  });

  it.each([
    [
      'kernel',
      'migrate=pte,copy,remap',
      'granularity=fine events=migrate',
      'migrate=pte,copy,remap',
    ],
    ['hardware', 'acknowledges=in-vain', 'events=unmap', 'acknowledges=in-vain'],
    ['kernel', 'lru=classic', 'pages=2 block=2', 'block=2'],
    ['kernel', 'lru=classic', 'granularity=fine events=fork,cow,write', 'events=cow'],
  ])('refuses by name what it does not have: %s %s, %s', (part, text, scope, said) => {
    const system = parseSystem({ [part]: text, scope });
    expect(() => promelaText(system, propertiesFor(system))).toThrow(said);
  });

  it('is refused where it is missing', () => {
    expect(() => ruleOf({}, 'user: populate')).toThrow("no Promela for 'user: populate'");
  });
});
