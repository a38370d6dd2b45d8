import { groups, users } from '../../src/facts/accounts.ts';
import { testFact } from '../support/fact-cases.ts';

testFact(users);
testFact(groups);
