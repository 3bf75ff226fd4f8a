/**
 * The page: it shows the view that the address names. The same script serves as a worker that
 * answers questions.
 */
import { Complaint } from '../../trace/complaint.ts';
import { readData } from '../data.ts';
import type { ViewLink, View } from '../link.ts';
import { linkTo, parseLink } from '../link.ts';
import { complaintBox } from './complaint.ts';
import { compareScreen } from './compare-screen.ts';
import { costScreen } from './cost-screen.ts';
import { coverageScreen } from './coverage-screen.ts';
import { exploreScreen } from './explore-screen.ts';
import { h } from './h.ts';
import { lacksElement } from './lacks.ts';
import type { Screen } from './page.ts';
import { Page } from './page.ts';
import { statesScreen } from './states-screen.ts';
import { tracesScreen } from './trace-list-screen.ts';
import { traceScreen } from './traces-screen.ts';
import { synthesisScreen } from './synthesis-screen.ts';
import { verdictScreen } from './verdict-screen.ts';
import { verdictsScreen } from './verdicts-screen.ts';
import { serve } from './worker.ts';

const SCREENS: Readonly<Record<View, (page: Page, link: ViewLink) => Screen>> = {
  verdicts: verdictsScreen,
  verdict: verdictScreen,
  traces: tracesScreen,
  trace: traceScreen,
  compare: compareScreen,
  explore: exploreScreen,
  states: statesScreen,
  cost: costScreen,
  coverage: coverageScreen,
  synthesis: synthesisScreen,
};

const MENU: readonly (readonly [View, string, readonly View[]])[] = [
  ['verdicts', 'Verdicts', ['verdict']],
  ['traces', 'Traces', ['trace']],
  ['compare', 'Compare', []],
  ['explore', 'Explore', []],
  ['states', 'States', []],
  ['cost', 'Cost', []],
  ['coverage', 'Coverage', []],
  ['synthesis', 'Policies', []],
];

class Shell {
  private readonly page: Page;
  private readonly main = h('main', { id: 'main', tabindex: -1 });
  private readonly menu = h('nav', { 'aria-label': 'Views' });
  private screen: Screen | undefined;

  constructor(page: Page) {
    this.page = page;
  }

  start(): void {
    const skip = h('a', { class: 'skip', href: '#main' }, 'Skip to the content');
    // It sets the focus itself: following the link would change the address, which names the view.
    skip.addEventListener('click', (event) => {
      event.preventDefault();
      this.main.focus();
    });
    const name = h(
      'a',
      { class: 'name', href: linkTo('verdicts'), 'data-version': this.page.data.version },
      'youngcheck',
    );
    const foot = h(
      'footer',
      {},
      `youngcheck ${this.page.data.version}. This file is whole: it fetches nothing.`,
    );
    document.body.append(skip, h('header', {}, name, this.menu), this.main, lacksElement(), foot);
    addEventListener('hashchange', () => this.show());
    document.addEventListener('keydown', (event) => this.press(event));
    matchMedia('print').addEventListener('change', ({ matches }) => this.screen?.print?.(matches));
    addEventListener('beforeprint', () => this.screen?.print?.(true));
    addEventListener('afterprint', () => this.screen?.print?.(false));
    this.show();
  }

  private show(): void {
    const arriving = this.screen !== undefined;
    if (this.screen !== undefined && follows(this.screen, location.hash)) return;
    this.screen?.leave?.();
    this.screen = screenAt(this.page, location.hash);
    const { title, subtitle, content } = this.screen;
    const below = subtitle === undefined ? [] : [h('p', { class: 'subtitle' }, subtitle)];
    this.main.replaceChildren(h('h1', {}, title), ...below, ...content);
    document.title = `${[title, subtitle].filter(Boolean).join(', ')} - youngcheck`;
    this.showMenu();
    if (!arriving) return;
    this.main.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  private showMenu(): void {
    const here = location.hash.replace(/^#?\/?/, '').split(/[/?]/)[0] || 'verdicts';
    const shown = MENU.filter(([view]) => {
      const { coverage, synthesis } = this.page.data;
      if (view === 'coverage') return coverage !== undefined;
      return view !== 'synthesis' || synthesis !== undefined;
    });
    const items = shown.map(([view, label, others]) => {
      const current = view === here || others.some((other) => other === here);
      return h('a', { href: linkTo(view), 'aria-current': current ? 'page' : undefined }, label);
    });
    this.menu.replaceChildren(...items);
  }

  private press(event: KeyboardEvent): void {
    if (event.target instanceof HTMLElement && event.target.matches(TYPED_INTO)) return;
    const change = changeOf(event);
    if (change !== undefined && this.screen?.[change] !== undefined) {
      this.screen[change]();
      event.preventDefault();
    }
    // With Shift an arrow selects text.
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (this.screen?.onKey?.(event.key)) event.preventDefault();
  }
}

/** A field in which a key means a letter, or what the field itself makes of it. */
const TYPED_INTO = 'input:not([type=checkbox]),select,textarea';

/** What Ctrl+Z, Ctrl+Shift+Z and Ctrl+Y ask for; on some keyboards it is the Command key. */
function changeOf({ key, altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent) {
  if (altKey || !(ctrlKey || metaKey)) return undefined;
  const letter = key.toLowerCase();
  if (letter === 'z') return shiftKey ? 'redo' : 'undo';
  return letter === 'y' ? 'redo' : undefined;
}

/** Whether a screen can go to an address without being made anew. */
function follows(screen: Screen, hash: string): boolean {
  try {
    return screen.follow?.(parseLink(hash)) ?? false;
  } catch (error) {
    // A new screen will say what is wrong with the address.
    if (!(error instanceof Complaint)) throw error;
    return false;
  }
}

/** The screen for an address. An address with an error gets a screen that explains it. */
function screenAt(page: Page, hash: string): Screen {
  try {
    const link = parseLink(hash);
    return SCREENS[link.view](page, link);
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    return complaintScreen(error);
  }
}

function complaintScreen(error: Complaint): Screen {
  return {
    title: 'This link leads nowhere',
    content: [
      complaintBox(error),
      h('p', {}, h('a', { href: linkTo('verdicts') }, 'To the verdicts')),
    ],
  };
}

function start(): void {
  // What is said in case that this script may not run.
  document.documentElement.classList.add('started');
  document.addEventListener('DOMContentLoaded', () => document.getElementById('stopped')?.remove());
  try {
    new Shell(new Page(readData(document.getElementById('data')?.textContent))).start();
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    document.body.append(h('main', {}, complaintBox(error)));
  }
}

if (typeof document === 'undefined') serve();
else start();
