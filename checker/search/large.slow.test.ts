/** An exhaustive search of scope `large` counts the states that docs/performance.md states. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { propertiesFor } from '../../properties/index.ts';
import { parseSystem } from '../trace/setup.ts';
import { Search } from './search.ts';

/** The system and the property that bench/speed.ts checks. */
const ASKED =
  /^no-(missed-device-reference|missed-cpu-reference|false-reference|spurious-invalidation)\b/;

it('the scope large has as many states and transitions as docs/performance.md says', () => {
  const system = parseSystem({ driver: 'amd-iommu-v2', scope: 'large' });
  const asked = propertiesFor(system).filter(({ name }) => ASKED.test(name));
  const search = new Search(system, asked);
  search.run();
  const [states, transitions] = [search.size, search.transitions].map((n) =>
    n.toLocaleString('en'),
  );
  const document = readFileSync('docs/performance.md', 'utf8');
  expect(document).toContain(`${states} states and ${transitions} transitions`);
});
