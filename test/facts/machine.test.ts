import { addresses, machine } from '../../src/facts/machine.ts';
import { testFact } from '../support/fact-cases.ts';

testFact(machine);
testFact(addresses);
