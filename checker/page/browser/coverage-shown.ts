/** Shows what was exercised: the lists of steps and the rules, warmer the more often they ran. */
import type { System } from '../../../model/system.ts';
import { count } from '../../tell/verdict-text.ts';
import { Complaint, quote } from '../../trace/complaint.ts';
import type { CatalogueCoverage, Coverage, SearchCoverage } from '../coverage.ts';
import { allRules, coverageOfTraces, heatOf, rulesOf, runningLists } from '../coverage.ts';
import { textsOf } from '../answer.ts';
import { button, h, select } from './h.ts';
import type { Page } from './page.ts';
import { SearchLine } from './search-line.ts';

/** Over what one can count, and what each is called. The first is the default. */
const OVER = [
  ['search', 'every transition of a search'],
  ['catalogue', 'the traces of the catalogue'],
] as const;

const SEARCH: string = OVER[0][0];

export class CoverageShown {
  readonly element: HTMLElement;
  private readonly page: Page;
  private readonly place = h('div', {});
  private readonly again = button('Count', () => this.count());
  private readonly search = new SearchLine(this.again);
  private readonly onOver: (over: string | undefined) => void;
  private over: string;
  private system: System | undefined;

  /** `over` is what a link asks for. `onOver` is told what the reader has chosen instead. */
  constructor(page: Page, over = SEARCH, onOver: (over: string | undefined) => void = () => {}) {
    this.page = page;
    this.over = over;
    this.onOver = onOver;
    const possible = OVER.map(([name]) => name as string);
    if (!possible.includes(over)) {
      throw new Complaint(`counted cannot be ${quote(over)}`, undefined, { possible });
    }
    const choice = select('counted over', OVER, over, (value) => {
      this.over = value;
      this.onOver(value === SEARCH ? undefined : value);
      this.count();
    });
    this.element = h(
      'section',
      { class: 'kept', 'aria-label': 'What is exercised' },
      h('h2', {}, 'What is exercised'),
      h(
        'form',
        { class: 'filters', onsubmit: (event) => event.preventDefault() },
        choice,
        this.again,
      ),
      this.search.element,
      this.place,
    );
  }

  load(system: System): void {
    this.system = system;
    this.count();
  }

  stop(): void {
    this.search.say('');
  }

  private count(): void {
    const { system } = this;
    if (system === undefined) return;
    this.place.replaceChildren();
    if (this.over === 'catalogue') {
      const coverage = coverageOfTraces(this.page.traces(), system);
      this.search.say(catalogueText(coverage));
      this.show(system, coverage, allRules());
      return;
    }
    this.search.ask({ ask: 'coverage', system: textsOf(system) }, (coverage) => {
      this.search.say(searchText(coverage));
      this.show(system, coverage, rulesOf(system));
    });
  }

  private show(system: System, { rules, members }: Coverage, all: readonly string[]): void {
    const never = all.filter((rule) => rules[rule] === undefined);
    const most = Math.max(1, ...Object.values(rules), ...Object.values(members));
    const heat = (times: number) => ({ class: `heat heat-${heatOf(times, most)}` });
    const said = (times: number) =>
      h('small', {}, times === 0 ? 'never' : times.toLocaleString('en'));
    const lists = runningLists(system).map(({ part, name, members: steps }) =>
      h(
        'div',
        {},
        h('h3', {}, `${part} ${name}`),
        steps.length === 0
          ? h('p', { class: 'quiet' }, 'does nothing')
          : h(
              'ol',
              {},
              ...steps.map(({ key, text }) => {
                const times = members[key] ?? 0;
                return h('li', {}, h('span', heat(times), text, ' ', said(times)));
              }),
            ),
      ),
    );
    this.place.replaceChildren(
      h('p', {}, neverText(never, all.length)),
      h('h3', {}, 'Lists of steps'),
      h('div', { class: 'lists' }, ...lists),
      h('h3', {}, 'Rules'),
      h(
        'ul',
        { class: 'rules' },
        ...all.map((rule) => {
          const times = rules[rule] ?? 0;
          return h('li', heat(times), rule, ' ', said(times));
        }),
      ),
    );
  }
}

const neverText = (never: readonly string[], all: number): string =>
  never.length === 0
    ? `Each of ${count(all, 'rule')} was exercised.`
    : `${never.length} of ${count(all, 'rule')} never: ${never.join(', ')}.`;

function searchText({ count: transitions, states, complete }: SearchCoverage): string {
  const size =
    `${transitions.toLocaleString('en')} transitions from ` +
    `${states.toLocaleString('en')} states, in which ghosts do not count`;
  return complete
    ? `Everything reachable was counted: ${size}.`
    : `There is more: these are the first ${size}.`;
}

const catalogueText = ({ count: events, traces, alike }: CatalogueCoverage): string =>
  `${count(events, 'event')} of ${count(traces, 'trace')} were counted. The lists of steps count ` +
  `${alike === 1 ? 'the one' : `the ${alike}`} of this kernel and driver.`;
