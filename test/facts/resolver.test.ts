import { resolver } from '../../src/facts/resolver.ts';
import { testFact } from '../support/fact-cases.ts';

testFact(resolver);
