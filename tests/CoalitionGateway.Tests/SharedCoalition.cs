
// One coalition for all tests that change nothing which others look at.
[assembly: AssemblyFixture(typeof(TestCoalition))]
