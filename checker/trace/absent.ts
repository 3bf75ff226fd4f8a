export { actorsOf, lackOf, verbsOf } from '../../model/events.ts';
export type { Lack } from '../../model/event.ts';
