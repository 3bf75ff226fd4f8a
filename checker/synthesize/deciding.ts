/** Decides for every policy of a space whether it violates a property in some scope of a ladder. */
import type { Scope } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import { Interrupted } from '../search/progress.ts';
import type { Classes, Code } from './classes.ts';
import type { Crew } from './crew.ts';
import type { Ladder } from './ladder.ts';
import type { ToldRun } from './rerun.ts';
import type { News } from './rung.ts';
import { HOLDS, OPEN, Rung, VIOLATED } from './rung.ts';
import { sparing } from './sparing.ts';
import type { Answer } from './task.ts';
import { waysFor } from './ways.ts';

/** How the verdicts of one property were found. */
export interface Effort {
  /** Exhaustive searches. */
  searches: number;
  /** Runs of one policy that violate the property in another one as well. */
  tried: number;
  /** Policies that were not searched in some scope, as another one had been. */
  followed: number;
  states: number;
}

/** What a ladder says of one property. */
export interface Decided {
  readonly property: Property;
  readonly scopes: readonly Scope[];
  /** For each policy OPEN, VIOLATED or HOLDS. */
  readonly verdicts: Uint8Array;
  /** How many of them are not open. */
  known: number;
  /** The place of the scope in which the property is violated first. */
  readonly rungs: Uint8Array;
  readonly effort: Effort;
  /** Whether some verdict holds only up to a number of pages. */
  upTo: boolean;
}

/**
 * How many policies are asked at once: few, as one answer can make another question idle, and many
 * where a search has so few states that choosing takes longer. The threads do not count, so that
 * what is found does not depend on them.
 */
const LEAST = 4;
const MOST = 64;
const CHEAP = 2000;
/** How many known runs are tried before a search. */
const RUNS = 8;
/** How many times as likely a policy holds as not, where it held in a smaller scope. */
const LIKELY = 10;

export class Deciding {
  readonly found: Decided;
  private readonly classes: Classes;
  private readonly crew: Crew;
  private readonly progress: () => void;
  private readonly leap: number;
  private readonly together: readonly Property[];
  private runs: ToldRun[] = [];
  private wave = LEAST;

  /** `together` are other properties that read the same ghosts. One search can tell of all. */
  constructor(
    classes: Classes,
    [property, ...together]: readonly [Property, ...Property[]],
    { scopes, leap }: Ladder,
    crew: Crew,
    progress: () => void,
  ) {
    this.classes = classes;
    this.crew = crew;
    this.progress = progress;
    this.leap = leap;
    this.together = together;
    this.found = {
      property,
      scopes,
      verdicts: new Uint8Array(classes.size),
      known: 0,
      rungs: new Uint8Array(classes.size),
      effort: { searches: 0, tried: 0, followed: 0, states: 0 },
      upTo: false,
    };
  }

  /**
   * Decides. If it is interrupted, what was not decided stays open. Most policies that hold in the
   * small scopes hold in the last one, and so in those between. Only the others are asked there.
   */
  async run(): Promise<void> {
    const { scopes } = this.found;
    const last = scopes.length - 1;
    let isOver = false;
    for (const [place, scope] of scopes.entries()) {
      if (place === this.leap && place < last) isOver = await this.leapTo(last);
      if (place < last || !isOver) await this.climb(place, scope);
    }
    for (const code of this.openCodes()) {
      if (isOver) this.violates(code, last);
      else this.settle(code, HOLDS);
    }
  }

  private *openCodes(): Generator<Code> {
    const { verdicts } = this.found;
    for (let code = 0; code < verdicts.length; code++) if (verdicts[code] === OPEN) yield code;
  }

  private settle(code: Code, verdict: typeof VIOLATED | typeof HOLDS): void {
    this.found.verdicts[code] = verdict;
    this.found.known++;
  }

  private violates(code: Code, place: number): void {
    this.settle(code, VIOLATED);
    this.found.rungs[code] = place;
  }

  /** Decides in one scope. Those that violate the property are not tried in larger ones. */
  private async climb(place: number, scope: Scope): Promise<void> {
    // What has held in a smaller scope mostly holds.
    const rung = this.rungIn(scope, place === 0 ? 1 : LIKELY);
    try {
      await this.askAll(rung, scope);
    } finally {
      for (const code of this.openCodes()) {
        if (rung.verdictOf(code) === VIOLATED) this.violates(code, place);
      }
    }
  }

  /**
   * Decides in the last scope, as long as most policies hold there: a violation is found with fewer
   * states in a smaller one. What is violated stays open, until it is known which scope is the
   * first that shows it. Returns whether all were asked.
   */
  private async leapTo(place: number): Promise<boolean> {
    const { scopes, effort } = this.found;
    const rung = this.rungIn(scopes[place], LIKELY);
    const before = effort.searches + effort.tried;
    const isWorth = () => rung.violations * LIKELY <= effort.searches + effort.tried - before;
    let isOver = false;
    try {
      isOver = await this.askAll(rung, scopes[place], isWorth);
    } finally {
      for (const code of this.openCodes()) {
        if (rung.verdictOf(code) === HOLDS) this.settle(code, HOLDS);
      }
    }
    return isOver;
  }

  private rungIn(scope: Scope, likely: number): Rung {
    const { classes, found } = this;
    const { space } = classes;
    const rung = new Rung(classes, scope, this.openCodes(), {
      ways: waysFor(found.property, space, scope),
      likely,
      spares: sparing(found.property, space),
    });
    found.effort.followed += rung.spared;
    return rung;
  }

  /** Asks until nothing is open, or it is not worth it any more. Returns whether nothing is. */
  private async askAll(rung: Rung, scope: Scope, isWorth = () => true): Promise<boolean> {
    this.runs = [];
    this.wave = LEAST;
    while (rung.open.length > 0 && isWorth()) await this.ask(rung, scope);
    return rung.open.length === 0;
  }

  private async ask(rung: Rung, scope: Scope): Promise<void> {
    const asked = rung.next(this.wave);
    const { property } = this.found;
    const runs = [...this.runs];
    const answers = await Promise.all(
      asked.map((number) => {
        const system = this.classes.systemOf(rung.codeOf(number), scope);
        return this.crew.ask({ system, properties: [property, ...this.together], runs });
      }),
    );
    const news: News[] = [];
    for (const [i, number] of asked.entries()) {
      if (news.some(({ follows }) => follows(number))) continue;
      news.push(rung.newsOf(number, this.take(answers[i], runs), answers[i].heard));
    }
    this.found.effort.followed += rung.note(news);
    const states = answers.reduce((sum, answer) => sum + answer.states, 0);
    const isCheap = states < CHEAP * asked.length;
    this.wave = isCheap ? Math.min(2 * this.wave, MOST) : LEAST;
    this.progress();
  }

  /** Takes an answer. The run that helped last is tried first. */
  private take(answer: Answer, runs: readonly ToldRun[]): typeof VIOLATED | typeof HOLDS {
    const { effort } = this.found;
    const { verdict, run, tried, states } = answer;
    effort.states += states;
    if (answer.isAside) effort.followed++;
    else if (tried === undefined) effort.searches++;
    else effort.tried++;
    if (verdict === 'holds-up-to') this.found.upTo = true;
    // A search without enough memory tells nothing.
    if (verdict === 'unfinished') throw new Interrupted();
    if (verdict !== 'violated') return HOLDS;
    const useful = tried === undefined ? run : runs[tried];
    if (useful !== undefined) {
      this.runs = [useful, ...this.runs.filter((each) => each !== useful)].slice(0, RUNS);
    }
    return VIOLATED;
  }
}
