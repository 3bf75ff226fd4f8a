/** Shows the four steps of the mail. The page's own model makes them. */
import { follow } from '../../trace/replay.ts';
import { parseSystem } from '../../trace/setup.ts';
import { sequenceOf } from '../../tell/sequence.ts';
import { eventsIn, linkTo, systemSettings } from '../link.ts';
import { Diagram } from './diagram.ts';
import { h } from './h.ts';
import { drawerOf } from './player.ts';

export const MAIL_EVENTS =
  'dev0.read.A,kswapd.folio_referenced.A,dev0.read.A,kswapd.folio_referenced.A';

/** The verdicts that say which policies avoid what the mail tells of: those of its kernel. */
const AVOID = {
  scope: 'mail',
  kernel: 'v4.20-x86',
  property: 'no-missed-device-reference(reclaim)',
};

export function mailFigure(): HTMLElement {
  const system = parseSystem({});
  const sequence = sequenceOf(follow(system, eventsIn(system, MAIL_EVENTS)));
  const diagram = new Diagram();
  diagram.load(drawerOf(sequence));
  const steps = sequence.rows.map(({ sentence }) => h('li', {}, sentence));
  const explore = linkTo('explore', { ...systemSettings(system), events: MAIL_EVENTS });
  return h(
    'figure',
    { class: 'mail' },
    diagram.element,
    h(
      'figcaption',
      {},
      h(
        'p',
        {},
        'The four steps that a mail of January 2019 told of a patch to the AMD IOMMU driver, as ' +
          'the search finds them:',
      ),
      h('ol', {}, ...steps),
      h('p', {}, h('a', { href: linkTo('verdicts', AVOID) }, 'Which policies avoid it')),
      h('p', {}, h('a', { href: explore }, 'Play them yourself')),
    ),
  );
}
