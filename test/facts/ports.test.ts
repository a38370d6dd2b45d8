import { ports } from '../../src/facts/ports.ts';
import { testFact } from '../support/fact-cases.ts';

testFact(ports);
