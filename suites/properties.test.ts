/**
 * Tests of what all properties have in common: each has a name, a sentence and a suite. Tests of
 * one property are in its own suite.
 */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROPERTIES } from '../properties/index.ts';

describe('properties', () => {
  describe.each(PROPERTIES)('$name', (property) => {
    it('has a suite of its own beside it', () => {
      const file = `${property.name.replace(/\(.*/, '')}.sampled.test.ts`;
      expect(readdirSync(new URL('../properties/', import.meta.url))).toContain(file);
    });

    it('is a name and a sentence', () => {
      expect(property.name).toMatch(/^[a-z]+(-[a-z]+)*(\((reclaim|idle)\))?$/);
      expect(property.sentence).toMatch(/^\S[^.]*\.$/);
      expect(property.antecedent).toMatch(/^an? [^.]*$/);
    });
  });
});
