import { security } from '../../src/facts/security.ts';
import { testFact } from '../support/fact-cases.ts';

testFact(security);
