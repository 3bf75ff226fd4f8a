/** Shows two systems with one run side by side, and marks where they begin to differ. */
import type { Event } from '../../../model/events.ts';
import type { System } from '../../../model/system.ts';
import { follow } from '../../trace/replay.ts';
import { PART_NAMES, parseSystem, printPart, writtenPart } from '../../trace/setup.ts';
import { sideBySide } from '../../judge/side-by-side.ts';
import type { SideBySide } from '../../tell/pair.ts';
import { sideBySideSvg } from '../../tell/svg-pair.ts';
import { sideBySideText } from '../../tell/sequence-text.ts';
import type { Apart } from '../answer.ts';
import { textsOf } from '../answer.ts';
import type { ViewLink } from '../link.ts';
import { carriedOver } from '../explored-run.ts';
import { eventsIn, linkTo, systemIn, systemSettings, wordsOf } from '../link.ts';
import { copyButtons, linkToHere } from './copy.ts';
import { button, h } from './h.ts';
import { MAIL_EVENTS } from './mail-figure.ts';
import { PairView } from './pair-view.ts';
import type { Page, Screen } from './page.ts';
import { setAddress } from './page.ts';
import { SearchLine } from './search-line.ts';
import { systemForm } from './system-form.ts';
import { stepIn } from './traces-screen.ts';

const POLICY = ['kernel', 'driver', 'hardware'] as const;

/**
 * Without settings the screen shows both sides of the patch that the mail answers, with the mail's
 * run.
 */
const OTHER_DRIVERS = ['amd-iommu-v2', 'amd-iommu-v2-patched'];

const FIND = 'Find the shortest run that tells them apart';

export function compareScreen(_page: Page, { settings }: ViewLink): Screen {
  const left = systemIn(settings);
  const named = POLICY.some((part) => settings.has(`other-${part}`));
  const other = named ? systemIn(settings, 'other-') : { ...left, ...otherDriver(left) };
  const written = settings.get('events') ?? (settings.size === 0 ? MAIL_EVENTS : '');
  const comparison = new ComparedSystems(
    left,
    inScopeOf(left, other),
    eventsIn(left, written),
    settings,
  );
  return {
    title: 'Two systems, one run',
    content: comparison.content,
    onKey: (key) => comparison.press(key),
    leave: () => comparison.leave(),
  };
}

/** A driver that differs from that of the left side, though another name may be equal to it. */
function otherDriver({ driver: left, names }: System): Pick<System, 'driver' | 'names'> {
  const differs = (name: string) =>
    JSON.stringify(parseSystem({ driver: name }).driver) !== JSON.stringify(left);
  const name = OTHER_DRIVERS.find(differs)!;
  return { driver: parseSystem({ driver: name }).driver, names: { ...names, driver: name } };
}

/** The same policy in the scope of the other system. */
function inScopeOf({ scope, names }: System, system: System): System {
  const { scope: _, ...others } = system.names;
  return { ...system, scope, names: { ...others, ...(names.scope ? { scope: names.scope } : {}) } };
}

class ComparedSystems {
  readonly content: readonly Node[];
  private readonly view: PairView;
  private left: System;
  private right: System;
  private events: readonly Event[];
  private readonly chosen = h('summary', {});
  private readonly forms = h('div', { class: 'sides' });
  private readonly said = h('p', { role: 'status' });
  private readonly tools = h('div', { class: 'tools' });
  private readonly findButton = button(FIND, () => this.find());
  private readonly search = new SearchLine(this.findButton);

  /** `settings` are those of the link, which may name a row. */
  constructor(
    left: System,
    right: System,
    events: readonly Event[],
    settings: ViewLink['settings'],
  ) {
    this.left = left;
    this.right = right;
    this.events = events;
    this.view = new PairView((row) => this.setAddress(row));
    this.content = [
      h(
        'p',
        { class: 'lede' },
        'The same events on two systems, and where they part: where one comes to what the other ' +
          'cannot come to.',
      ),
      // On a phone the forms would fill more than the window.
      h(
        'details',
        { class: 'chosen', open: !matchMedia('(max-width: 56.25em)').matches },
        this.chosen,
        this.forms,
      ),
      h(
        'div',
        { class: 'buttons' },
        this.findButton,
        button("The mail's run", () => this.take(mailRun())),
        button('Swap', () => this.swap()),
      ),
      this.search.element,
      this.said,
      this.view.element,
      this.tools,
    ];
    this.showForms();
    this.show(settings);
  }

  press(key: string): boolean {
    return this.view.press(key);
  }

  leave(): void {
    this.search.say('');
  }

  private showForms(): void {
    const left = systemForm('Left', this.left, PART_NAMES, (system) => {
      this.left = system;
      this.right = inScopeOf(system, this.right);
      this.events = carriedOver(system, this.events);
      this.show();
    });
    const right = systemForm('Right', this.right, POLICY, (system) => {
      this.right = inScopeOf(this.left, system);
      this.show();
    });
    const side = (title: string, form: HTMLElement) => h('div', {}, h('h2', {}, title), form);
    this.forms.replaceChildren(side('Left', left), side('Right', right));
  }

  private swap(): void {
    [this.left, this.right] = [this.right, this.left];
    this.events = carriedOver(this.left, this.events);
    this.showForms();
    this.show();
  }

  /** Takes another run, as far as the left system can follow it. */
  private take(run: readonly Event[]): void {
    this.events = carriedOver(this.left, run);
    this.show();
  }

  /** A link without a row means the one in which the two part. */
  private setAddress(row?: number): void {
    const { left, right, events } = this;
    setAddress(
      linkTo('compare', {
        ...systemSettings(left),
        ...systemSettings(right, 'other-'),
        // It is named even if it is the default: without any setting other-* there is no second
        // system.
        'other-driver': printPart(right, 'driver'),
        'other-scope': undefined,
        events: wordsOf(events),
        step: row === undefined ? undefined : String(row),
      }),
    );
  }

  private show(settings: ViewLink['settings'] = new Map()): void {
    this.search.say('');
    const { left, right, events } = this;
    this.chosen.textContent = `Left: ${policyText(left)}. Right: ${policyText(right)}.`;
    if (events.length === 0) {
      this.said.replaceChildren(
        'Nothing has happened yet: find a run, or play one and compare it.',
      );
      this.view.load(undefined, 0);
      this.tools.replaceChildren();
      this.setAddress();
      return;
    }
    const pair = sideBySide(follow(left, events).trace, right);
    this.said.replaceChildren(partingText(pair));
    const { parts = pair.rows.length - 1 } = pair;
    const written = settings.has('step') ? stepIn(settings, pair.rows.length) : undefined;
    this.view.load(pair, written ?? parts + 1);
    this.setAddress(written);
    this.tools.replaceChildren(
      copyButtons([
        ['link', linkToHere],
        ['mail text', () => sideBySideText(pair)],
        ['SVG', () => sideBySideSvg(pair)],
      ]),
      h(
        'p',
        {},
        h(
          'a',
          { href: linkTo('explore', { ...systemSettings(left), events: wordsOf(events) }) },
          'Play on from here, on the left',
        ),
      ),
    );
  }

  private find(): void {
    const question = {
      ask: 'apart',
      left: textsOf(this.left),
      right: textsOf(this.right),
    } as const;
    this.search.ask(question, (found) => this.tell(found));
  }

  private tell({ only, left, right, pairs, complete }: Apart): void {
    const searched = `${pairs.toLocaleString('en')} pairs`;
    if (only === undefined) {
      this.search.say(
        complete
          ? `No run in this scope tells them apart: everything reachable was searched, ${searched}.`
          : `Unfinished: no difference in ${searched}.`,
      );
      return;
    }
    if (left === undefined) this.swap();
    this.take(eventsIn(this.left, left ?? right));
    this.search.say(`No shorter run tells them apart: ${searched} were searched.`);
  }
}

const policyText = (system: System): string =>
  POLICY.map((part) => writtenPart(system, part)).join(', ');

const mailRun = (): Event[] => eventsIn(parseSystem({}), MAIL_EVENTS);

function partingText({ rows, parts }: SideBySide): string {
  if (parts === undefined) return 'On this run the two answer alike.';
  const { left, right, absent } = rows[parts];
  return `They part: left ${left?.text ?? 'nothing'}; right ${right?.text ?? absent ?? 'nothing'}.`;
}
