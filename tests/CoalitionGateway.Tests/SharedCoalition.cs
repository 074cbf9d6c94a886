
// One coalition for all tests. A test may use it if no other test looks at its changes.
[assembly: AssemblyFixture(typeof(TestCoalition))]
