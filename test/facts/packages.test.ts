import { installedPackages, packageManager, packageRules, sources } from '../../src/facts/packages.ts';
import { testFact } from '../support/fact-cases.ts';

testFact(packageManager);
testFact(installedPackages);
testFact(packageRules);
testFact(sources);
